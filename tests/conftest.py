"""Fixtures of the integration tests: a real engine with a registry, real repositories, a real daemon."""

import pathlib
import sys
import tempfile
from collections.abc import Callable, Iterator

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

from engine import Engine  # noqa: E402  (found through the path above)
from holdfast import Holdfast  # noqa: E402
from repository import Repository  # noqa: E402


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """A Swarm of one node with base/busybox in its registry, shared by the tests of one file."""
    folder = tempfile.mkdtemp(prefix="holdfast-")  # not tmp_path: a socket's path must be short
    engine = Engine(folder)
    try:
        yield engine.start()
    finally:
        engine.stop(remove=True)


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
