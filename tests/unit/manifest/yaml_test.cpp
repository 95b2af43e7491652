#include "manifest/yaml.hpp"

#include <gmock/gmock.h>
#include <random>

#include "repository.hpp"

namespace holdfast::manifest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

json::value value_of(std::string_view text) {
    auto file = parse_yaml("f.yaml", text);
    EXPECT_THAT(texts(file.diagnostics), IsEmpty()) << text;
    return file.documents.size() == 1 ? file.documents[0].value : json::value("not one document");
}

std::string first_error(std::string_view text) {
    const auto file = parse_yaml("f.yaml", text);
    return file.diagnostics.empty() ? "" : to_string(file.diagnostics.front());
}

struct Scalar {
    const char* yaml;
    const char* json;
};

class PlainScalar : public testing::TestWithParam<Scalar> {};

TEST_P(PlainScalar, HasTheTypeOfTheCoreSchema) {
    EXPECT_EQ(json::serialize(value_of(std::string("v: ") + GetParam().yaml)),
              std::string(R"({"v":)") + GetParam().json + "}");
}

INSTANTIATE_TEST_SUITE_P(
    Yaml, PlainScalar,
    testing::Values(Scalar{"yes", R"("yes")"}, Scalar{"on", R"("on")"}, Scalar{"no", R"("no")"}, Scalar{"true", "true"},
                    Scalar{"False", "false"}, Scalar{"~", "null"}, Scalar{"", "null"}, Scalar{"null", "null"},
                    Scalar{"17", "17"}, Scalar{"-17", "-17"}, Scalar{"+17", "17"}, Scalar{"0o17", "15"},
                    Scalar{"0x1F", "31"}, Scalar{"1_000", R"("1_000")"}, Scalar{"0b11", R"("0b11")"},
                    Scalar{"12:30", R"("12:30")"}, Scalar{"9223372036854775807", "9223372036854775807"},
                    Scalar{"18446744073709551615", "18446744073709551615"}, Scalar{"0.5", "5E-1"},
                    Scalar{"-.5", "-5E-1"}, Scalar{"1e3", "1E3"}, Scalar{".", R"(".")"}, Scalar{"-x", R"("-x")"},
                    Scalar{"1.2.3", R"("1.2.3")"}, Scalar{"2001-01-01", R"("2001-01-01")"}, Scalar{"e3", R"("e3")"},
                    Scalar{"'17'", R"("17")"}, Scalar{"\"true\"", R"("true")"}, Scalar{"!!str 17", R"("17")"},
                    Scalar{"!!int \"17\"", "17"}, Scalar{"\"\\u00e9\"", "\"é\""}));

TEST(Yaml, KeepsEachDocumentOfAFileAndLeavesEmptyOnesOut) {
    const auto file = parse_yaml("f.yaml", "---\na: 1\n---\n# nothing\n---\nb: 2\n...\n");
    ASSERT_EQ(file.documents.size(), 2U);
    EXPECT_EQ(json::serialize(file.documents[0].value), R"({"a":1})");
    EXPECT_EQ(json::serialize(file.documents[1].value), R"({"b":2})");
    EXPECT_EQ(file.documents[1].locate("/b"), (Location{"f.yaml", 6, 4}));
}

TEST(Yaml, KnowsWhereValuesAndTheirKeysStand) {
    const auto file = parse_yaml("f.yaml", "a:\n  - x: é\n    y: 2\nb: {c: é, d: 4}\n");
    ASSERT_EQ(file.documents.size(), 1U);
    const auto& document = file.documents[0];
    EXPECT_EQ(document.locate("/a/0/y"), (Location{"f.yaml", 3, 8}));
    EXPECT_EQ(document.locate_key("/a/0/y"), (Location{"f.yaml", 3, 5}));
    EXPECT_EQ(document.locate("/b/d"), (Location{"f.yaml", 4, 14})) << "columns count characters";
    EXPECT_EQ(document.locate("/a/0/none"), (Location{"f.yaml", 2, 5})) << "the nearest parent";
}

TEST(Yaml, ReadsABomAndWindowsLineEnds) {
    EXPECT_EQ(json::serialize(value_of("\xef\xbb\xbf"
                                       "a: 1\r\nb: x\r\n")),
              R"({"a":1,"b":"x"})");
}

TEST(Yaml, ExpandsAliasesWithinLimits) {
    EXPECT_EQ(json::serialize(value_of("a: &x {k: 1}\nb: *x\nc: [*x]\n")),
              R"({"a":{"k":1},"b":{"k":1},"c":[{"k":1}]})");
}

TEST(Yaml, WarnsOfALeadingZero) {
    const auto file = parse_yaml("f.yaml", "pin: 0123\n");
    EXPECT_THAT(texts(file.diagnostics),
                ElementsAre("f.yaml:1:6: warning: /pin: read as 123; quote it to keep the zero"));
    EXPECT_FALSE(file.broken());
}

