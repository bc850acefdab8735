#include "alarm/engine.h"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alarm/core/status.h"
#include "alarm/world_test.h"
#include "model/transition.h"

namespace tidemark::alarm {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kToAlarm = "Alarm updated from INSUFFICIENT_DATA to ALARM";
constexpr const char* kToOk = "Alarm updated from INSUFFICIENT_DATA to OK";
constexpr const char* kOkToAlarm = "Alarm updated from OK to ALARM";
constexpr const char* kAlarmToOk = "Alarm updated from ALARM to OK";

IssuedBand band(double lower, double upper) {
  const double middle = (lower + upper) / 2;
  const double half = (upper - lower) / 2;
  return {middle, {half / 2, half, half * 1.5}, {half / 2, half, half * 1.5}, false};
}

TEST(AlarmEngine, begins_unchecked_and_goes_where_the_first_points_send_it) {
  World world;
  world.put(World::rule("a", "depth"));
  EXPECT_EQ(world.state("a"), "INSUFFICIENT_DATA");
  EXPECT_EQ(world.view("a").reason, "Unchecked: Initial alarm creation");
  EXPECT_THAT(world.transitions("a"), IsEmpty());
  world.send_now("depth", 500);
  EXPECT_EQ(world.state("a"), "ALARM") << "a maximum above the limit cannot be undone";
  EXPECT_THAT(world.transitions("a"), ElementsAre(kToAlarm));
}

TEST(AlarmEngine, writes_state_history_outbox_and_audit_in_one_transaction) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.alarm_actions = {"arn:one", "arn:two"};
  world.put(rule);
  const int before = world.control.commits();
  const std::size_t audit = world.control.audit().size();
  world.send_now("depth", 500);
  EXPECT_EQ(world.control.commits(), before + 1);
  EXPECT_EQ(world.control.audit().size(), audit + 1);
  EXPECT_EQ(world.nudges, 1);
  const auto rows = world.control.outbox();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].action, "arn:one");
  EXPECT_EQ(rows[1].action, "arn:two");
  EXPECT_EQ(rows[0].transition_id, rows[1].transition_id);
  EXPECT_EQ(rows[0].kind, "transition");
  const auto transition = transition_from_json(rows[0].body);
  ASSERT_TRUE(transition) << transition.error().what;
  EXPECT_EQ(transition->old_state, "INSUFFICIENT_DATA");
  EXPECT_EQ(transition->new_state, "ALARM");
  EXPECT_EQ(transition->metric_title, "Test depth (Maximum, 1 minute)");
  EXPECT_EQ(transition->at, world.clock.wall());
  EXPECT_FALSE(transition->late);
  EXPECT_FALSE(transition->drill);
  ASSERT_EQ(transition->evidence.size(), 1U);
  EXPECT_EQ(transition->evidence[0].value, 500);
  EXPECT_EQ(transition->evidence[0].upper, 200);
  EXPECT_EQ(
      transition->trigger_json,
      R"({"MetricName":"depth","Namespace":"Test","StatisticType":"Statistic","Statistic":"MAXIMUM","Unit":null,"Dimensions":[],"Period":60,"EvaluationPeriods":1,"ComparisonOperator":"GreaterThanThreshold","Threshold":200.0,"TreatMissingData":"","EvaluateLowSampleCountPercentile":""})");
  EXPECT_EQ(
      world.history("a", "StateUpdate")[0].data,
      R"({"version":"1.0","oldState":{"stateValue":"INSUFFICIENT_DATA","stateReason":"Unchecked: Initial alarm creation"},"newState":{"stateValue":"ALARM","stateReason":"Threshold Crossed: 1 datapoint [500.0 (01/01/24 00:00:00)] was greater than the threshold (200.0).","stateReasonData":{"version":"1.0","queryDate":"2024-01-01T00:00:00.000+0000","startDate":"2024-01-01T00:00:00.000+0000","statistic":"Maximum","period":60,"recentDatapoints":[500.0],"threshold":200.0,"evaluatedDatapoints":[{"timestamp":"2024-01-01T00:00:00.000+0000","sampleCount":1.0,"value":500.0}]}}})");
}

