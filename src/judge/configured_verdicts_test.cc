#include "judge/configured_verdicts.h"

#include <gtest/gtest.h>

#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

constexpr int kEnd = 24 * 28;

class ConfiguredVerdictsTest : public JudgeTest {
 protected:
  FindingBook::Deps deps() { return {*judge_, *store_, *control_, clock_}; }
  FindingBook book() { return FindingBook(deps()); }
  /// One finding of a live hour.
  void SetUp() override {
    JudgeTest::SetUp();
    put_hours(0, kEnd);
    ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
    put(kEnd, 900);
    put_hours(kEnd + 1, kEnd + 3);
    const auto found = book().list({});
    ASSERT_EQ(found->size(), 1U);
    id_ = to_id(found->front().ref);
  }
  /// As the file is read at a start or a reload; how many cannot be given.
  std::size_t give(const std::vector<ConfiguredVerdict>& file) {
    const auto given = give_configured(deps(), file);
    EXPECT_TRUE(given) << given.error().what;
    return given ? *given : 99;
  }
  ConfiguredVerdict of(Verdict verdict, const std::string& comment = "") const {
    ConfiguredVerdict out;
    out.finding = id_;
    out.verdict = verdict;
    out.comment = comment;
    return out;
  }
  static ConfiguredVerdict missed(int from, int to) {
    ConfiguredVerdict out;
    out.verdict = Verdict::missed;
    out.target = target();
    out.from = hour(from);
    out.to = hour(to);
    return out;
  }
  DetectorSpec spec() { return judge_->find(target())->spec; }
  std::optional<KeptVerdict> kept() { return book().find(id_)->verdict; }

  std::string id_;
};

TEST_F(ConfiguredVerdictsTest, are_given_once_also_over_restarts) {
  EXPECT_EQ(give({of(Verdict::real, "a storm")}), 0U);
  ASSERT_TRUE(kept());
  EXPECT_EQ(kept()->verdict, Verdict::real);
  EXPECT_EQ(kept()->comment, "a storm");
  ASSERT_EQ(spec().marks.size(), 1U);
  EXPECT_EQ(spec().marks[0].effect, Mark::Effect::exclude);
  const auto audit = control_->audit({});
  ASSERT_TRUE(audit);
  EXPECT_EQ(audit->front().who, "configuration");
  const auto revision = spec().revision;
  for (int round = 0; round < 2; ++round) {
    restart();
    const auto sequence = store_->sequence();
    EXPECT_EQ(give({of(Verdict::real, "a storm")}), 0U);
    EXPECT_EQ(store_->sequence(), sequence);
  }
  EXPECT_EQ(spec().revision, revision);
  // A change of the file is given; what is taken out of it stays.
  EXPECT_EQ(give({of(Verdict::expected)}), 0U);
  EXPECT_EQ(kept()->verdict, Verdict::expected);
  EXPECT_EQ(spec().marks[0].effect, Mark::Effect::learn);
  EXPECT_EQ(give({}), 0U);
  EXPECT_EQ(kept()->verdict, Verdict::expected);
}

TEST_F(ConfiguredVerdictsTest, what_a_person_says_later_stays_until_the_file_says_something_else) {
  EXPECT_EQ(give({of(Verdict::real)}), 0U);
  ASSERT_TRUE(book().judge(id_, Verdict::known, "seen"));
  EXPECT_EQ(give({of(Verdict::real)}), 0U);
  EXPECT_EQ(kept()->verdict, Verdict::known);
  ASSERT_TRUE(book().take_back(id_));
  restart();
  EXPECT_EQ(give({of(Verdict::real)}), 0U);
  EXPECT_FALSE(kept());
  EXPECT_TRUE(spec().marks.empty());
  EXPECT_EQ(give({of(Verdict::real, "looked at again")}), 0U);
  EXPECT_EQ(kept()->verdict, Verdict::real);
  // Taken out and put in again it is new.
  ASSERT_TRUE(book().take_back(id_));
  EXPECT_EQ(give({}), 0U);
  EXPECT_EQ(give({of(Verdict::real, "looked at again")}), 0U);
  EXPECT_EQ(kept()->verdict, Verdict::real);
}

TEST_F(ConfiguredVerdictsTest, one_that_a_person_gave_before_is_not_given_twice) {
  ASSERT_TRUE(book().judge(id_, Verdict::real, ""));
  const auto revision = spec().revision;
  EXPECT_EQ(give({of(Verdict::real)}), 0U);
  EXPECT_EQ(spec().revision, revision);
}

TEST_F(ConfiguredVerdictsTest, a_missed_window_is_given_once) {
  EXPECT_EQ(give({missed(kEnd - 48, kEnd - 46)}), 0U);
  ASSERT_EQ(spec().marks.size(), 1U);
  EXPECT_EQ(spec().marks[0].effect, Mark::Effect::missed);
  const auto revision = spec().revision;
  restart();
  EXPECT_EQ(give({missed(kEnd - 48, kEnd - 46)}), 0U);
  EXPECT_EQ(spec().revision, revision);
  // As after a crash before it was remembered that it was given.
  ASSERT_TRUE(control_->commit_and_wait({DeleteDocument{
      "configured_verdict", control_->documents("configured_verdict")->front().key}}));
  EXPECT_EQ(give({missed(kEnd - 48, kEnd - 46)}), 0U);
  EXPECT_EQ(spec().revision, revision);
  EXPECT_EQ(give({missed(kEnd - 48, kEnd - 46), missed(kEnd - 40, kEnd - 39)}), 0U);
  EXPECT_EQ(spec().marks.size(), 2U);
}

TEST_F(ConfiguredVerdictsTest, what_is_about_nothing_is_counted_and_the_rest_is_given) {
  ConfiguredVerdict nothing = of(Verdict::real);
  nothing.finding = "00000000-0000-0000-0000-000000000000.3600.1383264000";
  ConfiguredVerdict nonsense = of(Verdict::real);
  nonsense.finding = "nonsense";
  ConfiguredVerdict unwatched = missed(0, 1);
  unwatched.target.metric->name = "other";
  EXPECT_EQ(give({nothing, nonsense, unwatched, of(Verdict::known)}), 3U);
  EXPECT_EQ(kept()->verdict, Verdict::known);
  // It is tried again: the detector is there by now.
  ASSERT_TRUE(judge_->put(unwatched.target, {}, {kHour}));
  EXPECT_EQ(give({nothing, nonsense, unwatched, of(Verdict::known)}), 2U);
  EXPECT_EQ(judge_->find(unwatched.target)->spec.marks.size(), 1U);
}

}  // namespace
}  // namespace tidemark::judge
