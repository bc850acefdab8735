#include "web/own/own_words.h"

#include <gtest/gtest.h>

#include "alarm/mute_rule.h"
#include "alarm/rule.h"

namespace tidemark::web::own {
namespace {

struct Told {
  std::string field;
  std::string message;
  friend bool operator==(const Told&, const Told&) = default;
  friend void PrintTo(const Told& told, std::ostream* out) {
    *out << told.field << " | " << told.message;
  }
};

template <typename Outcome>
Told told(const Outcome& refused) {
  if (refused) return {"", "taken"};
  const ApiError error = to_api_error(refused.error());
  return {error.field, error.message};
}

alarm::AlarmRule rule() {
  alarm::AlarmRule out;
  out.name = "a";
  out.comparison_operator = "GreaterThanThreshold";
  out.threshold = 1;
  out.evaluation_periods = 1;
  alarm::SingleMetric single;
  single.metric = MetricRef{"000000000000", "us-east-1", "n", "m", {}};
  single.period = std::chrono::seconds(60);
  single.statistic = "Sum";
  out.metric = single;
  return out;
}

TEST(OwnWords, refusals_of_alarms_have_the_field_and_no_name_of_cloudwatch) {
  ASSERT_EQ(told(alarm::check_rule(rule())), (Told{"", "taken"}));
  const auto refused = [](auto change) {
    alarm::AlarmRule changed = rule();
    change(&changed);
    return told(alarm::check_rule(changed));
  };
  EXPECT_EQ(refused([](auto* r) { r->name = ""; }),
            (Told{"name", "name must have length greater than or equal to 1"}));
  EXPECT_EQ(refused([](auto* r) { r->name = std::string(256, 'a'); }),
            (Told{"name", "name must have length less than or equal to 255"}));
  EXPECT_EQ(refused([](auto* r) { r->name = "a\n"; }),
            (Told{"name", "name must not contain control characters."}));
  EXPECT_EQ(refused([](auto* r) { r->description = std::string(1025, 'a'); }),
            (Told{"description", "description must have length less than or equal to 1024"}));
  EXPECT_EQ(
      refused([](auto* r) { r->datapoints_to_alarm = 2; }),
      (Told{"datapoints_to_alarm", "datapoints_to_alarm must be at most evaluation_periods"}));
  EXPECT_EQ(refused([](auto* r) { r->metric->period = std::chrono::seconds(45); }),
            (Told{"period_s", "period_s must be 10, 20, 30 or a multiple of 60"}));
  EXPECT_EQ(
      refused([](auto* r) { r->evaluation_periods = 1441; }),
      (Told{"evaluation_periods",
            "evaluation_periods * period_s must be at most 86400, a day, for a period_s below "
            "3600"}));
  EXPECT_EQ(
      refused([](auto* r) {
        r->evaluation_periods = 169;
        r->metric->period = std::chrono::hours(1);
      }),
      (Told{"evaluation_periods", "evaluation_periods * period_s must be at most 604800, a week"}));
}

TEST(OwnWords, refusals_of_mutes_have_the_field) {
  const auto refused = [](auto change) {
    alarm::MuteRule changed;
    changed.name = "a";
    changed.expression = "cron(0 2 * * *)";
    changed.duration = "PT1H";
    changed.alarm_names = {"b"};
    change(&changed);
    return told(alarm::check_mute_rule(changed)).field;
  };
  EXPECT_EQ(refused([](auto* /*r*/) {}), "");
  EXPECT_EQ(refused([](auto* r) { r->expression = "cron(0 2 * *)"; }), "expression");
  EXPECT_EQ(refused([](auto* r) { r->expression = "cron(0 25 * * *)"; }), "expression");
  EXPECT_EQ(refused([](auto* r) { r->expression = "at(soon)"; }), "expression");
  EXPECT_EQ(refused([](auto* r) { r->expression = "soon"; }), "expression");
  EXPECT_EQ(refused([](auto* r) { r->expression = ""; }), "expression");
  EXPECT_EQ(refused([](auto* r) { r->duration = "1h"; }), "duration");
  EXPECT_EQ(refused([](auto* r) { r->timezone = "Berlin"; }), "timezone");
  EXPECT_EQ(refused([](auto* r) { r->description = std::string(1025, 'a'); }), "description");
  EXPECT_EQ(refused([](auto* r) {
              r->start = Timestamp(std::chrono::seconds(2));
              r->expire = Timestamp(std::chrono::seconds(1));
            }),
            "start");
}

// What people sent may hold the same words.
TEST(OwnWords, names_of_people_stay_as_they_are) {
  alarm::AlarmError error{Errc::invalid, "ValidationError", "Nothing is called Period must"};
  EXPECT_EQ(to_api_error(error).message, error.message);
  error.kind = Errc::not_found;
  error.message = "Period must";
  EXPECT_EQ(to_api_error(error).message, "Period must");
}

}  // namespace
}  // namespace tidemark::web::own