TEST(AlarmEngine, evaluates_one_of_fifty_thousand_alarms_for_one_point_while_the_clock_stands) {
  World world;
  world.stop();
  std::vector<ControlChange> documents;
  AlarmStatus status;
  status.evaluated_to = world.clock.wall();
  for (int i = 0; i < 50'000; ++i) {
    const AlarmRule rule = World::rule("a" + std::to_string(i), "m" + std::to_string(i));
    documents.emplace_back(PutDocument{{"alarm", arn_of(rule), to_json(rule)}});
    documents.emplace_back(PutDocument{{"alarm_state", arn_of(rule), to_json(status)}});
  }
  ASSERT_TRUE(world.control.commit_and_wait(std::move(documents)));
  world.start();
  ASSERT_TRUE(world.started);
  EXPECT_EQ(world.commands().count({}).insufficient_data, 50'000U);
  EXPECT_EQ(world.engine().next_due(), std::nullopt);
  const double before = world.evaluations();
  world.send_now("m31415", 500);
  EXPECT_EQ(world.evaluations(), before + 1);
  EXPECT_EQ(world.state("a31415"), "ALARM");
  EXPECT_EQ(world.commands().count({}).alarm, 1U);
}

TEST(AlarmEngine, points_that_meet_in_the_inbox_cost_one_evaluation) {
  World world;
  world.put(World::rule("a", "depth"));
  world.put(World::rule("other", "else"));
  // The worker is held inside the transaction of another alarm while three points arrive.
  std::promise<void> reached, go;
  std::once_flag once;
  world.control.before_commit = [&] {
    std::call_once(once, [&] {
      reached.set_value();
      go.get_future().wait();
    });
  };
  const Timestamp now = world.clock.wall();
  world.store_only("else", now, 500);
  world.announce("else", now, now);
  reached.get_future().wait();
  const double before = world.evaluations();
  for (const double value : {1.0, 2.0, 500.0}) {
    world.store_only("depth", now, value);
    world.announce("depth", now, now);
  }
  go.set_value();
  world.engine().settle();
  EXPECT_EQ(world.evaluations(), before + 1);
  EXPECT_EQ(world.state("a"), "ALARM");
}

TEST(AlarmEngine, a_running_sum_breaches_high_at_once_and_never_low_too_early) {
  World world;
  world.bands.set(band(80, 120));
  AlarmRule rule = World::band_rule("sum", "rows", "Sum", minutes(5));
  world.put(rule);
  // A usual period: 20 a minute. It is far below 80 at first.
  for (int i = 0; i < 5; ++i) {
    world.send_now("rows", 20);
    EXPECT_EQ(world.state("sum"), "INSUFFICIENT_DATA") << "minute " << i;
    world.advance(minutes(1));
  }
  world.advance(seconds(30));
  EXPECT_EQ(world.state("sum"), "OK") << "closed at 100";
  // One that runs high: 50 + 50 + 50 passes 120 in its third minute.
  for (const auto& [value, state] :
       {std::pair(50, "OK"), {50, "OK"}, {50, "ALARM"}, {0, "ALARM"}}) {
    world.send_now("rows", value);
    EXPECT_EQ(world.state("sum"), state);
    world.advance(minutes(1));
  }
  EXPECT_THAT(
      world.view("sum").reason,
      HasSubstr("1 datapoint [150.0 (01/01/24 00:05:00)] was less than the lower thresholds "
                "[80.0] or greater than the upper thresholds [120.0]"));
  // One that stays low breaches when it closes, not before.
  world.advance_to(Timestamp::from_s(1'704'067'200) + minutes(10));
  world.send_now("rows", 10);
  world.advance(minutes(4));
  EXPECT_THAT(world.transitions("sum"), ElementsAre(kToOk, kOkToAlarm));
  world.advance(minutes(1) + seconds(30));
  EXPECT_EQ(world.state("sum"), "ALARM");
  EXPECT_THAT(world.transitions("sum"), ElementsAre(kToOk, kOkToAlarm)) << "10 is too low, too";
}

TEST(AlarmEngine, a_daily_jobs_single_point_is_judged_when_it_arrives) {
  World world;
  world.bands.set(band(640, 720));
  world.put(World::band_rule("daily", "records", "Sum", hours(24)));
  for (int day = 0; day < 10; ++day) {
    world.advance_to(Timestamp::from_s(1'704'067'200) + hours(24 * day + 6));
    world.send_now("records", 680);
  }
  ASSERT_EQ(world.state("daily"), "OK");
  world.advance(hours(24));
  world.send_now("records", 291);
  EXPECT_EQ(world.state("daily"), "ALARM") << "low, and its one sample is the usual count";
  EXPECT_EQ(world.view("daily").reason_words,
            "records was 291; usual for a Thursday is 640 to 720.");
  EXPECT_EQ(world.view("daily").transitioned_at, world.clock.wall());
}

/// Two senders of one metric; the second one's value comes three seconds after the minute's end.
TEST(AlarmEngine, waits_for_a_second_sender_within_the_grace) {
  World world;
  AlarmRule rule = World::rule("low", "rows");
  rule.metric->statistic = "Sum";
  rule.comparison_operator = "LessThanThreshold";
  rule.threshold = 15;
  world.put(rule);
  for (int i = 0; i < 10; ++i) {
    world.send_now("rows", 10);
    world.advance(seconds(30));
    world.send_now("rows", 10);
    world.advance(seconds(30));
  }
  world.send_now("rows", 10);
  world.advance(seconds(3));
  for (int i = 0; i < 20; ++i) {
    world.advance(seconds(57));
    world.send_now("rows", 10);
    world.advance(seconds(3));
    world.send("rows", world.clock.wall() - seconds(8), 10);
  }
  EXPECT_THAT(world.transitions("low"), ElementsAre(kToOk));
  world.advance(seconds(57));
  world.send_now("rows", 10);
  world.advance(seconds(5));
  EXPECT_EQ(world.state("low"), "OK");
  world.advance(seconds(1));
  EXPECT_EQ(world.state("low"), "ALARM") << "the second one's is lost";
}

TEST(AlarmEngine, one_missing_run_of_a_nightly_job_alarms_when_the_day_is_over) {
  World world;
  AlarmRule rule = World::rule("night", "rows", hours(24));
  rule.metric->statistic = "Sum";
  rule.comparison_operator = "LessThanThreshold";
  rule.threshold = 100;
  rule.treat_missing_data = "breaching";
  world.put(rule);
  const Timestamp begin = world.clock.wall();
  for (int day = 0; day < 4; ++day) {
    world.advance_to(begin + hours(24 * day + 1));
    world.send_now("rows", 150);
  }
  world.advance_to(begin + hours(24 * 5) + seconds(59));
  EXPECT_EQ(world.state("night"), "OK");
  world.advance(seconds(1));
  EXPECT_EQ(world.state("night"), "ALARM");
  world.advance(hours(1));
  world.send_now("rows", 150);
  world.advance(hours(24));
  EXPECT_EQ(world.state("night"), "OK");
}

TEST(AlarmEngine, messages_have_the_dimensions_and_the_unit_of_what_is_compared) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.metric->metric.dimensions = {{"JobName", "etl"}, {"Type", "gauge"}};
  rule.metric->unit = "Milliseconds";
  rule.treat_missing_data = "breaching";
  world.put(rule);
  const auto rows = world.control.outbox();
  ASSERT_EQ(rows.size(), 1U);
  const auto transition = transition_from_json(rows[0].body);
  ASSERT_TRUE(transition) << transition.error().what;
  EXPECT_EQ(transition->dimensions, "JobName=etl, Type=gauge");
  EXPECT_EQ(transition->unit, " ms");
}

TEST(AlarmEngine, of_an_expression_messages_have_the_dimensions_that_all_its_metrics_have) {
  World world;
  AlarmRule rule = World::rule("a", "errors");
  rule.metric.reset();
  for (const char* name : {"errors", "calls"}) {
    MetricRef metric = World::metric(name);
    metric.dimensions = {{"JobName", "etl"}, {"Type", name}};
    MetricQuery query;
    query.id = name;
    query.metric_stat = MetricStat{metric, minutes(1), *parse_statistic("Sum"), std::nullopt};
    query.return_data = false;
    rule.metrics.push_back(query);
  }
  MetricQuery rate;
  rate.id = "rate";
  rate.expression = "errors / calls";
  rule.metrics.push_back(rate);
  world.put(rule);
  ASSERT_TRUE(world.commands().set_alarm_state(
      {World::kAccount, World::kRegion}, "a", AlarmState::alarm, "test", ""));
  const auto rows = world.control.outbox();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(transition_from_json(rows[0].body)->dimensions, "JobName=etl");
}

TEST(AlarmEngine, missing_data_lead_to_insufficient_data_by_due_times_alone) {
  World world;
  world.put(World::rule("a", "depth"));
  world.send_now("depth", 5);
  world.advance(minutes(2));
  ASSERT_EQ(world.state("a"), "OK");
  world.advance(minutes(1));
  EXPECT_EQ(world.state("a"), "OK") << "two periods beyond N are looked at";
  world.advance(minutes(2));
  EXPECT_EQ(world.state("a"), "INSUFFICIENT_DATA");
  EXPECT_EQ(world.view("a").reason, "Insufficient Data: 1 datapoint was unknown.");
  EXPECT_EQ(world.view("a").reason_words, "depth has sent no data since 1 Jan 2024 00:01 UTC.");
  const double before = world.evaluations();
  world.advance(hours(24));
  EXPECT_LE(world.evaluations(), before + 2) << "silence changes nothing more";
  EXPECT_EQ(world.engine().next_due(), std::nullopt);
}

TEST(AlarmEngine, missing_data_that_breach_alarm_at_creation) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.treat_missing_data = "breaching";
  rule.evaluation_periods = 2;
  world.put(rule);
  EXPECT_EQ(world.state("a"), "ALARM");
  EXPECT_EQ(world.view("a").reason,
            "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints "
            "were treated as [Breaching].");
}

TEST(AlarmEngine, m_of_n_works_both_ways) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.evaluation_periods = 5;
  rule.datapoints_to_alarm = 3;
  world.put(rule);
  std::string states;
  for (const double value : {1, 1, 1, 500, 1, 500, 1, 500, 1, 1, 1, 1}) {
    world.send_now("depth", value);
    world.advance(minutes(1));
    states += world.state("a")[0];
  }
  EXPECT_EQ(states.substr(3), "OOOOAOOOO");
  EXPECT_THAT(world.transitions("a"), ElementsAre(kToOk, kOkToAlarm, kAlarmToOk));
}

TEST(AlarmEngine, a_breach_is_not_passed_over_when_the_next_period_closes_in_the_same_moment) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.metric->statistic = "Average";
  world.put(rule);
  // One sample a minute. With the ninth, eight closed periods have one: it closes its own period at
  // once, together with the one before it, which breaches.
  for (const double value : {1, 1, 1, 1, 1, 1, 1, 500, 1}) {
    world.send_now("depth", value);
    world.advance(minutes(1));
    if (value > 1) {
      EXPECT_EQ(world.state("a"), "OK") << "an average can still change";
    }
  }
  EXPECT_THAT(world.transitions("a"), ElementsAre(kToOk, kOkToAlarm, kAlarmToOk));
  const auto rows = world.control.outbox();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_NE(rows[1].transition_id, rows[2].transition_id);
}

TEST(AlarmEngine, a_delayed_tick_decides_each_period_that_closed_meanwhile) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.metric->statistic = "Average";
  world.put(rule);
  const Timestamp start = world.clock.wall();
  world.send_now("depth", 1);
  world.advance(minutes(1));
  // A client that buffers sends four minutes at once.
  world.clock.set(start + minutes(5));
  for (const auto& [minute, value] : {std::pair(1, 500), {2, 1}, {3, 500}, {4, 1}}) {
    world.store_only("depth", start + minutes(minute), value);
  }
  world.announce("depth", start + minutes(1), start + minutes(4));
  world.engine().settle();
  world.advance(seconds(30));
  EXPECT_THAT(world.transitions("a"),
              ElementsAre(kToOk, kOkToAlarm, kAlarmToOk, kOkToAlarm, kAlarmToOk));
}

