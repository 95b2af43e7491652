#!/usr/bin/python3
"""Holds reconciler/ to its architecture (docs/architecture.md): which folder may include which, and where a library may be seen.

Prints `file:line: what is wrong` for each fault and exits 1 if there is one.
"""

import pathlib
import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

PURE = ("manifest", "plan", "render", "status")
SHELL = ("build", "git", "log", "net", "notify", "secrets", "target", "web")
# Folders within a folder that are bound on their own: pure halves of an engine, and engines that mustn't know each other.
PURE_PARTS = ("target/swarm/spec", "target/kubernetes/objects")
ENGINES = ("target/swarm", "target/kubernetes", "target/memory")
UNITS = sorted((*PURE_PARTS, *ENGINES, "core", "app", *PURE, *SHELL), key=len, reverse=True)
SHARED_BY_SHELL = ("net/", "log/", "target/target.hpp")

# What a library's headers look like, what to call it, and the folders that may include them.
LIBRARIES = (
    (r"git2(\.h|/)", "libgit2", ("git/",)),
    (r"yaml-cpp/", "yaml-cpp", ("manifest/",)),
    (r"valijson/", "valijson", ("manifest/",)),
    (r"kainjow/|mustache\.hpp", "mustache", ("render/",)),
    (r"archive(_entry)?\.h", "libarchive", ("build/",)),
    (r"openssl/", "OpenSSL", ("core/", "net/")),
    (r"spdlog/", "spdlog", ("log/",)),
    (r"prometheus/", "prometheus-cpp", ("web/",)),
    (r"CLI/", "CLI11", ("app/", "main.cpp")),
    (r"boost/url", "Boost.URL", ("git/", "manifest/", "net/")),
    (r"boost/(?!json|url)", "Boost (other than JSON and URL)", ("net/",)),
)
# Headers that others include though a library shows in them: the few names that the whole project speaks.
VOCABULARY = ("net/task.hpp", "core/precompiled.hpp")

IMPURE_HEADERS = {"condition_variable", "fstream", "future", "iostream", "mutex", "thread"}
IMPURE_CALLS = (
    (re.compile(r"\b(system|steady|high_resolution)_clock::now\b"), "a clock in a pure folder: take the time as an argument"),
    (re.compile(r"\bfilesystem::(?!path\b)"), "the file system in a pure folder: only paths as words belong here"),
)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LONG, TOO_LONG = 400, 500


class Fault(NamedTuple):
    file: str
    line: int
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {'warning: ' if self.warning else ''}{self.message}"


class Include(NamedTuple):
    file: str
    line: int
    header: str
    ours: bool


def unit_of(path: str) -> str:
    return next((unit for unit in UNITS if path.startswith(unit + "/")), path)


def is_pure(unit: str) -> bool:
    return unit in PURE or unit in PURE_PARTS


def may_include(unit: str, header: str) -> bool:
    """Whether a file of `unit` may include our own `header`."""
    other = unit_of(header)
    if other == unit or header.startswith(unit + "/"):
        return True
    if unit == "core":
        return False
    if is_pure(unit):
        return other in ("core", *PURE)
    if unit == "main.cpp":
        return other in ("core", "app")
    if unit == "app":
        return True
    if unit.startswith("target/") and other in PURE_PARTS:  # the engine in memory takes another engine's specs
        return True
    return other in ("core", *PURE) or header.startswith(SHARED_BY_SHELL)


def direction_faults(includes: list[Include]) -> Iterator[Fault]:
    for include in includes:
        unit = unit_of(include.file)
        if include.ours and not may_include(unit, include.header):
            yield Fault(include.file, include.line, f"{unit} must not include {include.header}: it points the wrong way")


def library_faults(includes: list[Include]) -> Iterator[Fault]:
    shown: dict[str, str] = {}  # header of ours → the library that shows in it
    for include in includes:
        if include.ours:
            continue
        for pattern, library, folders in LIBRARIES:
            if not re.match(pattern, include.header):
                continue
            if include.file.endswith(".hpp"):
                shown[include.file] = library
            if not include.file.startswith(folders) and include.file not in VOCABULARY:
                yield Fault(include.file, include.line, f"{library} belongs to {' and '.join(folders)} alone")
    for include in includes:
        library = shown.get(include.header)
        if library and include.header not in VOCABULARY and unit_of(include.file) != unit_of(include.header):
            yield Fault(include.file, include.line, f"{include.header} is private to its folder: {library} shows in it")


def purity_faults(path: str, lines: list[str], includes: list[Include]) -> Iterator[Fault]:
    if not is_pure(unit_of(path)):
        return
    for include in includes:
        if include.header in IMPURE_HEADERS or include.header.startswith(("sys/", "unistd")):
            yield Fault(path, include.line, f"<{include.header}> in a pure folder: no I/O, no threads")
    for number, line in enumerate(lines, 1):
        for call, complaint in IMPURE_CALLS:
            if call.search(line):
                yield Fault(path, number, complaint)


def length_faults(path: str, lines: list[str]) -> Iterator[Fault]:
    if len(lines) > LONG:
        yield Fault(path, len(lines), f"{len(lines)} lines: split it, {LONG} is plenty", warning=len(lines) <= TOO_LONG)


def includes_of(path: str, lines: list[str]) -> list[Include]:
    found = ((number, INCLUDE.match(line)) for number, line in enumerate(lines, 1))
    return [Include(path, number, match[2], match[1] == '"') for number, match in found if match]


def faults(root: pathlib.Path) -> list[Fault]:
    """Every fault of the sources below `root`, in the order of files and lines."""
    result: list[Fault] = []
    everything: list[Include] = []
    for file in sorted(file for file in root.rglob("*") if file.suffix in (".cpp", ".hpp")):
        path, lines = str(file.relative_to(root)), file.read_text().splitlines()
        includes = includes_of(path, lines)
        everything += includes
        result += purity_faults(path, lines, includes)
        result += length_faults(path, lines)
    return sorted([*result, *direction_faults(everything), *library_faults(everything)])


def main() -> int:
    project = pathlib.Path(__file__).resolve().parents[2]
    found = [fault._replace(file=f"reconciler/{fault.file}") for fault in faults(project / "reconciler")]
    for tests in sorted((project / "tests").rglob("*.[ch]pp")):
        found += length_faults(str(tests.relative_to(project)), tests.read_text().splitlines())
    for fault in found:
        print(fault)
    errors = sum(not fault.warning for fault in found)
    print(f"architecture: {errors} errors, {len(found) - errors} warnings")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
