// A constant or nearly constant series that goes to another level: the band follows at once.
#include <functional>

#include <gtest/gtest.h>

#include "learn/finding_kind.h"
#include "learn/testing_teach.h"

namespace tidemark::learn {
namespace {

using namespace std::chrono_literals;

constexpr int kRest = 500;

struct Shift {
  int at = 0;  // first value that it was raised at
  int began = 0;
  int direction = 0;
  friend bool operator==(const Shift&, const Shift&) = default;
};
std::ostream& operator<<(std::ostream& out, const Shift& shift) {
  return out << shift.at << " since " << shift.began << " to " << shift.direction;
}

struct Said {
  std::vector<Shift> shifts;
  std::vector<int> outside;  // values outside of the band at k = 3
  double width = 0;          // of the last band
  Edges last;
};

using Values = std::function<double(int i)>;

/// What is said of `count` values, by a tracker that is saved and restored before each.
Said watch(Duration cadence, Policy policy, int count, const Values& value_of) {
  Taught taught(cadence, policy);
  KindTracker tracker(cadence);
  Said out;
  for (int i = 0; i < count; ++i) {
    const double value = value_of(i);
    const Slot slot = taught.now();
    const auto outlook = taught.outlook();
    std::optional<Edges> usual;
    if (outlook) usual = edges_at(*outlook, 3);
    tracker.note(slot, value, outlook, usual);
    const int side = usual ? side_of(value, *usual) : 0;
    if (side != 0) out.outside.push_back(i);
    const auto raised = tracker.raised();
    if (raised) {
      EXPECT_GE(*raised, kAbnormalScore);
      EXPECT_LT(*raised, 1);
    }
    if (side != 0 || raised) {
      tracker.told();  // of a finding, as callers do before they name it
      if (tracker.kind() == FindingKind::level_shift) {
        const auto back = (slot.start - tracker.began()) / cadence;
        const int direction = side != 0 ? side : tracker.direction();
        out.shifts.push_back({i, i - static_cast<int>(back), direction});
      }
    }
    if (usual) out.last = *usual;
    taught.feed(value);
    ByteSink kept;
    tracker.save(kept);
    tracker = KindTracker(cadence);
    ByteSource in(kept.view());
    EXPECT_TRUE(tracker.restore(in));
  }
  return out;
}

/// 0 and 1 in no order.
int either(int i) {
  return static_cast<int>((static_cast<std::uint32_t>(i) * 2'654'435'761U) >> 31U);
}

class Step : public testing::TestWithParam<std::tuple<Duration, Policy>> {
 protected:
  [[nodiscard]] static Said said(int count, const Values& value_of) {
    return watch(std::get<0>(GetParam()), std::get<1>(GetParam()), count, value_of);
  }
};

INSTANTIATE_TEST_SUITE_P(
    All,
    Step,
    testing::Combine(testing::Values(Duration(1min), Duration(1h), Duration(24h)),
                     testing::Values(Policy::as_server, Policy::by_score)));

TEST_P(Step, a_constant_that_stays_elsewhere_is_a_level_shift_with_its_fifth_value) {
  for (const double to : {6.0, 105.0, 4.0, 5.001}) {
    const Said got = said(kRest + 60, [to](int i) { return i < kRest ? 5 : to; });
    const Shift expected{kRest + 4, kRest, to > 5 ? 1 : -1};
    ASSERT_EQ(got.shifts, std::vector{expected}) << to;
    ASSERT_FALSE(got.outside.empty()) << to;
    EXPECT_EQ(got.outside.front(), kRest);
  }
}

TEST_P(Step, the_band_of_a_constant_is_at_the_new_level_within_five_values) {
  for (const double to : {6.0, 105.0}) {
    const Said got = said(kRest + 20, [to](int i) { return i < kRest ? 5 : to; });
    ASSERT_FALSE(got.outside.empty());
    EXPECT_LT(got.outside.back(), kRest + 5) << to;
    EXPECT_LE(got.last.lower, to);
    EXPECT_GE(got.last.upper, to);
    EXPECT_GT(got.last.lower, 5 + 0.5 * (to - 5)) << "it has left the old level behind";
  }
}

TEST_P(Step, two_values_in_turn_that_become_two_others_are_a_level_shift) {
  const Said got = said(kRest + 60, [](int i) { return (i < kRest ? 5 : 8) + either(i); });
  ASSERT_EQ(got.shifts.size(), 1U);
  EXPECT_EQ(got.shifts[0], (Shift{kRest + 4, kRest, 1}));
}

TEST_P(Step, the_way_back_is_told_as_another_one) {
  const auto there = [](int i) { return i >= kRest && i < kRest + 100; };
  const Said got = said(kRest + 160, [&](int i) { return there(i) ? 6 : 5; });
  ASSERT_EQ(got.shifts.size(), 2U);
  EXPECT_EQ(got.shifts[0], (Shift{kRest + 4, kRest, 1}));
  EXPECT_EQ(got.shifts[1], (Shift{kRest + 104, kRest + 100, -1}));
}

TEST_P(Step, two_equal_spikes_a_day_apart_stay_spikes) {
  const int day = std::max<int>(1, static_cast<int>(24h / std::get<0>(GetParam())));
  const int apart = std::max(day, 10);
  for (const double spike : {8.0, 2.0, 105.0}) {
    const Said got = said(kRest + apart + 60,
                          [&](int i) { return i == kRest || i == kRest + apart ? spike : 5; });
    EXPECT_TRUE(got.shifts.empty()) << spike;
    EXPECT_FALSE(got.outside.empty()) << spike;
  }
}

TEST_P(Step, four_values_elsewhere_are_none) {
  const Said got = said(kRest + 60, [](int i) { return i >= kRest && i < kRest + 4 ? 8 : 5; });
  EXPECT_TRUE(got.shifts.empty());
  EXPECT_FALSE(got.outside.empty());
}

TEST_P(Step, a_series_that_does_not_rest_has_none) {
  Chance chance(17);
  double walk = 1000;
  const auto walked = [&](int) { return walk += chance.normal(); };
  EXPECT_TRUE(said(3000, walked).shifts.empty());
  const auto shape = seasonal_series(5, 3000, std::get<0>(GetParam()));
  EXPECT_TRUE(said(3000, [&](int i) { return shape[static_cast<std::size_t>(i)]; }).shifts.empty());
}

TEST_P(Step, what_scatters_to_both_sides_after_it_has_rested_is_no_level) {
  Chance chance(3);
  const Said got = said(kRest + 60, [&](int i) {
    return i < kRest ? 5 : 5 + (i % 2 == 0 ? 100 : -100) * (0.1 + chance.flat());
  });
  EXPECT_TRUE(got.shifts.empty());
}

}  // namespace
}  // namespace tidemark::learn
