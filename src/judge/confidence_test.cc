// How sure a finding is: it grows with what is known and falls where the band was missed of late.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "judge/findings.h"
#include "judge/why.h"
#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

class ConfidenceTest : public JudgeTest {
 protected:
  FindingBook::Deps deps() { return {*judge_, *store_, *control_, clock_}; }
  FindingView at(int number) {
    const auto found =
        FindingBook(deps()).find(to_id({judge_->find(target())->spec.id, kHour, hour(number)}));
    EXPECT_TRUE(found) << number;
    return found ? *found : FindingView();
  }
  /// Ordinary hours but for `spikes`; watched from the fifth day on.
  void live(int to, const std::vector<int>& spikes, int restart_at = -1) {
    for (int number = 0; number < to; ++number) {
      const auto spike = std::find(spikes.begin(), spikes.end(), number);
      // Each is larger than what the band has learned of those before.
      const auto size = 900 * std::pow(1.6, spike - spikes.begin());
      put(number, spike != spikes.end() ? size : value_at(number));
      if (number == kWatched) {
        ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
      }
      if (number == restart_at) restart();
    }
  }
  static constexpr int kWatched = 24 * 4;
};

TEST_F(ConfidenceTest, the_same_value_is_surer_in_the_eighth_week_than_in_the_first) {
  const int first = 24 * 5 + 3;
  const int last = first + 24 * 45;  // no ordinary value missed its band in the days before
  live(last + 2, {first, last});
  const double young = at(first).confidence;
  const double old = at(last).confidence;
  EXPECT_GT(young, 0.4);
  EXPECT_LT(young, 0.6);
  EXPECT_GT(old, 0.9);
  EXPECT_LT(old, 1);
  for (const int number : {first, last}) {
    const auto why = explain(deps(), to_id(at(number).ref));
    ASSERT_TRUE(why) << why.error().what;
    EXPECT_TRUE(why->reproduced) << why->difference;
    ASSERT_TRUE(why->recomputed);
    EXPECT_EQ(why->recomputed->confidence, at(number).confidence) << "a replay knows as much";
    const std::string sure = fmt::format("It is {:.0f} % sure", 100 * at(number).confidence);
    EXPECT_NE(why->sureness.find(sure), std::string::npos) << why->sureness;
  }
}

TEST_F(ConfidenceTest, a_run_of_misses_makes_less_sure_until_the_band_holds_again) {
  const int first = 24 * 28;
  std::vector<int> spikes;
  for (int i = 0; i < 6; ++i)
    spikes.push_back(first + 5 * i);
  const int later = first + 24 * 21;
  spikes.push_back(later);
  live(later + 2, spikes);
  EXPECT_LT(at(spikes[5]).confidence, 0.8 * at(first).confidence);
  EXPECT_GT(at(later).confidence, 1.1 * at(spikes[5]).confidence);
  const auto why = explain(deps(), to_id(at(spikes[5]).ref));
  ASSERT_TRUE(why);
  EXPECT_NE(why->sureness.find("outside of its band"), std::string::npos) << why->sureness;
  const auto before = explain(deps(), to_id(at(first).ref));
  ASSERT_TRUE(before);
  EXPECT_EQ(before->sureness.find("outside of its band"), std::string::npos) << before->sureness;
}

TEST_F(ConfidenceTest, a_restart_changes_nothing) {
  const int first = 24 * 14;
  std::vector<double> sure;
  for (const int restart_at : {-1, first + 3}) {
    TearDown();
    begin_anew();
    live(first + 9, {first, first + 2, first + 7}, restart_at);
    sure.push_back(at(first + 7).confidence);
  }
  EXPECT_EQ(sure[0], sure[1]);
  EXPECT_GT(sure[0], 0);
}

TEST_F(ConfidenceTest, late_data_tell_it_too) {
  live(24 * 14, {});
  put_at(hour(24 * 14 - 3) + std::chrono::minutes(30), 800);
  const FindingView late = at(24 * 14 - 3);
  EXPECT_TRUE(late.finding.late);
  EXPECT_GT(late.confidence, 0.5);
}

}  // namespace
}  // namespace tidemark::judge
