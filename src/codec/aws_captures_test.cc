// Every recorded request of the real clients decodes, and equal calls of clients that speak
// different protocols decode to equal documents.

#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "codec/aws/captured.h"
#include "codec/aws/percent.h"
#include "codec/aws/shapes.h"
#include "codec/cbor.h"
#include "codec/json.h"
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

/// The awsQuery form of an input, as an SDK would write it.
void write_form(const aws::Shape& shape,
                const std::string& name,
                const Document& value,
                std::string* out) {
  const auto below = [&](const aws::Shape& part, const std::string& step, const Document& item) {
    write_form(part, name.empty() ? step : name + "." + step, item, out);
  };
  std::size_t number = 0;
  if (shape.kind == aws::ShapeKind::structure) {
    for (const DocumentMember& member : value.as_map())
      below(*shape.find(member.key)->shape, member.key, member.value);
    return;
  }
  if (shape.kind == aws::ShapeKind::map) {
    for (const DocumentMember& member : value.as_map()) {
      const std::string entry = "entry." + std::to_string(++number) + ".";
      *out += "&" + name + "." + entry + "key=" + aws::percent_encode(member.key);
      below(*shape.item, entry + "value", member.value);
    }
    return;
  }
  if (shape.kind == aws::ShapeKind::list && !value.as_list().empty()) {
    for (const Document& item : value.as_list())
      below(*shape.item, "member." + std::to_string(++number), item);
    return;
  }
  std::string text;  // of an empty list: none
  if (value.is_string()) text = value.as_string();
  if (value.is_bool()) text = value.as_bool() ? "true" : "false";
  if (value.is_int()) text = std::to_string(value.as_int());
  if (value.is_double()) text = format_double(value.as_double());
  if (value.is_time()) text = format_rfc3339(value.as_time());
  *out += "&" + name + "=" + aws::percent_encode(text);
}

/// `call` as it comes out of the real decoders after it was sent in `protocol`.
Decoded sent_in(AwsProtocol protocol, const AwsCall& call) {
  const std::string target = "GraniteServiceVersion20100801";
  std::string path = "/";
  std::string body;
  std::map<std::string, std::string, std::less<>> headers;
  if (protocol == AwsProtocol::json10) {
    headers = {{"content-type", "application/x-amz-json-1.0"},
               {"x-amz-target", target + "." + call.operation}};
    body = write_json(call.input);
  } else if (protocol == AwsProtocol::cbor) {
    headers = {{"content-type", "application/cbor"}, {"smithy-protocol", "rpc-v2-cbor"}};
    path = "/service/" + target + "/operation/" + call.operation;
    body = write_cbor(call.input);
  } else {
    headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
    body = "Action=" + call.operation + "&Version=2010-08-01";
    write_form(*aws::find_operation("cloudwatch", call.operation)->input, "", call.input, &body);
  }
  const HttpView request{"POST", path, "", body, [&headers](std::string_view name) {
                           const auto found = headers.find(name);
                           return found == headers.end()
                                      ? std::nullopt
                                      : std::optional<std::string_view>(found->second);
                         }};
  EXPECT_TRUE(is_aws_request(request));
  Decoded decoded{decode_head(request, "request-1"), std::nullopt};
  decoded.refusal = decode_body(request, &decoded.call);
  return decoded;
}

/// NaN is not equal to itself: the text instead.
Document comparable(Document value) {
  if (value.is_map()) {
    for (DocumentMember& member : value.as_map())
      member.value = comparable(std::move(member.value));
  } else if (value.is_list()) {
    for (Document& item : value.as_list())
      item = comparable(std::move(item));
  } else if (value.is_double() && std::isnan(value.as_double())) {
    return "NaN";
  }
  return value;
}

TEST(AwsCaptures, each_recorded_call_is_the_same_document_in_all_three_protocols) {
  std::set<std::string> operations;
  std::size_t count = 0;
  for (const char* client : {"boto3", "boto3_138", "cli", "go", "java", "js"}) {
    for (const CapturedMessage& message : captured_in(std::string("requests/") + client)) {
      const AwsCall call = decode_captured(message).call;
      if (call.service != "cloudwatch") continue;
      operations.insert(call.operation);
      ++count;
      for (const AwsProtocol protocol :
           {AwsProtocol::json10, AwsProtocol::cbor, AwsProtocol::query}) {
        SCOPED_TRACE(std::string(client) + " " + message.name() + " in protocol " +
                     std::to_string(static_cast<int>(protocol)));
        const Decoded again = sent_in(protocol, call);
        EXPECT_FALSE(again.refusal) << again.refusal->message;
        EXPECT_EQ(again.call.protocol, protocol);
        EXPECT_EQ(again.call.service, call.service);
        EXPECT_EQ(again.call.operation, call.operation);
        EXPECT_EQ(comparable(again.call.input), comparable(call.input))
            << write_json(again.call.input) << "\n"
            << write_json(call.input);
      }
    }
  }
  EXPECT_GE(count, 116U);
  EXPECT_GE(operations.size(), 16U);
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
