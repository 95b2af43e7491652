// What is written back to git.
#include "app/own_note.hpp"
#include "holdfast.hpp"

namespace holdfast::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class NotesTest : public ReconcilerTest {
  protected:
    /// The one note on a commit.
    [[nodiscard]] status::Note parsed(const CommitId& commit) const {
        const auto notes = parse_notes(note(commit));
        if (notes.size() != 1) throw std::runtime_error("expected one note:\n" + note(commit));
        return notes.front();
    }
    /// Where the remote's notes stand: moves with each that is written.
    [[nodiscard]] std::string notes_head() const {
        holdfast->until([&] { return holdfast->repository.notes_written(); });
        return git::test::git(origin.bare(), {"rev-parse", git::test::notes_ref});
    }
};

TEST_F(NotesTest, SayWhatWasDoneToEachAppAndWhy) {
    const auto first = parsed(deploy(two_apps()));
    EXPECT_EQ(first.instance, "default");
    EXPECT_EQ(first.result, "converged");
    EXPECT_EQ(first.unchanged, 0U);
    EXPECT_TRUE(first.events.empty());
    ASSERT_EQ(first.apps.size(), 2U);
    EXPECT_EQ(first.apps[0].app, "default/blog");
    EXPECT_EQ(first.apps[0].phase, "live");
    EXPECT_EQ(first.apps[0].image, "blog:1");
    EXPECT_EQ(first.apps[0].reason, "it is new");

    remove("apps/shop.yaml");
    const auto second = parsed(deploy({{"apps/blog.yaml", app("blog", "blog:2")}}));
    ASSERT_EQ(second.apps.size(), 2U);
    EXPECT_THAT(second.apps[0].reason, HasSubstr("blog:1 → blog:2"));
    EXPECT_EQ(second.apps[1].app, "default/shop");
    EXPECT_EQ(second.apps[1].phase, "removed");
    EXPECT_EQ(second.apps[1].reason, "no longer in git");
}

TEST_F(NotesTest, CountWhatWasNotTouched) {
    deploy(two_apps());
    const auto writes = holdfast->writes();
    const auto note = parsed(deploy({{"README.md", "What this is.\n"}}));
    EXPECT_EQ(note.result, "converged");
    EXPECT_TRUE(note.apps.empty());
    EXPECT_EQ(note.unchanged, 2U);
    EXPECT_EQ(holdfast->writes(), writes);
    EXPECT_EQ(holdfast->phase("blog"), "live");
}

TEST_F(NotesTest, BeginWithTheResult) {
    EXPECT_THAT(note(deploy(two_apps())), StartsWith("result: converged\n"));
}

TEST_F(NotesTest, TellWhatHappensLaterAsEvents) {
    const auto commit = deploy(two_apps());
    const auto first = parsed(commit);
    holdfast->set_image_by_hand("blog", "blog:debug");
    holdfast->converge();
    holdfast->target.remove_by_hand(Holdfast::service("shop"));
    holdfast->converge();
    const auto later = parsed(commit);
    EXPECT_EQ(later.settled, first.settled);
    EXPECT_EQ(later.apps, first.apps);
    EXPECT_EQ(later.result, "converged");
    ASSERT_EQ(later.events.size(), 2U);
    EXPECT_EQ(later.events[0].app, "default/blog");
    EXPECT_EQ(later.events[0].what, "drift");
    EXPECT_THAT(later.events[0].message, StartsWith("changed by hand, put back: "));
    EXPECT_EQ(later.events[1].app, "default/shop");
    EXPECT_EQ(later.events[1].message, "changed by hand, put back: it is missing");
}

TEST_F(NotesTest, NeverCallARollbackASuccess) {
    deploy(two_apps());
    holdfast->target.break_image("blog:2");
    const auto note = parsed(deploy({{"apps/blog.yaml", app("blog", "blog:2")}}));
    EXPECT_EQ(note.result, "degraded");
    EXPECT_EQ(note.unchanged, 1U);
    ASSERT_EQ(note.apps.size(), 1U);
    EXPECT_EQ(note.apps[0].phase, "rolled_back");
    EXPECT_THAT(note.apps[0].reason, HasSubstr("No such image"));
}

TEST_F(NotesTest, TellOfAStoppedRevision) {
    Files files{{"holdfast.yaml", platform()}};
    for (const std::string name : {"a", "b", "c", "d"}) files["apps/" + name + ".yaml"] = app(name, name + ":1");
    deploy(files);
    for (const std::string name : {"a", "b", "c"}) remove("apps/" + name + ".yaml");
    const auto note = parsed(deploy({}));
    EXPECT_EQ(note.result, "degraded");
    ASSERT_EQ(note.events.size(), 1U);
    EXPECT_EQ(note.events[0].what, "guard");
    EXPECT_THAT(note.events[0].message, HasSubstr("Holdfast-Prune: confirm"));
}

TEST_F(NotesTest, TellOfAnUnusableRevision) {
    deploy(two_apps());
    const auto note = parsed(deploy({{"holdfast.yaml", "kind: Platform\n"}}));
    EXPECT_EQ(note.result, "failed");
    ASSERT_EQ(note.events.size(), 1U);
    EXPECT_EQ(note.events[0].what, "invalid");
}

TEST_F(NotesTest, AreNotWrittenAgainWhereNothingHappened) {
    deploy(two_apps());
    const auto head = notes_head();
    for (int i = 0; i < 3; ++i) holdfast->pass();
    holdfast->target.restart();
    holdfast->converge();
    EXPECT_EQ(notes_head(), head);
}

TEST_F(NotesTest, ArePushedAfterARestartWhereACrashKeptThemHere) {
    const auto commit = deploy(two_apps());
    const auto before = note(commit);
    git::test::git(origin.bare(), {"update-ref", "-d", git::test::notes_ref});
    restart();
    holdfast->converge();
    EXPECT_EQ(note(commit), before);
}

TEST_F(NotesTest, AreNotWrittenTwiceAfterARestart) {
    const auto commit = deploy(two_apps());
    holdfast->set_image_by_hand("blog", "blog:debug");
    holdfast->converge();
    const auto before = note(commit);
    const auto head = notes_head();
    restart();
    holdfast->converge();
    EXPECT_EQ(notes_head(), head);
    EXPECT_EQ(note(commit), before);
    // Nor where the state folder is lost: the remote knows what was said.
    std::filesystem::remove_all(settings.state_dir);
    restart();
    holdfast->converge();
    EXPECT_EQ(notes_head(), head);

    holdfast->target.remove_by_hand(Holdfast::service("shop"));
    holdfast->converge();
    EXPECT_EQ(parsed(commit).events.size(), 2U);
}

}  // namespace
}  // namespace holdfast::app
