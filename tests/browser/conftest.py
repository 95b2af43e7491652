"""One browser for all tests of the page, and a board for each."""

import os
import pathlib
import sys
from collections.abc import Iterator

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from chromium import Chromium  # noqa: E402  (found through the path above)
from page_server import PageServer  # noqa: E402


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    browser = Chromium()
    try:
        yield browser
    finally:
        browser.stop()


@pytest.fixture
def server() -> Iterator[PageServer]:
    server = PageServer()
    yield server
    server.stop()


@pytest.fixture
def browser(chromium: Chromium, server: PageServer) -> Iterator[Chromium]:
    """The browser at a blank page; afterwards, with the server still there, its console must have had nothing to complain of."""
    chromium.open("about:blank")
    chromium.screen(1600, 1000)
    chromium.complaints()
    yield chromium
    assert chromium.complaints() == []


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = os.environ.get("SCREENSHOTS")
    return pathlib.Path(folder) if folder else tmp_path_factory.mktemp("screenshots")
