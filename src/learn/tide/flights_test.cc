// The daily load of the demo: flights out of New York City in 2013, tests/data/flights.
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "learn/testing_flights.h"
#include "learn/testing_series.h"
#include "learn/width.h"

namespace tidemark::learn::tide {
namespace {

struct Outcome {
  std::set<std::string> below;
  int entries = 0;            // into the state "outside of the band", in November and December
  int entries_before_22 = 0;  // of those from 1 to 22 November
};

/// January to October is history, without the storm of 7 to 10 February; then one day at a time,
/// held back when outside of the band at `k`.
Outcome live_through(const DetectorConfig& config, double k) {
  auto detector = must_make("tide", config);
  Outcome out;
  bool outside = false;
  for (const FlightDay& day : flights()) {
    const Slot slot = slot_at(day.start(), config.cadence);
    if (day.date < "2013-11-01") {
      const bool storm = day.date >= "2013-02-07" && day.date <= "2013-02-10";
      detector->learn(slot, day.records_read, storm ? Teach::forget_slot : Teach::learn);
      continue;
    }
    const Edges band = edges_at(*detector->expect(slot), k);
    const bool below = day.records_read < band.lower;
    const bool now = below || day.records_read > band.upper;
    if (below) out.below.insert(day.date);
    if (now && !outside) {
      ++out.entries;
      if (day.date <= "2013-11-22") ++out.entries_before_22;
    }
    outside = now;
    detector->learn(slot, day.records_read, now ? Teach::hold_back : Teach::learn);
  }
  return out;
}

DetectorConfig daily() {
  return config_at(std::chrono::hours(24));
}

TEST(Flights, finds_the_days_the_load_broke_down) {
  const Outcome got = live_through(daily(), 2);
  for (const char* day : {"2013-11-28", "2013-12-10", "2013-12-24"}) {
    EXPECT_TRUE(got.below.contains(day)) << day;
  }
  EXPECT_LE(got.entries_before_22, 2);
  EXPECT_LE(got.entries, 12);
}

TEST(Flights, does_so_at_every_setting_of_speed_and_filtering) {
  for (const auto speed : {Adaptation::slow, Adaptation::normal, Adaptation::fast}) {
    for (const auto filtering : {Filtering::minimal, Filtering::moderate, Filtering::strict}) {
      DetectorConfig config = daily();
      config.adaptation = speed;
      config.filtering = filtering;
      const Outcome got = live_through(config, 2);
      EXPECT_TRUE(got.below.contains("2013-11-28"));
      EXPECT_TRUE(got.below.contains("2013-12-10"));
      EXPECT_LE(got.entries_before_22, 2);
      EXPECT_LE(got.entries, 12);
    }
  }
}

}  // namespace
}  // namespace tidemark::learn::tide
