"""A private Docker engine: one Swarm node and one registry in namespaces of their own.

Several run side by side without meeting: each has its own network (so Swarm's ports, vxlan, docker0 and the registry's
127.0.0.1:5000 don't collide), its own mounts (nothing shows up in the machine's mount table), its own /run, and its own
process tree. The first process of that tree is this program's `keep` function; when it ends, for whatever reason, the
kernel ends every process, mount and interface of the engine with it. That makes stopping and crashing the same thing.

    folder/docker.sock     the engine's API
    folder/data, registry  what survives stopping: images, Swarm state, pushed layers
    folder/*.log           what dockerd and the registry said
    folder/engine.json     which process keeps the engine
"""

import contextlib
import fcntl
import hashlib
import http.client
import json
import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator

import images

SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"  # Debian's programs, whatever else the user's PATH holds
PROGRAMS = ("dockerd", "containerd", "runc", "docker", "docker-registry", "ip", "iptables", "mount", "nsenter", "unshare")
REGISTRY = "localhost:5000"
START_TIMEOUT = 60.0
SOCKET_PATH_LIMIT = 107  # of sun_path, less its terminating zero

REGISTRY_CONFIG = """\
version: 0.1
log: {{level: warn}}
storage:
  filesystem: {{rootdirectory: {folder}}}
  delete: {{enabled: true}}
http: {{addr: "127.0.0.1:5000"}}
"""


class EngineError(Exception):
    pass


class Swarm:
    """An engine to talk to, wherever it runs."""

    def __init__(self, docker_host: str):
        self.docker_host = docker_host

    def docker(self, *args: str, check: bool = True, **options) -> subprocess.CompletedProcess:
        """Debian's docker client, talking to this engine; text output is captured."""
        command = ["/usr/bin/docker", "--host", self.docker_host, *args]
        result = subprocess.run(command, env={"PATH": SYSTEM_PATH}, capture_output=True, text=True, **options)
        if check and result.returncode != 0:
            raise EngineError(f"docker {' '.join(args)}: {result.stderr.strip() or result.stdout.strip()}")
        return result

    def inside(self, command: Iterable[str]) -> list[str]:
        """The argument vector that runs `command` where the engine's published ports are, to reach what listens there."""
        return list(command)

    def image(self, name: str) -> str:
        """The reference of a base image, in the engine's registry."""
        return f"{REGISTRY}/base/{name}"

    def provide(self, name: str) -> None:
        """Puts a base image into the engine and its registry, unless it is there."""
        reference = self.image(name)
        if self.docker("image", "inspect", reference, check=False).returncode != 0:
            change = f"CMD {images.RECIPES[name].command}"
            self.docker("import", "--change", change, str(images.tarball(name)), reference)
        self.docker("push", "--quiet", reference)


