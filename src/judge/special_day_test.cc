// Calendars whose days are learned: each is foreseen as a day of its own kind.
#include <cmath>

#include <gtest/gtest.h>

#include "judge/findings.h"
#include "judge/why.h"
#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

constexpr Duration kDay = std::chrono::hours(24);
constexpr int kYears = 800;  // days of history

/// A daily job that hardly runs on the first of a month, two hours into the day.
class SpecialDayTest : public JudgeTest {
 protected:
  static Timestamp run_of(int day) {
    return Timestamp::from_s(1'383'264'000) + kDay * day + kHour * 2;
  }
  static bool is_rest(int day) { return civil_day(run_of(day), 0).day == 1; }
  static double value_of(int day) { return (is_rest(day) ? 300 : 1000) + day * 7 % 11 * 3; }

  void watch() {
    DetectorChoices choices;
    choices.own.calendars = {{{"month begins", {"day 1"}}, /*mute=*/false, /*learn=*/true}};
    const auto kept = judge_->put(target(), choices, {kDay});
    ASSERT_TRUE(kept) << kept.error().what;
    ASSERT_TRUE(judge_->settle());
  }
  void run(int from, int to) {
    for (int day = from; day < to; ++day) {
      pass_to(run_of(day));
      put_at(run_of(day), value_of(day));
    }
  }
  std::vector<FindingView> found() {
    FindingQuery query;
    query.limit = 1000;
    auto out = FindingBook(deps()).list(query);
    EXPECT_TRUE(out) << out.error().what;
    return out ? *out : std::vector<FindingView>();
  }
  FindingBook::Deps deps() { return {*judge_, *store_, *control_, clock_}; }
  IssuedBand band_of(int day) {
    const auto bands = judge_->bands(
        identity(kDay), run_of(day).floor_to(kDay), run_of(day).floor_to(kDay) + kDay);
    EXPECT_TRUE(bands && bands->points.size() == 1);
    return bands && !bands->points.empty() ? bands->points.front().band : IssuedBand();
  }
};

TEST_F(SpecialDayTest, one_of_a_calendar_that_is_learned_is_foreseen_live_and_after_a_restart) {
  run(0, kYears);
  watch();
  int day = kYears;
  for (int rests = 0; rests < 4; ++day) {
    run(day, day + 1);
    if (!is_rest(day)) continue;
    EXPECT_NEAR(band_of(day).expected, 315, 60) << day;
    if (++rests == 2) restart();
  }
  EXPECT_TRUE(found().empty());
  while (!is_rest(day))
    run(day, day + 1), ++day;
  pass_to(run_of(day));
  put_at(run_of(day), 1000);  // as on any other day
  pass_to(run_of(day) + kDay * 2);
  run(day + 3, day + 6);
  std::vector<FindingView> spikes;
  for (const FindingView& view : found()) {
    if (view.finding.kind == FindingKind::spike) spikes.push_back(view);
  }
  ASSERT_EQ(spikes.size(), 1U);
  EXPECT_EQ(spikes[0].ref.at, run_of(day).floor_to(kDay));
  const auto why = explain(deps(), to_id(spikes[0].ref));
  ASSERT_TRUE(why) << why.error().what;
  EXPECT_TRUE(why->reproduced) << why->difference;
}

TEST_F(SpecialDayTest, a_rebuild_of_the_model_knows_them_as_the_live_one_did) {
  run(0, 400);
  watch();
  run(400, 440);
  const auto live = band_of(439);
  TearDown();
  begin_anew();
  run(0, 400);
  watch();
  for (int day = 400; day < 440; ++day) {
    run(day, day + 1);
    if (day % 7 == 0) {
      ASSERT_TRUE(store_->flush());
      restart();
    }
  }
  EXPECT_EQ(band_of(439), live);
}

}  // namespace
}  // namespace tidemark::judge
