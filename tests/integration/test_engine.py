"""What the other tests rely on: a private engine is whole, stands alone, and leaves nothing behind."""

import contextlib
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile

import pytest

from engine import Engine, EngineError, control_groups


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="holdfast-") as path:
        yield pathlib.Path(path)


def processes_naming(text: str) -> dict[int, str]:
    """The command line of each process that has `text` in it, by its id."""
    found = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may end while we look
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if text in command:
                found[int(entry.name)] = command
    return found


def ends(pid: int) -> bool:
    try:
        watch = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with open(watch):
        return bool(select.select([watch], [], [], 10)[0])


def test_runs_a_service_from_its_own_registry_and_leaves_nothing(folder):
    with Engine(folder).start() as engine:
        engine.docker("service", "create", "--quiet", "--name", "web", "--endpoint-mode", "dnsrr",
                      "--publish", "mode=host,target=80,published=8080", engine.image("busybox"),
                      "sh", "-c", "echo hello > index.html; exec httpd -f -p 80")
        fetch = engine.inside(["curl", "--silent", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", "http://127.0.0.1:8080/"])
        assert subprocess.run(fetch, capture_output=True, text=True, check=True).stdout == "hello\n"
        assert processes_naming(str(folder))
        assert control_groups(folder)
    assert processes_naming(str(folder)) == {}
    assert control_groups(folder) == []
    assert str(folder) not in pathlib.Path("/proc/self/mounts").read_text()


def test_engines_run_side_by_side_without_seeing_each_other(folder):
    with Engine(folder / "a").start() as a, Engine(folder / "b").start() as b:
        a.docker("service", "create", "--quiet", "--name", "only-in-a", a.image("busybox"), "sleep", "1000")
        assert b.docker("service", "ls", "--quiet").stdout == ""


def test_starts_again_with_its_swarm_after_dockerd_was_killed(folder):
    engine = Engine(folder).start()
    engine.docker("config", "create", "kept", "/etc/hostname")
    commands = processes_naming(f"--data-root={folder}/")
    os.kill(next(pid for pid, command in commands.items() if command.startswith("dockerd")), signal.SIGKILL)
    with engine.start():
        assert engine.docker("config", "ls", "--format", "{{.Name}}").stdout == "kept\n"


def test_ends_with_the_process_that_started_it(folder):
    library = pathlib.Path(__file__).parents[1] / "lib"
    program = f"import os; from engine import Engine; Engine({str(folder)!r}).start(()); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", program], cwd=library, check=False)
    engine = Engine(folder)
    assert engine.pid is None or ends(engine.pid)
    assert processes_naming(f"--data-root={folder}/") == {}
    engine.stop()


def test_refuses_a_folder_whose_socket_path_is_too_long(folder):
    with pytest.raises(EngineError, match="use a shorter folder"):
        Engine(folder / ("x" * 100)).start()
