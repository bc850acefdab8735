#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alarm/world_test.h"

namespace tidemark::alarm {
namespace {

using std::chrono::minutes;
using ::testing::HasSubstr;

MetricQuery query_of(std::string id, std::string expression, bool returns) {
  MetricQuery out;
  out.id = std::move(id);
  out.expression = std::move(expression);
  out.return_data = returns;
  return out;
}

MetricQuery metric_of(const std::string& id) {
  MetricQuery out = query_of(id, "", false);
  out.metric_stat =
      MetricStat{World::metric(id), minutes(1), *parse_statistic("Sum"), std::nullopt};
  return out;
}

/// An alarm on an expression of the metrics m1 and m2, and of what `between` gives the id e0.
AlarmRule math(const std::string& expression, const std::string& between = "METRICS()") {
  AlarmRule out = World::rule("math", "");
  out.metric.reset();
  out.metrics = {metric_of("m1"),
                 metric_of("m2"),
                 query_of("e0", between, false),
                 query_of("e1", expression, true)};
  return out;
}

/// Why it is refused; "" where it is taken.
std::string refusal(World& world, const AlarmRule& rule) {
  const auto done = world.commands().put_metric_alarm(rule);
  if (done) return "";
  EXPECT_EQ(done.error().kind, Errc::invalid);
  EXPECT_EQ(done.error().code, "ValidationError");
  EXPECT_EQ(world.view(rule.name).rule.name, "") << "it must not have been made";
  return done.error().message;
}

TEST(PutAlarm, takes_expressions_that_give_one_series) {
  World world;
  for (const bool has_data : {false, true}) {
    for (const char* expression : {"m1 * 1",
                                   "100 * m1 / m2",
                                   "IF(m1 > 5, m1, 0)",
                                   "FILL(m1, 0) + FILL(m2, REPEAT)",
                                   "RATE(m1)",
                                   "MAX([m1, m2])",
                                   "AVG(METRICS())",
                                   "SUM(e0)",
                                   "FIRST(SORT(e0, AVG, DESC))",
                                   "m1 - AVG(m1)",
                                   "m1 > FIRST(ANOMALY_DETECTION_BAND(m1))",
                                   "TIME_SERIES(METRIC_COUNT(e0))"}) {
      EXPECT_EQ(refusal(world, math(expression)), "") << expression << ", data: " << has_data;
    }
    for (const char* between : {"AVG(m1)", "[m1, m2]", "m1 + m2", "5"})
      EXPECT_EQ(refusal(world, math("m1 * 1", between)), "") << between;
    EXPECT_EQ(refusal(world, World::band_rule("band", "m1", "Sum", minutes(1))), "");
    world.send_now("m1", 7);
    world.send_now("m2", 9);
  }
}

TEST(PutAlarm, refuses_expressions_that_can_never_be_evaluated) {
  World world;
  world.send_now("m1", 7);
  const std::string search = "SEARCH is not supported on Metric Alarms.";
  EXPECT_EQ(refusal(world, math("SEARCH('{N} load', 'Sum', 60)")), search);
  EXPECT_EQ(refusal(world, math("SUM(SEARCH('{N} load', 'Sum', 60))")), search);
  EXPECT_EQ(refusal(world, math("m1", "SEARCH('{N} load', 'Sum', 60)")), search) << "not needed";
  for (const char* array : {"METRICS()", "METRICS() * 2", "[m1, m2]", "e0", "SLICE(e0, 0, 1)"}) {
    EXPECT_EQ(refusal(world, math(array)),
              "Error in expression 'e1': the result must be a single time series, not an array of "
              "them");
  }
  for (const char* scalar : {"AVG(m1)", "5", "METRIC_COUNT(e0)", "PERIOD(m1)"}) {
    EXPECT_EQ(refusal(world, math(scalar)),
              "Error in expression 'e1': the result must be a single time series, not a scalar");
  }
  EXPECT_EQ(refusal(world, math("INSIGHT_RULE_METRIC('a', 'b')")),
            "Error in expression 'e1': Function 'INSIGHT_RULE_METRIC' is not supported at position "
            "1");
  EXPECT_THAT(refusal(world, math("m1 / SERVICE_QUOTA(m1)")), HasSubstr("'SERVICE_QUOTA'"));
  EXPECT_EQ(refusal(world, math("FOO(m1)")),
            "Error in expression 'e1': Function 'FOO' not found at position 1");
  EXPECT_THAT(refusal(world, math("e0 * e0")), HasSubstr("Unsupported operand type(s) for *"));
}

TEST(PutAlarm, refuses_a_band_of_what_is_no_series) {
  World world;
  const auto band = [](const std::string& input, const std::string& watched) {
    AlarmRule out = World::band_rule(input + " " + watched, "m1", "Sum", minutes(1));
    out.metrics = {metric_of("m1"),
                   metric_of("m2"),
                   query_of("e0", input, false),
                   query_of("e1", watched, true),
                   query_of("ad1", "ANOMALY_DETECTION_BAND(e0, 2)", true)};
    return out;
  };
  EXPECT_EQ(refusal(world, band("m1 + m2", "m1 + m2")), "");
  EXPECT_THAT(refusal(world, band("m1 + m2", "SUM(m1)")), HasSubstr("'e1'"));
  EXPECT_THAT(refusal(world, band("METRICS()", "m1 + m2")), HasSubstr("'e0'"));
}

TEST(PutAlarm, takes_one_whose_data_cannot_be_read_just_now) {
  World world;
  world.send_now("m1", 7);
  world.reader.damage(World::metric("m1"));
  EXPECT_EQ(refusal(world, math("m1 + m2")), "");
}

TEST(PutAlarm, one_that_an_earlier_version_took_is_loaded_and_says_that_it_cannot_be_evaluated) {
  World world;
  const AlarmRule sound = math("m1 * 1");
  world.put(sound);
  world.send_now("m1", 7);
  world.advance(minutes(2));
  ASSERT_EQ(world.state("math"), "OK");
  for (const char* expression : {"AVG(m1)", "e0", "SEARCH('{N} load', 'Sum', 60)"}) {
    AlarmRule old = math(expression);
    old.ok_actions = {"foo"};
    ASSERT_TRUE(world.control.commit_and_wait({PutDocument{{"alarm", arn_of(old), to_json(old)}}}));
    world.restart();
    ASSERT_TRUE(world.started) << world.started.error().what;
    const AlarmView view = world.view("math");
    EXPECT_EQ(view.state, AlarmState::ok) << "as it was";
    EXPECT_EQ(view.evaluation_state, "EVALUATION_ERROR") << expression;
    EXPECT_THAT(view.evaluation_error, HasSubstr("Error in expression 'e1'"));
    const StateCounts counts = world.commands().count({});
    EXPECT_EQ(counts.ok, 0U);
    EXPECT_EQ(counts.not_evaluated, 1U);
  }
  world.put(sound);
  EXPECT_EQ(world.view("math").evaluation_state, "");
  EXPECT_EQ(world.commands().count({}).not_evaluated, 0U);
}

TEST(PutAlarm, a_metric_needs_its_namespace_and_stored_ones_without_are_loaded) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.metric->metric.metric_namespace = "";
  const auto done = world.commands().put_metric_alarm(rule);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "MissingParameter");
  EXPECT_EQ(done.error().message, "The parameter Namespace is required.");
  ASSERT_TRUE(world.control.commit_and_wait({PutDocument{{"alarm", arn_of(rule), to_json(rule)}}}));
  world.restart();
  ASSERT_TRUE(world.started);
  EXPECT_EQ(world.view("a").rule.name, "a");
}

