"""Manifests for tests: small, of images that the private registry holds."""

PLATFORM = """apiVersion: holdfast.dev/v1
kind: Platform
name: test
registry: localhost:5000
ingress: {kind: none}
"""

BUSYBOX = "localhost:5000/base/busybox"


def app(name: str, *, environment: str = "default", image: str = BUSYBOX, replicas: int = 1, extra: str = "") -> str:
    """An app that sleeps until it is told to end. `extra` is more YAML, unindented."""
    return f"""apiVersion: holdfast.dev/v1
kind: App
name: {name}
environment: {environment}
image: {image}
command: [sh, -c, "trap exit TERM; while :; do sleep 1 & wait; done"]
replicas: {replicas}
update: {{monitor: 1s}}
{extra}"""


def environment(name: str, extra: str = "") -> str:
    return f"apiVersion: holdfast.dev/v1\nkind: Environment\nname: {name}\n{extra}"


def source_app(name: str, repo: str, extra: str = "") -> str:
    return f"""apiVersion: holdfast.dev/v1
kind: App
name: {name}
source: {{repo: {repo}}}
update: {{monitor: 1s}}
{extra}"""


def files(*apps: str, environments: tuple[str, ...] = ()) -> dict[str, str]:
    """A config repository's files: the platform, environments and apps, each app in apps/{name}.yaml."""
    result = {"holdfast.yaml": PLATFORM}
    for text in environments:
        result[f"environments/{_name(text)}.yaml"] = text
    for text in apps:
        result[f"apps/{_name(text)}.yaml"] = text
    return result


def _name(text: str) -> str:
    return next(line.removeprefix("name: ") for line in text.splitlines() if line.startswith("name: "))
