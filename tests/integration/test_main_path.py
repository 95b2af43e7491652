"""The main path against a real Swarm: a pushed commit becomes running services, and a note says so."""

import hashlib
import hmac
import json

import manifests
import yaml_note
from manifests import app, files


def services(engine) -> dict[str, str]:
    lines = engine.docker("service", "ls", "--format", "{{.Name}} {{.Replicas}}").stdout.splitlines()
    return dict(line.split(maxsplit=1) for line in lines)


def start(holdfast, engine, config, **options):
    return holdfast(config_repo=config.url, docker_host=engine.docker_host, interval="200ms", **options)


def test_a_pushed_commit_becomes_running_services_and_a_note(engine, repository, holdfast):
    config = repository("config")
    first = config.publish(files(app("alpha"), app("beta", environment="shop"), environments=(manifests.environment("shop"),)))
    daemon = start(holdfast, engine, config, instance="path")

    alpha = daemon.wait_for_app("alpha", phase="live")
    daemon.wait_for_app("beta", "shop", phase="live")
    assert alpha["sync"] == "synced" and alpha["health"] == "healthy"
    assert alpha["replicas"] == {"desired": 1, "running": 1}
    assert services(engine) == {"default_alpha": "1/1", "shop_beta": "1/1"}
    assert "default_default" in engine.docker("network", "ls", "--format", "{{.Name}}").stdout.split()

    note = yaml_note.wait(daemon, config, first, instance="path")
    assert note["result"] == "converged"
    assert set(note["apps"]) == {"default/alpha", "shop/beta"}
    assert note["apps"]["default/alpha"]["phase"] == "live"

    # A change of one app touches that app alone.
    untouched = engine.docker("service", "inspect", "-f", "{{.Version.Index}}", "shop_beta").stdout
    second = config.publish({"apps/alpha.yaml": app("alpha", replicas=2)}, "Scale alpha")
    note = yaml_note.wait(daemon, config, second, instance="path")
    assert list(note["apps"]) == ["default/alpha"]
    assert "Replicas 1 → 2" in note["apps"]["default/alpha"]["reason"]
    assert note["unchanged"] == 1
    assert services(engine)["default_alpha"] == "2/2"
    assert engine.docker("service", "inspect", "-f", "{{.Version.Index}}", "shop_beta").stdout == untouched

    # What left git leaves the engine; the environment's network goes with its last app.
    third = config.publish({"apps/beta.yaml": None}, "Remove beta")
    note = yaml_note.wait(daemon, config, third, instance="path")
    assert note["apps"]["shop/beta"]["phase"] == "removed"
    assert services(engine) == {"default_alpha": "2/2"}
    daemon.wait_until(lambda: "shop_default" not in engine.docker("network", "ls", "--format", "{{.Name}}").stdout.split(),
                      "removed the network")


