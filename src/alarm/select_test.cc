// Alarms on Metrics Insights queries: what they see, when they look, what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alarm/backtest.h"
#include "alarm/world_test.h"
#include "query/select_limits.h"

namespace tidemark::alarm {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;

constexpr const char* kToOk = "Alarm updated from INSUFFICIENT_DATA to OK";
constexpr const char* kOkToAlarm = "Alarm updated from OK to ALARM";
constexpr const char* kAlarmToOk = "Alarm updated from ALARM to OK";

MetricRef errors_of(const std::string& host) {
  MetricRef out = World::metric("errors");
  out.dimensions = {{"host", host}};
  return out;
}

AlarmRule rule_on(const std::string& query, Duration period = minutes(1)) {
  AlarmRule out = World::rule("a", "unused");
  out.metric.reset();
  MetricQuery q1;
  q1.id = "q1";
  q1.expression = query;
  q1.period = period;
  out.metrics = {q1};
  return out;
}

/// Over 200 in all.
AlarmRule sum_rule() {
  return rule_on("SELECT SUM(errors) FROM Test");
}

struct Fleet : World {
  void send_of(const MetricRef& metric, Timestamp at, double value) {
    const std::uint64_t sequence = reader.put(metric, at, value);
    const SeriesKey key = *to_series_key(metric, "None");
    engine().on_judged(sequence, {Judged{*reader.find(key), key, at, at}});
    engine().settle();
  }
  void send_of(const std::string& host, Timestamp at, double value) {
    send_of(errors_of(host), at, value);
  }
  const Timestamp start = clock.wall();
};

TEST(SelectAlarm, sees_every_metric_of_the_name_also_one_that_comes_later) {
  Fleet fleet;
  fleet.put(sum_rule());
  fleet.send_of("a", fleet.start, 150);
  fleet.advance(minutes(1) + seconds(10));
  EXPECT_EQ(fleet.state("a"), "OK");
  fleet.send_of("a", fleet.start + minutes(1), 150);
  fleet.send_of("b", fleet.start + minutes(1), 51);
  EXPECT_EQ(fleet.state("a"), "OK") << "the period is open, and later data could undo it";
  fleet.advance_to(fleet.start + minutes(2) + seconds(5));
  EXPECT_EQ(fleet.state("a"), "OK") << "the grace is not over";
  fleet.advance_to(fleet.start + minutes(2) + seconds(6));
  EXPECT_EQ(fleet.state("a"), "ALARM");
  fleet.send_of("a", fleet.start + minutes(2), 150);
  fleet.advance_to(fleet.start + minutes(3) + seconds(6));
  EXPECT_THAT(fleet.transitions("a"), ElementsAre(kToOk, kOkToAlarm, kAlarmToOk));
}

TEST(SelectAlarm, looks_once_a_period_however_many_samples_come) {
  Fleet fleet;
  fleet.put(sum_rule());
  const double before = fleet.evaluations();
  for (int second = 0; second < 50; ++second) {
    fleet.advance_to(fleet.start + seconds(second));
    for (const char* host : {"a", "b", "c"})
      fleet.send_of(host, fleet.clock.wall(), 1);
  }
  // That of the minute before, which has no data, and none for any of the 150 samples.
  EXPECT_EQ(fleet.evaluations(), before + 1);
  fleet.advance_to(fleet.start + minutes(1) + seconds(6));
  EXPECT_EQ(fleet.evaluations(), before + 2);
  EXPECT_EQ(fleet.state("a"), "OK");
}

TEST(SelectAlarm, late_samples_count_when_the_next_period_closes) {
  Fleet fleet;
  AlarmRule rule = sum_rule();
  rule.evaluation_periods = 3;
  rule.datapoints_to_alarm = 1;
  fleet.put(rule);
  fleet.send_of("a", fleet.start, 150);
  fleet.advance_to(fleet.start + minutes(1) + seconds(10));
  ASSERT_EQ(fleet.state("a"), "OK");
  fleet.send_of("b", fleet.start + seconds(30), 100);
  EXPECT_EQ(fleet.state("a"), "OK");
  fleet.advance_to(fleet.start + minutes(2) + seconds(6));
  EXPECT_EQ(fleet.state("a"), "ALARM");
}

TEST(SelectAlarm, a_restart_finds_what_came_meanwhile_also_behind_silence) {
  Fleet fleet;
  fleet.put(sum_rule());
  fleet.send_of("a", fleet.start, 5);
  fleet.advance(minutes(1) + seconds(10));
  ASSERT_EQ(fleet.state("a"), "OK");
  fleet.crash();
  fleet.reader.put(errors_of("new"), fleet.start + hours(3), 500);
  fleet.reader.put(errors_of("new"), fleet.start + hours(3) + minutes(1), 5);
  fleet.clock.set(fleet.start + hours(5));
  fleet.World::start();
  const auto seen = fleet.transitions("a");
  EXPECT_THAT(seen,
              ElementsAre(kToOk,
                          "Alarm updated from OK to INSUFFICIENT_DATA",
                          "Alarm updated from INSUFFICIENT_DATA to ALARM",
                          kAlarmToOk,
                          "Alarm updated from OK to INSUFFICIENT_DATA"));
  for (int i = 0; i < 2; ++i)
    fleet.restart();
  EXPECT_EQ(fleet.transitions("a"), seen);
}

TEST(SelectAlarm, sees_neither_another_region_nor_another_account) {
  Fleet fleet;
  fleet.put(sum_rule());
  fleet.send_of("a", fleet.start, 5);
  MetricRef elsewhere = errors_of("a");
  elsewhere.region = "eu-west-1";
  fleet.send_of(elsewhere, fleet.start, 1000);
  elsewhere = errors_of("a");
  elsewhere.account = "999999999999";
  fleet.send_of(elsewhere, fleet.start, 1000);
  fleet.advance(minutes(1) + seconds(6));
  EXPECT_EQ(fleet.state("a"), "OK");
}

AlarmRule rule_on_the_worst_host() {
  AlarmRule rule = rule_on("SELECT SUM(errors) FROM Test GROUP BY host");
  rule.metrics.front().return_data = false;
  MetricQuery worst;
  worst.id = "e1";
  worst.expression = "MAX(q1)";
  rule.metrics.push_back(worst);
  return rule;
}

TEST(SelectAlarm, watches_what_metric_math_makes_of_groups) {
  Fleet fleet;
  fleet.put(rule_on_the_worst_host());
  fleet.send_of("a", fleet.start, 150);
  fleet.send_of("b", fleet.start, 150);
  fleet.advance(minutes(1) + seconds(6));
  EXPECT_EQ(fleet.state("a"), "OK");
  fleet.send_of("b", fleet.start + minutes(1), 201);
  fleet.advance(minutes(1));
  EXPECT_EQ(fleet.state("a"), "ALARM");
}

TEST(SelectAlarm, says_that_it_sees_a_part_of_what_its_query_gives) {
  Fleet fleet;
  fleet.put(rule_on_the_worst_host());
  for (std::size_t host = 0; host < query::kSelectSeriesMax; ++host)
    fleet.send_of(std::to_string(host), fleet.start, 1);
  fleet.advance(minutes(1) + seconds(6));
  EXPECT_EQ(fleet.view("a").evaluation_state, "") << "as many as there may be";
  for (std::size_t host = 0; host <= query::kSelectSeriesMax; ++host)
    fleet.send_of(std::to_string(host), fleet.start + minutes(1), 1);
  fleet.advance(minutes(1));
  EXPECT_EQ(fleet.view("a").evaluation_state, "PARTIAL_DATA");
  EXPECT_EQ(fleet.state("a"), "OK") << "what it sees is judged all the same";
  fleet.send_of("0", fleet.start + minutes(2), 1);
  fleet.advance(minutes(5));
  EXPECT_EQ(fleet.view("a").evaluation_state, "") << "of the newest evaluation";
}

TEST(SelectAlarm, is_no_more_when_it_is_deleted_or_put_anew) {
  Fleet fleet;
  fleet.put(sum_rule());
  fleet.put(World::rule("a", "other"));
  fleet.send_of("a", fleet.start, 500);
  fleet.advance(minutes(2));
  EXPECT_EQ(fleet.state("a"), "INSUFFICIENT_DATA") << "it watches another metric now";
  fleet.put(sum_rule());
  ASSERT_TRUE(fleet.commands().delete_alarms({World::kAccount, World::kRegion}, {"a"}));
  const double before = fleet.evaluations();
  fleet.send_of("a", fleet.clock.wall(), 500);
  fleet.advance(minutes(2));
  EXPECT_EQ(fleet.evaluations(), before);
}

TEST(SelectAlarm, missing_data_of_dynamo_db_are_ignored) {
  AlarmRule rule = rule_on("SELECT SUM(errors) FROM \"AWS/DynamoDB\"");
  rule.treat_missing_data = "breaching";
  EXPECT_EQ(missing_data_of(rule), MissingData::ignore);
}

std::string refusal_of(const AlarmRule& rule) {
  const auto checked = check_rule(rule);
  return checked ? "" : checked.error().code + ": " + checked.error().message;
}

TEST(SelectAlarm, is_refused_what_it_cannot_watch) {
  EXPECT_EQ(refusal_of(sum_rule()), "");
  EXPECT_EQ(refusal_of(rule_on("SELECT SUM(errors) FROM")),
            "ValidationError: Error in expression 'q1': expected a namespace or SCHEMA, but the "
            "query ends at position 24");
  EXPECT_EQ(refusal_of(rule_on("SELECT SUM(errors) FROM Test GROUP BY host ORDER BY MAX()")),
            "ValidationError: The Metrics Insights query 'q1' with GROUP BY returns multi time "
            "series, and an alarm on several of them is not supported: leave out GROUP BY, or "
            "return the data of an expression that makes one of them, such as MAX(q1)");
  AlarmRule no_period = sum_rule();
  no_period.metrics.front().period.reset();
  EXPECT_EQ(refusal_of(no_period),
            "ValidationError: the Metrics Insights query 'q1' must have a Period");
  AlarmRule most = rule_on("SELECT SUM(errors) FROM Test", hours(1));
  most.evaluation_periods = 3;
  EXPECT_EQ(refusal_of(most), "");
  most.evaluation_periods = 4;
  EXPECT_EQ(refusal_of(most),
            "ValidationError: Metrics cannot be checked across more than three hours "
            "(EvaluationPeriods * Period must be <= 10800) for alarms on Metrics Insights queries");
  AlarmRule band = World::band_rule("a", "errors", "Sum", minutes(5));
  band.metrics.front() = sum_rule().metrics.front();
  band.metrics.front().id = "m1";
  EXPECT_EQ(refusal_of(band),
            "ValidationError: there is no anomaly detection band of a Metrics Insights query");
}

TEST(SelectAlarm, has_no_backtest) {
  Fleet fleet;
  BacktestRequest request;
  request.rule = sum_rule();
  request.from = fleet.start;
  request.to = fleet.start + hours(1);
  const auto past = backtest({fleet.reader, fleet.bands}, request);
  ASSERT_FALSE(past);
  EXPECT_EQ(past.error().what, "an alarm on a Metrics Insights query cannot be backtested");
}

}  // namespace
}  // namespace tidemark::alarm