class Engine(Swarm):
    """The engine kept in `folder`; it may be running already, started by this process or by another."""

    def __init__(self, folder: str | os.PathLike):
        self.folder = pathlib.Path(folder).absolute()
        self.socket = self.folder / "docker.sock"
        super().__init__(f"unix://{self.socket}")
        self._state = self.folder / "engine.json"
        self._lifeline: int | None = None
        self._unshare: subprocess.Popen | None = None

    @property
    def pid(self) -> int | None:
        """The process whose namespaces are the engine's (`nsenter --target`), or None where it isn't running."""
        try:
            state = json.loads(self._state.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return state["pid"] if _started_at(state["pid"]) == state["started"] else None

    def inside(self, command: Iterable[str]) -> list[str]:
        if not (pid := self.pid):
            raise EngineError(f"no engine runs in {self.folder}")
        return ["nsenter", "--net", "--target", str(pid), "--", *command]

    # Life

    def start(self, base_images: Iterable[str] = ("busybox",), *, outlive: bool = False) -> "Engine":
        """Starts it unless it runs. Unless `outlive`, it ends with this process, however this process ends."""
        _check_machine(self.socket)
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            if not (self.pid and self._answers()):
                self._end()
                self._launch(outlive)
            self._join_swarm()
            for image in base_images:
                self.provide(image)
        return self

    def stop(self, *, remove: bool = False) -> None:
        """Ends every process of it; with `remove`, its folder goes too. Nothing happens where it doesn't run."""
        if not self.folder.exists():
            return
        with self._locked():
            self._end()
        if remove:
            shutil.rmtree(self.folder)

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    # How it is done

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with open(self.folder / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _launch(self, outlive: bool) -> None:
        self.socket.unlink(missing_ok=True)
        config = self.folder / "registry.yml"
        config.write_text(REGISTRY_CONFIG.format(folder=json.dumps(str(self.folder / "registry"))))
        # The keeper ends when the last copy of the pipe's other end closes: with us, or never, once told to outlive us.
        keeper_end, our_end = os.pipe()
        keeper = ["/usr/bin/python3", __file__, str(self.folder), str(keeper_end)]
        unshare = subprocess.Popen(
            ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--propagation", "private", *keeper],
            env={"PATH": SYSTEM_PATH},
            stdin=subprocess.DEVNULL,
            stdout=open(self.folder / "keeper.log", "w"),
            stderr=subprocess.STDOUT,
            pass_fds=[keeper_end],
            start_new_session=True,
        )
        os.close(keeper_end)
        try:
            pid = self._only_child(unshare)
            self._state.write_text(json.dumps({"pid": pid, "started": _started_at(pid)}))
            self._await(self._answers, "answered", unshare)
            if outlive:
                os.write(our_end, b"outlive")
                os.close(our_end)
            else:
                self._lifeline = our_end
            self._unshare = unshare
        except BaseException:
            os.close(our_end)
            unshare.wait()
            raise

    def _only_child(self, unshare: subprocess.Popen) -> int:
        children = pathlib.Path(f"/proc/{unshare.pid}/task/{unshare.pid}/children")
        self._await(lambda: children.exists() and children.read_text(), "began", unshare)
        return int(children.read_text())

    def _await(self, condition, what: str, unshare: subprocess.Popen) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while not condition():
            if unshare.poll() is not None:
                raise EngineError(f"the engine in {self.folder} ended before it {what}:\n{self._last_words()}")
            if time.monotonic() > deadline:
                raise EngineError(f"the engine in {self.folder} hasn't {what} in {START_TIMEOUT:.0f} s:\n{self._last_words()}")
            time.sleep(0.02)

    def _last_words(self) -> str:
        logs = (self.folder / "keeper.log", self.folder / "dockerd.log")
        return "\n".join("\n".join(log.read_text().splitlines()[-10:]) for log in logs if log.exists())

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("localhost", timeout=5)
        try:
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.settimeout(5)
            connection.sock.connect(str(self.socket))
            connection.request("GET", "/_ping")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def _join_swarm(self) -> None:
        if self.docker("info", "--format", "{{.Swarm.LocalNodeState}}").stdout.strip() == "inactive":
            self.docker("swarm", "init", "--advertise-addr", "127.0.0.1")
        deadline = time.monotonic() + START_TIMEOUT
        while self.docker("node", "ls", check=False).returncode != 0:  # a restarted node elects itself first
            if time.monotonic() > deadline:
                raise EngineError(f"the Swarm in {self.folder} has no leader: see {self.folder}/dockerd.log")
            time.sleep(0.1)

    def _end(self) -> None:
        if pid := self.pid:
            watch = os.pidfd_open(pid)
            signal.pidfd_send_signal(watch, signal.SIGKILL)
            select.select([watch], [], [])  # readable once it, and so everything in its process tree, is gone
            os.close(watch)
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None
        if self._unshare is not None:
            self._unshare.wait()
            self._unshare = None
        self._state.unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)
        _remove_control_groups(self.folder)


def _started_at(pid: int) -> str | None:
    """When a process started, which with its id names it for good: ids are used again."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        return None


def _check_machine(socket_path: pathlib.Path) -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        raise EngineError("a private engine needs Linux and root: it makes namespaces and mounts")
    missing = [program for program in PROGRAMS if not shutil.which(program, path=SYSTEM_PATH)]
    if missing:
        raise EngineError(f"not installed: {', '.join(missing)}; run deploy/install-dependencies test")
    if len(os.fsencode(socket_path)) > SOCKET_PATH_LIMIT:
        raise EngineError(f"{socket_path} is longer than a socket's path may be ({SOCKET_PATH_LIMIT} bytes): use a shorter folder")


def _cgroup(folder: pathlib.Path) -> str:
    return "holdfast-" + hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]


def control_groups(folder: pathlib.Path) -> list[str]:
    """The engine's control groups: the one thing of it that the kernel keeps when its processes are gone."""
    mounts = (line.split() for line in pathlib.Path("/proc/mounts").read_text().splitlines())
    roots = {mount[1] for mount in mounts if mount[2] in ("cgroup", "cgroup2")}
    return [group for root in sorted(roots) if os.path.isdir(group := f"{root}/{_cgroup(folder)}")]


def _remove_control_groups(folder: pathlib.Path) -> None:
    deadline = time.monotonic() + 5
    while (groups := control_groups(folder)) and time.monotonic() < deadline:
        for group in groups:
            for part, _, _ in os.walk(group, topdown=False):
                with contextlib.suppress(OSError):  # busy, until the kernel has done away with the last process
                    os.rmdir(part)


def keep(folder: pathlib.Path, lifeline: int) -> None:
    """The first process in the namespaces: starts the engine, reaps its orphans, ends with it."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "run", "/run"], check=True)
    registry = ["docker-registry", "serve", str(folder / "registry.yml")]
    _spawn(registry, folder / "registry.log")
    engine = ["dockerd", f"--data-root={folder}/data", f"--host=unix://{folder}/docker.sock"]
    isolation = ["--exec-opt=native.cgroupdriver=cgroupfs", f"--cgroup-parent=/{_cgroup(folder)}"]
    dockerd = _spawn([*engine, *isolation], folder / "dockerd.log")
    threading.Thread(target=_end_with, args=[lifeline], daemon=True).start()
    while os.wait()[0] != dockerd:
        pass


def _spawn(command: list[str], log: pathlib.Path) -> int:
    with open(log, "a") as output:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output).pid


def _end_with(lifeline: int) -> None:
    if not os.read(lifeline, 64):
        os._exit(0)


if __name__ == "__main__":
    keep(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
