#include "alarm/backtest.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alarm/backtest_world_test.h"
#include "base/random.h"
#include "model/transition.h"

namespace tidemark::alarm {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::SizeIs;

IssuedBand band(double lower, double upper) {
  const double half = (upper - lower) / 2;
  const std::array<double, 3> widths{half / 2, half, half * 1.5};
  return {lower + half, widths, widths, false};
}

AlarmRule told_of_everything(AlarmRule rule) {
  rule.alarm_actions = rule.ok_actions = rule.insufficient_data_actions = {"arn:told"};
  return rule;
}

std::vector<std::string> lived(World& world) {
  std::vector<std::string> out;
  for (const OutboxRow& row : world.control.outbox()) {
    const auto t = transition_from_json(row.body);
    if (!t) throw std::runtime_error(t.error().what);
    out.push_back(fmt::format("{} {} -> {} {} {} {}",
                              format_rfc3339(t->at),
                              t->old_state,
                              t->new_state,
                              t->reason,
                              t->reason_data,
                              t->reason_words));
  }
  return out;
}

std::vector<std::string> said(const Backtest& past) {
  std::vector<std::string> out;
  for (const BacktestTransition& t : past.transitions) {
    out.push_back(fmt::format("{} {} -> {} {} {} {}",
                              format_rfc3339(t.at),
                              to_text(t.before),
                              to_text(t.after),
                              t.reason,
                              t.reason_data,
                              t.reason_words));
  }
  return out;
}

/// Lives through the samples and tests them afterwards: both must say the same.
Backtest expect_equal(World& world,
                      AlarmRule rule,
                      const std::vector<Sent>& samples,
                      Timestamp to) {
  rule = told_of_everything(std::move(rule));
  live(world, rule, samples, to);
  Backtest past = run(world, {rule, kStart, to, std::nullopt});
  EXPECT_EQ(said(past), lived(world));
  return past;
}

TEST(Backtest, says_what_a_static_alarm_said_live) {
  World world;
  const auto samples = each(minutes(1), {100, 300, 300, 100, 100, {}, {}, {}, {}, {}, {}, 250});
  const Backtest past =
      expect_equal(world, World::rule("a", "depth"), samples, kStart + minutes(20));
  EXPECT_EQ(past.firings, 2U);
  ASSERT_FALSE(past.transitions.empty());
  const BacktestTransition& fired = past.transitions[0];
  EXPECT_EQ(fired.after, AlarmState::alarm);
  EXPECT_EQ(fired.at, kStart + minutes(1)) << "a maximum above the limit cannot be undone";
  EXPECT_EQ(fired.value, 300);
  EXPECT_EQ(fired.upper, 200);
  EXPECT_EQ(fired.lower, std::nullopt);
  EXPECT_EQ(past.periods, 20);
  EXPECT_EQ(past.periods_with_data, 6);
  EXPECT_EQ(past.past, PastData::enough);
}

TEST(Backtest, adds_up_the_time_in_alarm) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.metric->statistic = "Average";
  for (const Sent& sent : each(minutes(1), {100, 300, 300, 100, 100, 300, 300}))
    world.store_only(sent.name, sent.at, sent.value);
  const Backtest past = run(world, {rule, kStart, kStart + minutes(8), std::nullopt});
  // 00:01 is closed by the sample of 00:02, 00:03 by that of 00:04; 00:05 by that of 00:06.
  EXPECT_EQ(past.firings, 2U);
  EXPECT_EQ(past.in_alarm, minutes(2) + minutes(2));
  EXPECT_EQ(past.state_at_end, AlarmState::alarm);
}

