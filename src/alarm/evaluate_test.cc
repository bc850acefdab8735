#include "alarm/evaluate.h"

#include <map>

#include <gtest/gtest.h>

namespace tidemark::alarm {
namespace {

/// "0-X": good, missing, breaching; one period a minute, oldest first.
std::vector<AlarmPoint> points(std::string_view text) {
  std::vector<AlarmPoint> out;
  for (const char c : text) {
    AlarmPoint point;
    point.start = Timestamp::from_s(60 * static_cast<std::int64_t>(out.size()));
    point.sample_count = 1;
    if (c != '-') point.value = c == 'X' ? 20 : 5;
    out.push_back(point);
  }
  return out;
}

Judgement rule(int m, int n, MissingData policy) {
  Judgement out;
  out.comparison = Comparison::greater;
  out.threshold = 10;
  out.evaluation_periods = n;
  out.datapoints_to_alarm = m;
  out.missing_data = policy;
  return out;
}

/// "ALARM", "OK", "INSUF" or "KEEP".
std::string decided(const Judgement& judgement, std::string_view text) {
  const Decision decision = decide(judgement, points(text), AlarmState::insufficient_data);
  if (decision.keep) return "KEEP";
  if (decision.state == AlarmState::insufficient_data) return "INSUF";
  return std::string(to_text(decision.state));
}

struct Row {
  int m, n;
  const char* points;
  const char *missing, *ignore, *breaching, *not_breaching;
};

void check(const Row& row) {
  SCOPED_TRACE(std::string(row.points) + " " + std::to_string(row.m) + " of " +
               std::to_string(row.n));
  EXPECT_EQ(decided(rule(row.m, row.n, MissingData::missing), row.points), row.missing);
  EXPECT_EQ(decided(rule(row.m, row.n, MissingData::ignore), row.points), row.ignore);
  EXPECT_EQ(decided(rule(row.m, row.n, MissingData::breaching), row.points), row.breaching);
  EXPECT_EQ(decided(rule(row.m, row.n, MissingData::not_breaching), row.points), row.not_breaching);
}

// SOURCE: CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data", both
// tables.
TEST(Decide, follows_the_ten_documented_rows) {
  for (const Row& row : {
           Row{3, 3, "0-X-X", "OK", "OK", "OK", "OK"},
           Row{3, 3, "0----", "OK", "OK", "OK", "OK"},
           Row{3, 3, "-----", "INSUF", "KEEP", "ALARM", "OK"},
           Row{3, 3, "0XX-X", "ALARM", "ALARM", "ALARM", "ALARM"},
           Row{3, 3, "--X--", "ALARM", "KEEP", "ALARM", "OK"},
           Row{2, 3, "0-X-X", "ALARM", "ALARM", "ALARM", "ALARM"},
           Row{2, 3, "00X0X", "ALARM", "ALARM", "ALARM", "ALARM"},
           Row{2, 3, "0-X--", "OK", "OK", "ALARM", "OK"},
           Row{2, 3, "----0", "OK", "OK", "ALARM", "OK"},
           Row{2, 3, "---X-", "ALARM", "KEEP", "ALARM", "OK"},
       }) {
    check(row);
  }
}

TEST(RangeExtra, is_two_points_of_an_hour_at_most) {
  using std::chrono::hours;
  using std::chrono::minutes;
  EXPECT_EQ(range_extra(std::chrono::seconds(10)), 2);
  EXPECT_EQ(range_extra(minutes(1)), 2);
  EXPECT_EQ(range_extra(minutes(30)), 2);
  EXPECT_EQ(range_extra(minutes(31)), 1);
  EXPECT_EQ(range_extra(hours(1)), 1);
  EXPECT_EQ(range_extra(hours(1) + minutes(1)), 0);
  EXPECT_EQ(range_extra(hours(24)), 0);
}

TEST(Decide, keeps_the_state_while_one_early_breach_stands_alone) {
  for (const Row& row : {
           Row{3, 3, "----X", "KEEP", "KEEP", "ALARM", "OK"},
           Row{3, 3, "---X-", "KEEP", "KEEP", "ALARM", "OK"},
           Row{3, 3, "---XX", "KEEP", "KEEP", "ALARM", "OK"},
           Row{1, 1, "--X", "ALARM", "ALARM", "ALARM", "ALARM"},
           Row{1, 1, "X--", "ALARM", "ALARM", "ALARM", "ALARM"},
           Row{1, 1, "---", "INSUF", "KEEP", "ALARM", "OK"},
       }) {
    check(row);
  }
}

TEST(Decide, needs_m_of_the_newest_n_and_n_less_m_plus_one_good_ones_to_return) {
  const Judgement judgement = rule(3, 5, MissingData::missing);
  EXPECT_EQ(decided(judgement, "XX0X0XX"), "ALARM");
  EXPECT_EQ(decided(judgement, "XXX0X00"), "OK") << "older breaches no longer count";
  EXPECT_EQ(decided(judgement, "00XXX00"), "ALARM") << "two good ones are not enough";
  EXPECT_EQ(decided(judgement, "0XXX000"), "OK");
}

TEST(Decide, shows_the_newest_n_real_points_or_those_with_the_newest_missing_ones) {
  const auto starts = [](const Decision& decision) {
    std::vector<std::int64_t> out;
    for (const AlarmPoint& point : decision.window)
      out.push_back(point.start.s() / 60);
    return out;
  };
  const Judgement judgement = rule(3, 3, MissingData::missing);
  EXPECT_EQ(starts(decide(judgement, points("0XX-X"), AlarmState::ok)),
            (std::vector<std::int64_t>{1, 2, 4}));
  const Decision gaps = decide(judgement, points("0----"), AlarmState::ok);
  EXPECT_EQ(starts(gaps), (std::vector<std::int64_t>{0, 3, 4}));
  EXPECT_EQ(gaps.missing, 2);
  EXPECT_EQ(gaps.breaching, 0);
}

TEST(Decide, knows_the_four_operators_at_the_limit_itself) {
  const std::map<Comparison, bool> at_limit{{Comparison::greater, false},
                                            {Comparison::greater_or_equal, true},
                                            {Comparison::less, false},
                                            {Comparison::less_or_equal, true}};
  for (const auto& [comparison, breach] : at_limit) {
    Judgement judgement = rule(1, 1, MissingData::missing);
    judgement.comparison = comparison;
    AlarmPoint point;
    point.value = 10;
    EXPECT_EQ(breaches(judgement, point), breach);
  }
}

TEST(Decide, a_band_is_left_only_beyond_its_edge_and_on_the_watched_side) {
  const auto breach = [](Comparison comparison, double value) {
    Judgement judgement;
    judgement.comparison = comparison;
    AlarmPoint point;
    point.value = value;
    point.limits = Limits{1, 2};
    return breaches(judgement, point);
  };
  for (const Comparison comparison :
       {Comparison::outside_band, Comparison::below_band, Comparison::above_band}) {
    EXPECT_FALSE(breach(comparison, 1));
    EXPECT_FALSE(breach(comparison, 1.5));
    EXPECT_FALSE(breach(comparison, 2));
  }
  EXPECT_TRUE(breach(Comparison::outside_band, 0.9));
  EXPECT_TRUE(breach(Comparison::outside_band, 2.1));
  EXPECT_TRUE(breach(Comparison::below_band, 0.9));
  EXPECT_FALSE(breach(Comparison::below_band, 2.1));
  EXPECT_FALSE(breach(Comparison::above_band, 0.9));
  EXPECT_TRUE(breach(Comparison::above_band, 2.1));
}

TEST(Decide, a_percentile_of_too_few_samples_keeps_the_state) {
  Judgement judgement = rule(1, 1, MissingData::missing);
  judgement.min_sample_count = 10 / (1 - 0.99);
  auto range = points("00X");
  for (AlarmPoint& point : range)
    point.sample_count = 1000;
  EXPECT_EQ(decide(judgement, range, AlarmState::ok).state, AlarmState::alarm);
  range.back().sample_count = 999;
  const Decision few = decide(judgement, range, AlarmState::ok);
  EXPECT_TRUE(few.keep);
  EXPECT_EQ(few.state, AlarmState::ok);
}

TEST(Decide, reads_the_least_sample_count_from_the_rule) {
  AlarmRule alarm;
  alarm.comparison_operator = "GreaterThanThreshold";
  alarm.evaluation_periods = 2;
  alarm.metric = SingleMetric{};
  alarm.metric->extended_statistic = "p90";
  alarm.metric->period = std::chrono::seconds(60);
  EXPECT_EQ(judgement_of(alarm).min_sample_count, 0);
  alarm.evaluate_low_sample_count_percentile = "ignore";
  EXPECT_NEAR(judgement_of(alarm).min_sample_count, 100, 1e-6);
  alarm.metric->extended_statistic = "p10";
  EXPECT_NEAR(judgement_of(alarm).min_sample_count, 100, 1e-6);
  EXPECT_EQ(judgement_of(alarm).datapoints_to_alarm, 2) << "N when it is not given";
}

TEST(Decide, dynamo_db_metrics_ignore_missing_data_whatever_the_rule_says) {
  AlarmRule alarm;
  alarm.comparison_operator = "GreaterThanThreshold";
  alarm.evaluation_periods = 1;
  alarm.treat_missing_data = "breaching";
  alarm.metric = SingleMetric{};
  alarm.metric->statistic = "Sum";
  alarm.metric->metric.metric_namespace = "AWS/DynamoDB";
  EXPECT_EQ(judgement_of(alarm).missing_data, MissingData::ignore);
  alarm.metric->metric.metric_namespace = "Glue";
  EXPECT_EQ(judgement_of(alarm).missing_data, MissingData::breaching);
}

}  // namespace
}  // namespace tidemark::alarm
