"""Base images made from the files of installed Debian packages, for machines that can pull none.

An image is a root file system in a tar, kept in ${XDG_CACHE_HOME:-~/.cache}/holdfast under the versions of the packages
that it was made from, so it is made once for each version and never goes stale.
"""

import hashlib
import io
import os
import pathlib
import re
import subprocess
import tarfile
from collections.abc import Callable, Iterable
from typing import NamedTuple

BUSYBOX = "/usr/bin/busybox"
PYTHON = "/usr/bin/python3"
NODE = "/usr/bin/node"

USERS = "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/home/app:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"
GROUPS = "root:x:0:\napp:x:1000:\nnogroup:x:65534:\n"
MERGED = ("bin", "sbin", "lib", "lib64")  # Debian 12 keeps these below /usr, with links in /


class MissingPackage(Exception):
    pass


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _installed(pattern: str) -> list[str]:
    """The installed packages whose names match a shell pattern, each as name=version."""
    listing = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${db:Status-Status} ${Package}=${Version}\n", pattern],
        capture_output=True,
        text=True,
    ).stdout
    return sorted(line.split()[1] for line in listing.splitlines() if line.startswith("installed "))


def _files_of(packages: Iterable[str]) -> set[str]:
    names = [package.split("=")[0] for package in packages]
    return set(_output("dpkg-query", "--listfiles", *names).split("\n")) if names else set()


def _shared_libraries(binaries: Iterable[str]) -> set[str]:
    """What the dynamic linker loads for these, itself included."""
    listing = _output("ldd", *binaries)
    return set(re.findall(r"(/\S+\.so[.\d]*)(?: \(|$)", listing, re.MULTILINE))


def _busybox() -> set[str]:
    return set()


def _python() -> set[str]:
    interpreter = os.path.realpath(PYTHON)
    version = os.path.basename(interpreter)
    library = _files_of(_installed(f"lib{version}-minimal") + _installed(f"lib{version}-stdlib"))
    files = {path for path in library if path.startswith(f"/usr/lib/{version}/")}
    modules = [path for path in files if path.endswith(".so")]
    return files | {PYTHON, interpreter} | _shared_libraries([interpreter, *modules])


def _node() -> set[str]:
    # Debian's node keeps a few of its built-in modules in packages of their own.
    builtin = _files_of(_installed("node-acorn") + _installed("node-busboy") + _installed("node-cjs-module-lexer")
                        + _installed("node-undici") + _installed("node-xtend"))
    modules = {path for path in builtin if path.startswith(("/usr/share/nodejs/", "/usr/lib/"))}
    interpreter = os.path.realpath(NODE)
    return modules | {NODE, interpreter} | _shared_libraries([interpreter])


class Recipe(NamedTuple):
    needs: str  # a program that must be there
    packages: tuple[str, ...]  # patterns of what the image is made from: their versions name the cached file
    files: Callable[[], set[str]]
    command: str  # the image's CMD, as JSON


RECIPES = {
    "busybox": Recipe(BUSYBOX, ("busybox-static",), _busybox, '["sh"]'),
    "python": Recipe(PYTHON, ("busybox-static", "python3.*-minimal", "libpython3.*-stdlib", "libc6"), _python, '["python3"]'),
    "node": Recipe(NODE, ("busybox-static", "nodejs", "libnode*", "node-undici", "libc6"), _node, '["node"]'),
}


class _Root:
    """A root file system, written entry by entry into a tar. The same input gives the same bytes."""

    def __init__(self, tar: tarfile.TarFile):
        self.tar = tar
        self.seen: set[str] = set()

    def add(self, name: str, kind: bytes, mode: int, link: str = "", content: bytes = b"") -> None:
        if name in self.seen:
            return
        self.seen.add(name)
        if parent := os.path.dirname(name):
            self.directory(parent)
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode, entry.linkname, entry.size = kind, mode, link, len(content)
        self.tar.addfile(entry, io.BytesIO(content))

    def directory(self, name: str, mode: int = 0o755) -> None:
        self.add(name, tarfile.DIRTYPE, mode)

    def link(self, name: str, target: str) -> None:
        self.add(name, tarfile.SYMTYPE, 0o777, target)

    def file(self, name: str, content: bytes, mode: int = 0o644) -> None:
        self.add(name, tarfile.REGTYPE, mode, content=content)

    def copy(self, path: str) -> None:
        """A file of this machine, under its own name; where it is a link, the link and what it points at."""
        name = _merged(path)
        if os.path.islink(path):
            self.link(name, os.readlink(path))
            self.copy(os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(path))))
        elif os.path.isdir(path):
            self.directory(name)
        elif os.path.isfile(path):
            self.file(name, pathlib.Path(path).read_bytes(), 0o755 if os.access(path, os.X_OK) else 0o644)


def _merged(path: str) -> str:
    name = path.lstrip("/")
    return f"usr/{name}" if name.split("/")[0] in MERGED else name


def _write(recipe: Recipe, output: pathlib.Path) -> None:
    with tarfile.open(output, "w") as tar:
        root = _Root(tar)
        for name in MERGED:
            root.directory(f"usr/{name}")
            root.link(name, f"usr/{name}")
        for name in ("dev", "proc", "sys", "root", "run", "var", "home", "etc"):
            root.directory(name)
        root.directory("tmp", 0o1777)
        root.file("etc/passwd", USERS.encode())
        root.file("etc/group", GROUPS.encode())
        for path in sorted(recipe.files()):
            root.copy(path)
        root.copy(BUSYBOX)
        for applet in _output(BUSYBOX, "--list").split():
            root.link(f"usr/bin/{applet}", "busybox")


def cache_folder() -> pathlib.Path:
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "holdfast"


def tarball(image: str) -> pathlib.Path:
    """The root file system of `image` (a name in RECIPES), made unless the cache has it."""
    recipe = RECIPES[image]
    if not os.path.exists(recipe.needs):
        raise MissingPackage(f"image {image} is made from {recipe.needs}, which isn't installed: run deploy/install-dependencies test")
    versions = [package for pattern in recipe.packages for package in _installed(pattern)]
    recipe_text = pathlib.Path(__file__).read_bytes()
    key = hashlib.sha256(recipe_text + "\n".join(versions).encode()).hexdigest()[:16]
    result = cache_folder() / f"{image}-{key}.tar"
    if not result.exists():
        result.parent.mkdir(parents=True, exist_ok=True)
        partial = result.with_suffix(f".{os.getpid()}")
        try:
            _write(recipe, partial)
            partial.replace(result)  # atomic: two that make it at once end with one whole file
        finally:
            partial.unlink(missing_ok=True)
    return result
