"""The demo's story, told and checked. Run it by deploy/demo, which builds what it needs."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator

PROJECT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "tests/lib"))

from engine import REGISTRY, Engine, EngineError, Swarm  # noqa: E402  (found through the path above)
from holdfast import Holdfast  # noqa: E402
from images import MissingPackage  # noqa: E402
from repository import Repository, git  # noqa: E402

# On somebody's Swarm ours is told from theirs by the instance's name; on our own it needs none, and notes have their plain name.
INSTANCE, NOTES = ("demo", "holdfast-demo") if "DOCKER_HOST" in os.environ else ("default", "holdfast")
OURS = f"label=dev.holdfast.instance={INSTANCE}"
SOURCES = ("site", "api-python", "api-node")
APPS = ("default/api-python", "default/api-node", "default/site", "default/welcome", "staging/site")
# No image can be pulled where there is no internet, so the generated Dockerfiles build on our own.
BASE_IMAGES = {"STATIC_IMAGE": "busybox", "PYTHON_IMAGE": "python", "NODE_IMAGE": "node"}
SITE, API = "http://127.0.0.1:8081/", "http://127.0.0.1:8082/"


class Broken(Exception):
    """A step that didn't hold."""


COLOURS = {"►": "36", "✔": "32", "✗": "31"}
COLOURED = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def tell(sign: str, text: str) -> None:
    print(f"\033[{COLOURS[sign]}m{sign}\033[0m {text}" if COLOURED else f"{sign} {text}", flush=True)


def quote(text: str) -> None:
    for line in text.strip().splitlines():
        print(f"    {line}", flush=True)


def wait_for(condition: Callable[[], object], what: str, seconds: float = 60) -> float:
    """Waits until it holds; how long that took."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise Broken(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - began


class GivenSwarm(Swarm):
    """The Swarm that DOCKER_HOST points at, with a registry beside it unless it has one."""

    def __init__(self, docker_host: str, folder: pathlib.Path):
        super().__init__(docker_host)
        self.folder = folder
        self.own_registry: subprocess.Popen | None = None

    def start(self, base_images: list[str]) -> None:
        if self.docker("info", "--format", "{{.Swarm.ControlAvailable}}").stdout.strip() != "true":
            raise EngineError(f"DOCKER_HOST={self.docker_host} is no Swarm manager: run docker swarm init, or unset DOCKER_HOST")
        if not self._registry_answers():
            config = self.folder / "registry.yml"
            storage = f"{{filesystem: {{rootdirectory: {self.folder}/registry}}}}"
            config.write_text(f"version: 0.1\nstorage: {storage}\nhttp: {{addr: '127.0.0.1:5000'}}\n")
            log = open(self.folder / "registry.log", "w")
            self.own_registry = subprocess.Popen(["docker-registry", "serve", str(config)], stdout=log, stderr=log)
            wait_for(self._registry_answers, f"a registry at {REGISTRY}")
        for image in base_images:
            self.provide(image)

    def _remove_all(self, kind: str) -> list[str]:
        names = self.docker(kind, "ls", "--quiet", "--filter", OURS).stdout.split()
        for name in names:
            self.docker(kind, "rm", name, check=False)
        return names

    @staticmethod
    def _registry_answers() -> bool:
        try:
            return urllib.request.urlopen(f"http://{REGISTRY}/v2/", timeout=5).status == 200
        except OSError:
            return False

    def stop(self, *, remove: bool = False) -> None:
        """Removes what the demo made; everything else on the Swarm isn't ours."""
        for kind in ("service", "config", "network"):
            # A config or a network is in use for as long as the last container is.
            wait_for(lambda: not self._remove_all(kind), f"every {kind} of the demo removed")
        if self.own_registry:
            self.own_registry.terminate()
            self.own_registry.wait()


