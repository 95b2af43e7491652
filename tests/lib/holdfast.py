"""A holdfast process: started, watched over its HTTP API, and always ended."""

import json
import os
import pathlib
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, NamedTuple

PROJECT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = float(os.environ.get("HOLDFAST_TEST_PATIENCE", "60"))  # seconds for what should take one; only a failing test waits that long


def binary() -> str:
    return os.environ.get("HOLDFAST_BIN", str(PROJECT / "build/release/holdfast"))


def flags(options: dict[str, Any]) -> list[str]:
    """config_repo="x", allow_local_sources=True, build_arg=["A=1"] → --config-repo x --allow-local-sources --build-arg A=1"""
    result = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        for item in value if isinstance(value, list) else [value]:
            if item is True:
                result.append(flag)
            elif item not in (None, False):
                result += [flag, str(item)]
    return result


def run(*args: str, **options: Any) -> subprocess.CompletedProcess:
    """Runs one command of holdfast to its end, as a user would: run("plan", config_repo=url)."""
    return subprocess.run([binary(), *args, *flags(options)], capture_output=True, text=True, timeout=300)


class Response(NamedTuple):
    status: int
    body: str

    def json(self) -> Any:
        return json.loads(self.body)


class Holdfast:
    """The daemon. `folder` keeps its state and its log, over restarts too; the options are its flags."""

    def __init__(self, folder: pathlib.Path, **options: Any):
        self.state = folder / "state"
        self.log_file = folder / "holdfast.log"
        self.options = {"state_dir": self.state, "listen": "127.0.0.1:0", **options}
        self.process: subprocess.Popen | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> "Holdfast":
        address = self.state / "address"
        address.unlink(missing_ok=True)
        with open(self.log_file, "a") as log:
            # setpriv becomes holdfast, having asked the kernel to end it with us: even a killed test leaves nothing.
            command = ["setpriv", "--pdeathsig", "KILL", binary(), "run", *flags(self.options)]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.wait_until(lambda: address.exists() and address.read_text().strip(), "told its address")
        return self

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def address(self) -> str:
        return f"http://{(self.state / 'address').read_text().strip()}"

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def request(self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Response:
        """GET, or POST where there is a body."""
        request = urllib.request.Request(self.address + path, data=body, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return Response(response.status, response.read().decode())
        except urllib.error.HTTPError as error:
            return Response(error.code, error.read().decode())

    def app(self, name: str, environment: str = "default") -> dict | None:
        response = self.request(f"/api/v1/apps/{environment}/{name}")
        return response.json() if response.status == 200 else None

    def wait_for_app(self, name: str, environment: str = "default", timeout: float = PATIENCE, **fields: Any) -> dict:
        """Waits until the API shows the app with these fields: wait_for_app("blog", phase="live")."""
        seen: dict = {}

        def matches() -> bool:
            seen.clear()
            seen.update(self.app(name, environment) or {})
            return bool(seen) and all(seen.get(field) == value for field, value in fields.items())

        self.wait_until(matches, f"shown {environment}/{name} as {fields}", timeout, lambda: f"last seen: {seen}")
        return seen

    def wait_until(self, condition: Callable[[], Any], what: str, timeout: float = PATIENCE, detail: Callable[[], str] = str) -> Any:
        deadline = time.monotonic() + timeout
        while not (result := self._try(condition)):
            if self.process.poll() is not None:
                raise AssertionError(f"holdfast ended with {self.process.returncode} before it had {what}\n{self.log[-4000:]}")
            if time.monotonic() > deadline:
                raise AssertionError(f"holdfast hasn't {what} in {timeout:.0f} s; {detail()}\n{self.log[-4000:]}")
            time.sleep(0.05)
        return result

    @staticmethod
    def _try(condition: Callable[[], Any]) -> Any:
        try:
            return condition()
        except OSError:  # it doesn't listen yet
            return None

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int | None:
        """Asks it to end, and makes it; its exit code, or None where it never ran."""
        if self.process is None:
            return None
        self.process.terminate()
        try:
            return self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.process.returncode