TEST(PutAlarm, asks_of_each_action_and_lets_an_edit_keep_what_was_there) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.ok_actions = {"arn:bad"};
  world.put(rule);
  world.check_action = [](const std::string& action, const std::string& region) -> Result<void> {
    if (action != "arn:bad" && action != "arn:worse") return {};
    return fail(Errc::invalid, action + " in " + region);
  };
  world.restart();

  const AlarmRule stored = world.view("a").rule;
  AlarmRule edited = stored;
  edited.threshold = 300;
  EXPECT_EQ(world.commands().replace_metric_alarm(stored, edited), true);
  AlarmRule worse = world.view("a").rule;
  worse.insufficient_data_actions = {"arn:insufficient", "arn:worse"};
  const auto replaced = world.commands().replace_metric_alarm(world.view("a").rule, worse);
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().message, "arn:worse in us-east-1");

  for (const auto actions :
       {&AlarmRule::ok_actions, &AlarmRule::alarm_actions, &AlarmRule::insufficient_data_actions}) {
    AlarmRule fresh = World::rule("fresh", "depth");
    fresh.*actions = {"arn:fine", "arn:bad"};
    EXPECT_EQ(refusal(world, fresh), "arn:bad in us-east-1");
  }
  EXPECT_EQ(refusal(world, World::rule("fine", "depth")), "");
}

}  // namespace
}  // namespace tidemark::alarm
