#include "build/dockerfile.hpp"

#include <gtest/gtest.h>

namespace holdfast::build {
namespace {

struct Case {
    std::string name;
    std::string text;
    std::string target;
    manifest::Named<std::string> args;
    std::optional<std::uint16_t> port;
};

class ExposedPort : public testing::TestWithParam<Case> {};

TEST_P(ExposedPort, IsTheFirstTcpPortOfTheStage) {
    const auto& c = GetParam();
    EXPECT_EQ(exposed_port(c.text, c.target, c.args), c.port) << c.text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, ExposedPort,
    testing::Values(Case{"Plain", "FROM a\nEXPOSE 8080\n", "", {}, 8080}, Case{"None", "FROM a\nRUN x\n", "", {}, {}},
                    Case{"First", "FROM a\nEXPOSE 80 443\nEXPOSE 9000", "", {}, 80},
                    Case{"Udp", "FROM a\nEXPOSE 53/udp 5353/TCP\n", "", {}, 5353},
                    Case{"LowerCase", "from a\r\nexpose 81\r\n", "", {}, 81},
                    Case{"Range", "FROM a\nEXPOSE 7000-7010/tcp\n", "", {}, 7000},
                    Case{"LastStage", "FROM a AS x\nEXPOSE 1\nFROM b\nEXPOSE 2\n", "", {}, 2},
                    Case{"OtherStage", "FROM a AS x\nEXPOSE 1\nFROM b\n", "", {}, {}},
                    Case{"Inherited", "FROM a AS x\nEXPOSE 1\nFROM --platform=linux/amd64 X\nRUN y\n", "", {}, 1},
                    Case{"OwnBeforeInherited", "FROM a AS x\nEXPOSE 1\nFROM x\nEXPOSE 2\n", "", {}, 2},
                    Case{"Target", "FROM a AS x\nEXPOSE 1\nFROM b AS y\nEXPOSE 2\n", "x", {}, 1},
                    Case{"TargetNumber", "FROM a\nEXPOSE 1\nFROM b\nEXPOSE 2\n", "0", {}, 1},
                    Case{"TargetUnknown", "FROM a\nEXPOSE 1\n", "nope", {}, {}},
                    Case{"Continuation", "FROM a\nEXPOSE \\\n  # why\n  8081\n", "", {}, 8081},
                    Case{"Backtick", "# escape=`\nFROM a\nEXPOSE `\n 8082\n", "", {}, 8082},
                    Case{"Comment", "FROM a\n# EXPOSE 1\nEXPOSE 2\n", "", {}, 2},
                    Case{"HereDocument", "FROM a\nRUN <<EOF cat\nEXPOSE 1\nEOF\nEXPOSE 2\n", "", {}, 2},
                    Case{"HereDocumentTabs", "FROM a\nCOPY <<-\"E\" /x\n\tEXPOSE 1\n\tE\nEXPOSE 2\n", "", {}, 2},
                    Case{"Environment", "FROM a\nENV PORT=5000 X=1\nEXPOSE $PORT\n", "", {}, 5000},
                    Case{"OldEnvironment", "FROM a\nENV PORT 5001\nEXPOSE ${PORT}\n", "", {}, 5001},
                    Case{"Argument", "FROM a\nARG PORT=1\nEXPOSE $PORT/tcp\n", "", {{"PORT", "5002"}}, 5002},
                    Case{"ArgumentDefault", "FROM a\nARG PORT=\"5003\"\nEXPOSE $PORT\n", "", {}, 5003},
                    Case{"GlobalArgument", "ARG PORT=5004\nFROM a\nARG PORT\nEXPOSE $PORT\n", "", {}, 5004},
                    Case{"GlobalArgumentUndeclared", "ARG PORT=5004\nFROM a\nEXPOSE $PORT\n", "", {}, {}},
                    Case{"Otherwise", "FROM a\nEXPOSE ${PORT:-5005}\n", "", {}, 5005},
                    Case{"StageByArgument", "ARG B=x\nFROM a AS x\nEXPOSE 1\nFROM ${B}\n", "", {}, 1},
                    Case{"NoNumber", "FROM a\nEXPOSE http 0 70000 80\n", "", {}, 80}, Case{"Empty", "", "", {}, {}},
                    Case{"Unfinished", "FROM a\nEXPOSE 1 \\", "", {}, 1},
                    Case{"UnclosedBrace", "FROM a\nEXPOSE ${PORT\n", "", {}, {}},
                    Case{"BeforeFrom", "EXPOSE 1\nENV A=b\n", "", {}, {}}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace holdfast::build
