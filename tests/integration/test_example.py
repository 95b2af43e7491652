"""The example that we show is one that holds: valid, and the demo's whole story told on it."""

import os
import subprocess
import sys

import holdfast


def test_the_example_config_repository_is_valid():
    result = holdfast.run("validate", str(holdfast.PROJECT / "example-config-repo"))
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_demo_holds_in_every_step():
    command = [sys.executable, str(holdfast.PROJECT / "deploy/demo-story.py"), "--once"]
    environment = os.environ | {"HOLDFAST_BIN": holdfast.binary()}
    environment.pop("DOCKER_HOST", None)
    result = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
    assert result.returncode == 0, result.stdout
