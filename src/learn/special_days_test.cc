// Holidays and other days unlike others: each kind is learned apart, and the days around it are as
// if it had not been.
#include "learn/special_days.h"

#include <gtest/gtest.h>

#include "learn/testing_series.h"
#include "learn/width.h"

namespace tidemark::learn {
namespace {

using namespace std::chrono_literals;

constexpr double kNoise = 10;

/// The first and the fifteenth of every third month are holidays, the days of a second kind on the
/// 20th of every month.
Slot marked(Slot at, int month_of_year, int kinds) {
  if (month_of_year % 3 == 0 && (at.day_of_month == 1 || at.day_of_month == 15)) at.special = 1;
  if (at.day_of_month == 20 && kinds > 1) at.special = 2;
  return at;
}

/// A detector that lives through slots as the server has it: held back outside of k = 2.
class Lived {
 public:
  explicit Lived(Duration cadence, int kinds = 2, const char* name = "tide") : name_(name) {
    config_.cadence = cadence;
    config_.special_kinds = kinds;
    detector_ = must_make(name, config_);
  }
  [[nodiscard]] Slot now() {
    Slot at = test_slot(next_, config_.cadence);
    if (at.day_of_month == 1 && day_ != 1) ++month_;
    day_ = at.day_of_month;
    return config_.special_kinds > 0 ? marked(at, month_, config_.special_kinds) : at;
  }
  [[nodiscard]] Outlook outlook(const Slot& at) const { return detector_->expect(at).value(); }
  [[nodiscard]] double score(const Slot& at, double value) const {
    return detector_->score(at, value);
  }
  [[nodiscard]] bool inside(const Slot& at, double value, double k) const {
    const Edges band = edges_at(outlook(at), k);
    return band.lower <= value && value <= band.upper;
  }
  void feed(const Slot& at, double value) {
    const auto held = detector_->expect(at) && !inside(at, value, kHoldBackWidth);
    detector_->learn(at, value, held ? Teach::hold_back : Teach::learn);
    ++next_;
  }
  void skip() { ++next_; }
  void restart() {
    ByteSink out;
    detector_->save(out);
    detector_ = must_make(name_, config_);
    ByteSource in(out.view());
    const auto restored = detector_->restore(in);
    ASSERT_TRUE(restored) << restored.error().what;
    ASSERT_TRUE(in.empty());
  }
  [[nodiscard]] std::string state() const {
    ByteSink out;
    detector_->save(out);
    return std::string(out.view());
  }

