#include "build/engine_output.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "build/protobuf.hpp"
#include "core/base64.hpp"

namespace holdfast::build {
namespace {

using testing::HasSubstr;

std::string field(unsigned number, std::string_view bytes) {
    return std::string{static_cast<char>(number << 3U | 2U), static_cast<char>(bytes.size())} + std::string(bytes);
}

std::string trace_line(const std::string& message) {
    std::string text = base64url(message);
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    return R"({"id":"moby.buildkit.trace","aux":")" + text + "\"}\n";
}

std::string vertex(std::string_view digest, std::string_view name, bool started, bool cached) {
    auto message = field(1, digest) + field(3, name);
    if (cached) message += std::string("\x20\x01", 2);
    if (started) message += field(5, std::string("\x08\x01", 2));
    return field(1, message);
}

TEST(EngineOutput, ReadsTheClassicBuilderInAnyPieces) {
    const std::string all =
        "{\"stream\":\"Step 1/1 : FROM a\"}\r\n{\"stream\":\"\\n\"}\r\n{\"aux\":{\"ID\":\"sha256:abc\"}}\r\n"
        "{\"stream\":\"Successfully built abc\\n\"}\r\n";
    for (std::size_t size : {std::size_t{1}, std::size_t{7}, all.size()}) {
        EngineOutput output;
        std::string log;
        for (std::size_t at = 0; at < all.size(); at += size)
            log += output.feed(std::string_view(all).substr(at, size));
        EXPECT_EQ(log, "Step 1/1 : FROM a\nSuccessfully built abc\n");
        EXPECT_EQ(output.image_id(), "sha256:abc");
        EXPECT_FALSE(output.error());
    }
}

TEST(EngineOutput, TellsWhyABuildFailedAndWhatItPrintedLast) {
    EngineOutput output;
    output.feed("{\"stream\":\"compiling\\nno such module: x\\n\"}\n");
    const auto log = output.feed("{\"errorDetail\":{\"code\":1,\"message\":\"returned a non-zero code: 1\"}}\n");
    EXPECT_EQ(log, "returned a non-zero code: 1\n");
    EXPECT_EQ(output.error(), "returned a non-zero code: 1; it printed last: no such module: x");
}

TEST(EngineOutput, ReadsBuildKitsTrace) {
    EngineOutput output;
    EXPECT_EQ(output.feed(trace_line(vertex("d1", "[1/2] FROM a", false, false))), "");
    EXPECT_EQ(output.feed(trace_line(vertex("d1", "[1/2] FROM a", true, true))), "[1/2] FROM a (cached)\n");
    EXPECT_EQ(output.feed(trace_line(vertex("d2", "[2/2] RUN b", true, false))), "[2/2] RUN b\n");
    EXPECT_EQ(output.feed(trace_line(vertex("d2", "[2/2] RUN b", true, false))), "") << "a step is told once";
    EXPECT_EQ(output.feed(trace_line(field(3, field(1, "d2") + field(4, "hello\n")))), "hello\n");
    output.feed("{\"id\":\"moby.image.id\",\"aux\":{\"ID\":\"sha256:abc\"}}\n");
    EXPECT_EQ(output.image_id(), "sha256:abc");
}

TEST(EngineOutput, ReadsATraceAsTheEngineSentIt) {
    EngineOutput output;
    // A VertexLog of 20.10 that says "hello".
    EXPECT_EQ(
        output.feed(R"({"id":"moby.buildkit.trace","aux":"GmAKR3NoYTI1NjoxMDMzMDM2MjM1MDlkNjZkYmYzNzI1YjAyZGNlNzdj)"
                    R"(YzA1MzI0NjNjYTFkOWFhZTU3N2FiYjJmYTZhYmIzMGJmEgsIzM2F2AYQ9+2IFRgBIgZoZWxsbwo="})"
                    "\n"),
        "hello\n");
}

TEST(EngineOutput, TakesTheDigestOfAPush) {
    EngineOutput output;
    const auto digest = "sha256:" + std::string(64, 'a');
    EXPECT_EQ(output.feed("{\"status\":\"Pushing\",\"progress\":\"[=> ]\",\"id\":\"1\"}\n"), "");
    EXPECT_EQ(output.feed("{\"status\":\"Layer exists\",\"id\":\"1\"}\n"), "1: Layer exists\n");
    output.feed("{\"progressDetail\":{},\"aux\":{\"Tag\":\"t\",\"Digest\":\"" + digest + "\",\"Size\":1}}\n");
    EXPECT_EQ(output.digest().str(), digest);
}

TEST(EngineOutput, PassesOverWhatItCannotRead) {
    EngineOutput output;
    EXPECT_EQ(output.feed("no json\n\n[1]\n{\"id\":\"moby.buildkit.trace\",\"aux\":\"!!\"}\n"), "");
    EXPECT_EQ(output.feed("{\"id\":\"moby.buildkit.trace\",\"aux\":\"Cv8B\"}\n"), "") << "cut off";
    EXPECT_FALSE(output.error());
}

TEST(EngineOutput, EndsAtALineWithoutEnd) {
    EngineOutput output;
    for (int i = 0; i < 5; ++i) output.feed(std::string(std::size_t{1} << 20U, 'x'));
    ASSERT_TRUE(output.error());
    EXPECT_THAT(*output.error(), HasSubstr("4 MiB"));
}

TEST(Base64, RoundTripsAndRefusesOtherCharacters) {
    EXPECT_EQ(base64url("{}"), "e30=");
    EXPECT_EQ(base64url("\xFB\xFF"), "-_8=");
    EXPECT_EQ(from_base64("+/8=").value(), "\xFB\xFF");
    EXPECT_EQ(from_base64("aGVsbG8").value(), "hello");
    EXPECT_FALSE(from_base64("a b"));
}

TEST(Protobuf, RefusesWhatIsCutOffAtAnyByte) {
    const auto whole = field(1, "abc") + std::string("\x10\x96\x01", 3) + std::string("\x1d\x01\x02\x03\x04", 5);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        ProtobufReader reader(std::string_view(whole).substr(0, size));
        while (true) {
            const auto next = reader.next();
            if (!next || !*next) break;  // ends, and reads nothing beyond
        }
    }
    ProtobufReader reader(whole);
    EXPECT_EQ((*reader.next())->bytes, "abc");
    EXPECT_EQ((*reader.next())->value, 150U);
    EXPECT_EQ((*reader.next())->bytes.size(), 4U);
    EXPECT_FALSE(reader.next()->has_value());
    EXPECT_FALSE(ProtobufReader(std::string(11, '\xFF')).next());
}

}  // namespace
}  // namespace holdfast::build