TEST(Backtest, says_what_a_band_alarm_said_live_once_the_band_was_learned) {
  World world;
  world.bands.set(band(80, 120), kStart + minutes(3));
  AlarmRule rule = World::band_rule("a", "depth", "Average", minutes(1));
  const Backtest past = expect_equal(
      world, rule, each(minutes(1), {500, 500, 100, 100, 150, 100, 20}), kStart + minutes(15));
  EXPECT_EQ(past.firings, 2U);
  EXPECT_EQ(past.periods_with_data, 7);
  EXPECT_EQ(past.periods_judged, 4);
  EXPECT_EQ(past.judged_from, kStart + minutes(3));
  EXPECT_EQ(past.transitions[1].lower, 80);
  EXPECT_EQ(past.transitions[1].upper, 120);
}

TEST(Backtest, says_what_a_daily_job_s_alarm_said_live) {
  World world;
  world.bands.set(band(600, 800));
  std::vector<std::optional<double>> days(28, 700);
  days[20] = 291;
  const AlarmRule rule = World::band_rule("a", "depth", "Sum", hours(24));
  const Backtest past = expect_equal(world, rule, each(hours(24), days), kStart + hours(24 * 28));
  EXPECT_EQ(past.firings, 1U);
  // One sample is the usual count, so the day closes with it.
  EXPECT_EQ(past.transitions[1].at, kStart + hours(24 * 20));
}

AlarmRule low_sum(Duration period, double least) {
  AlarmRule rule = World::rule("a", "depth", period);
  rule.metric->statistic = "Sum";
  rule.comparison_operator = "LessThanThreshold";
  rule.threshold = least;
  return rule;
}

/// Two senders, one sample each a minute; now and then one is lost, or both, or the next minute is
/// complete before the grace of the last is over.
TEST(Backtest, says_what_an_alarm_on_two_senders_said_live) {
  World world;
  std::vector<Sent> samples;
  for (int i = 0; i < 60; ++i) {
    const Timestamp at = kStart + minutes(i);
    if (i != 50) samples.push_back({at + seconds(i % 7), "depth", 10});
    if (i % 20 == 19 || i == 50) continue;
    samples.push_back({at + seconds(i == 40 ? 4 : 50), "depth", 10});
  }
  const Backtest past = expect_equal(world, low_sum(minutes(1), 15), samples, kStart + hours(1));
  EXPECT_EQ(past.firings, 2U);
  EXPECT_EQ(past.transitions[1].at, kStart + minutes(20) + seconds(6)) << "with the grace";
  EXPECT_EQ(past.transitions[3].at, kStart + minutes(40) + seconds(6));
}

TEST(Backtest, says_what_the_alarm_on_a_missing_nightly_run_said_live) {
  World world;
  std::vector<std::optional<double>> days(28, 150);
  days[12] = days[20] = days[21] = std::nullopt;
  AlarmRule rule = low_sum(hours(24), 100);
  rule.treat_missing_data = "breaching";
  const Backtest past = expect_equal(world, rule, each(hours(24), days), kStart + hours(24 * 28));
  EXPECT_EQ(past.firings, 3U) << "before the first run, too";
  EXPECT_EQ(past.transitions[2].at, kStart + hours(24 * 13) + minutes(1));
}

TEST(Backtest, says_what_a_running_sum_said_live) {
  World world;
  AlarmRule rule = World::rule("a", "depth", hours(1));
  rule.metric->statistic = "Sum";
  rule.threshold = 1000;
  std::vector<std::optional<double>> values(240, 10);
  for (int i = 65; i < 100; ++i)
    values[static_cast<std::size_t>(i)] = 50;
  const Backtest past = expect_equal(world, rule, each(minutes(1), values), kStart + hours(5));
  EXPECT_EQ(past.firings, 1U);
  EXPECT_LT(past.transitions[1].at, kStart + hours(2)) << "while the hour still ran";
}

