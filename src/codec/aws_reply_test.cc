// Replies and refusals, compared with forms that the unmodified clients accepted.

#include <gtest/gtest.h>

#include "codec/aws/captured.h"
#include "codec/aws/conform.h"
#include "codec/aws/xml_writer.h"
#include "codec/cbor.h"
#include "codec/json.h"

namespace tidemark::codec {
namespace {

AwsCall call_of(AwsProtocol protocol,
                const std::string& operation,
                const std::string& service = "cloudwatch") {
  AwsCall call;
  call.service = service;
  call.operation = operation;
  call.protocol = protocol;
  call.request_id = "id-1";
  call.query_mode = protocol != AwsProtocol::query;
  return call;
}

std::string header(const AwsReply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers) {
    if (key == name) return value;
  }
  return "(none)";
}

// The recorded reply as a document of the operation's output shape.
Document recorded(const CapturedMessage& message, const std::string& operation) {
  const bool cbor = message.name().find("_go_") != std::string::npos;
  const auto read = cbor ? read_cbor(message.body()) : read_json(message.body());
  EXPECT_TRUE(read.has_value()) << message.name();
  Document document = read.value_or(Document::map());
  const aws::Shape* shape = aws::find_operation("cloudwatch", operation)->output;
  EXPECT_TRUE(shape == nullptr || !aws::conform(*shape, &document)) << message.name();
  return document;
}

CapturedMessage reply_file(const std::string& label) {
  return CapturedMessage(fixture_path("replies/" + label + ".resp.http"));
}

TEST(AwsReply, json_and_cbor_say_what_the_accepted_replies_say) {
  std::size_t compared = 0;
  for (const CapturedMessage& message : captured_in("replies")) {
    const bool cbor = message.name().find("_go_") != std::string::npos;
    if (message.name().find("boto3old") != std::string::npos) continue;
    const std::string label = message.name().substr(message.name().find('_', 5) + 1);
    const std::string operation = label.substr(0, label.find_first_of("_."));
    if (!is_known_operation("cloudwatch", operation)) continue;
    SCOPED_TRACE(message.name());
    const auto raw = cbor ? read_cbor(message.body()) : read_json(message.body());
    ASSERT_TRUE(raw.has_value());
    if (raw->has("__type")) continue;
    const Document output = recorded(message, operation);
    const AwsProtocol protocol = cbor ? AwsProtocol::cbor : AwsProtocol::json10;
    const AwsReply reply = encode_reply(call_of(protocol, operation), output);
    EXPECT_EQ(reply.status, 200);
    const auto again = cbor ? read_cbor(reply.body) : read_json(reply.body);
    ASSERT_TRUE(again.has_value());
    // Numbers may be written differently (1 for 1.0); as the shape sees them they are the same.
    Document back = *again;
    const aws::Shape* shape = aws::find_operation("cloudwatch", operation)->output;
    EXPECT_TRUE(shape == nullptr || !aws::conform(*shape, &back));
    EXPECT_EQ(back, output);
    ++compared;
  }
  EXPECT_GE(compared, 35U);
}

// The XML was written by hand for the old client; the document comes from the JSON twin.
TEST(AwsReply, xml_equals_the_accepted_replies_to_the_letter) {
  struct Twin {
    const char* json;
    const char* xml;
    const char* operation;
  };
  for (const Twin& twin :
       {Twin{"0030_boto3_ListMetrics", "0009_boto3old_ListMetrics", "ListMetrics"},
        Twin{"0045_boto3_DescribeAlarms", "0023_boto3old_DescribeAlarms", "DescribeAlarms"},
        Twin{"0033_boto3_GetMetricData_stat", "0012_boto3old_GetMetricData_stat", "GetMetricData"},
        Twin{"0041_boto3_DescribeAnomalyDetectors",
             "0019_boto3old_DescribeAnomalyDetectors",
             "DescribeAnomalyDetectors"}}) {
    const CapturedMessage xml = reply_file(twin.xml);
    const std::string& body = xml.body();
    const std::size_t id = body.find("<RequestId>") + 11;
    AwsCall call = call_of(AwsProtocol::query, twin.operation);
    call.request_id = body.substr(id, body.find('<', id) - id);
    EXPECT_EQ(encode_reply(call, recorded(reply_file(twin.json), twin.operation)).body, body)
        << twin.operation;
  }
}

TEST(AwsReply, headers_tell_type_and_request) {
  const AwsReply json = encode_reply(call_of(AwsProtocol::json10, "ListMetrics"), {});
  EXPECT_EQ(header(json, "Content-Type"), "application/x-amz-json-1.0");
  EXPECT_EQ(header(json, "x-amzn-RequestId"), "id-1");
  const AwsReply cbor = encode_reply(call_of(AwsProtocol::cbor, "ListMetrics"), {});
  EXPECT_EQ(header(cbor, "Content-Type"), "application/cbor");
  EXPECT_EQ(header(cbor, "smithy-protocol"), "rpc-v2-cbor");
  EXPECT_EQ(header(encode_reply(call_of(AwsProtocol::json11, "X", "logs"), {}), "Content-Type"),
            "application/x-amz-json-1.1");
  EXPECT_EQ(header(encode_reply(call_of(AwsProtocol::query, "ListMetrics"), {}), "Content-Type"),
            "text/xml");
}

TEST(AwsReply, operations_that_answer_nothing_have_empty_outputs) {
  EXPECT_EQ(encode_reply(call_of(AwsProtocol::json10, "PutMetricData"), {}).body, "{}");
  EXPECT_EQ(encode_reply(call_of(AwsProtocol::cbor, "PutMetricData"), {}).body, "\xa0");
  EXPECT_EQ(
      encode_reply(call_of(AwsProtocol::query, "PutMetricData"), {}).body,
      "<PutMetricDataResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\">"
      "<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></PutMetricDataResponse>");
  EXPECT_EQ(
      encode_reply(call_of(AwsProtocol::query, "PutDashboard"), Document::map()).body,
      "<PutDashboardResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\">"
      "<PutDashboardResult></PutDashboardResult>"
      "<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></PutDashboardResponse>");
}

// JavaScript does not take ISO texts in JSON, CBOR clients want tag 1, XML clients ISO 8601.
TEST(AwsReply, times_are_written_as_each_protocol_wants_them) {
  const Document output{{"Datapoints",
                         Document::List{Document{{"Timestamp", Timestamp::from_ms(1795435200250)}},
                                        Document{{"Timestamp", Timestamp::from_s(1795435200)}}}}};
  EXPECT_EQ(encode_reply(call_of(AwsProtocol::json10, "GetMetricStatistics"), output).body,
            R"({"Datapoints":[{"Timestamp":1795435200.25},{"Timestamp":1795435200}]})");
  const std::string cbor =
      encode_reply(call_of(AwsProtocol::cbor, "GetMetricStatistics"), output).body;
  EXPECT_NE(cbor.find(std::string("iTimestamp\xc1\xfb\x41\xda\xc1\x0a\xb0\x10\x00\x00", 20)),
            std::string::npos);
  const std::string xml =
      encode_reply(call_of(AwsProtocol::query, "GetMetricStatistics"), output).body;
  EXPECT_NE(xml.find("<Timestamp>2026-11-23T12:00:00.250Z</Timestamp>"), std::string::npos) << xml;
  EXPECT_NE(xml.find("<Timestamp>2026-11-23T12:00:00Z</Timestamp>"), std::string::npos) << xml;
}

TEST(AwsReply, sns_lists_maps_and_structures_have_their_xml_forms) {
  const AwsReply attributes =
      encode_reply(call_of(AwsProtocol::query, "GetTopicAttributes", "sns"),
                   Document{{"Attributes", Document{{"Owner", "0"}, {"DeliveryPolicy", ""}}}});
  EXPECT_EQ(
      attributes.body,
      "<GetTopicAttributesResponse "
      "xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><GetTopicAttributesResult>"
      "<Attributes><entry><key>Owner</key><value>0</value></entry>"
      "<entry><key>DeliveryPolicy</key><value></value></entry></Attributes>"
      "</GetTopicAttributesResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>"
      "</GetTopicAttributesResponse>");
  const AwsReply topics =
      encode_reply(call_of(AwsProtocol::query, "ListTopics", "sns"),
                   Document{{"Topics", Document::List{Document{{"TopicArn", "arn:t"}}}}});
  EXPECT_NE(topics.body.find("<Topics><member><TopicArn>arn:t</TopicArn></member></Topics>"),
            std::string::npos);
}

TEST(AwsReply, xml_carries_any_text_a_client_can_read_back) {
  EXPECT_EQ(aws::xml_escape("a<b>&\"c' \xc3\xa9\t\n"), "a&lt;b&gt;&amp;\"c' \xc3\xa9\t\n");
  EXPECT_EQ(aws::xml_escape("a\r\n"), "a&#xD;\n");
  EXPECT_EQ(aws::xml_escape(std::string("\x00\x01\x1f", 3)),
            "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(aws::xml_escape("\xff"), "\xef\xbf\xbd");
  EXPECT_EQ(aws::xml_escape("\xef\xbf\xbf\xef\xbf\xbe!"), "\xef\xbf\xbd\xef\xbf\xbd!");
}

TEST(AwsReply, numbers_json_cannot_write_are_text_and_nulls_are_left_out) {
  const Document output{{"Values", Document::List{-1.0 / 0.0, 2.0}}, {"NextToken", nullptr}};
  EXPECT_EQ(encode_reply(call_of(AwsProtocol::json10, "GetMetricData"), output).body,
            R"({"Values":["-Infinity",2.0]})");
  EXPECT_EQ(
      encode_reply(call_of(AwsProtocol::query, "GetMetricData"), output).body.find("NextToken"),
      std::string::npos);
}

TEST(AwsErrors, json_and_cbor_carry_the_shape_and_the_legacy_code) {
  const AwsError error{"InvalidParameterValueException", "The value NaN is invalid."};
  const AwsReply json = encode_error(call_of(AwsProtocol::json10, "PutMetricData"), error);
  EXPECT_EQ(json.status, 400);
  EXPECT_EQ(
      json.body,
      R"({"__type":"com.amazonaws.cloudwatch.v2010_08_01#InvalidParameterValueException","message":"The value NaN is invalid."})");
  EXPECT_EQ(header(json, "x-amzn-query-error"), "InvalidParameterValue;Sender");
  const AwsReply cbor = encode_error(call_of(AwsProtocol::cbor, "PutMetricData"), error);
  EXPECT_EQ(*read_cbor(cbor.body), *read_json(json.body));
  EXPECT_EQ(header(cbor, "x-amzn-query-error"), "InvalidParameterValue;Sender");
}

/// Of a refusal that AWS did not send: its type without the name space that clients pass over.
Document refusal(Document document) {
  const std::string type(document.text_at("__type").value_or(""));
  document.set("__type", type.substr(type.find('#')));
  return document;
}

TEST(AwsErrors, have_no_message_where_there_is_nothing_to_say) {
  const AwsReply json =
      encode_error(call_of(AwsProtocol::json10, "SetAlarmState"), {"ResourceNotFound", ""});
  EXPECT_EQ(json.body, R"({"__type":"com.amazonaws.cloudwatch.v2010_08_01#ResourceNotFound"})");
  const AwsReply cbor =
      encode_error(call_of(AwsProtocol::cbor, "SetAlarmState"), {"ResourceNotFound", ""});
  EXPECT_EQ(*read_cbor(cbor.body), *read_json(json.body));
}

TEST(AwsErrors, equal_the_accepted_refusals) {
  const AwsReply cbor =
      encode_error(call_of(AwsProtocol::cbor, "SetAlarmState"), {"ResourceNotFound", "nope"});
  EXPECT_EQ(cbor.status, 404);
  EXPECT_EQ(refusal(*read_cbor(cbor.body)),
            refusal(*read_cbor(reply_file("0010_go_SetAlarmState_missing").body())));
  const AwsReply json =
      encode_error(call_of(AwsProtocol::json10, "SetAlarmState"), {"ResourceNotFound", "nope"});
  EXPECT_EQ(refusal(*read_json(json.body)),
            refusal(*read_json(reply_file("0048_boto3_SetAlarmState").body())));
  EXPECT_EQ(header(json, "x-amzn-query-error"), "ResourceNotFound;Sender");
  AwsCall query = call_of(AwsProtocol::query, "SetAlarmState");
  query.request_id = "5352fdf3-55e1-4949-bf79-3c85364ffd38";
  EXPECT_EQ(encode_error(query, {"ResourceNotFound", "nope"}).body,
            reply_file("0026_boto3old_SetAlarmState").body());
}

TEST(AwsErrors, legacy_codes_are_sent_only_to_those_who_ask) {
  AwsCall call = call_of(AwsProtocol::json10, "PutMetricData");
  call.query_mode = false;
  EXPECT_EQ(
      header(encode_error(call, {"InvalidParameterValueException", "x"}), "x-amzn-query-error"),
      "(none)");
}

TEST(AwsErrors, status_code_and_fault_come_from_the_shape) {
  const auto told = [](const char* code, const char* service = "cloudwatch") {
    const AwsReply reply = encode_error(call_of(AwsProtocol::json10, "X", service), {code, "m"});
    return std::to_string(reply.status) + " " + header(reply, "x-amzn-query-error");
  };
  EXPECT_EQ(told("ResourceNotFoundException"), "404 ResourceNotFoundException;Sender");
  EXPECT_EQ(told("DashboardNotFoundError"), "404 ResourceNotFound;Sender");
  EXPECT_EQ(told("LimitExceededFault"), "400 LimitExceeded;Sender");
  EXPECT_EQ(told("MissingRequiredParameterException"), "400 MissingParameter;Sender");
  EXPECT_EQ(told("ValidationException"), "400 ValidationError;Sender");
  EXPECT_EQ(told("InternalServiceFault"), "500 InternalServiceError;Receiver");
  EXPECT_EQ(told("ConcurrentModificationException"), "429 ConcurrentModificationException;Sender");
  EXPECT_EQ(told("NotFoundException", "sns"), "404 NotFound;Sender");
  EXPECT_EQ(told("ServiceUnavailable"), "503 ServiceUnavailable;Receiver");
  EXPECT_EQ(told("SignatureDoesNotMatch"), "403 SignatureDoesNotMatch;Sender");
  EXPECT_EQ(told("InvalidParameterValue"),
            "400 InvalidParameterValue;Sender");  // the code is enough
}

TEST(AwsErrors, a_status_given_wins_and_details_are_added) {
  const AwsError error{
      "DashboardInvalidInputError",
      "bad",
      418,
      Document{{"dashboardValidationMessages", Document::List{Document{{"Message", "m<"}}}}}};
  const AwsReply json = encode_error(call_of(AwsProtocol::json10, "PutDashboard"), error);
  EXPECT_EQ(json.status, 418);
  EXPECT_EQ(read_json(json.body)->list_at("dashboardValidationMessages").size(), 1U);
  const AwsReply xml = encode_error(call_of(AwsProtocol::query, "PutDashboard"), error);
  EXPECT_NE(
      xml.body.find(
          "<Message>bad</Message><dashboardValidationMessages><member><Message>m&lt;</Message>"
          "</member></dashboardValidationMessages></Error>"),
      std::string::npos)
      << xml.body;
}

TEST(AwsErrors, clients_that_read_message_or_its_modelled_name_find_it) {
  const AwsReply reply =
      encode_error(call_of(AwsProtocol::cbor, "PutDashboard"), {"ConflictException", "m"});
  EXPECT_EQ(read_cbor(reply.body)->text_at("message"), "m");
  EXPECT_EQ(read_cbor(reply.body)->text_at("Message"), "m");
}

// Recorded from AWS: SetAlarmState of an unknown alarm has no Message element in the query
// protocol.
TEST(AwsErrors, an_empty_message_is_no_element_in_xml) {
  const AwsReply reply =
      encode_error(call_of(AwsProtocol::query, "SetAlarmState"), {"ResourceNotFound", ""});
  EXPECT_NE(reply.body.find("<Code>ResourceNotFound</Code></Error>"), std::string::npos);
}

TEST(AwsErrors, hostile_names_cannot_break_out_of_the_reply) {
  AwsCall call = call_of(AwsProtocol::query, "X><evil/>");
  call.service = "unknown";
  const AwsReply reply = encode_error(call, unknown_operation(call));
  EXPECT_EQ(reply.body,
            "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>Could not "
            "find operation "
            "X&gt;&lt;evil/&gt;</Message></Error><RequestId>id-1</RequestId></ErrorResponse>");
  call.protocol = AwsProtocol::json10;
  call.query_mode = true;
  call.operation = "a\"\r\nb";
  const AwsReply json = encode_error(call, unknown_operation(call));
  EXPECT_EQ(header(json, "x-amzn-query-error"), "UnknownOperationException;Sender");
  EXPECT_TRUE(read_json(json.body).has_value());
}

}  // namespace
}  // namespace tidemark::codec