struct Wrong {
    const char* yaml;
    const char* message;
};

class WrongYaml : public testing::TestWithParam<Wrong> {};

TEST_P(WrongYaml, IsRefusedWithPlaceAndReason) {
    EXPECT_EQ(first_error(GetParam().yaml), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Yaml, WrongYaml,
    testing::Values(Wrong{",", "f.yaml:1:1: this is not YAML: a ',' outside of [ ] and { }"},
                    Wrong{"a: 1\na: 2\n", "f.yaml:2:1: the key \"a\" is here twice; the first is in line 1"},
                    Wrong{"x:\n  a: 1\n  a: {b: 2}\n",
                          "f.yaml:3:3: /x: the key \"a\" is here twice; the first is in line 2"},
                    Wrong{"x: &x {a: 1}\ny:\n  <<: *x\n",
                          "f.yaml:3:3: /y: merge keys (<<) are not supported; write the members out"},
                    Wrong{"? [a]\n: 1\n", "f.yaml:1:3: a key must be text, not a list or a mapping"},
                    Wrong{"a: .inf\n", "f.yaml:1:4: /a: a number must be finite"},
                    Wrong{"a: 1e999\n", "f.yaml:1:4: /a: the number is too large"},
                    Wrong{"a: !mine 1\n", "f.yaml:1:4: /a: the tag !mine is not supported"},
                    Wrong{"a: !!int x\n", "f.yaml:1:4: /a: the value does not fit its tag !!int"},
                    Wrong{"a: &x [*x]\n", "f.yaml:1:8: an alias can't stand inside of what it refers to"},
                    Wrong{"a: b: c\n", "f.yaml:1:5: a ':' can't stand here; text that holds ': ' must be quoted"},
                    Wrong{"a:\n\tb: 1\n", "f.yaml:2:3: tabs can't indent; use spaces"},
                    Wrong{"a: [1\n", "f.yaml:2:1: a ']' or ',' is missing"},
                    Wrong{"a: \"x\n", "f.yaml:1:4: the closing quote is missing"},
                    Wrong{"a: x\x01\n", "f.yaml:1:5: control character \\x01"},
                    Wrong{"a: 1\nb: \xff\n", "f.yaml:2:4: not UTF-8"},
                    Wrong{"a: \xed\xa0\x80\n", "f.yaml:1:4: not UTF-8"},
                    Wrong{"a: \xc2\x9b\n", "f.yaml:1:4: control character U+009B"}));

TEST(Yaml, KeepsTheDocumentsBeforeABrokenOne) {
    const auto file = parse_yaml("f.yaml", "a: 1\n---\nb: [\n");
    EXPECT_EQ(file.documents.size(), 1U);
    EXPECT_TRUE(file.broken());
}

TEST(Yaml, RefusesAnAliasBomb) {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int k = 0; k < 9; ++k) text += "*a" + std::to_string(i - 1) + ", ";
        text += "*a" + std::to_string(i - 1) + "]\n";
    }
    EXPECT_THAT(first_error(text), HasSubstr("aliases expand to more than 1000 nodes"));
}

