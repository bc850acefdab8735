#include <fmt/format.h>
#include <gtest/gtest.h>

#include "alarm/backtest_world_test.h"
#include "base/random.h"
#include "model/transition.h"

namespace tidemark::alarm {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// Windows of minutes to hours on the first days, some of them over each other.
std::vector<MuteRule> any_mutes(Random& dice) {
  const char* const expressions[] = {"cron(10 * * * *)",
                                     "cron(*/7 * * * *)",
                                     "at(2024-01-01T01:00)",
                                     "cron(0 */3 * * MON)",
                                     "cron(30 6 2 * *)"};
  const char* const durations[] = {"PT3M", "PT20M", "PT2H", "PT7M", "P1D"};
  std::vector<MuteRule> out;
  for (std::uint64_t i = 0; i < 1 + dice.next() % 2; ++i) {
    MuteRule mute;
    mute.name = fmt::format("mute {}", i);
    mute.account = World::kAccount;
    mute.region = World::kRegion;
    mute.expression = expressions[dice.next() % 5];
    mute.duration = durations[dice.next() % 5];
    mute.alarm_names = {"a"};
    out.push_back(mute);
  }
  return out;
}

TEST(Backtest, counts_of_a_muted_alarm_what_is_told_live) {
  std::size_t told = 0;
  std::size_t muted = 0;
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    const auto dice = make_seeded_random(seed);
    World world;
    AlarmRule rule = World::rule("a", "depth");
    rule.alarm_actions = {"arn:told"};
    rule.ok_actions = rule.insufficient_data_actions = {};
    rule.treat_missing_data = seed % 2 == 0 ? "ignore" : "notBreaching";
    std::vector<std::optional<double>> values;
    for (double value = 100; values.size() < 600;) {
      if (dice->next() % 20 == 0) value = value == 100 ? 300 : 100;
      values.push_back(value);
    }
    const auto samples = each(minutes(1), values);
    const Timestamp to = kStart + hours(11);
    const auto mutes = any_mutes(*dice);
    live(world, rule, samples, to, mutes);
    const Backtest past = run(world, {rule, kStart, to, std::nullopt, mutes});
    std::vector<Timestamp> rows;
    for (const OutboxRow& row : world.control.outbox())
      rows.push_back(row.at);
    std::vector<Timestamp> firings;
    for (const BacktestTransition& t : past.transitions) {
      if (t.after == AlarmState::alarm && t.told) firings.push_back(*t.told);
    }
    EXPECT_EQ(firings, rows) << "seed " << seed << ", " << mutes[0].expression << " for "
                             << mutes[0].duration;
    EXPECT_EQ(past.firings, rows.size());
    told += past.firings;
    muted += past.muted;
  }
  EXPECT_GT(told, 300U);
  EXPECT_GT(muted, 100U);
}

}  // namespace
}  // namespace tidemark::alarm
