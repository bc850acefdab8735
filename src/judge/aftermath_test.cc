#include "judge/aftermath.h"

#include <gtest/gtest.h>

#include "judge/why.h"
#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

using Course = Aftermath::Course;

struct AftermathRow {
  const char* name;
  FindingKind kind;
  double found;  // 100 was expected, 90 to 110 usual
  std::vector<double> after;
  std::vector<double> expected;  // middle of the bands there, 10 wide to each side
  Course course;
  int since;  // periods behind the finding
  int outside;
  double before = 0;  // middle of the bands there a week before, 10 wide; 0: not known
};

class AftermathRows : public ::testing::TestWithParam<AftermathRow> {};

TEST_P(AftermathRows, course) {
  const AftermathRow& row = GetParam();
  FindingView view;
  view.ref.period = kHour;
  view.finding.kind = row.kind;
  view.finding.value = row.found;
  view.band.expected = 100;
  view.limits = {90, 110};
  std::vector<JudgedValue> after;
  for (std::size_t i = 0; i < row.after.size(); ++i) {
    const double middle = row.expected[i];
    after.push_back({view.ref.at + kHour * static_cast<std::int64_t>(i + 1),
                     row.after[i],
                     {middle - 10, middle + 10}});
    if (row.before != 0) after.back().before = Limits{row.before - 10, row.before + 10};
  }
  const Aftermath known = aftermath_of(view, after);
  EXPECT_EQ(known.course, row.course);
  EXPECT_EQ(known.since, row.since == 0 ? Timestamp() : view.ref.at + kHour * row.since);
  EXPECT_EQ(known.outside, static_cast<std::size_t>(row.outside));
}