 private:
  const char* name_;
  DetectorConfig config_;
  std::unique_ptr<Detector> detector_;
  int next_ = 0;
  int month_ = 0;
  int day_ = 0;
};

struct Case {
  const char* name;
  Duration cadence;
  double holiday;  // times an ordinary day
  double other;    // ... a day of the second kind
  double growth;   // a year
};

class SpecialDaysTest : public testing::TestWithParam<Case> {
 protected:
  static double ordinary(const Slot& at, int days) {
    const bool sub_daily = GetParam().cadence < 24h;
    const double shape = sub_daily ? 500 + 1000 * daylight(at) : 1000;
    const double week = at.weekday == 0 ? 0.7 : 1;
    return shape * week * std::pow(GetParam().growth, days / 365.0);
  }
  static double value_at(const Slot& at, int days, Chance& chance) {
    const double part = at.special == 1   ? GetParam().holiday
                        : at.special == 2 ? GetParam().other
                                          : 1;
    return std::max(0.0, part * (ordinary(at, days) + kNoise * chance.normal()));
  }
};

INSTANTIATE_TEST_SUITE_P(All,
                         SpecialDaysTest,
                         testing::Values(Case{"days", 24h, 0.3, 1.5, 1},
                                         Case{"days_closed", 24h, 0, 1.5, 1},
                                         Case{"days_growing", 24h, 0.3, 1.5, 1.5},
                                         Case{"hours", 1h, 0.3, 1.5, 1},
                                         Case{"hours_closed", 1h, 0, 1.5, 1},
                                         Case{"quarters", 15min, 0.3, 1.5, 1.2}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_P(SpecialDaysTest, are_foreseen_from_the_third_on_and_leave_others_alone) {
  const auto a_day = static_cast<int>(24h / GetParam().cadence);
  Chance chance(5);
  Lived lived(GetParam().cadence);
  Lived plain(GetParam().cadence, 0);  // nothing is reported on special days
  int special = 0;
  int outside = 0;
  double error = 0;
  for (int i = 0; i < 400 * a_day; ++i) {
    const Slot at = lived.now();
    const double ordinary_value = ordinary(at, i / a_day);
    const double value = value_at(at, i / a_day, chance);
    if (i > 190 * a_day && at.special != 0) {
      const double wanted =
          ordinary_value * (at.special == 1 ? GetParam().holiday : GetParam().other);
      error += std::abs(lived.outlook(at).expected - wanted) / ordinary_value;
      ++special;
      outside += lived.inside(at, value, 3) ? 0 : 1;
      // A job that runs as on any other day is told.
      ASSERT_FALSE(lived.inside(at, ordinary_value, 3)) << i;
    }
    if (at.special == 0) {
      if (i > 60 * a_day) {
        ASSERT_EQ(lived.outlook(at), plain.outlook(plain.now())) << i;
      }
      plain.feed(plain.now(), value);
    } else {
      plain.skip();
    }
    lived.feed(at, value);
  }
  ASSERT_GE(special, 10 * a_day);
  EXPECT_LE(error, 0.05 * special);
  EXPECT_LE(outside, special / 20);
}

TEST_P(SpecialDaysTest, go_on_bit_for_bit_after_a_restart_within_one) {
  const auto a_day = static_cast<int>(24h / GetParam().cadence);
  Chance chance(6);
  Lived one(GetParam().cadence);
  Lived other(GetParam().cadence);
  for (int i = 0; i < 120 * a_day; ++i) {
    const Slot at = one.now();
    ASSERT_EQ(at, other.now());
    const double value = value_at(at, i / a_day, chance);
    one.feed(at, value);
    other.feed(at, value);
    if (at.special != 0 || i % 50 == 0) other.restart();
  }
  EXPECT_EQ(one.state(), other.state());
}

TEST(SpecialDays, a_holiday_may_be_as_any_sunday_whatever_weekday_it_is_on) {
  Chance chance(7);
  Lived lived(24h, 1);
  double error = 0;
  int count = 0;
  for (int i = 0; i < 1100; ++i) {
    const Slot at = lived.now();
    // By the weekday 0.25 to 1 of an ordinary day of it, by the usual day always the same.
    const bool rest = at.weekday == 0 || at.special == 1;
    const double ordinary = rest ? 250 : at.weekday == 6 ? 500 : 1000;
    if (i > 400 && at.special == 1) {
      error += std::abs(lived.outlook(at).expected - ordinary) / ordinary;
      ++count;
    }
    lived.feed(at, ordinary + kNoise * chance.normal());
  }
  ASSERT_GT(count, 10);
  EXPECT_LT(error / count, 0.25);
}

TEST(SpecialDays, of_a_series_below_zero_are_told_by_differences) {
  Chance chance(8);
  Lived lived(24h, 1);
  for (int i = 0; i < 500; ++i) {
    const Slot at = lived.now();
    const double value = -50 + (at.special == 1 ? 400 : 0) + kNoise * chance.normal();
    if (i > 300 && at.special == 1) {
      EXPECT_NEAR(lived.outlook(at).expected, 350, 60) << i;
      EXPECT_GT(lived.score(at, -50), kAbnormalScore) << i;
      EXPECT_LT(lived.score(at, 350), kAbnormalScore) << i;
    }
    lived.feed(at, value);
  }
}

TEST(SpecialDays, keep_to_finite_numbers_whatever_comes) {
  for (const char* name : {"tide", "always_on"}) {
    Lived lived(1h, 2, name);
    const std::array<double, 7> wild{1e300, -1e300, 5e-324, 0, 1e12, -7, 3};
    for (int i = 0; i < 24 * 200; ++i) {
      const Slot at = lived.now();
      if (i > 20) {
        const Outlook band = lived.outlook(at);
        ASSERT_TRUE(std::isfinite(band.expected + band.below[2] + band.above[2])) << name << i;
        ASSERT_LE(band.below[0], band.below[1]);
        ASSERT_LE(band.above[1], band.above[2]);
        ASSERT_GE(band.below[0], 0);
        ASSERT_GE(band.above[0], 0);
        ASSERT_TRUE(std::isfinite(lived.score(at, 1e300)));
      }
      lived.feed(at, wild[static_cast<std::size_t>(i) % wild.size()]);
    }
    lived.restart();
  }
}

TEST(SpecialDays, damaged_state_is_refused_and_leaves_nothing) {
  DetectorConfig config;
  config.cadence = 1h;
  config.special_kinds = 1;
  const auto detector = must_make("tide", config);
  ByteSink fresh;
  detector->save(fresh);
  for (const std::string& state : {std::string(), std::string("\x09"), std::string(200, '\xff')}) {
    ByteSource in(state);
    EXPECT_FALSE(detector->restore(in).has_value());
    ByteSink after;
    detector->save(after);
    EXPECT_EQ(after.view(), fresh.view());
  }
}

}  // namespace
}  // namespace tidemark::learn