TEST(Yaml, CountsLongTextThatIsRepeatedByAliases) {
    std::string text = "a: &a " + std::string(100'000, 'x') + "\nb: [*a, *a, *a]\n";
    EXPECT_THAT(first_error(text), HasSubstr("aliases expand to more than 1000 nodes"));
}

TEST(Yaml, RefusesDepthAndSizeBeyondItsLimits) {
    EXPECT_THAT(first_error(std::string(65, '[') + std::string(65, ']')), HasSubstr("more than 64 levels deep"));
    EXPECT_EQ(first_error(std::string(64, '[') + std::string(64, ']')), "");
    EXPECT_THAT(first_error(std::string((1U << 20U) + 1, ' ')), HasSubstr("the file is larger than 1 MiB"));
    std::string many = "a: [";
    for (int i = 0; i < 100'001; ++i) many += "1,";
    EXPECT_THAT(first_error(many + "]"), HasSubstr("more than 100000 values in one file"));
}

TEST(Yaml, SurvivesAMebibyteOfAnything) {
    for (const std::string piece :
         {"[", "{", "- ", "? ", "&a ", "*a ", "!", "'", "\"", "|\n", "a: ", "%", "---\n", ",", "#", ": "}) {
        std::string text;
        while (text.size() + piece.size() <= (1U << 20U)) text += piece;
        const auto file = parse_yaml("f.yaml", text);
        EXPECT_LE(file.diagnostics.size(), 21U) << piece;
    }
}

struct Emitted {
    const char* json;
    const char* yaml;
};

class EmittedYaml : public testing::TestWithParam<Emitted> {};

TEST_P(EmittedYaml, IsCleanAndReadsBackAsWritten) {
    const auto value = json::parse(GetParam().json);
    const auto yaml = to_yaml(value);
    EXPECT_EQ(yaml, GetParam().yaml);
    EXPECT_EQ(value_of(yaml), value);
}

INSTANTIATE_TEST_SUITE_P(
    Yaml, EmittedYaml,
    testing::Values(
        Emitted{R"({"a":{"b":[1,{"c":true,"d":null},[2,3],[],{}]},"e":0.5,"f":3.0})",
                "a:\n  b:\n    - 1\n    - c: true\n      d: null\n    - - 2\n      - 3\n    - []\n    - {}\ne: 0.5\nf: "
                "3.0\n"},
        Emitted{R"({"image":"nginx:1.27","rule":"H[`a.b`]","url":"https://a.b/c?d=e"})",
                "image: nginx:1.27\nrule: \"H[`a.b`]\"\nurl: \"https://a.b/c?d=e\"\n"},
        Emitted{R"({"a":"yes","b":"0o17","c":"12:30","d":"1_0","e":"2001-01-01","f":"","g":"~","h":"1e3","y":"<<"})",
                "a: \"yes\"\nb: \"0o17\"\nc: \"12:30\"\nd: \"1_0\"\ne: \"2001-01-01\"\nf: \"\"\ng: \"~\"\nh: "
                "\"1e3\"\n\"y\": \"<<\"\n"},
        Emitted{R"({"a":"x: y","b":"x #y","c":" x","d":"x:","e":"- x","f":"10s","g":"*x","h":"@x","i":"é"})",
                "a: \"x: y\"\nb: \"x #y\"\nc: \" x\"\nd: \"x:\"\ne: \"- x\"\nf: 10s\ng: \"*x\"\nh: \"@x\"\ni: \"é\"\n"},
        Emitted{R"({"a":"one\ntwo\n","b":"one\n\n  two","c":"x\n\n","d":" x\ny","e":"x\ty\n","f":"x \ny"})",
                "a: |\n  one\n  two\nb: |-\n  one\n\n    two\nc: |+\n  x\n\nd: \" x\\ny\"\ne: \"x\\ty\\n\"\nf: \"x "
                "\\ny\"\n"},
        Emitted{"{\"a\":\"\xc2\x85\xe2\x80\xa8\\u0007\"}", "a: \"\\x85\\u2028\\x07\"\n"},
        Emitted{R"(["x",{"a":1}])", "- x\n- a: 1\n"}));

TEST(Yaml, RefusesKeysThatWouldBeRememberedThousandsOfTimes) {
    const std::string key(700, 'k');
    const std::string nested = "{" + key + ": {" + key + ": {" + key + ": [1, 1]}}}";
    EXPECT_THAT(first_error("a: " + nested), HasSubstr("the keys that lead here have more than 2048 bytes"));
    EXPECT_THAT(first_error("? " + std::string(5000, 'k') + "\n: [1, 1]"), HasSubstr("the keys that lead here"));
    EXPECT_EQ(first_error("a: {" + key + ": {" + key + ": 1}}"), "");
}

TEST(Yaml, ReadsBackWhateverItWrote) {
    std::mt19937 random(7);  // NOLINT: the same values in every run
    const std::vector<std::string> pieces = {
        "a",   "Z", "0",  "1",  ".", ":",  ": ",  " ",    "#", " #", "-", "- ", "\n",       "\t",
        "\r",  "'", "\"", "\\", "{", "}",  "[",   "]",    ",", "&",  "*", "!",  "|",        ">",
        "%",   "@", "`",  "~",  "=", "<<", "yes", "null", "e", "x",  "_", "é",  "\xc2\x85", "\xe2\x80\xa8",
        "\x7f"};
    const auto text = [&] {
        std::string out;
        for (auto n = random() % 7; n > 0; --n) out += pieces[random() % pieces.size()];
        return out;
    };
    for (int i = 0; i < 20'000; ++i) {
        const json::value value = {{text(), {{"k", text()}, {"l", {text(), {text()}}}}}};
        const auto yaml = to_yaml(value);
        const auto file = parse_yaml("f.yaml", yaml);
        ASSERT_EQ(file.documents.size(), 1U) << yaml;
        ASSERT_EQ(file.documents[0].value, value) << yaml;
    }
}

TEST(Yaml, WritesAScalarAndNothing) {
    EXPECT_EQ(to_yaml("x"), "x\n");
    EXPECT_EQ(to_yaml(json::object()), "{}\n");
    EXPECT_EQ(to_yaml(nullptr), "null\n");
}

}  // namespace
}  // namespace holdfast::manifest
