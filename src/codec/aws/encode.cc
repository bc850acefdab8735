#include <algorithm>

#include <fmt/format.h>

#include "base/assert.h"
#include "codec/aws/shapes.h"
#include "codec/aws/xml_writer.h"
#include "codec/aws_protocol.h"
#include "codec/cbor.h"
#include "codec/json.h"

namespace tidemark::codec {
namespace {

// What an error is called on the wire, from its shape or, without one, from its plain code.
struct Named {
  std::string type;         // in __type
  std::string code;         // in XML and x-amzn-query-error
  std::string fault;        // "Sender" or "Receiver"
  std::string message_key;  // beside "message", which every client reads
  int status = 400;
};

// Errors every service has, with the status AWS gives them ("Common Errors" of the API reference).
int common_status(std::string_view code) {
  constexpr std::pair<std::string_view, int> kStatuses[] = {
      {"AccessDenied", 403},
      {"AccessDeniedException", 403},
      {"InternalFailure", 500},
      {"InvalidClientTokenId", 403},
      {"MissingAuthenticationToken", 403},
      {"NotAuthorized", 403},
      {"RequestEntityTooLarge", 413},
      {"ServiceUnavailable", 503},
      {"ServiceUnavailableException", 503},
      {"SignatureDoesNotMatch", 403},
  };
  const auto* found = std::find_if(std::begin(kStatuses),
                                   std::end(kStatuses),
                                   [&](const auto& entry) { return entry.first == code; });
  return found == std::end(kStatuses) ? 400 : found->second;
}

// "com.amazonaws.cloudwatch.v2010_08_01#ResourceNotFound", as recorded from AWS; clients read what
// is behind the '#'. What breaks the model is refused by AWS' framework, whose name stands then.
std::string type_of(const aws::ServiceShapes& service, const aws::ErrorShape& shape) {
  if (shape.name == "ValidationException") return "com.amazon.coral.validate#ValidationException";
  std::string version(service.version);
  std::replace(version.begin(), version.end(), '-', '_');
  return fmt::format("com.amazonaws.{}.v{}#{}", service.name, version, shape.name);
}

Named name_error(const AwsCall& call, const AwsError& error) {
  const aws::ServiceShapes* service = aws::find_service(call.service);
  const aws::ErrorShape* shape = service != nullptr ? service->find_error(error.code) : nullptr;
  Named named;
  if (shape != nullptr) {
    named = {type_of(*service, *shape),
             std::string(shape->code),
             std::string(shape->fault),
             std::string(shape->message_key),
             shape->status};
  } else {
    named = {fmt::format("com.amazon.coral.service#{}", error.code),
             error.code,
             "",
             "message",
             common_status(error.code)};
  }
  if (error.status != 0) named.status = error.status;
  if (named.fault.empty()) named.fault = named.status >= 500 ? "Receiver" : "Sender";
  return named;
}

std::string_view content_type(AwsProtocol protocol) {
  switch (protocol) {
    case AwsProtocol::json10:
      return "application/x-amz-json-1.0";
    case AwsProtocol::json11:
      return "application/x-amz-json-1.1";
    case AwsProtocol::cbor:
      return "application/cbor";
    case AwsProtocol::query:
      return "text/xml";
  }
  return "";
}

AwsReply reply_of(const AwsCall& call, int status, std::string body) {
  AwsReply reply{status, {}, std::move(body)};
  reply.headers.emplace_back("Content-Type", content_type(call.protocol));
  if (call.protocol == AwsProtocol::cbor)
    reply.headers.emplace_back("smithy-protocol", "rpc-v2-cbor");
  reply.headers.emplace_back("x-amzn-RequestId", call.request_id);
  return reply;
}

std::string opening_tag(const AwsCall& call, std::string_view name) {
  const aws::ServiceShapes* service = aws::find_service(call.service);
  const bool known = service != nullptr && service->namespace_uri != "-";
  if (!known) return fmt::format("<{}>", name);
  return fmt::format("<{} xmlns=\"{}\">", name, service->namespace_uri);
}

std::string xml_reply(const AwsCall& call, const Document& output) {
  const aws::OperationShape* operation = aws::find_operation(call.service, call.operation);
  const aws::Shape* shape = operation != nullptr ? operation->output : nullptr;
  const std::string response = call.operation + "Response";
  std::string xml = opening_tag(call, response);
  if (shape != nullptr || output.size() > 0) {
    xml += fmt::format("<{}Result>", call.operation);
    aws::append_xml_members(shape, output, &xml);
    xml += fmt::format("</{}Result>", call.operation);
  }
  xml += fmt::format("<ResponseMetadata><RequestId>{}</RequestId></ResponseMetadata></{}>",
                     aws::xml_escape(call.request_id),
                     response);
  return xml;
}

std::string xml_error(const AwsCall& call, const AwsError& error, const Named& named) {
  std::string xml = opening_tag(call, "ErrorResponse");
  xml += fmt::format(
      "<Error><Type>{}</Type><Code>{}</Code>", named.fault, aws::xml_escape(named.code));
  if (!error.message.empty()) {
    xml += fmt::format("<Message>{}</Message>", aws::xml_escape(error.message));
  }
  aws::append_xml_members(nullptr, error.details, &xml);
  xml += fmt::format("</Error><RequestId>{}</RequestId></ErrorResponse>",
                     aws::xml_escape(call.request_id));
  return xml;
}

Document error_document(const AwsError& error, const Named& named) {
  Document document{{"__type", named.type}};
  if (!error.message.empty()) {
    document.set("message", error.message);
    if (named.message_key != "message") document.set(named.message_key, error.message);
  }
  if (error.details.is_map()) {
    for (const DocumentMember& member : error.details.as_map())
      document.set(member.key, member.value);
  }
  return document;
}

// An element's name cannot be escaped, so an operation that is not a plain word gets none.
bool is_plain_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

}  // namespace

AwsReply encode_reply(const AwsCall& call, const Document& output) {
  const Document& value = output.is_null() ? Document::map() : output;
  if (call.protocol == AwsProtocol::cbor) return reply_of(call, 200, write_cbor(value));
  if (call.protocol != AwsProtocol::query) return reply_of(call, 200, write_json(value));
  TM_ASSERT(is_plain_word(call.operation));
  return reply_of(call, 200, xml_reply(call, value));
}

AwsReply encode_error(const AwsCall& call, const AwsError& error) {
  const Named named = name_error(call, error);
  if (call.protocol == AwsProtocol::query) {
    return reply_of(call, named.status, xml_error(call, error, named));
  }
  const Document document = error_document(error, named);
  const bool cbor = call.protocol == AwsProtocol::cbor;
  AwsReply reply = reply_of(call, named.status, cbor ? write_cbor(document) : write_json(document));
  if (call.query_mode) {
    reply.headers.emplace_back("x-amzn-query-error", fmt::format("{};{}", named.code, named.fault));
  }
  return reply;
}

AwsError unknown_operation(const AwsCall& call) {
  if (call.protocol == AwsProtocol::query) {
    return {"InvalidAction", fmt::format("Could not find operation {}", call.operation), 400};
  }
  const int status = call.protocol == AwsProtocol::cbor ? 404 : 400;
  return {"UnknownOperationException",
          fmt::format("The operation {} is not known or not supported.", call.operation),
          status};
}

}  // namespace tidemark::codec