TEST(AlarmEngine, a_metric_math_alarm_hears_of_every_metric_it_uses) {
  World world;
  AlarmRule rule = World::rule("ratio", "errors");
  rule.metric.reset();
  const auto metric = [](const std::string& id, const std::string& name) {
    MetricQuery out;
    out.id = id;
    out.return_data = false;
    out.metric_stat =
        MetricStat{World::metric(name), minutes(1), *parse_statistic("Sum"), std::nullopt};
    return out;
  };
  MetricQuery expression;
  expression.id = "e1";
  expression.expression = "100 * errors / requests";
  rule.metrics = {expression, metric("errors", "errors"), metric("requests", "requests")};
  rule.threshold = 10;
  world.put(rule);
  world.send_now("errors", 5);
  world.send_now("requests", 100);
  world.advance(minutes(1) + seconds(10));
  EXPECT_EQ(world.state("ratio"), "OK");
  world.send_now("requests", 100);
  world.send_now("errors", 20);
  EXPECT_EQ(world.state("ratio"), "OK") << "an open period of an expression cannot breach";
  world.advance(minutes(1));
  EXPECT_EQ(world.state("ratio"), "ALARM");
  EXPECT_THAT(world.view("ratio").reason, HasSubstr("[20.0 (01/01/24 00:01:00)]"));
}

