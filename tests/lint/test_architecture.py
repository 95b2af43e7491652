import pathlib

import architecture
import pytest


def faults(tmp_path: pathlib.Path, files: dict[str, str]) -> list[str]:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return [f"{fault.file}:{fault.line}" for fault in architecture.faults(tmp_path) if not fault.warning]


@pytest.mark.parametrize(
    "file, header",
    [
        ("core/a.cpp", "plan/types.hpp"),
        ("plan/a.cpp", "net/task.hpp"),
        ("plan/a.cpp", "app/pass.hpp"),
        ("git/a.cpp", "web/page.hpp"),
        ("web/a.cpp", "app/pass.hpp"),
        ("web/a.cpp", "target/swarm/engine.hpp"),
        ("target/memory/a.cpp", "target/swarm/engine.hpp"),
        ("target/swarm/spec/a.cpp", "target/swarm/engine.hpp"),
        ("main.cpp", "git/mirror.hpp"),
    ],
)
def test_refuses_an_include_that_points_the_wrong_way(tmp_path, file, header):
    assert faults(tmp_path, {file: f'\n#include "{header}"\n'}) == [f"{file}:2"]


@pytest.mark.parametrize(
    "file, header",
    [
        ("core/a.cpp", "core/result.hpp"),
        ("plan/a.cpp", "manifest/types.hpp"),
        ("git/a.cpp", "net/task.hpp"),
        ("web/a.cpp", "target/target.hpp"),
        ("target/swarm/a.cpp", "target/swarm/spec/convert.hpp"),
        ("target/swarm/a.cpp", "target/target.hpp"),
        ("target/memory/a.cpp", "target/swarm/spec/convert.hpp"),
        ("app/a.cpp", "target/swarm/target.hpp"),
        ("main.cpp", "app/commands.hpp"),
    ],
)
def test_permits_an_include_that_points_down(tmp_path, file, header):
    assert faults(tmp_path, {file: f'#include "{header}"\n'}) == []


@pytest.mark.parametrize("header", ["git2.h", "yaml-cpp/yaml.h", "boost/asio.hpp", "archive.h", "spdlog/spdlog.h", "openssl/evp.h"])
def test_refuses_a_library_outside_of_its_folder(tmp_path, header):
    assert faults(tmp_path, {"web/a.cpp": f"#include <{header}>\n"}) == ["web/a.cpp:1"]


def test_keeps_a_header_that_shows_a_library_within_its_folder(tmp_path):
    files = {
        "net/beast.hpp": "#include <boost/beast/http.hpp>\n",
        "net/server.cpp": '#include "net/beast.hpp"\n',
        "web/page.cpp": '#include "net/beast.hpp"\n',
    }
    assert faults(tmp_path, files) == ["web/page.cpp:1"]


def test_lets_everyone_use_the_task_type_and_json(tmp_path):
    files = {
        "net/task.hpp": "#include <boost/asio/awaitable.hpp>\n",
        "git/mirror.hpp": '#include "net/task.hpp"\n#include <boost/json.hpp>\n',
    }
    assert faults(tmp_path, files) == []


def test_keeps_clocks_and_threads_out_of_pure_folders(tmp_path):
    text = "#include <thread>\nauto now = std::chrono::system_clock::now();\n"
    assert faults(tmp_path, {"plan/a.cpp": text, "git/a.cpp": text}) == ["plan/a.cpp:1", "plan/a.cpp:2"]


def test_takes_paths_for_words_in_pure_folders(tmp_path):
    text = "std::filesystem::path p;\nstd::filesystem::exists(p);\n"
    assert faults(tmp_path, {"plan/a.cpp": text}) == ["plan/a.cpp:2"]


def test_fails_on_a_file_that_is_far_too_long(tmp_path):
    assert faults(tmp_path, {"web/long.cpp": "\n" * 501, "web/longish.cpp": "\n" * 450}) == ["web/long.cpp:501"]
