// Every recorded request of the real clients decodes, and equal calls of clients that speak
// different protocols decode to equal documents.

#include <gtest/gtest.h>

#include "codec/aws/captured.h"
#include "codec/sigv4.h"

namespace tidemark::codec {
namespace {

Document input_of(const std::string& client, const std::string& label) {
  const Decoded decoded = decode_captured(captured_call(client, label));
  EXPECT_FALSE(decoded.refusal) << client << " " << label << ": " << decoded.refusal->message;
  return decoded.call.input;
}

TEST(AwsCaptures, every_recorded_request_decodes) {
  std::size_t count = 0;
  for (const char* client : {"boto3", "boto3_138", "cli", "go", "java", "js"}) {
    for (const CapturedMessage& message : captured_in(std::string("requests/") + client)) {
      SCOPED_TRACE(std::string(client) + " " + message.name());
      EXPECT_TRUE(is_aws_request(message.view(message.body())));
      const Decoded decoded = decode_captured(message);
      EXPECT_FALSE(decoded.refusal) << decoded.refusal->message;
      EXPECT_FALSE(decoded.call.operation.empty());
      EXPECT_NE(decoded.call.service, "unknown");
      EXPECT_EQ(decoded.call.region, "us-east-1");
      EXPECT_EQ(decoded.call.access_key, "AKIDEXAMPLE");
      EXPECT_EQ(decoded.call.invocation_id.size(), 36U);
      EXPECT_TRUE(decoded.call.input.is_map());
      ++count;
    }
  }
  EXPECT_GE(count, 180U);
}

TEST(AwsCaptures, each_client_speaks_the_protocol_we_think) {
  const auto protocol = [](const char* client, const char* label) {
    const Decoded decoded = decode_captured(captured_call(client, label));
    EXPECT_EQ(decoded.call.service, "cloudwatch");
    EXPECT_EQ(decoded.call.query_mode, decoded.call.protocol != AwsProtocol::query);
    return decoded.call.protocol;
  };
  EXPECT_EQ(protocol("boto3", "DescribeAlarms"), AwsProtocol::json10);
  EXPECT_EQ(protocol("js", "DescribeAlarms"), AwsProtocol::json10);
  EXPECT_EQ(protocol("cli", "DescribeAlarms"), AwsProtocol::json10);
  EXPECT_EQ(protocol("go", "DescribeAlarms"), AwsProtocol::cbor);
  EXPECT_EQ(protocol("java", "DescribeAlarms"), AwsProtocol::cbor);
  EXPECT_EQ(protocol("boto3_138", "DescribeAlarms"), AwsProtocol::query);
  EXPECT_EQ(decode_captured(captured_call("go", "Logs_DescribeLogGroups")).call.protocol,
            AwsProtocol::json11);
}

// boto3 1.44 sends JSON where boto3 1.38 sent forms; the same script made both recordings.
TEST(AwsCaptures, json_and_query_calls_of_one_script_are_equal) {
  std::size_t equal = 0;
  const std::vector<CapturedMessage> all_now = captured_in("requests/boto3");
  for (const CapturedMessage& old : captured_in("requests/boto3_138")) {
    const std::string label = old.name().substr(14, old.name().size() - 14 - 9);
    const Decoded before = decode_captured(old);
    for (const CapturedMessage& now : all_now) {
      if (!now.name().ends_with("_boto3_" + label + ".req.http")) continue;
      SCOPED_TRACE(label);
      const Decoded after = decode_captured(now);
      if (after.call.service == "logs") continue;  // same protocol twice, and times of the clock
      EXPECT_EQ(before.call.operation, after.call.operation);
      EXPECT_EQ(before.call.service, after.call.service);
      EXPECT_EQ(before.call.input, after.call.input)
          << "query " << encode_reply(AwsCall{}, before.call.input).body << "\njson  "
          << encode_reply(AwsCall{}, after.call.input).body;
      ++equal;
    }
  }
  EXPECT_GE(equal, 40U);
}

// Go writes indefinite maps and arrays and 64-bit floats; Java definite arrays and whole doubles as
// integers. The same call is the same document.
TEST(AwsCaptures, cbor_calls_of_go_and_java_are_equal) {
  EXPECT_EQ(input_of("go", "SetAlarmState_missing"), input_of("java", "SetAlarmState_missing"));
  Document go_alarm = input_of("go", "PutMetricAlarm_band");
  Document java_alarm = input_of("java", "PutMetricAlarm_band");
  EXPECT_EQ(go_alarm.text_at("AlarmName"), "go-a");
  EXPECT_EQ(go_alarm.set("AlarmName", "same"), java_alarm.set("AlarmName", "same"));

  const Document go = input_of("go", "PutMetricData");
  const Document java = input_of("java", "PutMetricData");
  EXPECT_EQ(go.list_at("MetricData")[0], java.list_at("MetricData")[0]);
  const Document* go_counts = go.list_at("MetricData")[1].find("Counts");
  const Document* java_counts = java.list_at("MetricData")[1].find("Counts");
  ASSERT_TRUE(go_counts != nullptr && java_counts != nullptr);
  EXPECT_EQ(*go_counts, (Document::List{3.0, 4.0}));
  EXPECT_EQ(*go_counts, *java_counts);
}

TEST(AwsCaptures, javascript_boto3_and_old_boto3_put_the_same_metric) {
  const Document js = input_of("js", "PutMetricData_value");
  EXPECT_EQ(js, input_of("boto3", "PutMetricData_value"));
  EXPECT_EQ(js, input_of("boto3_138", "PutMetricData_value"));
  EXPECT_EQ(js.list_at("MetricData")[0].time_at("Timestamp"), Timestamp::from_s(1795435200));
}

// The secret of the recordings is not kept, but an unknown key is told only after the body's hash
// was found right: of the compressed bytes, not of what they hold.
TEST(AwsCaptures, body_hashes_are_of_the_compressed_bytes) {
  const CapturedMessage message = captured_call("js", "PutMetricData_gzip_big");
  const auto nobody = [](std::string_view) { return std::nullopt; };
  SignatureRules rules;
  rules.now = Timestamp::from_s(1795438800);  // some minutes off is enough for the fixture's day
  rules.skew = std::chrono::hours(24);
  const auto sent = verify_sigv4(message.view(message.body()), nobody, rules);
  ASSERT_TRUE(sent.refusal);
  EXPECT_EQ(sent.refusal->code, "InvalidClientTokenId");
  const std::string inflated = message.body_inflated();
  ASSERT_NE(inflated, message.body());
  const auto unpacked = verify_sigv4(message.view(inflated), nobody, rules);
  ASSERT_TRUE(unpacked.refusal);
  EXPECT_EQ(unpacked.refusal->code, "SignatureDoesNotMatch");
}

// Java writes whole doubles as CBOR integers, Go as floats, boto3 as "3.0" or "3".
TEST(AwsCaptures, doubles_and_times_are_doubles_and_times_whoever_sends_them) {
  for (const char* client : {"boto3", "boto3_138", "js", "go", "java", "cli"}) {
    for (const CapturedMessage& message : captured_in(std::string("requests/") + client)) {
      const Decoded decoded = decode_captured(message);
      if (decoded.call.operation != "PutMetricData") continue;
      SCOPED_TRACE(std::string(client) + " " + message.name());
      for (const Document& datum : decoded.call.input.list_at("MetricData")) {
        for (const char* list : {"Values", "Counts"}) {
          for (const Document& value : datum.list_at(list))
            EXPECT_TRUE(value.is_double());
        }
        EXPECT_EQ(datum.has("Value"), datum.double_at("Value").has_value());
        EXPECT_EQ(datum.has("Timestamp"), datum.time_at("Timestamp").has_value());
        EXPECT_EQ(datum.has("StorageResolution"), datum.int_at("StorageResolution").has_value());
      }
    }
  }
}

TEST(AwsCaptures, compressed_bodies_decode_in_every_protocol) {
  EXPECT_EQ(input_of("boto3", "PutMetricData_gzip_big").list_at("MetricData").size(), 300U);
  EXPECT_EQ(input_of("boto3_138", "PutMetricData_gzip_big").list_at("MetricData").size(), 300U);
  EXPECT_EQ(input_of("js", "PutMetricData_gzip_big").list_at("MetricData").size(), 300U);
  EXPECT_GT(input_of("go", "PutMetricData").list_at("MetricData").size(), 0U);
  EXPECT_GT(input_of("java", "PutMetricData_big").list_at("MetricData").size(), 0U);
}

TEST(AwsCaptures, nan_reaches_the_handler_as_a_double) {
  for (const char* client : {"boto3", "boto3_138"}) {
    const Document input = input_of(client, "PutMetricData_nan_err");
    const auto value = input.list_at("MetricData")[0].double_at("Value");
    ASSERT_TRUE(value.has_value()) << client;
    EXPECT_TRUE(*value != *value) << client;
  }
}

TEST(AwsCaptures, sns_maps_and_sts_calls_decode) {
  const Document publish = input_of("boto3", "SNS_Publish");
  EXPECT_EQ(publish.text_at("Message"), "hello \xc3\xa9 & <x>");
  const Document* severity = publish.find("MessageAttributes")->find("sev");
  ASSERT_NE(severity, nullptr);
  EXPECT_EQ(severity->text_at("StringValue"), "high");
  EXPECT_EQ(input_of("boto3", "SNS_PublishBatch").list_at("PublishBatchRequestEntries").size(), 2U);
  EXPECT_EQ(decode_captured(captured_call("boto3", "STS_GetCallerIdentity")).call.service, "sts");
}

}  // namespace
}  // namespace tidemark::codec
