#include "target/swarm/spec/compose_syntax.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::swarm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Words = std::vector<std::string>;

TEST(Words, AreSplitAsDockerSplitsThem) {
    const std::vector<std::pair<std::string, Words>> table{
        {"", {}},
        {"  \t ", {}},
        {"a b  c", {"a", "b", "c"}},
        {"'a b' \"c d\"", {"a b", "c d"}},
        {"a'b'\"c\"d", {"abcd"}},
        {"''", {""}},
        {R"(a\ b)", {"a b"}},
        {R"("a\"b\\c")", {R"(a"b\c)"}},
        {R"('a\b')", {R"(a\b)"}},
        {"a # the rest", {"a"}},
        {"a#b", {"a#b"}},
        {"a # c\nb", {"a", "b"}},
        {"$HOME ${X} `x` *", {"$HOME", "${X}", "`x`", "*"}},
    };
    for (const auto& [line, words] : table) {
        const auto split = split_words(line);
        ASSERT_TRUE(split) << line;
        EXPECT_EQ(*split, words) << line;
    }
    for (const auto* line : {"'a", "\"a", "a\\", "\"a\\"}) EXPECT_FALSE(split_words(line)) << line;
}

TEST(Bytes, AreReadWithTheirUnit) {
    const std::vector<std::pair<std::string, std::int64_t>> table{{"0", 0},
                                                                  {"512", 512},
                                                                  {"1k", 1024},
                                                                  {"1K", 1024},
                                                                  {"64m", 67'108'864},
                                                                  {"1 MiB", 1'048'576},
                                                                  {"1.5g", 1'610'612'736},
                                                                  {"2GB", 2'147'483'648},
                                                                  {"10b", 10},
                                                                  {"1t", 1'099'511'627'776}};
    for (const auto& [text, bytes] : table) EXPECT_EQ(parse_bytes(text).value_or(-1), bytes) << text;
    for (const auto* text : {"", "m", "-1", "1x", "1mm", "lots", "1 2", "9999999999t", "1e3"})
        EXPECT_FALSE(parse_bytes(text)) << text;
}

TEST(Cpus, AreBillionths) {
    const std::vector<std::pair<std::string, std::int64_t>> table{
        {"1", 1'000'000'000},  {"0.5", 500'000'000}, {".25", 250'000'000},
        {"2.", 2'000'000'000}, {"0.000000001", 1},   {"1.5000000000000", 1'500'000'000}};
    for (const auto& [text, nano] : table) EXPECT_EQ(parse_cpus(text).value_or(-1), nano) << text;
    for (const auto* text : {"", ".", "-1", "1m", "0.0000000001", "a", "1.2.3", "99999999999999"})
        EXPECT_FALSE(parse_cpus(text)) << text;
}

TEST(Ports, AreReadInTheirShortForm) {
    const std::vector<std::pair<std::string, std::vector<PortMapping>>> table{
        {"80", {{80, 0, "tcp"}}},
        {"8080:80", {{80, 8080, "tcp"}}},
        {"53:53/UDP", {{53, 53, "udp"}}},
        {"0.0.0.0:81:80", {{80, 81, "tcp"}}},
        {"1-2", {{1, 0, "tcp"}, {2, 0, "tcp"}}},
        {"11-12:1-2", {{1, 11, "tcp"}, {2, 12, "tcp"}}},
        {"11-12:1", {{1, 11, "tcp"}, {1, 12, "tcp"}}},
    };
    for (const auto& [text, ports] : table) {
        const auto read = parse_ports(text);
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(read->ports, ports) << text;
        EXPECT_EQ(read->ignored_address, "") << text;
    }
    EXPECT_EQ(parse_ports("[::1]:1:2")->ignored_address, "[::1]");
    EXPECT_EQ(parse_ports("127.0.0.1::2")->ports.front(), (PortMapping{2, 0, "tcp"}));
    for (const auto* text : {"", "x", "80:", "1-2:1-3", "2-1", "65536", "80/icmp", "80/", "-1", "1:2:3:x"})
        EXPECT_FALSE(parse_ports(text)) << text;
}

TEST(Volumes, AreReadInTheirShortForm) {
    EXPECT_EQ(parse_volume("/data")->target, "/data");
    EXPECT_EQ(parse_volume("/data")->source, "");
    EXPECT_EQ(parse_volume("a")->target, "a");
    const auto named = parse_volume("data:/data:ro,nocopy,unknown");
    EXPECT_EQ(named->source, "data");
    EXPECT_TRUE(named->read_only && named->no_copy && !named->bind);
    for (const auto* text : {"/a:/b", "./a:/b", "../a:/b", "~/a:/b", "C:\\a:/b", "\\\\.\\pipe\\x:/b"})
        EXPECT_TRUE(parse_volume(text)->bind) << text;
    EXPECT_EQ(parse_volume("C:\\a:D:\\b")->target, "D:\\b");
    EXPECT_EQ(parse_volume("/a:/b:rshared")->propagation, "rshared");
    for (const auto* text : {"", "ab::c", ":/x", "ab:/c:", "ab:/c:ro:x"}) EXPECT_FALSE(parse_volume(text)) << text;
}

TEST(Capabilities, HaveOneSpelling) {
    EXPECT_EQ(capability_name("net_admin"), "CAP_NET_ADMIN");
    EXPECT_EQ(capability_name("CAP_CHOWN"), "CAP_CHOWN");
    EXPECT_EQ(capability_name("all"), "ALL");
}

TEST(EnvironmentFile, IsReadLineByLine) {
    const auto lines = parse_env_file("\xEF\xBB\xBF# comment\r\nA=1\r\n\n  B = \"q\" \nBARE\nC==\n");
    EXPECT_FALSE(lines);  // a blank before `=` is no name
    const auto good = parse_env_file("# comment\nA=1\r\n  B= q \nBARE \nC==");
    ASSERT_TRUE(good);
    std::vector<std::string> shown;
    for (const auto& line : *good) shown.push_back(line.name + (line.value ? "=" + *line.value : " from outside"));
    EXPECT_THAT(shown, ElementsAre("A=1", "B= q ", "BARE from outside", "C=="));
    EXPECT_THAT(*parse_env_file(""), IsEmpty());
    EXPECT_FALSE(parse_env_file("=value"));
}

}  // namespace
}  // namespace holdfast::swarm
