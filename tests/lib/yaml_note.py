"""Reads Holdfast's notes: the part of YAML that they are written in, so that no package is needed for it."""

import json
from typing import Any


def wait(daemon, repository, commit: str, instance: str = "default") -> dict[str, Any]:
    """The note of `instance` on a commit, once it is there."""
    ref = "refs/notes/holdfast" + ("" if instance == "default" else f"-{instance}")
    text = daemon.wait_until(lambda: repository.note(commit, ref), f"noted {commit[:8]}")
    return parse(text)


def parse(text: str) -> dict[str, Any]:
    """The first document of a note."""
    lines = [line for line in text.split("\n---\n")[0].splitlines() if line.strip()]
    value, rest = _block(lines, 0)
    assert not rest, f"not understood: {rest[0]}"
    return value


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _scalar(text: str) -> Any:
    if text.startswith('"'):
        return json.loads(text)
    return int(text) if text.isdigit() else text


def _block(lines: list[str], indent: int) -> tuple[Any, list[str]]:
    if lines and lines[0][indent:].startswith("- "):
        return _list(lines, indent)
    result = {}
    while lines and _indent(lines[0]) == indent and not lines[0][indent:].startswith("- "):
        key, _, rest = lines[0].strip().partition(":")
        lines = lines[1:]
        if rest.strip():
            result[key] = _scalar(rest.strip())
        else:
            result[key], lines = _block(lines, _indent(lines[0]))
    return result, lines


def _list(lines: list[str], indent: int) -> tuple[list, list[str]]:
    items = []
    while lines and _indent(lines[0]) == indent and lines[0][indent:].startswith("- "):
        item, lines = _block([" " * (indent + 2) + lines[0][indent + 2 :], *lines[1:]], indent + 2)
        items.append(item)
    return items, lines
