"""The commands, as a user runs them, with their exit codes."""

import json
import subprocess

import pytest
from holdfast import binary, run
from manifests import app, files
from repository import git


@pytest.fixture
def folder(tmp_path):
    def write(content: dict[str, str]):
        for name, text in content.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return tmp_path

    return write


def test_init_makes_what_validate_accepts(tmp_path):
    made = run("init", str(tmp_path / "config"))
    assert made.returncode == 0, made.stderr
    checked = run("validate", str(tmp_path / "config"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout == "valid: 1 app in 1 environment\n"
    again = run("init", str(tmp_path / "config"))
    assert again.returncode == 1 and "nothing was written" in again.stderr


def test_validate_says_where_what_and_what_was_meant(folder):
    broken = app("blog").replace("replicas: 1", "replica: 1\nport: 70000")
    checked = run("validate", str(folder(files(broken))))
    assert checked.returncode == 1
    assert 'apps/blog.yaml:7:1: /replica: unknown key; did you mean "replicas"?' in checked.stdout
    assert "apps/blog.yaml:8:7: /port: 70000 is greater than 65535" in checked.stdout
    report = json.loads(run("validate", str(folder(files(broken))), "-o", "json").stdout)
    assert report["valid"] is False
    assert {"line": 8, "column": 7, "pointer": "/port"}.items() <= next(d for d in report["diagnostics"] if d["pointer"] == "/port").items()


def test_validate_reads_a_revision_of_a_repository(repository):
    config = repository("config")
    config.publish(files(app("blog")))
    git(config.work, "tag", "good")
    git(config.work, "push", "--quiet", "origin", "good")
    config.publish({"apps/blog.yaml": "nonsense"})
    assert run("validate", "--repo", config.url, "--rev", "good").returncode == 0
    assert run("validate", "--repo", config.url).returncode == 1
    assert run("validate", "--repo", config.url, "--rev", "missing").returncode == 2
    assert run("validate", "--repo", "/no/such/place").returncode == 2


def test_plan_without_an_engine_by_the_memory_target(folder):
    config = str(folder(files(app("blog"))))
    text = run("plan", config, target="memory")
    assert text.returncode == 1, text.stderr
    assert "+ default/blog: create service default_blog: it is new" in text.stdout
    assert text.stdout.endswith("Plan: 2 to add, 0 to change, 0 to remove.\n")
    value = json.loads(run("plan", config, "-o", "json", target="memory").stdout)
    assert value["totals"] == {"add": 2, "change": 0, "remove": 0}
    assert "| create | default/blog |" in run("plan", config, "-o", "markdown", target="memory").stdout


def test_plan_against_an_engine_masks_secrets_and_changes_nothing(engine, repository, holdfast):
    config = repository("config")
    config.publish(files(app("plan", replicas=0, extra="env: {DB_PASSWORD: old-one}\n")))
    daemon = holdfast(config_repo=config.url, docker_host=engine.docker_host, instance="plan")
    daemon.wait_for_app("plan", phase="live")
    options = {"config_repo": config.url, "docker_host": engine.docker_host, "instance": "plan"}
    nothing = run("plan", **options)
    assert (nothing.returncode, nothing.stdout) == (0, "Nothing to change.\n")

    git(config.work, "checkout", "--quiet", "-b", "proposal")
    config.write({"apps/plan.yaml": app("plan", replicas=3, extra="env: {DB_PASSWORD: new-one}\n")})
    git(config.work, "commit", "--quiet", "--all", "--message", "Propose")
    git(config.work, "push", "--quiet", "origin", "proposal")
    proposed = run("plan", "--rev", "proposal", **options)
    assert proposed.returncode == 1
    assert "Replicas: 0 → 3" in proposed.stdout
    assert "***" in proposed.stdout and "new-one" not in proposed.stdout and "old-one" not in proposed.stdout
    assert run("plan", **options).returncode == 0
    unreachable = run("plan", config_repo=config.url, docker_host="unix:///no/such/socket")
    assert unreachable.returncode == 2 and "/no/such/socket" in unreachable.stderr


def test_docker_stack_deploy_takes_what_render_prints(engine, folder):
    rendered = run("render", "stand", str(folder(files(app("stand", replicas=0)))))
    assert rendered.returncode == 0, rendered.stderr
    engine.docker("stack", "deploy", "--compose-file", "-", "elsewhere", input=rendered.stdout)
    assert "elsewhere_stand" in engine.docker("service", "ls", "--format", "{{.Name}}").stdout
    engine.docker("stack", "rm", "elsewhere")
    missing = run("render", "nobody", str(folder(files(app("stand")))))
    assert missing.returncode == 1 and "App 'nobody' not found" in missing.stderr


def test_run_once_converges_notes_and_tells_by_its_exit_code(engine, repository, tmp_path):
    config = repository("config")
    options = {"config_repo": config.url, "docker_host": engine.docker_host, "instance": "once", "state_dir": tmp_path / "state"}
    good = config.publish(files(app("once")))
    assert run("run", "--once", **options).returncode == 0
    assert "result: converged" in config.note(good, "refs/notes/holdfast-once")
    bad = config.publish({"apps/bad.yaml": app("bad").replace("image", "imagine")})
    assert run("run", "--once", **options).returncode == 1
    assert "result: degraded" in config.note(bad, "refs/notes/holdfast-once")
    assert run("run", "--once", **(options | {"docker_host": "unix:///no/such/socket"})).returncode == 2
    assert run("run", "--once", **(options | {"config_repo": "/no/such/repository", "state_dir": tmp_path / "other"})).returncode == 2


def test_history_reads_the_notes_of_any_clone_with_no_daemon(repository, tmp_path, holdfast):
    config = repository("config")
    config.publish(files(app("blog"), app("shop")), "Begin")
    daemon = holdfast(config_repo=config.url, target="memory", interval="200ms")
    daemon.wait_until(lambda: config.note(config.head), "noted the first")
    config.publish({"apps/blog.yaml": app("blog", replicas=2)}, "Scale the blog")
    daemon.wait_until(lambda: config.note(config.head), "noted the second")
    daemon.stop()

    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", config.url, str(clone))
    without = run("history", clone=clone)
    assert without.returncode == 1 and "git fetch origin" in without.stderr
    git(clone, "fetch", "--quiet", "origin", "refs/notes/holdfast:refs/notes/holdfast")
    text = run("history", clone=clone)
    assert text.returncode == 0, text.stderr
    assert text.stdout.index("Scale the blog") < text.stdout.index("Begin")
    blog = json.loads(run("history", "blog", "-o", "json", clone=clone).stdout)
    assert [entry["subject"] for entry in blog] == ["Scale the blog", "Begin"]
    shop = json.loads(run("history", "shop", "-o", "json", clone=clone).stdout)
    assert [entry["subject"] for entry in shop] == ["Begin"]
    log = git(clone, "log", "--notes=holdfast")
    assert "result: converged" in log and "Notes (holdfast):" in log


def test_status_asks_the_daemon(repository, holdfast):
    config = repository("config")
    config.publish(files(app("blog")))
    daemon = holdfast(config_repo=config.url, target="memory", interval="200ms")
    daemon.wait_for_app("blog", phase="live")
    shown = run("status", state_dir=daemon.state)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.splitlines()[1].split()[:4] == ["default/blog", "live", "synced", "healthy"]
    assert run("status", "blog", "-o", "json", daemon=f"{daemon.address}").returncode == 0
    missing = run("status", "nobody", state_dir=daemon.state)
    assert missing.returncode == 1 and "App 'nobody' not found" in missing.stderr


def test_a_wrong_command_line_is_refused_with_2():
    assert run("frobnicate").returncode == 2
    assert run("run", "--interval", "soon").returncode == 2
    assert run().returncode == 2
    assert run("--help").returncode == 0


def test_settings_come_from_variables_and_a_file_too(folder, tmp_path):
    config = str(folder(files(app("blog"))))
    (tmp_path / "holdfast.toml").write_text('target = "memory"\n')
    from holdfast import binary

    by_file = subprocess.run([binary(), "--config", tmp_path / "holdfast.toml", "plan", config], capture_output=True, text=True)
    by_variable = subprocess.run([binary(), "plan", config], env={"HOLDFAST_TARGET": "memory"}, capture_output=True, text=True)
    assert by_file.returncode == by_variable.returncode == 1, by_file.stderr + by_variable.stderr
    assert by_file.stdout == by_variable.stdout


def test_paths_are_taken_from_where_the_command_is_given(repository, tmp_path, monkeypatch):
    config = repository("config")
    config.publish(files(app("blog")))
    monkeypatch.chdir(config.work)
    once = run("run", "--once", config_repo=".", target="memory", state_dir="../state")
    assert once.returncode == 0, once.stderr
    assert (tmp_path / "state" / "config" / "HEAD").exists()
    assert run("plan", config_repo=".", target="memory").returncode == 1


def test_run_once_that_is_stopped_does_not_claim_to_have_converged(repository, tmp_path):
    config = repository("config")
    config.publish(files(app("blog").replace("monitor: 1s", "monitor: 1h")))
    command = [binary(), "run", "--once", "--config-repo", config.url, "--target", "memory", "--state-dir", str(tmp_path / "state")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if "applied 1 app" in line:
            process.terminate()
    assert process.wait() == 2
