"""Git repositories to point Holdfast at: a bare one that is followed, and a work clone to change it from."""

import os
import pathlib
import subprocess
from collections.abc import Mapping

# Nothing of the user's own configuration may reach a test.
ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_TERMINAL_PROMPT": "0",
}


def git(folder: str | os.PathLike, *args: str) -> str:
    command = ["git", "-C", str(folder), *args]
    result = subprocess.run(command, env=os.environ | ENVIRONMENT, capture_output=True, text=True)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {result.stderr.strip()}")
    return result.stdout.strip()


class Repository:
    """`folder/name.git` with the branch main, and its clone `folder/name`."""

    def __init__(self, folder: pathlib.Path, name: str):
        self.bare = folder / f"{name}.git"
        self.work = folder / name
        self.bare.mkdir(parents=True)
        git(self.bare, "init", "--quiet", "--bare", "--initial-branch=main")
        git(folder, "clone", "--quiet", str(self.bare), str(self.work))
        git(self.work, "checkout", "--quiet", "-B", "main")

    @property
    def url(self) -> str:
        return str(self.bare)

    @property
    def head(self) -> str:
        return git(self.bare, "rev-parse", "main")

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Writes each file of the work clone; None removes it."""
        for name, content in files.items():
            path = self.work / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def publish(self, files: Mapping[str, str | bytes | None], message: str = "Change", *, force: bool = False) -> str:
        """Writes, commits and pushes; returns the commit's id."""
        self.write(files)
        git(self.work, "add", "--all")
        git(self.work, "commit", "--quiet", "--allow-empty", "--message", message)
        git(self.work, "push", "--quiet", *(["--force"] if force else []), "origin", "main")
        return git(self.work, "rev-parse", "HEAD")

    def note(self, commit: str, ref: str = "refs/notes/holdfast") -> str | None:
        """The note on a commit, or None."""
        listed = git(self.bare, "for-each-ref", "--format=%(refname)", ref)
        notes = git(self.bare, "notes", f"--ref={ref}", "list").splitlines() if listed else []
        annotated = {line.split()[1] for line in notes}
        return git(self.bare, "notes", f"--ref={ref}", "show", commit) if commit in annotated else None