TEST(AlarmEngine, a_band_that_is_still_learned_counts_as_missing_and_is_asked_for) {
  World world;
  world.put(World::band_rule("a", "rows", "Sum", minutes(1)));
  EXPECT_GE(world.bands_needed, 1);
  for (int i = 0; i < 5; ++i) {
    world.send_now("rows", 1e9);
    world.advance(minutes(1));
  }
  EXPECT_EQ(world.state("a"), "INSUFFICIENT_DATA");
  world.bands.set(band(0, 10));
  const int asked = world.bands_needed;
  world.send_now("rows", 1e9);
  EXPECT_EQ(world.state("a"), "ALARM");
  EXPECT_GT(world.bands_needed, asked);
}

TEST(AlarmEngine, a_late_point_in_the_range_is_judged_and_said_to_be_late) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.metric->statistic = "Average";
  rule.evaluation_periods = 3;
  rule.datapoints_to_alarm = 1;
  world.put(rule);
  const Timestamp start = world.clock.wall();
  for (int i = 0; i < 4; ++i) {
    world.send_now("depth", 5);
    world.advance(minutes(1));
  }
  ASSERT_EQ(world.state("a"), "OK");
  EXPECT_THAT(world.view("a").reason_data, Not(HasSubstr("late")));
  world.send("depth", start + minutes(2) + seconds(30), 2000);
  EXPECT_EQ(world.state("a"), "ALARM") << "the average of 5 and 2000";
  EXPECT_THAT(world.view("a").reason, HasSubstr("[1002.5 (01/01/24 00:02:00)]"));
  EXPECT_THAT(world.view("a").reason_data, HasSubstr(R"(,"late":true})"));
}

