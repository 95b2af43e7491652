#include "core/document.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

Document blog() {
    Document document{.file = "apps/blog.yaml", .value = {}, .positions = {}};
    document.positions[""] = {1, 1, 0, 0};
    document.positions["/port"] = {7, 9, 7, 3};
    document.positions["/env"] = {8, 3, 8, 1};
    document.positions["/env/A~1B"] = {9, 8, 9, 3};
    document.positions["/args/0"] = {12, 5, 0, 0};
    return document;
}

TEST(Document, LocatesAPointerOrItsNearestParent) {
    struct Case {
        std::string_view pointer, where;
    };
    const Case cases[] = {
        {"", "apps/blog.yaml:1:1"},          {"/port", "apps/blog.yaml:7:9"},    {"/port/x/y", "apps/blog.yaml:7:9"},
        {"/env/A~1B", "apps/blog.yaml:9:8"}, {"/env/C", "apps/blog.yaml:8:3"},   {"/args/0", "apps/blog.yaml:12:5"},
        {"/args/1", "apps/blog.yaml:1:1"},   {"/nothing", "apps/blog.yaml:1:1"},
    };
    for (const auto& [pointer, where] : cases) EXPECT_EQ(to_string(blog().locate(pointer)), where) << pointer;
    EXPECT_EQ(to_string(Document{.file = "empty.yaml", .value = {}, .positions = {}}.locate("/a")), "empty.yaml");
}

TEST(Document, LocatesAKeyOrElseTheValue) {
    EXPECT_EQ(to_string(blog().locate_key("/port")), "apps/blog.yaml:7:3");
    EXPECT_EQ(to_string(blog().locate_key("/args/0")), "apps/blog.yaml:12:5");
    EXPECT_EQ(to_string(blog().locate_key("/env/C")), "apps/blog.yaml:8:3");
}

TEST(Diagnostics, SayWhereWhatAndWhatWasMeant) {
    const Location at{"apps/blog.yaml", 7, 9};
    struct Case {
        Diagnostic diagnostic;
        std::string_view text;
    };
    const Case cases[] = {
        {{at, "/port", "70000 is greater than 65535", "", false},
         "apps/blog.yaml:7:9: /port: 70000 is greater than 65535"},
        {{at, "", "'replica' is not known", "replicas", false},
         "apps/blog.yaml:7:9: 'replica' is not known; did you mean \"replicas\"?"},
        {{{"apps", 0, 0}, "", "it is empty", "", true}, "apps: warning: it is empty"},
        {{{}, "", "the Platform is missing", "", false}, "the Platform is missing"},
    };
    for (const auto& [diagnostic, text] : cases) EXPECT_EQ(to_string(diagnostic), text);
}

}  // namespace
}  // namespace holdfast
