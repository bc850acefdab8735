#include "codec/aws_protocol.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "codec/cbor.h"
#include "codec/json.h"

namespace tidemark::codec {
namespace {

using Headers = std::map<std::string, std::string, std::less<>>;

struct Request {
  std::string method = "POST", path = "/", query, body;
  Headers headers;

  [[nodiscard]] HttpView view() const {
    return {method, path, query, body, [this](std::string_view name) {
              const auto found = headers.find(name);
              return found == headers.end() ? std::nullopt
                                            : std::optional<std::string_view>(found->second);
            }};
  }
};

struct Decoded {
  AwsCall call;
  std::optional<AwsError> refusal;
};

Decoded decode(const Request& request) {
  Decoded decoded{decode_head(request.view(), "id-1"), std::nullopt};
  decoded.refusal = decode_body(request.view(), &decoded.call);
  return decoded;
}

Request json(const std::string& operation, const std::string& body) {
  return {"POST",
          "/",
          "",
          body,
          {{"content-type", "application/x-amz-json-1.0"},
           {"x-amz-target", "GraniteServiceVersion20100801." + operation}}};
}

Request cbor(const std::string& operation, const std::string& body) {
  return {"POST",
          "/service/GraniteServiceVersion20100801/operation/" + operation,
          "",
          body,
          {{"content-type", "application/cbor"}, {"smithy-protocol", "rpc-v2-cbor"}}};
}

Request form(const std::string& body) {
  return {"POST",
          "/",
          "",
          body,
          {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}}};
}

std::string refusal_of(const Request& request) {
  const Decoded decoded = decode(request);
  if (!decoded.refusal) return "none";
  return decoded.refusal->code + ": " + decoded.refusal->message;
}

TEST(AwsRequest, is_told_from_what_else_comes_to_the_port) {
  EXPECT_TRUE(is_aws_request(json("ListMetrics", "{}").view()));
  EXPECT_TRUE(is_aws_request(cbor("ListMetrics", "").view()));
  EXPECT_TRUE(is_aws_request(form("Action=ListMetrics&Version=2010-08-01").view()));
  EXPECT_TRUE(is_aws_request(form("Version=2010-08-01&Action=ListMetrics").view()));
  Request packed = form("\x1f\x8b...");
  EXPECT_FALSE(is_aws_request(packed.view()));
  packed.headers["authorization"] = "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request";
  EXPECT_TRUE(is_aws_request(packed.view()));
  EXPECT_TRUE(
      is_aws_request(Request{"GET", "/", "Action=ConfirmSubscription&Token=x", "", {}}.view()));

  EXPECT_FALSE(is_aws_request(Request{"GET", "/", "", "", {}}.view()));
  EXPECT_FALSE(is_aws_request(Request{"GET", "/", "tab=alarms", "", {}}.view()));
  EXPECT_FALSE(is_aws_request(form("query=up&time=4").view()));
  Request prometheus = form("query=Action%3D1&Action=x");
  prometheus.path = "/api/v1/query";
  EXPECT_FALSE(is_aws_request(prometheus.view()));
  Request remote_write{"POST", "/api/v1/write", "", "", {{"authorization", "AWS4-HMAC-SHA256 x"}}};
  EXPECT_FALSE(is_aws_request(remote_write.view()));
  EXPECT_FALSE(
      is_aws_request(Request{"GET", "/api/v1/service/a/b/operation/c", "", "", {}}.view()));
}

TEST(AwsRequest, head_tells_protocol_service_and_scope_before_the_body_is_read) {
  Request request = json("PutMetricData", "garbage");
  request.headers["x-amzn-query-mode"] = "true";
  request.headers["amz-sdk-invocation-id"] = "same-in-retries";
  request.headers["authorization"] =
      "AWS4-HMAC-SHA256 Credential=AKID/20261123/eu-west-1/monitoring/aws4_request, "
      "SignedHeaders=host, Signature=0";
  const AwsCall call = decode_head(request.view(), "id-1");
  EXPECT_EQ(call.protocol, AwsProtocol::json10);
  EXPECT_EQ(call.service, "cloudwatch");
  EXPECT_EQ(call.operation, "PutMetricData");
  EXPECT_EQ(call.request_id, "id-1");
  EXPECT_EQ(call.invocation_id, "same-in-retries");
  EXPECT_EQ(call.region, "eu-west-1");
  EXPECT_EQ(call.access_key, "AKID");
  EXPECT_TRUE(call.query_mode);
}

TEST(AwsRequest, names_services_by_target_path_version_or_scope) {
  const auto service = [](const Request& request) { return decode(request).call.service; };
  Request logs = json("", "{}");
  logs.headers["x-amz-target"] = "Logs_20140328.PutLogEvents";
  EXPECT_EQ(service(logs), "logs");
  logs.headers["x-amz-target"] =
      "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents";
  EXPECT_EQ(service(logs), "cloudtrail");
  EXPECT_EQ(decode(logs).call.operation, "LookupEvents");
  logs.headers["x-amz-target"] = "AWSEvents.PutEvents";
  EXPECT_EQ(service(logs), "events");
  logs.headers["x-amz-target"] = "Unheard_1.Of";
  EXPECT_EQ(service(logs), "Unheard_1");
  logs.headers["x-amz-target"] = "nodots";
  EXPECT_EQ(decode(logs).call.operation, "");

  EXPECT_EQ(service(form("Action=TagResource&Version=2010-03-31")), "sns");
  EXPECT_EQ(service(form("Action=TagResource&Version=2010-08-01")), "cloudwatch");
  EXPECT_EQ(service(form("Action=GetCallerIdentity&Version=2011-06-15")), "sts");
  EXPECT_EQ(service(form("Action=ConfirmSubscription&Token=x")), "sns");
  EXPECT_EQ(service(form("Action=Nothing&Version=1999-01-01")), "unknown");
  Request scoped = form("Action=TagResource");
  scoped.headers["authorization"] =
      "AWS4-HMAC-SHA256 Credential=A/20261123/us-east-1/sns/aws4_request";
  EXPECT_EQ(service(scoped), "sns");
}

TEST(AwsRequest, the_link_in_a_confirmation_mail_is_a_call) {
  const Decoded decoded =
      decode({"GET",
              "/",
              "Action=ConfirmSubscription&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A0%3At&Token=k",
              "",
              {}});
  EXPECT_FALSE(decoded.refusal);
  EXPECT_EQ(decoded.call.operation, "ConfirmSubscription");
  EXPECT_EQ(decoded.call.input,
            (Document{{"TopicArn", "arn:aws:sns:us-east-1:0:t"}, {"Token", "k"}}));
}

TEST(AwsRequest, its_retry_key_is_that_of_another_try_and_of_no_other_call) {
  Request request = json("PutMetricData", R"({"Namespace":"n","MetricData":[]})");
  EXPECT_EQ(decode(request).call.retry_key, "") << "nobody can tell its tries";
  const auto scope = [](const std::string& region) {
    return "AWS4-HMAC-SHA256 Credential=A/20261123/" + region + "/monitoring/aws4_request";
  };
  request.headers["amz-sdk-invocation-id"] = "job-1";
  request.headers["authorization"] = scope("us-east-1");
  const std::string key = decode(request).call.retry_key;
  EXPECT_EQ(key.size(), 32U);
  Request second_try = request;
  second_try.headers["amz-sdk-request"] = "attempt=2";
  second_try.headers["authorization"] += ", SignedHeaders=host, Signature=01";
  EXPECT_EQ(decode(second_try).call.retry_key, key);

  Request other = request;
  other.body = R"({"Namespace":"m","MetricData":[]})";
  EXPECT_NE(decode(other).call.retry_key, key);
  other = request;
  other.headers["amz-sdk-invocation-id"] = "job-2";
  EXPECT_NE(decode(other).call.retry_key, key);
  other = request;
  other.headers["authorization"] = scope("eu-west-1");
  EXPECT_NE(decode(other).call.retry_key, key) << "the same data of another region";
  other = request;
  other.query = "Action=PutMetricData&Namespace=n";
  EXPECT_NE(decode(other).call.retry_key, key);
}

TEST(AwsRequest, an_rpc_path_may_have_a_prefix) {
  Request request = cbor("ListMetrics", "");
  request.path = "/aws" + request.path;
  EXPECT_EQ(decode(request).call.operation, "ListMetrics");
  EXPECT_EQ(decode(request).call.input, Document::map());
}

TEST(AwsRequest, the_same_call_in_three_protocols_is_the_same_document) {
  const Document input{{"Namespace", "Glue"},
                       {"MetricData",
                        Document::List{Document{
                            {"MetricName", "m \xc3\xa9&="},
                            {"Dimensions", Document::List{Document{{"Name", "a"}, {"Value", "b"}}}},
                            {"Timestamp", Timestamp::from_ms(1795435200250)},
                            {"Values", Document::List{1.0, 2.5}},
                            {"StorageResolution", 1}}}},
                       {"StrictEntityValidation", true}};
  const Decoded from_json = decode(json("PutMetricData", write_json(input)));
  const Decoded from_cbor = decode(cbor("PutMetricData", write_cbor(input)));
  const Decoded from_query =
      decode(form("Action=PutMetricData&Version=2010-08-01&Namespace=Glue&MetricData.member.1."
                  "MetricName=m+%C3%A9%26%3D"
                  "&MetricData.member.1.Dimensions.member.1.Name=a&MetricData.member.1.Dimensions."
                  "member.1.Value=b"
                  "&MetricData.member.1.Timestamp=2026-11-23T12%3A00%3A00.250Z&MetricData.member.1."
                  "Values.member.1=1"
                  "&MetricData.member.1.Values.member.2=2.5&MetricData.member.1.StorageResolution=1"
                  "&StrictEntityValidation=true"));
  EXPECT_FALSE(from_json.refusal || from_cbor.refusal || from_query.refusal);
  EXPECT_EQ(from_json.call.input, input);
  EXPECT_EQ(from_cbor.call.input, input);
  EXPECT_EQ(from_query.call.input, input);
}

TEST(AwsRequest, json_times_are_whole_or_broken_seconds_or_text) {
  const auto start = [](const char* value) {
    const Decoded decoded =
        decode(json("GetMetricData", std::string("{\"StartTime\":") + value + "}"));
    return decoded.call.input.time_at("StartTime");
  };
  EXPECT_EQ(start("1795435200"), Timestamp::from_s(1795435200));
  EXPECT_EQ(start("1795435200.25"), Timestamp::from_ms(1795435200250));
  EXPECT_EQ(start("1795435200.123456"), Timestamp::from_ns(1795435200123456000));
  EXPECT_EQ(start("1.7954352E9"), Timestamp::from_s(1795435200));
  EXPECT_EQ(start("\"2026-11-23T12:00:00Z\""), Timestamp::from_s(1795435200));
  EXPECT_EQ(start("-1.5"), Timestamp::from_ms(-1500));
  EXPECT_EQ(start("1795435200250"), std::nullopt);  // milliseconds: refused, not the year 58,000
  EXPECT_EQ(start("NaN"), std::nullopt);
}

TEST(AwsRequest, nan_and_infinity_are_doubles_bare_or_as_text) {
  for (const char* value : {"NaN", "\"NaN\""}) {
    const Decoded decoded =
        decode(json("PutMetricData",
                    std::string(R"({"Namespace":"G","MetricData":[{"MetricName":"n","Value":)") +
                        value + "}]}"));
    ASSERT_FALSE(decoded.refusal) << value;
    EXPECT_TRUE(std::isnan(*decoded.call.input.list_at("MetricData")[0].double_at("Value")));
  }
  const Decoded decoded = decode(json("PutMetricAlarm", R"({"Threshold":"-Infinity"})"));
  EXPECT_EQ(decoded.call.input.double_at("Threshold"), -INFINITY);
  EXPECT_NE(refusal_of(json("PutMetricAlarm", R"({"Threshold":"12"})")), "none");
}

TEST(AwsRequest, cbor_doubles_come_in_every_number_form) {
  const std::string name = "\x69Threshold";
  const std::string start("\xbf", 1);
  for (const std::string& number : {std::string("\x03"),
                                    std::string("\xf9\x42\x00", 3),
                                    std::string("\xfa\x40\x40\x00\x00", 5),
                                    std::string("\xfb\x40\x08\0\0\0\0\0\0", 9)}) {
    const Decoded decoded = decode(cbor("PutMetricAlarm", start + name + number + "\xff"));
    ASSERT_FALSE(decoded.refusal);
    EXPECT_EQ(decoded.call.input, (Document{{"Threshold", 3.0}}));
  }
}

TEST(AwsRequest, wrong_types_name_the_member) {
  EXPECT_EQ(refusal_of(json("PutMetricData", R"({"MetricData":[{},{"Value":"x"}]})")),
            "SerializationException: MetricData.2.Value: expected a number, found text");
  EXPECT_EQ(refusal_of(json("PutMetricData", R"({"MetricData":{"a":1}})")),
            "SerializationException: MetricData: expected a list, found a structure");
  EXPECT_EQ(refusal_of(json("PutMetricData", R"({"MetricData":[null]})")),
            "SerializationException: MetricData.1: expected a structure, found null");
  EXPECT_EQ(refusal_of(json("PutMetricData", R"({"Namespace":5})")),
            "SerializationException: Namespace: expected text, found a number");
  EXPECT_EQ(refusal_of(json("PutMetricAlarm", R"({"Period":1.5})")),
            "SerializationException: Period: expected a whole number, found a number");
  EXPECT_EQ(refusal_of(json("PutMetricAlarm", R"({"ActionsEnabled":"true"})")),
            "SerializationException: ActionsEnabled: expected a boolean, found text");
  EXPECT_EQ(refusal_of(cbor("PutMetricAlarm", write_cbor(Document{{"AlarmName", 1.0}}))),
            "SerializationException: AlarmName: expected text, found a number");
  EXPECT_EQ(refusal_of(form("Action=PutMetricAlarm&Version=2010-08-01&Period=1.5")),
            "MalformedInput: Period: expected a whole number");
  EXPECT_EQ(refusal_of(form("Action=GetMetricData&Version=2010-08-01&StartTime=1795435200")),
            "MalformedInput: StartTime: timestamp must follow ISO8601");
}

TEST(AwsRequest, whole_doubles_serve_as_integers) {
  EXPECT_EQ(decode(json("PutMetricAlarm", R"({"Period":60.0})")).call.input,
            (Document{{"Period", 60}}));
}

TEST(AwsRequest, unknown_members_and_nulls_are_dropped) {
  const Decoded decoded =
      decode(json("ListMetrics", R"({"Namespace":"G","Brand":{"New":[1]},"MetricName":null})"));
  EXPECT_FALSE(decoded.refusal);
  EXPECT_EQ(decoded.call.input, (Document{{"Namespace", "G"}}));
}

TEST(AwsRequest, bodies_that_cannot_be_read_are_refused_not_faults_of_ours) {
  EXPECT_TRUE(refusal_of(json("ListMetrics", "{")).starts_with("SerializationException: "));
  EXPECT_TRUE(refusal_of(json("ListMetrics", "[]")).starts_with("SerializationException: "));
  EXPECT_TRUE(refusal_of(json("ListMetrics", "\xff")).starts_with("SerializationException: "));
  EXPECT_TRUE(refusal_of(cbor("ListMetrics", "\xbf")).starts_with("SerializationException: "));
  EXPECT_TRUE(refusal_of(form("Action=ListMetrics&Version=2010-08-01&a=%zz"))
                  .starts_with("MalformedInput: "));
  EXPECT_TRUE(refusal_of(form("Version=2010-08-01")).starts_with("MissingAction: "));
  const std::string huge = "[" + std::string(std::size_t{16} << 20U, ' ') + "]";
  const Decoded decoded = decode(json("ListMetrics", huge));
  ASSERT_TRUE(decoded.refusal);
  EXPECT_EQ(decoded.refusal->status, 413);
}

TEST(AwsRequest, an_empty_body_is_an_empty_input) {
  EXPECT_EQ(refusal_of(json("DescribeAlarms", "")), "none");
  EXPECT_EQ(decode(json("DescribeAlarms", "")).call.input, Document::map());
}

TEST(AwsRequest, unknown_operations_keep_name_and_untyped_input) {
  const Decoded from_json = decode(json("InventMetric", R"({"A":1})"));
  EXPECT_FALSE(from_json.refusal);
  EXPECT_EQ(from_json.call.operation, "InventMetric");
  EXPECT_EQ(from_json.call.input, (Document{{"A", 1}}));
  EXPECT_FALSE(is_known_operation("cloudwatch", "InventMetric"));
  const Decoded from_form = decode(form("Action=InventMetric&Version=2010-08-01&A.member.1=x"));
  EXPECT_FALSE(from_form.refusal);
  EXPECT_EQ(from_form.call.input, (Document{{"A.member.1", "x"}}));
  EXPECT_EQ(unknown_operation(from_form.call).code, "InvalidAction");
  EXPECT_EQ(unknown_operation(from_json.call).code, "UnknownOperationException");
}

TEST(AwsRequest, the_tables_know_every_operation_we_promise) {
  EXPECT_EQ(operations_of("cloudwatch").size(), 59U);
  for (const char* name : {"PutMetricData",
                           "GetMetricData",
                           "PutAnomalyDetector",
                           "PutMetricAlarm",
                           "PutCompositeAlarm",
                           "DescribeAlarmHistory",
                           "PutAlarmMuteRule",
                           "GetDashboard",
                           "PutInsightRule",
                           "PutLogAlarm"}) {
    EXPECT_TRUE(is_known_operation("cloudwatch", name)) << name;
  }
  for (const char* name : {"CreateTopic",
                           "Subscribe",
                           "ConfirmSubscription",
                           "Unsubscribe",
                           "Publish",
                           "PublishBatch",
                           "SetSubscriptionAttributes",
                           "TagResource"}) {
    EXPECT_TRUE(is_known_operation("sns", name)) << name;
  }
  EXPECT_TRUE(is_known_operation("sts", "GetCallerIdentity"));
  EXPECT_TRUE(is_known_operation("logs", "PutLogEvents"));
  EXPECT_TRUE(operations_of("s3").empty());
}

}  // namespace
}  // namespace tidemark::codec
