#include "alarm/team_budget.h"

#include <gtest/gtest.h>

namespace tidemark::alarm {
namespace {

using std::chrono::hours;
constexpr Duration kWeek = hours(24 * 7);

TeamAlarm band(Duration judged, std::vector<std::size_t> firings, std::size_t now) {
  TeamAlarm out{judged, now, {}};
  double k = 1;
  for (const std::size_t count : firings)
    out.results.push_back({k++, count, Duration(0)});
  return out;
}

TEST(TeamBudget, finds_one_width_for_all_bands) {
  // Four weeks: at k = 2 six and two firings, two a week.
  const auto advice =
      advise_team({band(4 * kWeek, {20, 6, 1, 0}, 20), band(4 * kWeek, {9, 2, 0, 0}, 0)}, 2);
  EXPECT_DOUBLE_EQ(advice.per_week, 5);
  EXPECT_EQ(advice.k, 2);
  EXPECT_DOUBLE_EQ(advice.per_week_at_k.value(), 2);
}

TEST(TeamBudget, tells_what_each_width_would_give_also_below_the_one_it_names) {
  const TeamAlarm fixed{2 * kWeek, 2, {}};
  const auto advice = advise_team({band(2 * kWeek, {8, 4, 0}, 4), fixed}, 1);
  EXPECT_EQ(advice.k, 3);
  ASSERT_EQ(advice.table.size(), 3U);
  for (const auto& [index, rate] : {std::pair(0U, 5.0), std::pair(1U, 3.0), std::pair(2U, 1.0)}) {
    EXPECT_EQ(advice.table[index].k, index + 1);
    EXPECT_DOUBLE_EQ(advice.table[index].per_week, rate);
  }
  EXPECT_TRUE(advise_team({fixed}, 1).table.empty());
}

TEST(TeamBudget, histories_of_different_lengths_count_by_their_rates) {
  // One firing in a week weighs as four in four.
  const auto advice = advise_team({band(kWeek, {1, 0}, 1), band(4 * kWeek, {4, 4}, 4)}, 1.5);
  EXPECT_DOUBLE_EQ(advice.per_week, 2);
  EXPECT_EQ(advice.k, 2);
}

TEST(TeamBudget, fixed_limits_may_use_all_of_it) {
  const TeamAlarm fixed{kWeek, 5, {}};
  const auto advice = advise_team({fixed, band(kWeek, {3, 0}, 3)}, 4);
  EXPECT_EQ(advice.k, std::nullopt);
  EXPECT_DOUBLE_EQ(advice.per_week, 8);
  EXPECT_EQ(advise_team({fixed, band(kWeek, {3, 0}, 3)}, 5).k, 2);
}

TEST(TeamBudget, is_not_fooled_by_a_band_that_never_ends) {
  // At k = 1 both bands are left once and for ever.
  const auto advice = advise_team({band(kWeek, {1, 9, 0}, 9), band(kWeek, {1, 9, 0}, 9)}, 3);
  EXPECT_EQ(advice.k, 3);
}

TEST(TeamBudget, without_a_past_there_is_nothing_to_say) {
  EXPECT_EQ(advise_team({}, 3).k, std::nullopt);
  EXPECT_EQ(advise_team({band(Duration(0), {0, 0}, 0)}, 3).k, std::nullopt);
}

}  // namespace
}  // namespace tidemark::alarm
