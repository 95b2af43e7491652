#include "target/swarm/log_frames.hpp"

#include <gtest/gtest.h>

namespace holdfast::swarm {
namespace {

std::string frame(char stream, std::string_view text) {
    std::string bytes{stream,
                      '\0',
                      '\0',
                      '\0',
                      '\0',
                      '\0',
                      static_cast<char>(text.size() >> 8U),
                      static_cast<char>(text.size() & 0xFFU)};
    return bytes.append(text);
}

TEST(LogFrames, AreTakenOff) {
    const std::string longer(300, 'x');
    EXPECT_EQ(without_log_frames(frame(1, "out\n") + frame(2, "err\n") + frame(1, longer)), "out\nerr\n" + longer);
}

TEST(LogFrames, CutShortGiveWhatThereIs) {
    const auto whole = frame(1, "first\n") + frame(2, "second\n");
    EXPECT_EQ(without_log_frames(whole.substr(0, whole.size() - 3)), "first\nseco");
    EXPECT_EQ(without_log_frames(frame(1, "first\n") + std::string("\1\0\0", 3)), "first\n");
}

TEST(LogFrames, MissingForTerminalsLeaveTheTextAsItIs) {
    EXPECT_EQ(without_log_frames("plain text\n"), "plain text\n");
    EXPECT_EQ(without_log_frames(""), "");
}

TEST(NewestLines, AreSortedByTimeAcrossTasks) {
    EXPECT_EQ(newest_lines("2 b\n4 d\n1 a\n3 c\n", 3, 1000), "2 b\n3 c\n4 d\n");
}

TEST(NewestLines, OfOneInstantStayInOrder) {
    EXPECT_EQ(newest_lines("1 z\n1 a\n1 m\n", 9, 1000), "1 z\n1 a\n1 m\n");
}

TEST(NewestLines, EndTheLastLine) {
    EXPECT_EQ(newest_lines("2 last\n1 first", 9, 1000), "1 first\n2 last\n");
}

TEST(NewestLines, StopAtTheByteLimit) {
    EXPECT_EQ(newest_lines("1 aaaa\n2 bbbb\n3 cccc\n", 9, 15), "2 bbbb\n3 cccc\n");
}

}  // namespace
}  // namespace holdfast::swarm
