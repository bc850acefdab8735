#include "web/own/judged_period.h"

#include <gtest/gtest.h>

#include "alarm/reason.h"

namespace tidemark::web::own {
namespace {

using nlohmann::json;

TEST(JudgedPeriod, is_the_newest_that_speaks_for_the_state_however_late_it_was_decided) {
  const Timestamp day = *parse_rfc3339("2013-12-28T00:00:00Z");
  const Duration period = std::chrono::hours(24);
  alarm::AlarmRule rule;
  rule.comparison_operator = "GreaterThanThreshold";
  rule.threshold = 100;
  rule.evaluation_periods = 2;
  rule.datapoints_to_alarm = 1;
  alarm::Decision decision;
  decision.state = alarm::AlarmState::alarm;
  decision.window = {{day - period, 900, std::nullopt, 1}, {day, 813, std::nullopt, 1}};
  const Timestamp decided = day + std::chrono::hours(23);
  EXPECT_EQ(judged_period(json::parse(reason_data(rule, decision, {decided, period, false}))), day);
}

TEST(JudgedPeriod, is_unknown_of_what_was_set_by_hand) {
  EXPECT_EQ(judged_period(json()), std::nullopt);
  EXPECT_EQ(judged_period(json{{"evaluatedDatapoints", json::array()}}), std::nullopt);
  EXPECT_EQ(judged_period(json{{"evaluatedDatapoints", {"what people may send"}}}), std::nullopt);
}

}  // namespace
}  // namespace tidemark::web::own