TEST(AlarmEngine, a_point_older_than_the_range_evaluates_nothing) {
  World world;
  world.put(World::rule("a", "depth"));
  world.send_now("depth", 5);
  world.advance(hours(3));
  const double before = world.evaluations();
  world.send("depth", world.clock.wall() - hours(2), 5000);
  EXPECT_EQ(world.evaluations(), before);
  EXPECT_EQ(world.meter.counter("tidemark_alarm_samples_too_old_total").value(), 1);
}

TEST(AlarmEngine, a_sample_from_the_future_waits_for_its_period) {
  World world;
  world.put(World::rule("a", "depth"));
  world.send("depth", world.clock.wall() + minutes(90), 500);
  EXPECT_EQ(world.state("a"), "INSUFFICIENT_DATA");
  world.advance(minutes(89));
  EXPECT_EQ(world.state("a"), "INSUFFICIENT_DATA");
  world.advance(minutes(1));
  EXPECT_EQ(world.state("a"), "ALARM");
}

TEST(AlarmEngine, disabled_actions_move_the_state_and_send_nothing) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.actions_enabled = false;
  world.put(rule);
  world.send_now("depth", 500);
  EXPECT_EQ(world.state("a"), "ALARM");
  EXPECT_THAT(world.control.outbox(), IsEmpty());
  EXPECT_EQ(world.nudges, 0);
}

TEST(AlarmEngine, data_that_cannot_be_read_are_said_and_keep_the_state) {
  World world;
  world.put(World::rule("a", "depth"));
  world.send_now("depth", 500);
  ASSERT_EQ(world.state("a"), "ALARM");
  world.reader.damage(World::metric("depth"));
  world.advance(minutes(5));
  EXPECT_EQ(world.state("a"), "ALARM");
  EXPECT_EQ(world.view("a").evaluation_state, "EVALUATION_ERROR");
  EXPECT_THAT(world.view("a").evaluation_error, HasSubstr("checksum"));
}

}  // namespace
}  // namespace tidemark::alarm
