// Issued bands of a stored series: what a server that was given the input up to a day has issued is
// what one has that was given all of it.
#include <gtest/gtest.h>

#include "judge/world_test.h"
#include "learn/testing_flights.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;

constexpr Duration kDay = hours(24);

// After each day the server stands where a run ends whose input is cut there: nothing of later days
// has come in. So all cuts are taken in one run, and compared when it is over.
TEST_F(JudgeTest, input_that_is_cut_after_any_day_has_the_same_bands_up_to_the_next) {
  const auto days = learn::flights();
  ASSERT_EQ(days.size(), 365U);
  TearDown();
  files_ = std::make_unique<testing::FaultyFiles>();
  clock_.set(days.front().start());
  SetUp();
  ASSERT_TRUE(judge_->put(target(), {}, {kDay}));
  const auto issued = [&] {
    auto found =
        judge_->bands(identity(kDay), days.front().start(), days.back().start() + 2 * kDay);
    EXPECT_TRUE(found) << found.error().what;
    return found ? found->points : std::vector<BandPoint>();
  };
  std::vector<std::vector<BandPoint>> cuts;
  for (std::size_t i = 0; i < days.size(); ++i) {
    put_at(days[i].start(), days[i].records_read);
    cuts.push_back(issued());
    if (i % 60 == 59) restart();
  }
  const auto whole = issued();
  EXPECT_GE(whole.size(), 360U);
  for (std::size_t i = 0; i < days.size(); ++i) {
    SCOPED_TRACE("cut after " + days[i].date);
    const auto& cut = cuts[i];
    ASSERT_LE(cut.size(), whole.size());
    for (std::size_t n = 0; n < cut.size(); ++n) {
      ASSERT_EQ(cut[n].start, whole[n].start);
      ASSERT_EQ(cut[n].band, whole[n].band) << format_rfc3339(cut[n].start);
    }
    if (i < 20) continue;  // from then on a day is known to be complete with its one sample
    ASSERT_EQ(cut.back().start, days[i].start() + kDay);
  }
}

}  // namespace
}  // namespace tidemark::judge
