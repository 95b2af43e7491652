#!/usr/bin/python3
"""Runs clang-tidy over reconciler/*.cpp, skipping what passed before: a file's verdict stands while neither it, nor what it
includes of ours, nor its compile command, nor .clang-tidy changes.

    tests/lint/tidy.py BUILD_FOLDER
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

TIDY = "clang-tidy-19"
# The analyzer's default budget of 225,000 states a function goes into the libraries that we call: most of a minute for some files.
BUDGET = ["--extra-arg=-Xclang", "--extra-arg=-analyzer-config", "--extra-arg=-Xclang", "--extra-arg=max-nodes=20000"]
PROJECT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = PROJECT / "reconciler"
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


@functools.cache
def content(path: pathlib.Path) -> bytes:
    return path.read_bytes()


def closure(path: pathlib.Path) -> set[pathlib.Path]:
    """A source file and every header of ours that it includes, directly or not."""
    found, pending = set(), [path]
    while pending:
        if (current := pending.pop()) not in found:
            found.add(current)
            headers = (SOURCES / name.decode() for name in INCLUDE.findall(content(current)))
            pending += [header for header in headers if header.exists()]
    return found


def key(path: pathlib.Path, command: str) -> str:
    digest = hashlib.sha256(command.encode())
    for file in [PROJECT / ".clang-tidy", *sorted(closure(path))]:
        digest.update(hashlib.sha256(content(file)).digest())
    return digest.hexdigest()


def check(build: pathlib.Path, path: pathlib.Path) -> tuple[str, float]:
    """What clang-tidy complains of, empty where it is content, and how long it took."""
    began = time.monotonic()
    command = [TIDY, "--quiet", f"-p={build}", "--use-color=0", *BUDGET, str(path)]
    result = subprocess.run(command, capture_output=True, text=True)
    complaint = result.stdout.strip() or result.stderr.strip() or f"exit status {result.returncode}"
    return complaint if result.returncode else "", time.monotonic() - began


def main(build: pathlib.Path) -> int:
    stamps = build / "tidy"
    stamps.mkdir(exist_ok=True)
    entries = json.loads((build / "compile_commands.json").read_text())
    commands = {pathlib.Path(entry["file"]): entry["command"] for entry in entries}
    keys = {path: key(path, command) for path, command in commands.items() if path.is_relative_to(SOURCES)}
    pending = sorted(path for path, value in keys.items() if not (stamps / value).exists())
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        checks = {pool.submit(check, build, path): path for path in pending}
        for number, done in enumerate(concurrent.futures.as_completed(checks), 1):
            path, (complaint, seconds) = checks[done], done.result()
            print(f"{'✗' if complaint else '✔'} {number}/{len(pending)} {path.relative_to(PROJECT)} {seconds:.0f} s", flush=True)
            if complaint:
                failed += 1
                print(complaint, flush=True)
            else:
                (stamps / keys[path]).touch()
    print(f"clang-tidy: {len(keys)} files, {len(keys) - len(pending)} unchanged, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
