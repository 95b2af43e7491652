"""What somebody changes by hand is seen by the event stream, told field by field, and put back."""

import time

import pytest
import yaml_note
from manifests import app, files


def spec(engine, name: str, template: str) -> str:
    return engine.docker("service", "inspect", "-f", template, name, check=False).stdout.strip()


@pytest.fixture
def daemon(engine, repository, holdfast):
    config = repository("config")
    commit = config.publish(files(app("drifter", extra="env: {COLOUR: blue}\n")))
    daemon = holdfast(config_repo=config.url, docker_host=engine.docker_host, interval="1h", instance="drift")
    daemon.wait_for_app("drifter", phase="live")
    daemon.config, daemon.commit = config, commit
    yaml_note.wait(daemon, config, commit, "drift")
    return daemon


SERVICE = "default_drifter"
BY_HAND = {
    "scale": (["service", "scale", "--detach", f"{SERVICE}=3"], "{{.Spec.Mode.Replicated.Replicas}}", "1", "Replicas"),
    "image": (["service", "update", "--detach", "--image", "localhost:5000/base/busybox:by-hand", SERVICE],
              "{{.Spec.TaskTemplate.ContainerSpec.Image}}", "localhost:5000/base/busybox:latest", "Image"),
    "env-add": (["service", "update", "--detach", "--env-add", "COLOUR=red", SERVICE],
                "{{.Spec.TaskTemplate.ContainerSpec.Env}}", "[COLOUR=blue]", "COLOUR"),
    "label": (["service", "update", "--detach", "--label-add", "by=hand", SERVICE], '{{index .Spec.Labels "by"}}', "", "by"),
    "rm": (["service", "rm", SERVICE], "{{.Spec.Name}}", SERVICE, "missing"),
}


@pytest.mark.parametrize("change", BY_HAND)
def test_a_hand_made_change_is_put_back(engine, daemon, change):
    command, template, wanted, told = BY_HAND[change]
    engine.docker(*command)
    began = time.monotonic()
    daemon.wait_until(lambda: "drift" in str((daemon.app("drifter") or {}).get("history", "")), "seen the drift")
    daemon.wait_until(lambda: spec(engine, SERVICE, template) == wanted, "put it back")
    print(f"{change}: put back after {time.monotonic() - began:.2f} s")

    event = next(event for event in daemon.app("drifter")["history"] if event["what"] == "drift")
    assert event["message"].startswith("changed by hand, put back: ")
    assert told in event["message"]
    daemon.wait_for_app("drifter", phase="live", sync="synced")

    def told_in_note():
        note = yaml_note.parse(daemon.config.note(daemon.commit, "refs/notes/holdfast-drift"))
        return [event for event in note.get("events", []) if event["what"] == "drift"]

    events = daemon.wait_until(told_in_note, "noted the drift")
    assert events[-1]["app"] == "default/drifter"


def test_a_forced_restart_is_no_drift(engine, daemon):
    before = engine.docker("service", "inspect", "-f", "{{.Spec.TaskTemplate.ForceUpdate}}", SERVICE).stdout
    engine.docker("service", "update", "--force", "--detach", SERVICE)
    # A later change is still seen, so the event of the restart was looked at as well.
    engine.docker("service", "update", "--detach", "--label-add", "later=yes", SERVICE)
    daemon.wait_until(lambda: spec(engine, SERVICE, '{{index .Spec.Labels "later"}}') == "", "put the label back")
    assert int(spec(engine, SERVICE, "{{.Spec.TaskTemplate.ForceUpdate}}")) == int(before) + 1
    history = daemon.app("drifter")["history"]
    assert not any("ForceUpdate" in event["message"] for event in history)


def test_changes_made_while_the_daemon_was_down_are_put_back(engine, daemon):
    daemon.kill()
    engine.docker("service", "scale", "--detach", f"{SERVICE}=4")
    daemon.start()
    daemon.wait_until(lambda: spec(engine, SERVICE, "{{.Spec.Mode.Replicated.Replicas}}") == "1", "scaled it back")