TEST(Backtest, says_when_an_open_period_takes_its_breach_back) {
  World world;
  AlarmRule rule = World::rule("a", "depth", hours(1));
  rule.metric->statistic = "Sum";
  rule.threshold = 1000;
  std::vector<std::optional<double>> values(150, 1);
  values[70] = 1200;
  values[80] = -700;
  const Backtest past = expect_equal(world, rule, each(minutes(1), values), kStart + hours(3));
  ASSERT_GE(past.transitions.size(), 3U);
  EXPECT_EQ(past.transitions[1].at, kStart + minutes(70));
  EXPECT_EQ(past.transitions[2].at, kStart + minutes(80));
  EXPECT_EQ(past.transitions[2].after, AlarmState::ok);
}

TEST(Backtest, says_what_metric_math_said_live) {
  World world;
  AlarmRule rule = World::rule("a", "", minutes(5));
  rule.metric.reset();
  rule.metrics = World::band_rule("a", "failed", "Sum", minutes(5)).metrics;
  rule.metrics[0].return_data = false;
  rule.metrics[1] = rule.metrics[0];
  rule.metrics[1].id = "m2";
  rule.metrics[1].metric_stat->metric = World::metric("all");
  MetricQuery share;
  share.id = "e1";
  share.expression = "100 * m1 / m2";
  rule.metrics.push_back(share);
  rule.threshold = 20;
  std::vector<Sent> samples;
  for (int i = 0; i < 120; ++i) {
    const Timestamp at = kStart + minutes(i);
    samples.push_back({at, "failed", i > 40 && i < 70 ? 9.0 : 1.0});
    samples.push_back({at, "all", 30});
  }
  const Backtest past = expect_equal(world, rule, samples, kStart + hours(3));
  EXPECT_EQ(past.firings, 1U);
}

/// Chance, but the same for the same seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(make_seeded_random(seed)) {}
  int below(int end) { return static_cast<int>(random_->next() % static_cast<std::uint64_t>(end)); }
  template <typename T>
  T one_of(const std::vector<T>& choices) {
    return choices[static_cast<std::size_t>(below(static_cast<int>(choices.size())))];
  }

 private:
  std::unique_ptr<Random> random_;
};

/// The same limit on an expression over two metrics.
AlarmRule as_math(AlarmRule rule, Dice& dice) {
  const bool is_band = rule.threshold_metric_id.has_value();
  MetricQuery first;
  first.id = "m1";
  first.metric_stat = queries_of(rule).front().metric_stat;
  first.return_data = false;
  MetricQuery second = first;
  second.id = "m2";
  second.metric_stat->metric = World::metric("other");
  MetricQuery both;
  both.id = "e1";
  both.expression = dice.one_of<std::string>({"m1 - m2 / 2", "MAX([m1, m2])", "FILL(m1, 0) + m2"});
  const MetricQuery limit = is_band ? rule.metrics.back() : MetricQuery{};
  rule.metric.reset();
  rule.metrics = {first, second, both};
  if (is_band) {
    rule.metrics.push_back(limit);
    rule.metrics.back().expression = "ANOMALY_DETECTION_BAND(e1)";
  }
  return rule;
}

AlarmRule any_rule(Dice& dice) {
  const Duration period = dice.one_of<Duration>({seconds(10), minutes(1), minutes(5), hours(1)});
  const std::string stat =
      dice.one_of<std::string>({"Maximum", "Minimum", "Sum", "SampleCount", "Average", "p90"});
  const bool is_band = period >= minutes(1) && dice.below(2) == 0;
  AlarmRule rule =
      is_band ? World::band_rule("a", "depth", stat, period) : World::rule("a", "depth", period);
  if (is_band) {
    rule.comparison_operator = dice.one_of<std::string>({"LessThanLowerOrGreaterThanUpperThreshold",
                                                         "LessThanLowerThreshold",
                                                         "GreaterThanUpperThreshold"});
  } else {
    rule.comparison_operator = dice.one_of<std::string>({"GreaterThanThreshold",
                                                         "GreaterThanOrEqualToThreshold",
                                                         "LessThanThreshold",
                                                         "LessThanOrEqualToThreshold"});
    rule.threshold = dice.one_of<double>({2, 50, 120});
    (stat == "p90" ? rule.metric->extended_statistic : rule.metric->statistic) = stat;
    if (stat == "p90") rule.metric->statistic.clear();
    if (stat == "p90" && dice.below(2) == 0) rule.evaluate_low_sample_count_percentile = "ignore";
  }
  rule.evaluation_periods = 1 + dice.below(5);
  if (dice.below(2) == 0) rule.datapoints_to_alarm = 1 + dice.below(rule.evaluation_periods);
  rule.treat_missing_data =
      dice.one_of<std::string>({"missing", "ignore", "breaching", "notBreaching"});
  return rule;
}

