"""Sources become images: build/ against a real engine and a real registry."""

import contextlib
import json
import os
import pathlib
import subprocess

import pytest

from engine import Engine

TOOL = os.path.join(os.path.dirname(os.environ["HOLDFAST_BIN"]), "build_source")
PAGE = "<h1>It stands</h1>\n"


class Builder:
    """The tool with a state folder of its own."""

    def __init__(self, engine: Engine, folder: pathlib.Path):
        self.engine, self.folder, self.state = engine, folder, folder / "state"

    def source(self, name: str, files: dict[str, str]) -> pathlib.Path:
        for path, content in files.items():
            file = self.folder / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        return self.folder / name

    def command(self, *sources: str, **options) -> list[str]:
        command = [TOOL, "--engine", self.engine.docker_host, "--state", str(self.state)]
        command += ["--base-image", f"STATIC_IMAGE={self.engine.image('busybox')}"]
        command += ["--base-image", f"PYTHON_IMAGE={self.engine.image('python')}"]
        for name, value in options.items():
            command += ["--" + name.replace("_", "-"), str(value)]
        return [*command, *sources]

    def build(self, *sources: str, **options) -> list[dict]:
        result = subprocess.run(self.command(*sources, **options), capture_output=True, text=True, timeout=120)
        assert result.stderr == ""
        return [json.loads(line) for line in result.stdout.splitlines()]

    def outcome(self, app: str, source: pathlib.Path, **options) -> dict:
        return self.build(f"{app}={source}", **options)[-1]

    def log(self, outcome: dict) -> str:
        return (self.state / f"{outcome['log']}.log").read_text()


@pytest.fixture
def builder(engine, tmp_path):
    return Builder(engine, tmp_path)


@pytest.fixture
def app(request):
    """A name of its own for each test: they share a registry."""
    return "default/" + request.node.name.replace("[", "-").rstrip("]").replace("_", "-")[-20:].strip("-")


def images_built(engine: Engine) -> int:
    return len(engine.docker("image", "ls", "--all", "--quiet", "--no-trunc").stdout.split())


