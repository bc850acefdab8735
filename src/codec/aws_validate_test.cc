#include <gtest/gtest.h>

#include "codec/aws/captured.h"

namespace tidemark::codec {
namespace {

AwsCall call_of(const std::string& operation,
                Document input,
                const std::string& service = "cloudwatch") {
  AwsCall call;
  call.service = service;
  call.operation = operation;
  call.input = std::move(input);
  return call;
}

std::string refusal_of(const AwsCall& call) {
  const auto refusal = validate(call);
  return refusal ? refusal->code + ": " + refusal->message : "valid";
}

// The text AWS answered to this call (LocalStack's recorded replies).
TEST(AwsValidate, words_an_unknown_enum_value_as_aws_does) {
  EXPECT_EQ(
      refusal_of(call_of("SetAlarmState",
                         {{"AlarmName", "a"}, {"StateValue", "INVALID"}, {"StateReason", "r"}})),
      "ValidationException: 1 validation error detected: Value 'INVALID' at 'stateValue' failed to "
      "satisfy "
      "constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]");
}

TEST(AwsValidate, counts_all_violations_in_one_message) {
  EXPECT_EQ(refusal_of(call_of("DescribeAlarms", {{"AlarmNamePrefix", ""}, {"MaxRecords", 101}})),
            "ValidationException: 2 validation errors detected: Value '' at 'alarmNamePrefix' "
            "failed to satisfy "
            "constraint: Member must have length greater than or equal to 1; Value '101' at "
            "'maxRecords' failed to "
            "satisfy constraint: Member must have value less than or equal to 100");
}

TEST(AwsValidate, required_members_must_not_be_null) {
  EXPECT_EQ(refusal_of(call_of("DeleteAlarms", Document::map())),
            "ValidationException: 1 validation error detected: Value null at 'alarmNames' failed "
            "to satisfy "
            "constraint: Member must not be null");
  EXPECT_EQ(refusal_of(call_of("Publish", Document::map(), "sns")),
            "ValidationError: 1 validation error detected: Value null at 'message' failed to "
            "satisfy constraint: "
            "Member must not be null");
}

TEST(AwsValidate, the_oldest_operations_name_the_missing_parameter) {
  EXPECT_EQ(refusal_of(call_of("PutMetricData", Document::map())),
            "MissingRequiredParameterException: The parameter Namespace is required.");
  EXPECT_EQ(refusal_of(call_of(
                "PutMetricData",
                {{"Namespace", "G"},
                 {"MetricData", Document::List{Document{{"MetricName", "m"}}, Document::map()}}})),
            "MissingRequiredParameterException: The parameter MetricData.member.2.MetricName is "
            "required.");
}

TEST(AwsValidate, the_oldest_operations_name_a_list_that_is_too_long) {
  const auto put = [](std::size_t dimensions) {
    const Document dimension{{"Name", "d"}, {"Value", "v"}};
    const Document datum{{"MetricName", "m"},
                         {"Dimensions", Document::List(dimensions, dimension)}};
    return refusal_of(call_of("PutMetricData",
                              {{"Namespace", "G"}, {"MetricData", Document::List{datum, datum}}}));
  };
  EXPECT_EQ(put(30), "valid");
  EXPECT_EQ(put(31),
            "InvalidParameterValueException: The collection MetricData.member.1.Dimensions must "
            "not have a size greater than 30.");
}

TEST(AwsValidate, places_inside_lists_are_numbered_from_one) {
  EXPECT_EQ(refusal_of(call_of("EnableAlarmActions", {{"AlarmNames", Document::List{"a", ""}}})),
            "ValidationException: 1 validation error detected: Value '' at 'alarmNames.2.member' "
            "failed to satisfy "
            "constraint: Member must have length greater than or equal to 1");
  const Document query{{"Id", ""}};
  EXPECT_EQ(refusal_of(call_of("GetMetricData",
                               {{"MetricDataQueries", Document::List{query}},
                                {"StartTime", Timestamp::from_s(1)},
                                {"EndTime", Timestamp::from_s(2)}})),
            "ValidationException: 1 validation error detected: Value '' at "
            "'metricDataQueries.1.member.id' failed to "
            "satisfy constraint: Member must have length greater than or equal to 1");
}

TEST(AwsValidate, length_is_counted_in_characters_not_bytes) {
  std::string name;
  for (int i = 0; i < 255; ++i)
    name += "\xc3\xa9";
  const auto call = [](const std::string& text) {
    return call_of("DescribeAlarmContributors", {{"AlarmName", text}});
  };
  EXPECT_EQ(refusal_of(call(name)), "valid");
  EXPECT_NE(refusal_of(call(name + "x")), "valid");
}

TEST(AwsValidate, lists_longer_than_allowed_are_refused) {
  Document::List names(101, Document("a"));
  const std::string refusal = refusal_of(call_of("DeleteAlarms", {{"AlarmNames", names}}));
  EXPECT_TRUE(refusal.ends_with(
      "at 'alarmNames' failed to satisfy constraint: Member must have length less than "
      "or equal to 100"))
      << refusal;
}

TEST(AwsValidate, messages_stay_short_however_bad_the_input) {
  Document::List names(100'000, Document(""));
  names.emplace_back(std::string(1'000'000, 'x'));
  const auto refusal = validate(call_of("DeleteAlarms", {{"AlarmNames", names}}));
  ASSERT_TRUE(refusal);
  EXPECT_LT(refusal->message.size(), 8192U);
  EXPECT_TRUE(refusal->message.starts_with("100002 validation errors detected: "));
}

TEST(AwsValidate, unknown_operations_are_not_judged) {
  EXPECT_EQ(refusal_of(call_of("InventMetric", Document::map())), "valid");
  EXPECT_EQ(refusal_of(call_of("PutMetricData", Document::map(), "s3")), "valid");
}

// What the clients sent and AWS-like servers took is valid; what the recordings call bad may be bad
// for reasons beyond the shapes.
TEST(AwsValidate, accepts_every_recorded_request) {
  std::size_t valid = 0;
  for (const char* client : {"boto3", "boto3_138", "cli", "go", "java", "js"}) {
    for (const CapturedMessage& message : captured_in(std::string("requests/") + client)) {
      const auto refusal = validate(decode_captured(message).call);
      EXPECT_FALSE(refusal) << client << " " << message.name() << ": " << refusal->message;
      ++valid;
    }
  }
  EXPECT_GE(valid, 180U);
}

}  // namespace
}  // namespace tidemark::codec
