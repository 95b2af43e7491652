"""The config repository over every transport, and its misfortunes: reported, survived, tried again."""

import os
import pathlib
import socket
import subprocess

import pytest
from manifests import app, files
from repository import ENVIRONMENT, git


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start(holdfast, url: str, **options):
    """The memory target is enough: what is tested here lies before it."""
    return holdfast(config_repo=url, target="memory", interval="200ms", **options)


def follows(daemon, config) -> None:
    """A pushed change arrives."""
    daemon.wait_for_app("one", phase="live")
    config.publish({"apps/two.yaml": app("two")}, "Add two")
    daemon.wait_for_app("two", phase="live")


@pytest.fixture
def config(repository):
    config = repository("config")
    config.publish(files(app("one")))
    return config


def test_a_local_path(config, holdfast):
    follows(start(holdfast, config.url), config)


def test_the_git_protocol(config, holdfast):
    port = free_port()
    server = subprocess.Popen(
        ["git", "daemon", "--export-all", "--reuseaddr", "--listen=127.0.0.1", f"--port={port}", f"--base-path={config.bare.parent}"],
        env=os.environ | ENVIRONMENT, stderr=subprocess.DEVNULL, start_new_session=True,
    )
    try:
        daemon = start(holdfast, f"git://127.0.0.1:{port}/config.git")
        follows(daemon, config)
        # git:// can't be pushed to here: the notes stay local, and the board says so.
        daemon.wait_until(lambda: "refs/notes/holdfast" in git(daemon.state / "config", "for-each-ref"), "kept its note")
    finally:
        os.killpg(server.pid, 9)
        server.wait()


@pytest.fixture
def sshd(tmp_path) -> tuple[int, pathlib.Path, pathlib.Path]:
    """A private sshd on a free port; gives port, user key and known_hosts."""
    folder = tmp_path / "ssh"
    folder.mkdir(mode=0o700)
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    (folder / "authorized_keys").write_bytes((folder / "user.pub").read_bytes())
    port = free_port()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {(folder / 'host.pub').read_text()}")
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized_keys\n"
        f"PidFile none\nUsePAM no\nStrictModes no\nPermitRootLogin yes\n"
    )
    pathlib.Path("/run/sshd").mkdir(exist_ok=True)
    server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", folder / "config"], stderr=subprocess.DEVNULL)
    yield port, folder / "user", folder / "known_hosts"
    server.terminate()
    server.wait()


def test_ssh(config, holdfast, sshd):
    port, key, known_hosts = sshd
    daemon = start(holdfast, f"ssh://root@127.0.0.1:{port}{config.bare}", ssh_key=key, known_hosts=known_hosts)
    follows(daemon, config)
    head = config.head
    daemon.wait_until(lambda: config.note(head), "pushed its note over ssh")


def test_ssh_to_an_unknown_host_is_refused(config, holdfast, sshd, tmp_path):
    port, key, _ = sshd
    empty = tmp_path / "no_hosts"
    empty.touch()
    daemon = start(holdfast, f"ssh://root@127.0.0.1:{port}{config.bare}", ssh_key=key, known_hosts=empty)
    daemon.wait_until(lambda: "host key is known" in daemon.log, "refused the host")
    assert daemon.request("/readyz").status == 503


def test_a_rewritten_branch_is_followed(config, holdfast):
    daemon = start(holdfast, config.url)
    daemon.wait_for_app("one", phase="live")
    git(config.work, "checkout", "--quiet", "--orphan", "fresh")
    git(config.work, "branch", "-M", "main")
    config.publish({"apps/three.yaml": app("three")}, "Start over", force=True)
    daemon.wait_for_app("three", phase="live")


def test_a_vanished_remote_is_reported_survived_and_found_again(config, holdfast):
    daemon = start(holdfast, config.url)
    daemon.wait_for_app("one", phase="live")
    hidden = config.bare.with_name("hidden.git")
    config.bare.rename(hidden)
    daemon.wait_until(lambda: "config repository:" in daemon.log, "reported it")
    assert daemon.app("one")["phase"] == "live"
    hidden.rename(config.bare)
    follows(daemon, config)


def test_a_restart_with_the_remote_gone_goes_on_from_what_it_has(config, holdfast):
    daemon = start(holdfast, config.url)
    daemon.wait_for_app("one", phase="live")
    daemon.kill()
    config.bare.rename(config.bare.with_name("hidden.git"))
    daemon.start()
    daemon.wait_for_app("one", phase="live")


def test_a_server_that_hangs_keeps_up_nothing_else(config, holdfast):
    """The page answers and the daemon ends when told, while git waits for a server that says nothing."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        daemon = start(holdfast, f"git://127.0.0.1:{silent.getsockname()[1]}/config.git")
        connection, _ = silent.accept()
        with connection:
            assert daemon.request("/healthz").status == 200
            assert daemon.stop() == 0
            assert connection.recv(1 << 16), "git asked"
            connection.settimeout(10)
            while connection.recv(1 << 16):  # until the child that asked is gone as well
                pass


def test_a_corrupt_mirror_is_fetched_anew(config, holdfast):
    daemon = start(holdfast, config.url)
    daemon.wait_for_app("one", phase="live")
    daemon.kill()
    for path in (daemon.state / "config" / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            path.write_bytes(b"half")
    (daemon.state / "config" / "packed-refs.lock").write_text("")
    config.publish({"apps/two.yaml": app("two")}, "Meanwhile")
    daemon.start()
    daemon.wait_for_app("two", phase="live")


def test_a_note_race_loses_nothing(config, holdfast):
    """Two instances write notes of the same commits at the same time, under one ref as two daemons of one name would."""
    daemons = [start(holdfast, config.url, name=name) for name in ("east", "west")]
    commits = []
    for i in range(10):
        commits.append(config.publish({"apps/one.yaml": app("one", replicas=i)}, f"Change {i}"))
    for daemon in daemons:
        daemon.wait_until(lambda: config.note(commits[-1]), "noted the last")
        daemon.wait_until(lambda: all(config.note(commit) for commit in commits[-1:]), "kept its notes")
    git(config.bare, "fsck", "--strict")


def test_a_remote_that_refuses_notes_is_told_on_the_board(config, holdfast):
    hook = config.bare / "hooks" / "update"
    hook.write_text('#!/bin/sh\ncase "$1" in refs/notes/*) echo "no notes here" >&2; exit 1;; esac\n')
    hook.chmod(0o755)
    daemon = start(holdfast, config.url)
    daemon.wait_for_app("one", phase="live")
    daemon.wait_until(lambda: "note on" in daemon.log, "told that its note was refused")
    assert config.note(config.head) is None
    local = git(daemon.state / "config", "notes", "--ref=refs/notes/holdfast", "show", config.head)
    assert "result: converged" in local
