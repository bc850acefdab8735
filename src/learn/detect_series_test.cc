#include "learn/detect_series.h"

#include <limits>

#include <gtest/gtest.h>

#include "learn/testing_series.h"

namespace tidemark::learn {
namespace {

using namespace std::chrono_literals;

const Timestamp kStart = Timestamp::from_s(1'704'067'200);

SeriesDetector runner() {
  return std::move(*SeriesDetector::make({}));
}

void feed(SeriesDetector& detector, int from, int to, Duration cadence) {
  for (int i = from; i < to; ++i)
    detector.next(kStart + i * cadence, 100 + i % 5);
}

TEST(Cadence, is_the_snapped_median_gap) {
  CadenceLearner learner;
  Timestamp at = kStart;
  for (const int seconds : {600, 61}) {
    learner.see(at);
    at = at + std::chrono::seconds(seconds);
  }
  learner.see(at);
  EXPECT_FALSE(learner.cadence());  // two gaps
  learner.see(at);                  // the same again is no gap
  learner.see(at - 1h);             // nor is a step back
  EXPECT_FALSE(learner.cadence());
  learner.see(at + 62s);
  EXPECT_EQ(learner.cadence(), 60s);
}

TEST(Cadence, a_choice_from_few_gaps_is_looked_at_again_with_seven) {
  CadenceLearner learner;
  Timestamp at = kStart;
  for (const int seconds : {300, 300, 60, 60, 60, 60, 60}) {
    learner.see(at);
    EXPECT_FALSE(learner.contradicts(5min));
    at = at + std::chrono::seconds(seconds);
  }
  learner.see(at);
  EXPECT_TRUE(learner.contradicts(5min));
  EXPECT_FALSE(learner.contradicts(1min));
}

TEST(Cadence, snaps_within_ten_percent_only) {
  EXPECT_EQ(snap_cadence(295s), 5min);
  EXPECT_EQ(snap_cadence(24h - 17min), 24h);
  EXPECT_EQ(snap_cadence(7min), 7min);
  EXPECT_EQ(snap_cadence(1ns), 1ms);
  EXPECT_EQ(snap_cadence(24h * 5000), 24h * 366);
}

TEST(DetectSeries, answers_every_row_and_judges_from_the_fifth_on) {
  SeriesDetector detector = runner();
  for (int i = 0; i < 40; ++i) {
    const DetectRow row = detector.next(kStart + i * 1min, 100 + i % 5);
    EXPECT_EQ(row.has_band, i >= 4) << i;
    EXPECT_EQ(row.fate, i >= 4 ? RowFate::judged : RowFate::learning);
    if (row.has_band) {
      EXPECT_LE(row.lower, row.expected);
      EXPECT_LE(row.expected, row.upper);
    }
  }
  EXPECT_EQ(detector.cadence(), 1min);
}

TEST(DetectSeries, a_missing_point_gets_the_band_and_is_not_learned) {
  SeriesDetector with = runner();
  SeriesDetector without = runner();
  feed(with, 0, 50, 1min);
  feed(without, 0, 50, 1min);
  for (const auto value : {std::optional<double>(),
                           std::optional(std::nan("")),
                           std::optional(std::numeric_limits<double>::infinity())}) {
    const DetectRow row = with.next(kStart + 50 * 1min, value);
    EXPECT_EQ(row.fate, RowFate::missing);
    EXPECT_TRUE(row.has_band);
    EXPECT_EQ(row.score, 0);
  }
  EXPECT_EQ(with.next(kStart + 51 * 1min, 101).lower, without.next(kStart + 51 * 1min, 101).lower);
}

TEST(DetectSeries, an_empty_row_may_be_filled_at_the_same_time) {
  SeriesDetector detector = runner();
  feed(detector, 0, 50, 1min);
  detector.next(kStart + 50 * 1min, std::nullopt);
  EXPECT_EQ(detector.next(kStart + 50 * 1min, 102).fate, RowFate::judged);
}

TEST(DetectSeries, a_repeated_time_is_compared_with_the_same_band_and_not_learned) {
  SeriesDetector twice = runner();
  SeriesDetector once = runner();
  feed(twice, 0, 50, 1min);
  feed(once, 0, 50, 1min);
  const DetectRow first = twice.next(kStart + 50 * 1min, 101);
  once.next(kStart + 50 * 1min, 101);
  const DetectRow again = twice.next(kStart + 50 * 1min, 5000);
  EXPECT_EQ(again.fate, RowFate::repeated);
  EXPECT_EQ(again.lower, first.lower);
  EXPECT_EQ(again.upper, first.upper);
  EXPECT_GE(again.score, kAbnormalScore);
  const DetectRow after = twice.next(kStart + 51 * 1min, 101);
  EXPECT_EQ(after.upper, once.next(kStart + 51 * 1min, 101).upper);
}

TEST(DetectSeries, a_step_back_in_time_is_late_and_changes_nothing) {
  SeriesDetector back = runner();
  SeriesDetector straight = runner();
  feed(back, 0, 50, 1min);
  feed(straight, 0, 50, 1min);
  const DetectRow late = back.next(kStart + 20 * 1min, 9999);
  EXPECT_EQ(late.fate, RowFate::late);
  EXPECT_FALSE(late.has_band);
  EXPECT_EQ(late.score, 0);
  EXPECT_EQ(back.next(kStart + 50 * 1min, 101).upper, straight.next(kStart + 50 * 1min, 101).upper);
}

TEST(DetectSeries, goes_on_after_gaps_of_years_and_at_the_ends_of_time) {
  SeriesDetector detector = runner();
  feed(detector, 0, 100, 1min);
  const DetectRow row = detector.next(kStart + 24h * 365 * 20, 102);
  EXPECT_TRUE(row.has_band);
  EXPECT_LT(row.upper, 200);
  EXPECT_TRUE(std::isfinite(detector.next(Timestamp::max(), 102).upper));
  SeriesDetector early = runner();
  early.next(Timestamp::min(), 1);
  feed(early, 0, 40, 1min);
  EXPECT_TRUE(early.next(Timestamp::max(), 1).has_band);
}

TEST(DetectSeries, all_rows_at_one_time_never_get_a_band) {
  SeriesDetector detector = runner();
  for (int i = 0; i < 100; ++i)
    EXPECT_FALSE(detector.next(kStart, i).has_band);
}

TEST(DetectSeries, jitter_below_half_a_slot_loses_no_row) {
  Chance chance(1);
  SeriesDetector jitter = runner();
  int judged = 0;
  for (int i = 0; i < 300; ++i) {
    const auto off = std::chrono::milliseconds(static_cast<int>(80'000 * (chance.flat() - 0.5)));
    const DetectRow row = jitter.next(kStart + i * 5min + off, 100 + chance.normal());
    judged += row.fate == RowFate::judged ? 1 : 0;
    if (i > 250) {
      EXPECT_LT(row.upper - row.lower, 12);
    }
  }
  EXPECT_EQ(judged, 300 - 4);
}

/// Width of the band over the last days of a job's runs, `step` apart and up to `jitter` early or
/// late, whose season is one of hours or of weekdays.
double width_with(Duration step, Duration jitter, Duration at) {
  Chance chance(4);
  SeriesDetector detector = runner();
  const int count = step < 24h ? 24 * 60 : 300;
  double sum = 0;
  for (int i = 0; i < count; ++i) {
    const Slot slot = slot_at(kStart + i * step, step);
    const bool high = step < 24h ? slot.second_of_day == 5 * 3600 : slot.weekday % 6 != 0;
    const double value = (high ? 1000 : 200) * (1 + 0.05 * chance.normal());
    const auto off = Duration(
        static_cast<std::int64_t>((2 * chance.flat() - 1) * static_cast<double>(jitter.count())));
    const DetectRow row = detector.next(kStart + i * step + at + off, value);
    if (i >= count - 70) sum += row.upper - row.lower;
  }
  return sum / 70;
}

TEST(DetectSeries, runs_about_a_full_hour_or_midnight_belong_to_it) {
  const double hours = width_with(1h, 0s, 0s);
  EXPECT_LT(width_with(1h, 1s, 0s), 1.3 * hours);
  EXPECT_LT(width_with(1h, 2min, 0s), 1.3 * hours);
  const double days = width_with(24h, 0s, 2h);
  EXPECT_LT(width_with(24h, 7min, 5min), 1.3 * days);
  EXPECT_LT(width_with(24h, 7min, 23h + 55min), 1.3 * days);
}

TEST(DetectSeries, a_changed_cadence_is_learned) {
  SeriesDetector detector = runner();
  feed(detector, 0, 200, 1min);
  const Timestamp change = kStart + 200 * 1min;
  for (int i = 0; i < 60; ++i) {
    const DetectRow row = detector.next(change + i * 1h, 100 + i % 5);
    EXPECT_TRUE(row.has_band);
  }
  EXPECT_EQ(detector.cadence(), 1h);
}

TEST(DetectSeries, bad_options_are_refused) {
  DetectOptions unknown;
  unknown.detector = "ebb";
  EXPECT_FALSE(SeriesDetector::make(unknown));
}

}  // namespace
}  // namespace tidemark::learn