constexpr auto kShift = FindingKind::level_shift;
constexpr auto kSpike = FindingKind::spike;
constexpr auto kDip = FindingKind::dip;
INSTANTIATE_TEST_SUITE_P(
    Courses,
    AftermathRows,
    ::testing::Values(
        AftermathRow{"nothing_yet", kSpike, 200, {}, {}, Course::unknown, 0, 0},
        AftermathRow{
            "two_are_not_enough", kSpike, 200, {100, 101}, {100, 100}, Course::going_on, 0, 0},
        AftermathRow{"back", kSpike, 200, {100, 101, 99}, {100, 100, 100}, Course::back, 1, 0},
        // One inside between is chance.
        AftermathRow{"back_late",
                     kSpike,
                     200,
                     {190, 100, 180, 100, 100, 100},
                     {100, 100, 100, 100, 100, 100},
                     Course::back,
                     4,
                     2},
        AftermathRow{"going_on", kShift, 200, {200, 200}, {100, 100}, Course::going_on, 0, 2},
        AftermathRow{"followed",
                     kShift,
                     200,
                     {200, 202, 198, 200},
                     {100, 195, 200, 200},
                     Course::followed,
                     2,
                     1},
        // An incident that is longer than the model holds values back.
        AftermathRow{"a_followed_dip",
                     kDip,
                     20,
                     {21, 19, 20, 20, 20, 22},
                     {100, 100, 100, 20, 20, 20},
                     Course::followed,
                     4,
                     3,
                     100},
        AftermathRow{"a_followed_spike_of_a_young_series",
                     kSpike,
                     200,
                     {201, 200, 202, 199},
                     {100, 200, 200, 200},
                     Course::followed,
                     2,
                     1},
        // Closed two hours early: the values are usual for the hours that follow.
        AftermathRow{"a_dip_into_the_night",
                     kDip,
                     20,
                     {20, 20, 20, 20},
                     {100, 20, 20, 20},
                     Course::back,
                     2,
                     1,
                     20},
        AftermathRow{"a_dip_that_ended_elsewhere",
                     kDip,
                     20,
                     {21, 60, 60, 60},
                     {100, 60, 60, 60},
                     Course::back,
                     2,
                     1,
                     100},
        AftermathRow{"a_level_that_ended",
                     kShift,
                     200,
                     {200, 100, 100, 100},
                     {150, 100, 100, 100},
                     Course::back,
                     2,
                     1},
        // The band of a constant was at the new level before anybody was told.
        AftermathRow{
            "constant", kShift, 105, {105, 105, 105}, {105, 105, 105}, Course::followed, 1, 0},
        AftermathRow{"silence_ended", FindingKind::silence, 0, {500}, {100}, Course::back, 1, 0},
        AftermathRow{"silence_goes_on", FindingKind::silence, 0, {}, {}, Course::unknown, 0, 0}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(AftermathWords, say_how_many) {
  const auto words = [](std::size_t periods, std::size_t outside) {
    return aftermath_words({Course::going_on, {}, periods, outside}, "");
  };
  EXPECT_EQ(words(1, 1), "The period since is outside of its band, too.");
  EXPECT_EQ(words(4, 4), "All of the 4 periods since are outside of their bands, too.");
  EXPECT_EQ(words(4, 3), "3 of the 4 periods since are outside of their bands.");
  EXPECT_EQ(words(2, 0), "The values since are inside of their bands, so far.");
  EXPECT_EQ(aftermath_words({}, ""), "");
}

constexpr int kEnd = 24 * 21;

class AftermathTest : public JudgeTest {
 protected:
  void learn() {
    put_hours(0, kEnd);
    detector_ = judge_->put(target(), {}, {kHour})->id;
    ASSERT_TRUE(judge_->settle());
  }
  void put_higher(int from, int to, double by) {
    for (int number = from; number < to; ++number)
      put(number, value_at(number) + by);
  }
  std::vector<FindingView> found() {
    auto out = FindingBook(deps()).list({});
    EXPECT_TRUE(out) << out.error().what;
    return out ? *std::move(out) : std::vector<FindingView>();
  }
  Explanation why(const FindingRef& ref) {
    auto out = explain(deps(), to_id(ref));
    EXPECT_TRUE(out) << out.error().what;
    return out ? *std::move(out) : Explanation();
  }
  FindingBook::Deps deps() { return {*judge_, *store_, *control_, clock_}; }
  std::string detector_;
};

TEST_F(AftermathTest, a_spike_is_over_when_three_closed_periods_are_inside) {
  learn();
  put(kEnd, 900);
  const FindingRef spike{detector_, kHour, hour(kEnd)};
  EXPECT_EQ(why(spike).aftermath.course, Course::unknown);
  put_hours(kEnd + 1, kEnd + 3);
  EXPECT_EQ(why(spike).aftermath, (Aftermath{Course::going_on, {}, 2, 0}));
  put(kEnd + 3, value_at(kEnd + 3));
  const auto told = why(spike);
  EXPECT_EQ(told.aftermath, (Aftermath{Course::back, hour(kEnd + 1), 3, 0}));
  EXPECT_EQ(told.aftermath_words,
            "From 22 Nov 2013 01:00 on the values are inside of their bands again.");
  EXPECT_TRUE(told.reproduced) << told.difference;
}

TEST_F(AftermathTest, an_open_period_counts_for_nothing_yet) {
  const auto put_halves = [this](int number, double value) {
    put(number, value / 2);
    put_at(hour(number) + kHour / 2, value / 2);
  };
  for (int number = 0; number < kEnd; ++number)
    put_halves(number, value_at(number));
  detector_ = judge_->put(target(), {}, {kHour})->id;
  ASSERT_TRUE(judge_->settle());
  put_halves(kEnd, 900);
  put(kEnd + 1, value_at(kEnd + 1) / 2);
  const FindingRef spike{detector_, kHour, hour(kEnd)};
  EXPECT_EQ(why(spike).aftermath.course, Course::unknown);
  put_at(hour(kEnd + 1) + kHour / 2, value_at(kEnd + 1) / 2);
  EXPECT_EQ(why(spike).aftermath, (Aftermath{Course::going_on, {}, 1, 0}));
}

TEST_F(AftermathTest, says_when_a_new_level_has_been_learned) {
  learn();
  put_higher(kEnd, kEnd + 6, 400);
  const auto list = found();
  const auto shift = std::find_if(list.begin(), list.end(), [](const FindingView& each) {
    return each.finding.kind == FindingKind::level_shift;
  });
  ASSERT_NE(shift, list.end());
  const FindingRef ref = shift->ref;
  put_higher(kEnd + 6, kEnd + 48, 400);
  const auto told = why(ref);
  EXPECT_EQ(told.aftermath.course, Course::followed) << told.aftermath_words;
  EXPECT_GT(told.aftermath.since, ref.at);
  EXPECT_LE(told.aftermath.since, hour(kEnd + 12));
  EXPECT_EQ(told.aftermath_words.find("The model has learned the new level: from 22 Nov 2013"), 0U)
      << told.aftermath_words;
  EXPECT_TRUE(told.reproduced) << told.difference;
}

TEST_F(AftermathTest, goes_by_what_is_stored_now_also_after_a_restart) {
  learn();
  put_higher(kEnd, kEnd + 3, 400);
  const FindingRef first{detector_, kHour, hour(kEnd)};
  const auto before = why(first).aftermath;
  EXPECT_EQ(before, (Aftermath{Course::going_on, {}, 2, 2}));
  ASSERT_TRUE(store_->flush());
  restart();
  EXPECT_EQ(why(first).aftermath, before);
}

}  // namespace
}  // namespace tidemark::judge