class Demo:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        host = os.environ.get("DOCKER_HOST")
        self.swarm = GivenSwarm(host, folder) if host else Engine(folder / "engine")
        self.config: Repository
        self.sources: dict[str, Repository] = {}
        self.holdfast: Holdfast | None = None

    # What is there before the story begins

    def prepare(self) -> None:
        tell("►", f"a Docker engine{'' if 'DOCKER_HOST' in os.environ else ' of our own'}, a registry, and base images from Debian's files")
        self.swarm.start(list(BASE_IMAGES.values()))
        tell("✔", f"{self.swarm.docker_host}, registry {REGISTRY}")

        tell("►", "repositories: the configuration from example-config-repo/, and one for each app that is built")
        repositories = self.folder / "git"
        for name in SOURCES:
            self.sources[name] = Repository(repositories, name)
            self.sources[name].publish(dict(read_tree(PROJECT / "deploy/demo-sources" / name)), f"Begin {name}")
        self.config = Repository(repositories, "config")
        example = dict(read_tree(PROJECT / "example-config-repo"))
        local = {name: text.replace(b"https://git.example.org/", f"{repositories}/".encode()) for name, text in example.items()}
        self.config.publish(local, "Run a site, two APIs and a page")
        tell("✔", str(repositories))

        tell("►", "holdfast run")
        self.holdfast = Holdfast(
            self.folder / "holdfast",
            config_repo=self.config.url,
            branch="main",
            instance=INSTANCE,
            target="swarm",
            docker_host=self.swarm.docker_host,
            registry=REGISTRY,
            interval="2s",
            allow_local_sources=True,
            build_arg=[f"{name}={self.swarm.image(image)}" for name, image in BASE_IMAGES.items()],
        ).start()
        tell("✔", f"the page is at {self.holdfast.address}/")

    # The story, a chapter each; a chapter's heading is its docstring

    def converges(self) -> None:
        """from nothing to five live apps: three sources built, pushed, deployed by digest"""
        phases: dict[str, str] = {}

        def all_live() -> bool:
            for app in APPS:
                environment, name = app.split("/")
                phase = (self.holdfast.app(name, environment) or {}).get("phase", "pending")
                if phases.get(app) != phase:
                    phases[app] = phase
                    quote(f"{app}: {phase}")
            return all(phase == "live" for phase in phases.values())

        seconds = wait_for(all_live, "all apps live", 300)
        wait_for(lambda: "It holds" in self.fetch(SITE), "the site answers")
        wait_for(lambda: "Hello" in self.fetch(API), "the node API passes on what the Python API says")
        quote(f"$ curl {API}\n{self.fetch(API)}")
        images = self.swarm.docker("service", "ls", "--filter", OURS, "--format", "{{.Name}} {{.Image}}").stdout
        built = [line for line in images.splitlines() if f"{REGISTRY}/default/" in line or f"{REGISTRY}/staging/" in line]
        if len(built) != 4:
            raise Broken(f"four services should run images that were built here:\n{images}")
        tell("✔", f"five apps live after {seconds:.1f} s")

    def rolls_out(self) -> None:
        """a commit pushed to a source: built and rolled out, and nothing else is touched"""
        others = self.versions()
        page = (PROJECT / "deploy/demo-sources/site/index.html").read_text().replace("It holds", "It moved")
        commit = self.sources["site"].publish({"index.html": page}, "Say that it moved")
        quote(f"$ git push   # {commit[:8]} Say that it moved")
        seconds = wait_for(lambda: "It moved" in self.fetch(SITE), "the new page", 120)
        self.live("site", "site is live")
        touched = {name for name, version in self.versions().items() if others.get(name) != version}
        if touched != {"default_site", "staging_site"}:
            raise Broken(f"services that changed: {', '.join(sorted(touched))}")
        tell("✔", f"served {seconds:.1f} s after the push; the three other services weren't touched")

    def puts_back(self) -> None:
        """changes made by hand: seen by event, and put back"""
        service = "default_api-python"
        self.swarm.docker("service", "scale", "--detach", f"{service}=5")
        seconds = wait_for(lambda: self.inspect(service, "{{.Spec.Mode.Replicated.Replicas}}") == "2", "two replicas again")
        tell("✔", f"docker service scale {service}=5: back to 2 after {seconds:.1f} s")
        self.swarm.docker("service", "update", "--detach", "--env-add", "GREETING=Boo", service)
        environment = "{{.Spec.TaskTemplate.ContainerSpec.Env}}"
        seconds = wait_for(lambda: "GREETING=Hello" in self.inspect(service, environment), "the greeting of the manifest again")
        tell("✔", f"docker service update --env-add GREETING=Boo: back after {seconds:.1f} s")
        self.swarm.docker("service", "rm", "default_welcome")
        seconds = wait_for(lambda: "default_welcome" in self.services(), "the removed service again")
        tell("✔", f"docker service rm default_welcome: there again after {seconds:.1f} s")
        self.live("api-python", "api-python is live")
        self.live("welcome", "welcome is live")
        quote("\n".join(line for line in self.holdfast.log.splitlines() if "drift" in line.lower()))

    def prunes(self) -> None:
        """an app that left git: its service goes, the others stay"""
        before = self.services()
        self.config.publish({"apps/welcome.yaml": None, "configs/welcome.html": None}, "Say goodbye to welcome")
        wait_for(lambda: "default_welcome" not in self.services(), "the service gone")
        wait_for(lambda: "welcome" in (self.note(self.config.head) or ""), "the note on the commit")
        if self.services() != before - {"default_welcome"}:
            raise Broken(f"services now: {', '.join(sorted(self.services()))}")
        tell("✔", f"default_welcome is gone, {len(before) - 1} services stay")

    def keeps_notes(self) -> None:
        """what happened is in git: a fresh clone shows it, with no daemon"""
        clone = self.folder / "git/audit"
        git(self.folder, "clone", "--quiet", self.config.url, str(clone))
        git(clone, "fetch", "--quiet", "origin", "+refs/notes/*:refs/notes/*")
        for commit in git(clone, "rev-list", "main").split():
            if "converged" not in (self.note(commit) or ""):
                raise Broken(f"the note on {commit} doesn't say converged:\n{self.note(commit)}")
        quote(f"$ git log --notes={NOTES}\n" + git(clone, "log", f"--notes={NOTES}"))
        tell("✔", "each revision has its note")

    # Looking at the world

    def fetch(self, url: str) -> str:
        command = self.swarm.inside(["curl", "--silent", "--max-time", "5", url])
        return subprocess.run(command, capture_output=True, text=True).stdout

    def inspect(self, service: str, template: str) -> str:
        return self.swarm.docker("service", "inspect", "--format", template, service, check=False).stdout.strip()

    def services(self) -> set[str]:
        return set(self.swarm.docker("service", "ls", "--filter", OURS, "--format", "{{.Name}}").stdout.split())

    def versions(self) -> dict[str, str]:
        return {service: self.inspect(service, "{{.Version.Index}}") for service in self.services()}

    def live(self, name: str, what: str) -> None:
        wait_for(lambda: (self.holdfast.app(name) or {}).get("phase") == "live", what)

    def note(self, commit: str) -> str | None:
        return self.config.note(commit, f"refs/notes/{NOTES}")

    CHAPTERS = (converges, rolls_out, puts_back, prunes, keeps_notes)

    # The end

    def stay(self) -> None:
        print(f"""
  the page        {self.holdfast.address}/
  its log         tail -f {self.holdfast.log_file}
  the engine      export DOCKER_HOST={self.swarm.docker_host}
  the site        {' '.join(self.swarm.inside(['curl', SITE]))}
  change config   cd {self.config.work}   # edit, commit, push
  change the site cd {self.sources['site'].work}

Ctrl-C ends all of it.""")
        while self.holdfast.process.poll() is None:
            time.sleep(1)
        raise Broken(f"holdfast ended with {self.holdfast.process.returncode}")

    def clean_up(self) -> None:
        if self.holdfast:
            self.holdfast.stop()
        self.swarm.stop()


def read_tree(folder: pathlib.Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an exception, so that it cleans up
    folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-demo-"))
    demo = Demo(folder)
    try:
        demo.prepare()
        for number, chapter in enumerate(demo.CHAPTERS, 1):
            tell("►", f"{number}. {chapter.__doc__}")
            chapter(demo)
        if "--once" not in sys.argv:
            demo.stay()
        tell("✔", "every step held")
        return 0
    except KeyboardInterrupt:
        return 130
    except (Broken, AssertionError, EngineError, MissingPackage, OSError, RuntimeError) as problem:
        tell("✗", str(problem))
        if demo.holdfast:
            quote("\n".join(demo.holdfast.log.splitlines()[-40:]))
        return 1
    finally:
        tell("►", "cleaning up")
        demo.clean_up()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
