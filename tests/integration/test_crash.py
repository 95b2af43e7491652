"""kill -9 at random instants during convergence: the end state is always the desired one, with nothing made twice."""

import collections
import json
import random
import shutil
import subprocess

from manifests import app, environment, files

KILLS = 50
APPS = 40


def test_fifty_kills_during_convergence_end_in_the_desired_state(engine, repository, holdfast):
    config = repository("config")
    names = [f"app{i}" for i in range(APPS)]
    sides = (environment("left"), environment("right"))

    def manifests(generation: int) -> dict[str, str]:
        def one(i: int, name: str) -> str:
            return app(name, environment="left" if i % 2 else "right", replicas=0, extra=f'env: {{GENERATION: "{generation}"}}\n')

        return files(*(one(i, name) for i, name in enumerate(names)), environments=sides)

    config.publish(manifests(0))
    daemon = holdfast(config_repo=config.url, docker_host=engine.docker_host, interval="100ms", instance="crash")
    chance = random.Random(20261121)
    for kill in range(KILLS):
        # Each life has something to do: a new generation of everything, every other time with one app gone and one new.
        changes: dict[str, str | None] = dict(manifests(kill + 1))
        if kill % 2:
            gone = chance.choice(names)
            names[names.index(gone)] = f"new{kill}"
            changes = dict(manifests(kill + 1)) | {f"apps/{gone}.yaml": None}
        config.publish(changes, f"Generation {kill + 1}")
        lives_for = chance.uniform(0.0, 0.6)
        try:
            daemon.process.wait(timeout=lives_for)
            raise AssertionError(f"holdfast ended by itself\n{daemon.log[-2000:]}")
        except subprocess.TimeoutExpired:
            daemon.kill()
        daemon.start()

    wanted = {f"{'left' if i % 2 else 'right'}_{name}" for i, name in enumerate(names)}
    generation = f"GENERATION={KILLS}"

    def observed() -> list[dict]:
        ids = engine.docker("service", "ls", "--quiet").stdout.split()
        return json.loads(engine.docker("service", "inspect", *ids).stdout) if ids else []

    def converged() -> bool:
        found = observed()
        return {service["Spec"]["Name"] for service in found} == wanted and all(
            service["Spec"]["TaskTemplate"]["ContainerSpec"]["Env"] == [generation] for service in found
        )

    daemon.wait_until(converged, "converged after the last kill", timeout=120)
    counts = collections.Counter(service["Spec"]["Name"] for service in observed())
    assert set(counts.values()) == {1}
    networks = engine.docker("network", "ls", "--format", "{{.Name}}").stdout.split()
    assert networks.count("left_default") == 1 and networks.count("right_default") == 1
    daemon.wait_until(lambda: config.note(config.head, "refs/notes/holdfast-crash"), "noted the last revision")


def test_the_state_folder_may_be_deleted(engine, repository, holdfast):
    config = repository("config")
    commit = config.publish(files(app("stays")))
    daemon = holdfast(config_repo=config.url, docker_host=engine.docker_host, interval="100ms", instance="stateless")
    note = daemon.wait_until(lambda: config.note(commit, "refs/notes/holdfast-stateless"), "noted")
    version = engine.docker("service", "inspect", "-f", "{{.Version.Index}}", "default_stays").stdout
    daemon.kill()
    shutil.rmtree(daemon.state)
    daemon.start()
    daemon.wait_for_app("stays", phase="live", sync="synced")

    # A later revision shows that everything before it was looked at.
    later = config.publish({"README.md": "Hello\n"})
    daemon.wait_until(lambda: config.note(later, "refs/notes/holdfast-stateless"), "noted the later one")
    assert config.note(commit, "refs/notes/holdfast-stateless") == note, "what was said isn't said again"
    assert engine.docker("service", "inspect", "-f", "{{.Version.Index}}", "default_stays").stdout == version
