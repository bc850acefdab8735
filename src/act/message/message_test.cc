#include <gmock/gmock.h>

#include "act/arn.h"
#include "act/message/alarm_message.h"
#include "act/message/words.h"
#include "act/standins/work_bench.h"
#include "codec/json.h"
#include "codec/utf8.h"

namespace tidemark::act {
namespace {

using standins::sample_transition;

TEST(AlarmMessage, has_the_members_of_cloudwatch_in_its_order) {
  Transition t = sample_transition();
  t.alarm_actions = {"arn:aws:sns:us-east-1:000000000000:ops"};
  EXPECT_EQ(
      alarm_message(t),
      R"j({"AlarmName":"records-read-anomaly",)j"
      R"j("AlarmDescription":"Nightly load of orders; call the data team if it is empty.",)j"
      R"j("AWSAccountId":"000000000000",)j"
      R"j("AlarmConfigurationUpdatedTimestamp":"2013-11-01T00:00:00.000+0000",)j"
      R"j("NewStateValue":"ALARM",)j"
      R"j("NewStateReason":"Thresholds Crossed: 1 out of the last 1 datapoints [9812331.0 (28/11/13 00:00:00)] was greater than the upper thresholds [1950000.0] (minimum 1 datapoint for OK -> ALARM transition).",)j"
      R"j("StateChangeTime":"2013-11-28T00:00:00.000+0000","Region":"US East (N. Virginia)",)j"
      R"j("AlarmArn":"arn:aws:cloudwatch:us-east-1:000000000000:alarm:records-read-anomaly",)j"
      R"j("OldStateValue":"OK","ActionExecutedAfterMuteWindow":false,"OKActions":[],)j"
      R"j("AlarmActions":["arn:aws:sns:us-east-1:000000000000:ops"],"InsufficientDataActions":[],)j"
      R"j("Trigger":{"Period":86400,"EvaluationPeriods":1,"ThresholdMetricId":"ad1"}})j");
}

TEST(AlarmMessage, says_that_a_mute_held_it_back) {
  Transition t = sample_transition();
  t.after_mute = true;
  EXPECT_EQ(codec::read_json(alarm_message(t))->bool_at("ActionExecutedAfterMuteWindow"), true);
}

TEST(AlarmMessage, is_json_whatever_the_texts_hold) {
  Transition t = sample_transition();
  t.alarm_name = std::string("a\"\\\n\0\xFF</script>", 16);
  t.alarm_description = "";
  const auto message = codec::read_json(alarm_message(t));
  ASSERT_TRUE(message.has_value()) << message.error().what;
  EXPECT_FALSE(message->has("AlarmDescription")) << "null, as CloudWatch writes it";
  EXPECT_NE(alarm_message(t).find("\"AlarmDescription\":null"), std::string::npos);
}

TEST(AlarmMessage, of_a_composite_has_its_rule) {
  Transition t = sample_transition();
  t.trigger_json = "";
  t.configuration_json = R"j({"alarmRule":"ALARM(a) OR ALARM(b)"})j";
  EXPECT_EQ(alarm_type(t), "CompositeAlarm");
  const auto message = codec::read_json(alarm_message(t)).value();
  EXPECT_EQ(message.text_at("AlarmRule"), "ALARM(a) OR ALARM(b)");
  EXPECT_FALSE(message.has("Trigger"));
}

TEST(AlarmSubject, fits_100_characters_and_one_line) {
  Transition t = sample_transition();
  EXPECT_EQ(alarm_subject(t), "ALARM: \"records-read-anomaly\" in US East (N. Virginia)");
  t.region = "mars-north-1";
  EXPECT_EQ(alarm_subject(t), "ALARM: \"records-read-anomaly\" in mars-north-1");
  t.alarm_name.clear();
  for (int i = 0; i < 255; ++i)
    t.alarm_name += "ü";
  t.new_state = "INSUFFICIENT_DATA";
  EXPECT_TRUE(codec::is_utf8(alarm_subject(t)));
  EXPECT_EQ(codec::count_code_points(alarm_subject(t)), 100U);
  EXPECT_TRUE(alarm_subject(t).ends_with("ü…\" in mars-north-1"));
  t.alarm_name = "a\r\nSubject: other";
  EXPECT_EQ(alarm_subject(t), "INSUFFICIENT_DATA: \"a  Subject: other\" in mars-north-1");
}

TEST(OneLine, cuts_between_characters) {
  EXPECT_EQ(one_line("abc", 3), "abc");
  EXPECT_EQ(one_line("abcd", 3), "ab…");
  EXPECT_EQ(one_line("äöüß", 3), "äö…");
  EXPECT_EQ(one_line("", 3), "");
}

TEST(Words, write_numbers_as_people_read_them) {
  const std::pair<double, const char*> cases[] = {{0, "0"},
                                                  {1, "1"},
                                                  {-1234, "-1,234"},
                                                  {9812331, "9,812,331"},
                                                  {1510.22, "1,510"},
                                                  {0.0205, "0.0205"},
                                                  {0.30064, "0.3006"},
                                                  {99.5, "99.5"},
                                                  {999999.5, "1,000,000"},
                                                  {-0.5, "-0.5"},
                                                  {1e15, "1e+15"},
                                                  {1.5e-9, "1.5e-09"},
                                                  {123456789012.0, "123,456,789,012"}};
  for (const auto& [value, text] : cases)
    EXPECT_EQ(number_in_words(value), text);
  EXPECT_EQ(number_in_words(std::nullopt), "no data");
  EXPECT_EQ(number_in_words(std::nan("")), "not a number");
}

TEST(Words, a_value_on_the_limit_is_inside) {
  EvidencePoint point{.at = {}, .value = 5, .lower = 1, .expected = 3, .upper = 5};
  EXPECT_EQ(place_of(point), Place::inside);
  point.value = 5.1;
  EXPECT_EQ(place_of(point), Place::above);
  point.lower.reset();
  EXPECT_TRUE(has_fixed_limit(point));
  point.upper.reset();
  EXPECT_EQ(place_of(point), Place::unknown);
}

TEST(Words, show_a_value_outside_of_its_range_outside) {
  const EvidencePoint point{
      .at = {}, .value = 98.8382, .lower = 98.8411, .expected = 99.4, .upper = 100};
  const PointWords words = point_in_words(point, " %");
  EXPECT_EQ(words.value, "98.838 %");
  EXPECT_EQ(words.range, "98.841 to 100 %");
  EXPECT_EQ(
      point_in_words({.at = {}, .value = {}, .lower = 1, .expected = 2, .upper = 3}, " s").value,
      "no data");
  EXPECT_EQ(
      point_in_words({.at = {}, .value = 2, .lower = {}, .expected = {}, .upper = {}}, " s").value,
      "2 s");
}

TEST(Arn, is_taken_apart_and_named) {
  EXPECT_EQ(parse_arn("arn:aws:sns:us-east-1:1:a:b")->resource, "a:b");
  EXPECT_FALSE(parse_arn("arn:aws:sns:us-east-1:1").has_value());
  EXPECT_FALSE(parse_arn("urn:a:b:c:d:e").has_value());
  EXPECT_EQ(topic_of_subscription("arn:aws:sns:us-east-1:1:ops:uuid"),
            "arn:aws:sns:us-east-1:1:ops");
  EXPECT_EQ(topic_of_subscription("arn:aws:sns:us-east-1:1:ops"), "");
  EXPECT_EQ(runbook_name("runbook:restart"), "restart");
  EXPECT_EQ(runbook_name("arn:tidemark:runbook:us-east-1:0:restart"), "restart");
  EXPECT_FALSE(runbook_name("arn:aws:sns:us-east-1:0:restart").has_value());
  EXPECT_EQ(region_title("us-east-1"), "US East (N. Virginia)");
}

}  // namespace
}  // namespace tidemark::act
