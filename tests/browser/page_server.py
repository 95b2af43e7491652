"""tests/tools/page_server: a board that a test changes as it goes."""

import json
import os
import pathlib
import subprocess
from typing import Any

PROJECT = pathlib.Path(__file__).resolve().parents[2]


class PageServer:
    def __init__(self, port: int = 0) -> None:
        binary = os.environ.get("PAGE_SERVER", str(PROJECT / "build/release/page_server"))
        command = ["setpriv", "--pdeathsig", "KILL", binary, "--port", str(port)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()
        assert self.address, "page_server did not start"

    @property
    def port(self) -> int:
        return int(self.address.rsplit(":", 1)[1])

    def tell(self, **change: Any) -> None:
        """One change of the board: tell(app={...}), tell(remove="default/blog"), tell(set={...})."""
        self.process.stdin.write(json.dumps(change) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline(), f"page_server ended on {change}"

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
