"""Runs swarm_target_test, the Swarm target's own tests in C++, against a real engine."""

import os
import pathlib
import shlex
import subprocess

ENGINE_TOOL = pathlib.Path(__file__).parent.parent / "lib" / "engine"


def test_the_swarm_target_on_a_real_engine(engine):
    binary = pathlib.Path(os.environ["HOLDFAST_BIN"]).with_name("swarm_target_test")
    tool, folder = shlex.quote(str(ENGINE_TOOL)), shlex.quote(str(engine.folder))
    environment = os.environ | {
        "HOLDFAST_TEST_ENGINE": engine.docker_host,
        "HOLDFAST_TEST_IMAGE": engine.image("busybox"),
        "HOLDFAST_TEST_RESTART": f"{tool} stop {folder} && {tool} start {folder} >/dev/null",
    }
    subprocess.run([binary], env=environment, check=True)
