// Whoever cuts the input after a point gets the same bands, to the last bit, up to the one behind
// it: for the stored series of the tests, every detector and every point.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "learn/detect_series.h"
#include "learn/testing_flights.h"
#include "learn/testing_series.h"

namespace tidemark::learn {
namespace {

using namespace std::chrono_literals;

struct Point {
  Slot slot;
  double value = 0;
};

struct Series {
  std::string name;
  Duration cadence;
  std::vector<Point> points;
};

Series flights_series() {
  Series out{"flights", 24h, {}};
  for (const FlightDay& day : flights())
    out.points.push_back({slot_at(day.start(), out.cadence), day.records_read});
  return out;
}

Series seeded(std::uint64_t seed, int count, Duration cadence) {
  Series out{"seed" + std::to_string(seed), cadence, {}};
  const auto values = seasonal_series(seed, count, cadence);
  for (int i = 0; i < count; ++i)
    out.points.push_back({test_slot(i, cadence), values[static_cast<std::size_t>(i)]});
  return out;
}

/// One with jumps, gaps and outliers, so that what is held back and forgotten is cut as well.
Series broken() {
  Series out = seeded(17, 3000, 1h);
  out.name = "broken";
  for (std::size_t i = 0; i < out.points.size(); ++i) {
    if (i % 97 == 0) out.points[i].value *= 20;
    if (i > 1500) out.points[i].value += 400;
  }
  out.points.erase(out.points.begin() + 700, out.points.begin() + 900);
  return out;
}

std::vector<Series> all_series() {
  std::vector<Series> out{flights_series(), broken()};
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U})
    out.push_back(seeded(seed, 2000, 1min));
  out.push_back(seeded(7, 2500, 5min));
  out.push_back(seeded(7, 1500, 1h));
  out.push_back(seeded(7, 700, 24h));
  return out;
}

void take(Detector& detector, const Point& point) {
  const bool hold = detector.score(point.slot, point.value) >= kHoldBackScore;
  detector.learn(point.slot, point.value, hold ? Teach::hold_back : Teach::learn);
}

/// The band of each point, made before its value is seen.
std::vector<std::optional<Outlook>> bands_of(std::string_view detector, const Series& series) {
  const auto whole = must_make(detector, config_at(series.cadence));
  std::vector<std::optional<Outlook>> out;
  for (const Point& point : series.points) {
    out.push_back(whole->expect(point.slot));
    take(*whole, point);
  }
  return out;
}

class Cut : public testing::TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(All, Cut, testing::ValuesIn(detector_names()), [](const auto& one) {
  return std::string(one.param);
});

// What a run that ends at a point leaves is its state: a detector that knows nothing but that
// state, and will never see what comes after, must make the very band the whole run made. So each
// cut costs one band instead of a run of its own.
TEST_P(Cut, after_any_point_leaves_all_bands_up_to_the_next_as_they_are) {
  for (const Series& series : all_series()) {
    SCOPED_TRACE(series.name + " at " + std::to_string(series.cadence / 1s) + " s");
    const auto whole = bands_of(GetParam(), series);
    ASSERT_GT(series.points.size(), 300U);
    auto ended = must_make(GetParam(), config_at(series.cadence));
    for (std::size_t i = 0; i + 1 < series.points.size(); ++i) {
      ASSERT_EQ(ended->expect(series.points[i].slot), whole[i]) << "point " << i;
      take(*ended, series.points[i]);
      ByteSink out;
      ended->save(out);
      const std::string state = std::move(out).take();
      ended = must_make(GetParam(), config_at(series.cadence));
      ByteSource in(state);
      ASSERT_TRUE(ended->restore(in).has_value());
      ASSERT_EQ(ended->expect(series.points[i + 1].slot), whole[i + 1]) << "cut after " << i;
    }
  }
}

bool same(const DetectRow& a, const DetectRow& b) {
  return a.fate == b.fate && a.has_band == b.has_band && a.lower == b.lower &&
         a.expected == b.expected && a.upper == b.upper && a.score == b.score;
}

// The same for `detect`, which learns the cadence as well, and here truly with a run for each cut.
TEST_P(Cut, of_the_rows_of_detect_changes_no_row_before_it) {
  const std::vector<FlightDay> days = flights();
  ASSERT_EQ(days.size(), 365U);
  const auto run = [&](std::size_t count) {
    DetectOptions options;
    options.detector = GetParam();
    SeriesDetector detector = std::move(*SeriesDetector::make(options));
    std::vector<DetectRow> out;
    for (std::size_t i = 0; i < count; ++i)
      out.push_back(detector.next(days[i].start(), days[i].records_read));
    if (count < days.size()) out.push_back(detector.next(days[count].start(), std::nullopt));
    return out;
  };
  const std::vector<DetectRow> whole = run(days.size());
  for (std::size_t cut = 0; cut < days.size(); ++cut) {
    const std::vector<DetectRow> ended = run(cut);
    for (std::size_t i = 0; i < cut; ++i)
      ASSERT_TRUE(same(ended[i], whole[i])) << "cut after " << cut << " rows, row " << i;
    // The row behind the cut has a time, but no value.
    ASSERT_EQ(ended[cut].has_band, whole[cut].has_band) << cut;
    ASSERT_EQ(ended[cut].lower, whole[cut].lower) << cut;
    ASSERT_EQ(ended[cut].expected, whole[cut].expected) << cut;
    ASSERT_EQ(ended[cut].upper, whole[cut].upper) << cut;
  }
}

}  // namespace
}  // namespace tidemark::learn
