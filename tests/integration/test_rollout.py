"""Rollouts are watched until they are live, failed or rolled back; success is never said of a rollback."""

import yaml_note
from manifests import BUSYBOX, app, files

BROKEN = f"{BUSYBOX}:no-such-tag"


def running_image(engine, name: str) -> str:
    return engine.docker("service", "inspect", "-f", "{{.Spec.TaskTemplate.ContainerSpec.Image}}", name).stdout.strip()


def test_a_rollout_that_fails_is_rolled_back_told_and_not_tried_again(engine, repository, holdfast):
    config = repository("config")
    config.publish(files(app("roll")))
    daemon = holdfast(config_repo=config.url, docker_host=engine.docker_host, interval="200ms", instance="roll")
    daemon.wait_for_app("roll", phase="live")

    bad = config.publish({"apps/roll.yaml": app("roll", image=BROKEN)}, "Break it")
    status = daemon.wait_for_app("roll", phase="rolled_back")
    assert "No such image" in status["reason"]
    assert status["sync"] == "out of sync"
    assert running_image(engine, "default_roll") == f"{BUSYBOX}:latest", "the last good version runs"
    note = yaml_note.wait(daemon, config, bad, "roll")
    assert note["result"] != "converged"
    assert note["apps"]["default/roll"]["phase"] == "rolled_back"
    ready = next(condition for condition in status["conditions"] if condition["type"] == "Ready")
    assert ready["status"] in (False, "False")

    # The same input isn't tried again, not even after a restart; another one is at once.
    version = engine.docker("service", "inspect", "-f", "{{.Version.Index}}", "default_roll").stdout
    daemon.kill()
    daemon.start()
    daemon.wait_until(lambda: daemon.request("/readyz").status == 200, "become ready")
    assert daemon.app("roll")["phase"] in ("failed", "rolled_back")
    assert engine.docker("service", "inspect", "-f", "{{.Version.Index}}", "default_roll").stdout == version
    good = config.publish({"apps/roll.yaml": app("roll", extra="env: {MENDED: very}\n")}, "Mend it")
    daemon.wait_for_app("roll", phase="live")
    assert yaml_note.wait(daemon, config, good, "roll")["result"] == "converged"


def test_a_newer_revision_overtakes_a_rollout_that_hangs(engine, repository, holdfast):
    config = repository("config")
    config.publish(files(app("hang", extra="health: {command: [\"false\"], interval: 1s, retries: 100, startPeriod: 10m}\n")))
    daemon = holdfast(config_repo=config.url, docker_host=engine.docker_host, interval="200ms", instance="hang")
    daemon.wait_for_app("hang", phase="rolling_out")
    config.publish({"apps/hang.yaml": app("hang")}, "Drop the check")
    daemon.wait_for_app("hang", phase="live")


def test_an_unhealthy_app_is_not_called_live(engine, repository, holdfast):
    config = repository("config")
    config.publish(files(app("sick", extra="health: {command: [\"false\"], interval: 1s, timeout: 1s, retries: 1}\n")))
    daemon = holdfast(config_repo=config.url, docker_host=engine.docker_host, interval="200ms", instance="sick")
    status = daemon.wait_for_app("sick", phase="failed", timeout=120)
    assert status["health"] == "degraded"


def test_changed_configs_rotate_and_old_ones_go(engine, repository, holdfast):
    config = repository("config")
    manifest = app("conf", extra="configs: {/etc/motd: files/motd}\n")
    config.publish({**files(manifest), "files/motd": "one\n"})
    daemon = holdfast(config_repo=config.url, docker_host=engine.docker_host, interval="200ms", instance="conf")
    daemon.wait_for_app("conf", phase="live")

    def configs() -> list[str]:
        return [name for name in engine.docker("config", "ls", "--format", "{{.Name}}").stdout.split() if "conf" in name]

    first = configs()
    assert len(first) == 1
    commit = config.publish({"files/motd": "two\n"}, "Another message")
    assert yaml_note.wait(daemon, config, commit, "conf")["result"] == "converged"
    daemon.wait_until(lambda: len(configs()) == 1, "removed the old config")
    assert configs() != first