def test_a_webhook_is_acted_upon_before_the_next_poll(engine, repository, holdfast, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("open sesame\n")
    secret.chmod(0o600)
    config = repository("config")
    config.publish(files(app("hook", replicas=0)))
    daemon = holdfast(config_repo=config.url, docker_host=engine.docker_host, interval="1h", instance="hook",
                      webhook_secret_file=secret)
    daemon.wait_for_app("hook", phase="live")
    commit = config.publish({"apps/hook.yaml": app("hook", replicas=1)})

    body = json.dumps({"ref": "refs/heads/main"}).encode()
    signature = hmac.new(b"open sesame", body, hashlib.sha256).hexdigest()
    assert daemon.request("/hooks/generic", body).status == 401
    assert daemon.request("/hooks/generic", body, {"X-Holdfast-Signature": "sha256=" + "0" * 64}).status == 401
    answer = daemon.request("/hooks/generic", body, {"X-Holdfast-Signature": f"sha256={signature}"})
    assert answer.status == 202
    yaml_note.wait(daemon, config, commit, instance="hook")
    assert services(engine)["default_hook"] == "1/1"


def test_what_is_not_ours_is_never_touched(engine, repository, holdfast):
    image = engine.image("busybox")
    engine.docker("service", "create", "--detach", "--name", "default_theirs", "--replicas", "0", image)
    engine.docker("service", "create", "--detach", "--name", "bystander", "--replicas", "0", image)
    before = engine.docker("service", "inspect", "default_theirs", "bystander").stdout
    config = repository("config")
    config.publish(files(app("theirs"), app("mine", replicas=0)))
    daemon = start(holdfast, engine, config, instance="owner")

    daemon.wait_for_app("mine", phase="live")
    refused = daemon.wait_for_app("theirs", phase="failed")
    assert "is not ours" in refused["reason"]
    assert engine.docker("service", "inspect", "default_theirs", "bystander").stdout == before
    engine.docker("service", "rm", "default_theirs", "bystander")


def test_one_bad_app_never_stops_another(engine, repository, holdfast):
    config = repository("config")
    config.publish(files(app("good", replicas=0), app("bad", replicas=0)))
    daemon = start(holdfast, engine, config, instance="bad")
    daemon.wait_for_app("bad", phase="live")

    commit = config.publish({"apps/bad.yaml": app("bad").replace("replicas", "replica"), "apps/good.yaml": app("good", replicas=1)})
    note = yaml_note.wait(daemon, config, commit, instance="bad")
    assert note["result"] == "degraded"
    assert note["apps"]["default/bad"]["phase"] == "invalid"
    assert 'did you mean "replicas"?' in note["apps"]["default/bad"]["reason"]
    assert services(engine)["default_bad"] == "0/0", "it keeps running as last applied"
    assert services(engine)["default_good"] == "1/1"

    # A file that can't be read at all keeps what it held, too.
    config.publish({"apps/bad.yaml": "name: [", "apps/good.yaml": app("good", replicas=2)})
    daemon.wait_until(lambda: services(engine).get("default_good") == "2/2", "scaled the good one")
    assert "default_bad" in services(engine)


def test_the_prune_guard_stops_and_a_trailer_confirms(engine, repository, holdfast):
    names = ["one", "two", "three", "four"]
    config = repository("config")
    config.publish(files(*(app(name, replicas=0) for name in names)))
    daemon = start(holdfast, engine, config, instance="guard")
    for name in names:
        daemon.wait_for_app(name, phase="live")

    commit = config.publish({f"apps/{name}.yaml": None for name in names[1:]}, "Oops")
    note = yaml_note.wait(daemon, config, commit, instance="guard")
    assert note["result"] == "degraded"
    assert any("would remove 3 of 4 apps" in event["message"] for event in note["events"])
    assert all(f"default_{name}" in services(engine) for name in names)

    commit = config.publish({}, "Yes, I mean it\n\nHoldfast-Prune: confirm")
    note = yaml_note.wait(daemon, config, commit, instance="guard")
    assert note["result"] == "converged"
    assert [name for name in names if f"default_{name}" in services(engine)] == ["one"]


def test_suspended_apps_are_neither_changed_nor_repaired(engine, repository, holdfast):
    config = repository("config")
    config.publish(files(app("still", replicas=0)))
    daemon = start(holdfast, engine, config, instance="still")
    daemon.wait_for_app("still", phase="live")
    config.publish({"apps/still.yaml": app("still", replicas=1, extra="suspend: true\n")})
    daemon.wait_for_app("still", phase="suspended")
    engine.docker("service", "update", "--detach", "--env-add", "HAND=made", "default_still")
    config.publish({"apps/other.yaml": app("other", replicas=0)})
    daemon.wait_for_app("other", phase="live")
    assert services(engine)["default_still"] == "0/0"
    assert "HAND=made" in engine.docker("service", "inspect", "default_still").stdout


def test_an_app_waits_for_what_it_depends_on(engine, repository, holdfast):
    config = repository("config")
    broken = app("base", image="localhost:5000/base/missing:1")
    config.publish(files(broken, app("top", extra="dependsOn: [base]\n")))
    daemon = start(holdfast, engine, config, instance="order")
    waiting = daemon.wait_for_app("top", phase="waiting")
    assert waiting["reason"] == "waits for default/base"
    assert "default_top" not in services(engine)
    config.publish({"apps/base.yaml": app("base")})
    daemon.wait_for_app("top", phase="live")


def test_a_tick_with_nothing_changed_costs_nothing(engine, repository, holdfast):
    config = repository("config")
    config.publish(files(app("calm", replicas=0)))
    daemon = start(holdfast, engine, config, instance="calm")
    daemon.wait_for_app("calm", phase="live")

    def metric(name: str) -> float:
        lines = daemon.request("/metrics").body.splitlines()
        return float(next(line for line in lines if line.startswith(name)).split()[-1])

    looks = "holdfast_config_repository_looks_total"
    daemon.wait_until(lambda: metric(looks) >= 3, "polled")
    before = {name: metric(name) for name in ("holdfast_engine_reads_total", "holdfast_engine_writes_total", "holdfast_passes_total")}
    reached = metric(looks) + 5
    daemon.wait_until(lambda: metric(looks) >= reached, "polled five times more")
    assert {name: metric(name) for name in before} == before


def test_the_page_and_the_api_answer(engine, repository, holdfast):
    config = repository("config")
    commit = config.publish(files(app("shown", replicas=0)), "Show it")
    daemon = start(holdfast, engine, config, instance="shown")
    daemon.wait_for_app("shown", phase="live")
    assert daemon.request("/healthz").status == 200
    daemon.wait_until(lambda: daemon.request("/readyz").status == 200, "become ready")
    assert daemon.request("/").status == 200
    revisions = daemon.request("/api/v1/revisions").json()
    newest = (revisions["revisions"] if isinstance(revisions, dict) else revisions)[0]
    assert newest["subject"] == "Show it"
    assert commit in json.dumps(newest)
    missing = daemon.request("/api/v1/apps/default/myapp")
    assert missing.status == 404 and missing.json()["detail"] == "App 'myapp' not found"