/// Steady, at odd times, with gaps; now and then high, low or negative.
std::vector<Sent> any_samples(Dice& dice, const std::string& name, Duration period, int count) {
  const std::int64_t each_s = std::max<std::int64_t>(
      1, std::chrono::duration_cast<seconds>(period).count() / dice.one_of<int>({1, 2, 5, 10}));
  const bool odd = dice.below(2) == 0;
  std::vector<Sent> out;
  Timestamp at = kStart;
  double level = 100;
  for (int i = 0; i < count; ++i) {
    if (dice.below(12) == 0) level = dice.one_of<double>({100, 100, 30, 300, -5});
    out.push_back({at, name, level + dice.below(20)});
    const int skip = dice.below(15) == 0 ? 1 + dice.below(40) : 1;
    at = at + seconds(each_s * skip + (odd ? dice.below(7) : 0));
  }
  return out;
}

TEST(Backtest, says_what_any_alarm_said_live) {
  std::size_t transitions = 0;
  for (std::uint64_t seed = 1; seed <= 250; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Dice dice(seed);
    World world;
    const bool is_math = dice.below(4) == 0;
    const AlarmRule rule = is_math ? as_math(any_rule(dice), dice) : any_rule(dice);
    ASSERT_TRUE(check_rule(rule)) << check_rule(rule).error().message;
    const Duration period = query::period_of(queries_of(rule), watched_id_of(rule)).value();
    world.bands.set(band(40, 130), kStart + period * dice.below(6));
    auto samples = any_samples(dice, "depth", period, 250);
    if (is_math) {
      const auto more = any_samples(dice, "other", period, 250);
      samples.insert(samples.end(), more.begin(), more.end());
      std::stable_sort(
          samples.begin(), samples.end(), [](const Sent& a, const Sent& b) { return a.at < b.at; });
    }
    const Timestamp to = samples.back().at + period * dice.below(10) + seconds(1);
    transitions += expect_equal(world, rule, samples, to).transitions.size();
    if (HasFailure()) return;
  }
  EXPECT_GT(transitions, 3000U) << "otherwise the mixtures test little";
}

TEST(Backtest, looks_at_nothing_that_came_later) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.metric->statistic = "Average";
  const auto samples = each(minutes(1), {100, 300, 100, 300, 300, 100, 300, 100, 100, 300});
  for (const Sent& sent : samples)
    world.store_only(sent.name, sent.at, sent.value);
  const Backtest all = run(world, {rule, kStart, kStart + minutes(12), std::nullopt});
  for (int end = 1; end < 12; ++end) {
    const Backtest part = run(world, {rule, kStart, kStart + minutes(end), std::nullopt});
    ASSERT_LE(part.transitions.size(), all.transitions.size());
    EXPECT_TRUE(
        std::equal(part.transitions.begin(), part.transitions.end(), all.transitions.begin()))
        << "up to minute " << end;
  }
}

