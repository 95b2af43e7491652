"""The same compose file through `docker stack deploy` and through Holdfast's converter leaves the same objects in a real engine.

Debian's docker client is the oracle: what it creates is read back, normalised, and held against the converter's output. Then that
output itself is posted and read back: normalising what the engine tells gives what was posted, so a plan after an apply is empty.
"""

import difflib
import http.client
import json
import os
import pathlib
import socket
import subprocess
import urllib.parse

import pytest

COMPOSE = pathlib.Path(__file__).parent / "compose"
REFUSED = COMPOSE / "refused"
APPS = pathlib.Path(__file__).parent.parent / "unit/swarm/golden/apps"
VARIABLES = {"FROM_OUTSIDE": "taken from outside", "HOME": "/home/somebody"}
STACK_LABEL = "com.docker.stack.namespace"
OUTSIDE = {
    "networks": ("outside", "real-name", "traefik-public"),
    "configs": ("outside", "default_blog_a-very-long-_a4a76f40"),
    "secrets": ("outside", "outside-secret", "prod-db", "api"),
}


class Api:
    """The engine's API, plainly."""

    def __init__(self, docker_host: str):
        self._connection = http.client.HTTPConnection("localhost")
        self._connection.sock = socket.socket(socket.AF_UNIX)
        self._connection.sock.connect(docker_host.removeprefix("unix://"))

    def call(self, method: str, path: str, body=None):
        text = None if body is None else json.dumps(body)
        self._connection.request(method, path, text, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status < 300, f"{method} {path}: {answer.status} {content.decode()}\n{text}"
        return json.loads(content) if content else None

    def of_stack(self, kind: str, stack: str) -> list:
        filters = urllib.parse.quote(json.dumps({"label": [f"{STACK_LABEL}={stack}"]}))
        return self.call("GET", f"/v1.41/{kind}?filters={filters}")


def tool(command: str, request: dict) -> subprocess.CompletedProcess:
    binary = pathlib.Path(os.environ["HOLDFAST_BIN"]).with_name("compose_convert")
    return subprocess.run([binary, command], input=json.dumps(request), capture_output=True, text=True)


def convert(file: pathlib.Path, stack: str) -> dict:
    text = file.read_text().replace("$$", "$")  # as docker interpolates it
    request = {"stack": stack, "directory": str(file.parent), "variables": VARIABLES, "yaml": text}
    result = tool("convert", request)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def deploy(engine, file: pathlib.Path, stack: str) -> subprocess.CompletedProcess:
    command = ["/usr/bin/docker", "--host", engine.docker_host, "stack", "deploy", "--resolve-image", "never", "-c", file.name, stack]
    return subprocess.run(command, cwd=file.parent, env={"PATH": "/usr/bin:/bin", **VARIABLES}, capture_output=True, text=True)


def observed(api: Api, stack: str) -> dict:
    """What the engine has of a stack, normalised, by kind and name."""
    networks = api.call("GET", "/v1.41/networks")
    request = {
        "networks": {network["Id"]: network["Name"] for network in networks},
        "services": [service["Spec"] for service in api.of_stack("services", stack)],
        "network_objects": [network for network in networks if (network["Labels"] or {}).get(STACK_LABEL) == stack],
        "configs": [config["Spec"] for config in api.of_stack("configs", stack)],
        "secrets": [secret["Spec"] for secret in api.of_stack("secrets", stack)],
    }
    result = tool("normalise", request)
    assert result.returncode == 0, result.stderr
    kinds = json.loads(result.stdout)
    kinds["networks"] = kinds.pop("network_objects")
    return {kind: {item["Name"]: item for item in items} for kind, items in kinds.items()}


def create(api: Api, specs: dict) -> None:
    for network in specs["networks"].values():
        api.call("POST", "/v1.41/networks/create", network)
    ids = {"Config": {}, "Secret": {}}
    for kind, path in (("Config", "configs"), ("Secret", "secrets")):
        for spec in specs["configs" if kind == "Config" else "secret_requests"].values():
            api.call("POST", f"/v1.41/{path}/create", spec)
        ids[kind] = {item["Spec"]["Name"]: item["ID"] for item in api.call("GET", f"/v1.41/{path}")}
    for service in specs["services"].values():
        container = json.loads(json.dumps(service["TaskTemplate"]["ContainerSpec"]))
        for kind, known in ids.items():
            for reference in container.get(f"{kind}s", []):
                reference[f"{kind}ID"] = known[reference[f"{kind}Name"]]
        credentials = container.get("Privileges", {}).get("CredentialSpec", {})
        if "Config" in credentials:
            credentials["Config"] = ids["Config"][credentials["Config"]]
        api.call("POST", "/v1.41/services/create", service | {"TaskTemplate": service["TaskTemplate"] | {"ContainerSpec": container}})


def without_chosen_subnets(networks: dict) -> dict:
    """docker's own networks don't carry the label that tells a subnet asked for from one that the engine chose."""
    return {name: {key: value for key, value in network.items() if key != "IPAM"} for name, network in networks.items()}


def same(left: dict, right: dict) -> None:
    """Line by line, so that a failure shows just the members that differ."""
    lines = [json.dumps(side, indent=1, sort_keys=True).splitlines() for side in (left, right)]
    assert "\n".join(difflib.unified_diff(*lines, lineterm="")) == ""


@pytest.fixture
def api(engine) -> Api:
    """The engine, with the objects that compose files take for given."""
    api = Api(engine.docker_host)
    for kind, names in OUTSIDE.items():
        known = {item.get("Name") or item["Spec"]["Name"] for item in api.call("GET", f"/v1.41/{kind}")}
        for name in set(names) - known:
            body = {"Driver": "overlay"} if kind == "networks" else {"Data": "eA=="}
            api.call("POST", f"/v1.41/{kind}/create", {"Name": name} | body)
    return api


@pytest.fixture
def stack(engine, request):
    name = "s" + "".join(c for c in request.node.name.partition("[")[2] if c.isalnum())
    yield name
    for suffix in ("", "2"):
        engine.docker("stack", "rm", name + suffix, check=False)


@pytest.mark.parametrize("file", sorted(COMPOSE.glob("*.yaml")), ids=lambda file: file.stem)
def test_leaves_the_same_objects(engine, api, stack, file):
    deployed = deploy(engine, file, stack)
    assert deployed.returncode == 0, deployed.stderr
    docker_made, ours = observed(api, stack), convert(file, stack)
    same(docker_made["services"], ours["services"])
    same(without_chosen_subnets(docker_made["networks"]), without_chosen_subnets(ours["networks"]))
    same(docker_made["configs"], ours["configs"])
    same(docker_made["secrets"], ours["secrets"])

    engine.docker("stack", "rm", stack)  # its published ports are wanted again
    again = convert(file, stack + "2")
    create(api, again)
    posted = observed(api, stack + "2")
    same(posted["services"], again["services"])
    same(without_chosen_subnets(posted["networks"]), without_chosen_subnets(again["networks"]))
    same(posted["configs"], again["configs"])
    same(posted["secrets"], again["secrets"])


@pytest.mark.parametrize("file", sorted(APPS.glob("*.compose.yaml")), ids=lambda file: file.stem)
def test_docker_takes_what_holdfast_renders(engine, api, stack, file):
    """The apps of the unit tests, as `holdfast render` prints them."""
    deployed = deploy(engine, file, stack)
    assert deployed.returncode == 0, deployed.stderr
    made, ours = observed(api, stack), convert(file, stack)
    for kind in ("services", "configs"):
        same(made[kind], ours[kind])
    same(without_chosen_subnets(made["networks"]), without_chosen_subnets(ours["networks"]))


BY_HAND = {
    "scaled": ["scale", "{service}=3"],
    "another image": ["update", "--image", "registry.invalid/other:2"],
    "a variable more": ["update", "--env-add", "A=1"],
    "a label more": ["update", "--label-add", "a=1"],
    "a label of the container more": ["update", "--container-label-add", "a=1"],
    "a port more": ["update", "--publish-add", "8123:80"],
    "less memory": ["update", "--limit-memory", "32M"],
    "another user": ["update", "--user", "nobody"],
    "other arguments": ["update", "--args", "sleep 1"],
    "a constraint": ["update", "--constraint-add", "node.role==worker"],
    "one at a time no more": ["update", "--update-parallelism", "0"],
    "another order": ["update", "--update-order", "start-first"],
    "a mount": ["update", "--mount-add", "type=tmpfs,target=/x"],
    "rolled back": ["rollback"],
}


@pytest.mark.parametrize("change", BY_HAND, ids=lambda change: change.replace(" ", "-"))
def test_a_change_by_hand_is_a_difference(engine, api, stack, change):
    service, before = f"{stack}_web", watched_service(engine, api, stack)
    verb, *arguments = [argument.format(service=service) for argument in BY_HAND[change]]
    if verb == "rollback":  # to what it was before somebody scaled it
        engine.docker("service", "update", "--detach", "--replicas", "0", "--env-add", "B=2", service)
        before = observed(api, stack)["services"]
    engine.docker("service", verb, "--detach", *arguments, *([] if verb == "scale" else [service]))
    assert observed(api, stack)["services"] != before


def test_a_forced_update_is_no_difference(engine, api, stack):
    before = watched_service(engine, api, stack)
    engine.docker("service", "update", "--detach", "--force", f"{stack}_web")
    same(observed(api, stack)["services"], before)


def watched_service(engine, api: Api, stack: str) -> dict:
    deployed = deploy(engine, COMPOSE / "minimal.yaml", stack)
    assert deployed.returncode == 0, deployed.stderr
    return observed(api, stack)["services"]


@pytest.mark.parametrize("file", sorted(REFUSED.glob("*.yaml")), ids=lambda file: file.stem)
def test_refuses_what_docker_refuses(engine, api, stack, file):
    assert deploy(engine, file, stack).returncode != 0
    request = {"stack": stack, "directory": str(file.parent), "variables": VARIABLES, "yaml": file.read_text()}
    result = tool("convert", request)
    assert result.returncode == 1, result.stdout
    assert result.stderr.strip()
