"""Apps from source: fetched, built, pushed and deployed by digest; a failed build leaves the running version alone."""

import shutil
import subprocess

import manifests
import pytest
import yaml_note
from manifests import files, source_app

DOCKERFILE = """FROM localhost:5000/base/busybox
COPY index.html /srv/index.html
USER 65534
EXPOSE 8080
CMD ["httpd", "-f", "-p", "8080", "-h", "/srv"]
"""


@pytest.fixture
def world(engine, repository, holdfast, request):
    """A source repository `site`, a config repository that deploys it, and a daemon on them."""
    instance = request.node.name.replace("test_", "").replace("_", "-")[:20].strip("-")
    source = repository("site")
    source.publish({"Dockerfile": DOCKERFILE, "index.html": "one\n"}, "Begin the site")
    config = repository("config")
    name = instance.replace("-", "")[:12]
    commit = config.publish(files(source_app(name, source.url)))
    daemon = holdfast(config_repo=config.url, docker_host=engine.docker_host, interval="200ms", instance=instance, allow_local_sources=True)
    daemon.source, daemon.config, daemon.commit, daemon.app_name, daemon.instance = source, config, commit, name, instance
    return daemon


def image(engine, name: str) -> str:
    return engine.docker("service", "inspect", "-f", "{{.Spec.TaskTemplate.ContainerSpec.Image}}", f"default_{name}").stdout.strip()


def test_a_push_to_a_source_is_built_pushed_and_deployed_by_digest(engine, world):
    name = world.app_name
    status = world.wait_for_app(name, phase="live")
    first = image(engine, name)
    assert first.startswith(f"localhost:5000/default/{name}@sha256:")
    assert status["source"]["commit"] == world.source.head
    assert '"Begin the site"' in status["source"]["description"]
    note = yaml_note.wait(world, world.config, world.commit, world.instance)
    assert note["apps"][f"default/{name}"]["image"] == first

    world.source.publish({"index.html": "two\n"}, "Say two")
    world.wait_until(lambda: image(engine, name) != first, "deployed the new image")
    world.wait_for_app(name, phase="live")
    log = world.request(f"/api/v1/apps/default/{name}").json()["build"]
    assert "COPY index.html" in world.request(f"/api/v1/apps/default/{name}/builds/{log if isinstance(log, str) else log['id']}/log").body

    def deployed() -> bool:
        note = yaml_note.parse(world.config.note(world.commit, f"refs/notes/holdfast-{world.instance}"))
        return any(event["what"] == "deploy" and "Say two" in event["message"] for event in note.get("events", []))

    world.wait_until(deployed, "noted the deployment on the revision that it belongs to")


def test_a_failed_build_leaves_the_running_version_alone(engine, world):
    name = world.app_name
    world.wait_for_app(name, phase="live")
    before = engine.docker("service", "inspect", "-f", "{{.Version.Index}} {{.Spec.TaskTemplate.ContainerSpec.Image}}", f"default_{name}").stdout
    world.source.publish({"Dockerfile": DOCKERFILE + "RUN false\n"}, "Break the build")
    status = world.wait_for_app(name, phase="failed")
    assert "build failed" in status["reason"]
    assert status["replicas"]["running"] == 1
    after = engine.docker("service", "inspect", "-f", "{{.Version.Index}} {{.Spec.TaskTemplate.ContainerSpec.Image}}", f"default_{name}").stdout
    assert after == before
    world.source.publish({"Dockerfile": DOCKERFILE}, "Mend the build")
    world.wait_for_app(name, phase="live")


def test_an_image_that_the_registry_has_is_not_built_again(engine, world):
    name = world.app_name
    world.wait_for_app(name, phase="live")
    before = image(engine, name)
    world.kill()
    shutil.rmtree(world.state)
    world.start()
    world.wait_for_app(name, phase="live")
    assert image(engine, name) == before
    assert f"default/{name}: found" in world.log.split("listening on")[-1]


def test_an_app_whose_source_went_away_stays_live(engine, world):
    name = world.app_name
    world.wait_for_app(name, phase="live")
    hidden = world.source.bare.with_name("hidden.git")
    world.source.bare.rename(hidden)
    status = world.wait_for_app(name, sync="unknown")
    assert status["phase"] == "live" and "its source can't be fetched" in status["reason"]
    hidden.rename(world.source.bare)
    world.source.publish({"index.html": "back\n"}, "Be back")
    world.wait_for_app(name, phase="live", sync="synced")
    assert "Be back" in world.app(name)["source"]["description"]


def test_a_source_that_cannot_be_fetched_stops_no_other(engine, repository, holdfast):
    config = repository("config")
    config.publish(files(source_app("lost", "/no/such/repository"), manifests.app("fine", replicas=0)))
    daemon = holdfast(config_repo=config.url, docker_host=engine.docker_host, interval="200ms", instance="lost", allow_local_sources=True)
    daemon.wait_for_app("fine", phase="live")
    status = daemon.wait_for_app("lost", phase="failed")
    assert "its source can't be fetched" in status["reason"]


def test_a_registry_that_comes_late_gets_the_image_all_the_same(engine, repository, holdfast, tmp_path):
    source = repository("site")
    source.publish({"Dockerfile": DOCKERFILE, "index.html": "one\n"})
    config = repository("config")
    config.publish(files(source_app("late", source.url)))
    daemon = holdfast(config_repo=config.url, docker_host=engine.docker_host, interval="1h", registry="localhost:5001", allow_local_sources=True)
    assert "localhost:5001" in daemon.wait_for_app("late", phase="failed")["reason"]

    settings = tmp_path / "registry.yml"
    settings.write_text(f"version: 0.1\nstorage: {{filesystem: {{rootdirectory: {tmp_path}/registry}}}}\nhttp: {{addr: 127.0.0.1:5001}}\n")
    registry = subprocess.Popen(engine.inside(["docker-registry", "serve", str(settings)]), stderr=subprocess.DEVNULL)
    try:
        daemon.wait_for_app("late", phase="live")
    finally:
        registry.kill()
        registry.wait()