TEST(Backtest, begins_as_if_the_alarm_were_put_then) {
  World world;
  for (const Sent& sent : each(minutes(1), {100, 300, 300, 300, 300, 100}))
    world.store_only(sent.name, sent.at, sent.value);
  const Timestamp from = kStart + minutes(3) + seconds(30);
  const Backtest past =
      run(world, {World::rule("a", "depth"), from, kStart + minutes(8), std::nullopt});
  ASSERT_EQ(past.firings, 1U);
  EXPECT_EQ(past.transitions.front().at, from);
  EXPECT_EQ(past.transitions.front().before, AlarmState::insufficient_data);
}

TEST(Backtest, says_when_there_is_too_little_past) {
  World world;
  const AlarmRule rule = World::band_rule("a", "depth", "Sum", hours(1));
  const Timestamp to = kStart + hours(24 * 28);
  EXPECT_EQ(run(world, {rule, kStart, to, std::nullopt}).past, PastData::none);
  for (int i = 0; i < 48; ++i)
    world.store_only("depth", to - hours(48 - i), 100);
  EXPECT_EQ(run(world, {rule, kStart, to, std::nullopt}).past, PastData::learning);
  world.bands.set(band(50, 150), to - hours(24));
  const Backtest past = run(world, {rule, kStart, to, 1.0});
  EXPECT_EQ(past.past, PastData::some);
  ASSERT_TRUE(past.width);
  EXPECT_EQ(past.width->k, std::nullopt) << "a day is not enough for a weekly budget";
}

TEST(Backtest, counts_nothing_while_the_only_period_with_data_is_open) {
  World world;
  world.store_only("depth", kStart + seconds(10), 300);
  const Timestamp from = kStart - hours(24);
  const auto past_at = [&](const AlarmRule& rule, Timestamp to) {
    return run(world, {rule, from, to, std::nullopt});
  };
  const AlarmRule rule = World::rule("a", "depth");
  const Backtest open = past_at(rule, kStart + seconds(30));
  EXPECT_EQ(open.past, PastData::open);
  EXPECT_EQ(open.firings + open.muted + open.transitions.size(), 0U)
      << "a maximum above the limit cannot be undone, but is no past";
  EXPECT_EQ(open.in_alarm, Duration(0));
  EXPECT_EQ(open.state_at_end, AlarmState::insufficient_data);
  EXPECT_EQ(open.periods_with_data + open.periods_judged, 0);

  const Backtest closed = past_at(rule, kStart + minutes(10));
  EXPECT_EQ(closed.firings, 1U);
  EXPECT_EQ(closed.transitions.front().at, kStart + seconds(10)) << "as it fired live";

  AlarmRule missing = rule;
  missing.treat_missing_data = "breaching";
  const Backtest silent = past_at(missing, kStart + seconds(30));
  EXPECT_EQ(silent.firings, 1U) << "of the day without data, which is over";
  EXPECT_EQ(silent.past, PastData::open);
}

TEST(Backtest, counts_no_width_while_the_only_period_with_data_is_open) {
  World world;
  world.bands.set(band(90, 110));
  world.store_only("depth", kStart + seconds(10), 1000);
  const AlarmRule rule = World::band_rule("a", "depth", "Maximum", minutes(1));
  const Backtest open = run(world, {rule, kStart - hours(24), kStart + seconds(30), 1.0});
  EXPECT_EQ(open.firings, 0U);
  ASSERT_TRUE(open.width);
  EXPECT_EQ(open.width->k, std::nullopt);
  for (const WidthResult& result : open.width->results)
    EXPECT_EQ(result.firings, 0U) << result.k;
}

