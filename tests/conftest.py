"""Fixtures of the integration tests: a real engine with a registry, real repositories, a real daemon."""

import pathlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

from engine import Engine  # noqa: E402  (found through the path above)
from holdfast import Holdfast  # noqa: E402
from repository import Repository  # noqa: E402


@pytest.fixture(scope="session")
def running_engine() -> Iterator[Engine]:
    """A Swarm of one node with base/busybox in its registry, shared by the tests of one file."""
    folder = tempfile.mkdtemp(prefix="holdfast-")  # not tmp_path: a socket's path must be short
    engine = Engine(folder)
    try:
        yield engine.start()
    finally:
        engine.stop(remove=True)


@pytest.fixture
def engine(running_engine: Engine) -> Iterator[Engine]:
    """The Swarm, without services, networks, configs and secrets of the tests before."""
    yield running_engine
    for kind in ("service", "config", "secret"):
        found = running_engine.docker(kind, "ls", "--quiet").stdout.split()
        if found:
            running_engine.docker(kind, "rm", *found)
    deadline = time.monotonic() + 60  # a network is busy until its last task is gone
    while networks := running_engine.docker("network", "ls", "--quiet", "--filter", "label=dev.holdfast.instance").stdout.split():
        running_engine.docker("network", "rm", *networks, check=time.monotonic() > deadline)


@pytest.fixture
def repository(tmp_path: pathlib.Path) -> Callable[[str], Repository]:
    """Makes repositories by name: repository("config")."""
    return lambda name: Repository(tmp_path, name)


@pytest.fixture
def holdfast(tmp_path: pathlib.Path) -> Iterator[Callable[..., Holdfast]]:
    """Starts daemons; ends each, and shows its log where the test failed."""
    started: list[Holdfast] = []

    def start(name: str = "daemon", **options) -> Holdfast:
        started.append(Holdfast(tmp_path / name, **options))
        return started[-1].start()

    yield start
    for daemon in started:
        daemon.stop()
        print(f"--- {daemon.log_file}\n{daemon.log}")
