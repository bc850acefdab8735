#include <algorithm>

#include <fmt/format.h>

#include "codec/aws/conform.h"
#include "codec/aws/query_reader.h"
#include "codec/aws/shapes.h"
#include "codec/aws/signature.h"
#include "codec/aws_protocol.h"
#include "codec/cbor.h"
#include "codec/json.h"
#include "codec/sigv4.h"

namespace tidemark::codec {
namespace {

constexpr std::string_view kForm = "application/x-www-form-urlencoded";

std::string_view header_or_empty(const HttpView& request, std::string_view name) {
  return request.header(name).value_or(std::string_view());
}

// ".../service/NAME/operation/NAME": endpoints may have a path in front of it.
struct RpcPath {
  std::string_view service, operation;
};

std::optional<RpcPath> rpc_path(std::string_view path) {
  constexpr std::string_view kService = "/service/", kOperation = "/operation/";
  const std::size_t operation = path.rfind(kOperation);
  if (operation == std::string_view::npos) return std::nullopt;
  const std::size_t service = path.rfind(kService, operation);
  if (service == std::string_view::npos || service + kService.size() > operation)
    return std::nullopt;
  const std::size_t name = service + kService.size();
  RpcPath found{path.substr(name, operation - name), path.substr(operation + kOperation.size())};
  const bool bad = found.service.empty() || found.operation.empty() ||
                   found.service.find('/') != std::string_view::npos ||
                   found.operation.find('/') != std::string_view::npos;
  return bad ? std::nullopt : std::optional(found);
}

// "a=1&Action=x": the name is looked for undecoded, since clients never escape it.
bool names_action(std::string_view form) {
  return form.starts_with("Action=") || form.find("&Action=") != std::string_view::npos;
}

bool is_form(const HttpView& request) {
  return header_or_empty(request, "content-type").starts_with(kForm);
}

// The name we know a service by, for the prefix of a target or rpc path.
std::string service_of_target(std::string_view target) {
  for (const aws::ServiceShapes& service : aws::services()) {
    if (service.target == target) return std::string(service.name);
  }
  if (target == "AWSEvents") return "events";
  if (target.ends_with("CloudTrail_20131101")) return "cloudtrail";
  return std::string(target);
}

// Query calls name their service by the API version; some (links in mails) only by the operation.
std::string service_of_query(std::string_view version,
                             std::string_view operation,
                             std::string_view signed_for) {
  const auto by = [](const auto& accepts) -> std::string {
    const auto& all = aws::services();
    const auto found = std::find_if(all.begin(), all.end(), accepts);
    return found == all.end() ? std::string() : std::string(found->name);
  };
  std::string name = by([&](const auto& s) { return s.version == version; });
  if (name.empty()) name = by([&](const auto& s) { return s.signing == signed_for; });
  if (name.empty() && version.empty()) {
    name = by([&](const auto& s) { return s.operations.count(operation) > 0; });
  }
  if (!name.empty()) return name;
  return signed_for.empty() ? "unknown" : std::string(signed_for);
}

AwsError serialization_error(const AwsCall& call, const Error& error) {
  if (error.code == Errc::limit) return {"RequestEntityTooLarge", error.what, 413};
  const bool query = call.protocol == AwsProtocol::query;
  return {query ? "MalformedInput" : "SerializationException", error.what, 400};
}

std::optional<AwsError> decode_value(const HttpView& request, AwsCall* call) {
  Result<Document> read = Document::map();
  if (!request.body.empty()) {
    const bool cbor = call->protocol == AwsProtocol::cbor;
    read = cbor ? read_cbor(request.body) : read_json(request.body);
  }
  if (!read) return serialization_error(*call, read.error());
  if (!read->is_map())
    return AwsError{"SerializationException", "The body must be a structure.", 400};
  call->input = *std::move(read);
  const aws::OperationShape* operation = aws::find_operation(call->service, call->operation);
  if (operation == nullptr) return std::nullopt;
  if (operation->input == nullptr) {
    call->input = Document::map();
    return std::nullopt;
  }
  if (const auto wrong = aws::conform(*operation->input, &call->input)) {
    return AwsError{"SerializationException", fmt::format("{}: {}", wrong->path, wrong->what), 400};
  }
  return std::nullopt;
}

std::string take_field(std::vector<aws::FormField>* fields, std::string_view name) {
  const auto found =
      std::find_if(fields->begin(), fields->end(), [&](const auto& f) { return f.first == name; });
  if (found == fields->end()) return {};
  std::string value = std::move(found->second);
  fields->erase(found);
  return value;
}

Document untyped(const std::vector<aws::FormField>& fields) {
  Document::Map members;
  for (const auto& [name, value] : fields)
    members.push_back({name, Document(value)});
  return Document(std::move(members));
}

std::optional<AwsError> decode_query(const HttpView& request, AwsCall* call) {
  auto fields = aws::read_form(request.query);
  if (fields && is_form(request)) {
    auto more = aws::read_form(request.body);
    if (!more) return serialization_error(*call, more.error());
    std::move(more->begin(), more->end(), std::back_inserter(*fields));
  }
  if (!fields) return serialization_error(*call, fields.error());
  call->operation = take_field(&*fields, "Action");
  const std::string version = take_field(&*fields, "Version");
  const auto scope = signature_scope(request);
  call->service = service_of_query(version, call->operation, scope ? scope->service : "");
  if (call->operation.empty()) {
    return AwsError{"MissingAction", "The request does not name an Action.", 400};
  }
  const aws::OperationShape* operation = aws::find_operation(call->service, call->operation);
  if (operation == nullptr) {
    call->input = untyped(*fields);
    return std::nullopt;
  }
  static const aws::Shape kNothing;
  auto input = aws::read_query(operation->input != nullptr ? *operation->input : kNothing,
                               *std::move(fields));
  if (!input) return serialization_error(*call, input.error());
  call->input = *std::move(input);
  return std::nullopt;
}

// SDKs send the very same bytes in each try. No part but the body, of which the digest stands, can
// hold a line break. 128 bits: two calls of one key would lose data.
std::string retry_key(const HttpView& request, const AwsCall& call) {
  if (call.invocation_id.empty()) return {};
  const std::string all = fmt::format("{}\n{}\n{}\n{}",
                                      call.invocation_id,
                                      call.region,
                                      request.query,
                                      aws::sha256_hex(request.body));
  return aws::sha256_hex(all).substr(0, 32);
}

void read_target(const HttpView& request, std::string_view target, AwsCall* call) {
  const bool json11 =
      header_or_empty(request, "content-type").starts_with("application/x-amz-json-1.1");
  call->protocol = json11 ? AwsProtocol::json11 : AwsProtocol::json10;
  const std::size_t dot = std::min(target.rfind('.'), target.size());
  call->service = service_of_target(target.substr(0, dot));
  call->operation = target.substr(std::min(dot + 1, target.size()));
}

}  // namespace

bool is_aws_request(const HttpView& request) {
  if (request.header("x-amz-target")) return true;
  if (rpc_path(request.path)) return true;
  if (request.path != "/" && !request.path.empty()) return false;
  if (names_action(request.query)) return true;
  if (request.method != "POST" || !is_form(request)) return false;
  return names_action(request.body) ||
         header_or_empty(request, "authorization").starts_with("AWS4-HMAC-SHA256");
}

AwsCall decode_head(const HttpView& request, std::string request_id) {
  AwsCall call;
  call.request_id = std::move(request_id);
  call.query_mode = header_or_empty(request, "x-amzn-query-mode") == "true";
  call.invocation_id = header_or_empty(request, "amz-sdk-invocation-id");
  const auto scope = signature_scope(request);
  if (scope) {
    call.region = scope->region;
    call.access_key = scope->access_key;
  }
  if (const auto target = request.header("x-amz-target")) {
    read_target(request, *target, &call);
  } else if (const auto path = rpc_path(request.path)) {
    call.protocol = AwsProtocol::cbor;
    call.service = service_of_target(path->service);
    call.operation = path->operation;
  } else {
    call.protocol = AwsProtocol::query;
    call.service = service_of_query("", "", scope ? scope->service : "");
  }
  return call;
}

std::optional<AwsError> decode_body(const HttpView& request, AwsCall* call) {
  call->retry_key = retry_key(request, *call);
  if (call->protocol == AwsProtocol::query) return decode_query(request, call);
  return decode_value(request, call);
}

bool is_known_operation(std::string_view service, std::string_view operation) {
  return aws::find_operation(service, operation) != nullptr;
}

std::vector<std::string> operations_of(std::string_view service) {
  std::vector<std::string> names;
  if (const aws::ServiceShapes* shapes = aws::find_service(service)) {
    for (const auto& [name, operation] : shapes->operations)
      names.emplace_back(name);
  }
  return names;
}

}  // namespace tidemark::codec