TEST(Backtest, advises_the_narrowest_width_within_the_budget) {
  World world;
  world.bands.set(band(90, 110));  // at k = 2: 5 for each k
  // In 28 days: one value 30 away, eight 18 away, and a hundred 8 away, none beside each other.
  for (int i = 0; i < 28 * 24; ++i) {
    const double away = i == 100 ? 30 : i % 84 == 42 ? 18 : i % 6 == 1 ? 8 : 1;
    world.store_only("depth", kStart + hours(i), 100 + away);
  }
  const AlarmRule rule = World::band_rule("a", "depth", "Average", hours(1));
  const auto advised = [&](double per_week) {
    return run(world, {rule, kStart, kStart + hours(24 * 28), per_week}).width.value();
  };
  const WidthAdvice two = advised(2);
  EXPECT_EQ(two.firings_max, 8U);
  ASSERT_TRUE(two.k);
  EXPECT_NEAR(*two.k, 3.6, 1e-9) << "nine would leave a band of 17";
  EXPECT_NEAR(advised(2.25).k.value(), 1.6, 1e-9);
  EXPECT_NEAR(advised(0.25).k.value(), 3.6, 1e-9);
  EXPECT_NEAR(advised(0).k.value(), 6, 1e-9);
  EXPECT_GT(two.results.size(), 40U);
  const auto at_2 = std::find_if(
      two.results.begin(), two.results.end(), [](const auto& result) { return result.k == 2; });
  ASSERT_NE(at_2, two.results.end());
  EXPECT_EQ(at_2->firings, run(world, {rule, kStart, kStart + hours(24 * 28), {}}).firings);
}

TEST(Backtest, is_not_fooled_by_a_band_so_narrow_that_the_alarm_never_ends) {
  World world;
  world.bands.set(band(90, 110));
  for (int i = 0; i < 28 * 24; ++i)
    world.store_only("depth", kStart + hours(i), i % 12 == 3 ? 115 : 106);
  const AlarmRule rule = World::band_rule("a", "depth", "Average", hours(1));
  const auto past = run(world, {rule, kStart, kStart + hours(24 * 28), 1.0});
  EXPECT_EQ(past.width->results.front().firings, 1U) << "at k = 0.5 it is on all the time";
  EXPECT_NEAR(past.width->k.value(), 3, 1e-9);
}

TEST(Backtest, counts_all_of_a_flapping_alarm_and_keeps_the_newest) {
  World world;
  for (int i = 0; i < 6000; ++i)
    world.store_only("depth", kStart + minutes(i), i % 2 == 0 ? 100 : 300);
  const Backtest past =
      run(world, {World::rule("a", "depth"), kStart, kStart + minutes(6000), std::nullopt});
  EXPECT_GE(past.firings, 2990U);
  ASSERT_THAT(past.transitions, SizeIs(kBacktestTransitionsMax));
  EXPECT_GE(past.transitions.back().at, kStart + minutes(5998));
}

TEST(Backtest, ends_when_told_to) {
  World world;
  const std::atomic<bool> stop{true};
  const auto past =
      backtest({world.reader, world.bands},
               {World::rule("a", "depth"), kStart, kStart + minutes(60), std::nullopt, {}, &stop});
  ASSERT_FALSE(past);
  EXPECT_EQ(past.error().code, Errc::unavailable);
}

TEST(Backtest, refuses_more_work_than_it_may_be) {
  World world;
  AlarmRule rule = World::rule("a", "depth", seconds(10));
  rule.evaluation_periods = 8640;
  const auto past =
      backtest({world.reader, world.bands}, {rule, kStart, kStart + hours(24 * 28), {}});
  ASSERT_FALSE(past);
  EXPECT_EQ(past.error().code, Errc::limit);
  EXPECT_THAT(past.error().what, HasSubstr("ask for a shorter range"));
  const auto turned = backtest({world.reader, world.bands}, {rule, kStart, kStart, {}});
  EXPECT_EQ(turned.error().code, Errc::invalid);
}

TEST(Backtest, reports_what_the_store_cannot_read) {
  World world;
  world.store_only("depth", kStart, 1);
  world.reader.damage(World::metric("depth"));
  const auto past = backtest({world.reader, world.bands},
                             {World::rule("a", "depth"), kStart, kStart + hours(1), {}});
  ASSERT_FALSE(past);
  EXPECT_EQ(past.error().code, Errc::corrupt);
}

}  // namespace
}  // namespace tidemark::alarm
