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
VARIABLES = {"FROM_OUTSIDE": "taken from outside", "HOME": "/home/somebody"}
STACK_LABEL = "com.docker.stack.namespace"
OUTSIDE = {"network": "real-name outside", "config": "outside", "secret": "outside-secret"}


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
    request = {"stack": stack, "directory": str(file.parent), "variables": VARIABLES, "yaml": file.read_text()}
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


@pytest.fixture(scope="session")
def api(engine) -> Api:
    api = Api(engine.docker_host)
    for name in OUTSIDE["network"].split():
        api.call("POST", "/v1.41/networks/create", {"Name": name, "Driver": "overlay"})
    for name in ("outside",):
        api.call("POST", "/v1.41/configs/create", {"Name": name, "Data": "eA=="})
    for name in ("outside", "outside-secret"):
        api.call("POST", "/v1.41/secrets/create", {"Name": name, "Data": "eA=="})
    return api


@pytest.fixture
def stack(engine, request):
    name = "s" + "".join(c for c in request.node.callspec.id if c.isalnum())
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


@pytest.mark.parametrize("file", sorted(REFUSED.glob("*.yaml")), ids=lambda file: file.stem)
def test_refuses_what_docker_refuses(engine, api, stack, file):
    assert deploy(engine, file, stack).returncode != 0
    request = {"stack": stack, "directory": str(file.parent), "variables": VARIABLES, "yaml": file.read_text()}
    result = tool("convert", request)
    assert result.returncode == 1, result.stdout
    assert result.stderr.strip()