def fetched(engine: Engine, image: str, port: int) -> str:
    """What an image serves under the hardened defaults of Holdfast, as the engine's Swarm would run it."""
    options = ["--detach", "--rm", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--network", "host"]
    container = engine.docker("run", *options, "--security-opt", "no-new-privileges", image).stdout.strip()
    try:
        curl = ["curl", "--silent", "--retry", "50", "--retry-connrefused", "--retry-delay", "1", f"http://127.0.0.1:{port}/"]
        return subprocess.run(engine.inside(curl), capture_output=True, text=True, check=True).stdout
    finally:
        engine.docker("kill", container)
        engine.docker("wait", container, check=False)


def dockerfile(engine: Engine, *lines: str) -> str:
    return "\n".join([f"FROM {engine.image('busybox')}", *lines]) + "\n"


@contextlib.contextmanager
def engine_events(engine: Engine):
    """The container events from now on, a line each; the test's own time limit ends the waiting."""
    command = ["/usr/bin/docker", "--host", engine.docker_host, "events", "--filter", "type=container", "--format", "{{json .}}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
        try:
            yield client.stdout
        finally:
            client.kill()


@pytest.mark.parametrize("kind", ["classic", "buildkit"])
def test_builds_and_pushes_a_repositorys_dockerfile(engine, builder, app, kind):
    text = dockerfile(engine, f"RUN echo made by {kind}", "COPY . /site", "EXPOSE 8080/tcp", 'CMD ["httpd", "-f", "-p", "8080", "-h", "/site"]')
    source = builder.source("site", {"Dockerfile": text, "index.html": PAGE, ".dockerignore": "secret", "secret": "x"})
    *progress, outcome = builder.build(f"{app}={source}", builder=kind)
    assert [line["stage"] for line in progress] == ["queued", "building", "pushing"]
    assert outcome["built"] and outcome["port"] == 8080
    assert outcome["image"] == f"localhost:5000/{app}@{outcome['digest']}"
    assert f"made by {kind}" in builder.log(outcome) and outcome["digest"] in builder.log(outcome)

    engine.docker("pull", "--quiet", outcome["image"])
    assert fetched(engine, outcome["image"], 8080) == PAGE
    assert engine.docker("run", "--rm", outcome["image"], "ls", "/site").stdout.split() == ["Dockerfile", "index.html"]


@pytest.mark.parametrize("kind", ["classic", "buildkit"])
def test_makes_a_dockerfile_for_a_static_site_that_runs_hardened(engine, builder, app, kind):
    source = builder.source("site", {"public/index.html": PAGE, "README.md": "not served"})
    outcome = builder.outcome(app, source, builder=kind)
    assert outcome["built"] and outcome["port"] == 3000
    assert "there is public/index.html" in builder.log(outcome) and "ARG STATIC_IMAGE" in builder.log(outcome)
    assert fetched(engine, outcome["image"], 3000) == PAGE
    assert engine.docker("run", "--rm", outcome["image"], "ls", "-A", "/site").stdout.split() == ["index.html"]


def test_makes_a_dockerfile_for_a_python_app_that_runs_hardened(engine, builder, app):
    program = """
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        self.wfile.write(f"user {os.getuid()}".encode())
http.server.HTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
"""
    engine.provide("python")
    outcome = builder.outcome(app, builder.source("python", {"app.py": program}))
    assert outcome["built"]
    assert fetched(engine, outcome["image"], 3000) == "user 65534"


def test_finds_an_image_by_its_key_instead_of_building_it_again(engine, builder, app, tmp_path):
    source = builder.source("site", {"index.html": PAGE})
    first = builder.outcome(app, source)
    built = images_built(engine)

    again = builder.build(f"{app}={source}", commit="b" * 40)
    assert len(again) == 1 and not again[0]["built"] and again[0]["digest"] == first["digest"]

    elsewhere = Builder(engine, tmp_path / "elsewhere")  # a new machine: nothing is remembered but by the registry
    found = elsewhere.build(f"{app}={source}")
    assert len(found) == 1 and not found[0]["built"] and found[0]["digest"] == first["digest"]
    assert images_built(engine) == built

    (source / "index.html").write_text("changed")
    changed = builder.outcome(app, source, commit="c" * 40)
    assert changed["built"] and changed["digest"] != first["digest"]
    tags = engine.docker("image", "ls", "--format", "{{.Tag}}", f"localhost:5000/{app}").stdout.split()
    assert len(tags) == 2 and "c" * 40 in tags, "what the registry has doesn't fill the engine's disk"


@pytest.mark.parametrize("kind", ["classic", "buildkit"])
def test_says_why_a_build_failed_and_keeps_its_log(engine, builder, app, kind):
    source = builder.source("broken", {"Dockerfile": dockerfile(engine, "RUN echo no such module: left-pad && exit 3")})
    outcome = builder.build(f"{app}={source}", builder=kind)
    assert [line.get("stage") for line in outcome[:-1]] == ["queued", "building"]
    assert outcome[-1]["code"] == "failed"
    assert "3" in outcome[-1]["error"] and "no such module: left-pad" in outcome[-1]["error"]
    assert "no such module: left-pad" in builder.log(outcome[1])


def test_reports_a_dockerfile_that_cannot_be_parsed(engine, builder, app):
    outcome = builder.outcome(app, builder.source("broken", {"Dockerfile": "FRO x\n"}))
    assert outcome["code"] == "failed" and "unknown instruction: FRO" in outcome["error"]


def test_does_not_build_for_a_registry_that_is_not_there(builder, app):
    source = builder.source("site", {"index.html": PAGE})
    outcome = builder.build(f"{app}={source}", registry="localhost:5999")
    assert len(outcome) == 1 and outcome[0]["code"] == "unavailable" and "connection refused" in outcome[0]["error"]


def test_refuses_a_symlink_that_leads_out(engine, builder, app):
    source = builder.source("site", {"Dockerfile": dockerfile(engine, "COPY . /x")})
    (source / "etc").symlink_to("/etc")
    outcome = builder.outcome(app, source)
    assert outcome["code"] == "invalid" and "etc is a symlink to /etc" in outcome["error"]


def test_begins_no_build_that_is_cancelled_before(engine, builder, app):
    source = builder.source("site", {"index.html": PAGE})
    built = images_built(engine)
    lines = builder.build(f"{app}={source}", cancel_on="building")
    assert lines[-1]["code"] == "cancelled"
    assert images_built(engine) == built


def test_stops_the_engines_work_when_a_build_is_cancelled(engine, builder, app):
    source = builder.source("slow", {"Dockerfile": dockerfile(engine, "RUN sleep 1000")})
    command = builder.command(f"{app}={source}", builder="classic")
    with subprocess.Popen([*command, "--cancel-on-signal"], stdout=subprocess.PIPE, text=True) as tool:
        try:
            with engine_events(engine) as events:
                while '"start"' not in next(events):
                    pass
                tool.terminate()
                while '"destroy"' not in next(events):
                    pass
            assert tool.poll() is None
            lines = [json.loads(tool.stdout.readline()) for _ in range(3)]
            assert lines[-1]["code"] == "cancelled"
        finally:
            tool.kill()
    assert engine.docker("ps", "--quiet").stdout == ""


@pytest.mark.parametrize("kind", ["classic", "buildkit"])
def test_ends_a_build_that_takes_too_long(engine, builder, app, kind):
    source = builder.source("slow", {"Dockerfile": dockerfile(engine, f"RUN echo {kind} && sleep 1000")})
    outcome = builder.outcome(app, source, timeout=2, builder=kind)
    assert outcome["code"] == "timeout" and "took over 2" in outcome["error"]


def test_builds_several_apps_one_after_the_other(engine, builder):
    sources = []
    for name in ("first", "second", "third"):
        folder = builder.source(name, {"Dockerfile": dockerfile(engine, f"RUN echo {name}")})
        sources.append(f"queue/{name}={folder}")
    lines = builder.build(*sources)
    assert sum(line.get("built", False) for line in lines) == 3, "\n".join(map(str, lines))
    running = 0
    for line in lines:
        running += (line.get("stage") == "building") - ("built" in line)
        assert running <= 1
