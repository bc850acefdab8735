// An incident of some hours, and another one of its size: what the first leaves behind must not
// hide the second.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "learn/testing_teach.h"

namespace tidemark::learn::tide {
namespace {

using namespace std::chrono_literals;

constexpr double kLevel = 1000;
constexpr double kNoise = 50;

struct Case {
  std::string name;
  Duration cadence;
  Policy policy;
  int known;    // values before the first
  int apart;    // ... and between the two
  double size;  // of both, in kNoise
};

class SecondIncident : public testing::TestWithParam<Case> {
 protected:
  static void live(Taught& taught, Chance& chance, int count) {
    for (int i = 0; i < count; ++i)
      taught.feed(kLevel + kNoise * chance.normal());
  }
  /// Four values far off; how many of them lie above the band at k = 3.
  static int incident(Taught& taught, Chance& chance) {
    int above = 0;
    for (int i = 0; i < 4; ++i) {
      const double value = kLevel + GetParam().size * kNoise * (1 + 0.05 * chance.normal());
      above += value > taught.band(3).upper ? 1 : 0;
      taught.feed(value);
    }
    return above;
  }
};

TEST_P(SecondIncident, is_outside_of_the_band_that_the_first_has_left) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    Chance chance(seed);
    Taught taught(GetParam().cadence, GetParam().policy);
    live(taught, chance, GetParam().known);
    EXPECT_EQ(incident(taught, chance), 4);
    live(taught, chance, GetParam().apart);
    EXPECT_GE(incident(taught, chance), 3);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All,
    SecondIncident,
    testing::Values(Case{"hourly_a_day_later", 1h, Policy::as_server, 1440, 27, 40},
                    Case{"hourly_days_later", 1h, Policy::as_server, 1440, 127, 12},
                    Case{"hourly_weeks_later", 1h, Policy::as_server, 1440, 485, 12},
                    Case{"hourly_by_score", 1h, Policy::by_score, 1440, 485, 40},
                    Case{"minutes_an_hour_later", 1min, Policy::as_server, 3000, 60, 40},
                    Case{"days", 24h, Policy::as_server, 200, 45, 20}),
    [](const testing::TestParamInfo<Case>& one) { return one.param.name; });

}  // namespace
}  // namespace tidemark::learn::tide
