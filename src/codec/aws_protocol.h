#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/document.h"
#include "codec/http_view.h"

namespace tidemark::codec {

/// The three wire protocols of AWS clients (JSON in its two versions, which differ in one header).
/// boto3, the CLI and JS speak json10 to CloudWatch, Go and Java cbor, older SDKs query; SNS and
/// STS are always query.
enum class AwsProtocol { json10, json11, cbor, query };

/// One call of an AWS client, the same whichever protocol brought it.
struct AwsCall {
  std::string service;  ///< "cloudwatch", "sns", "sts", "logs", "events", "cloudtrail" or as named
  std::string operation;                       ///< "PutMetricData"; empty: none was named
  AwsProtocol protocol = AwsProtocol::json10;  ///< replies go out in the same one
  Document input;                              ///< a map, typed by the operation's shape
  std::string request_id;                      ///< ours, sent back to the client
  bool query_mode = false;                     ///< the client wants the legacy error code as well
  std::string invocation_id;                   ///< same in all retries of a call; may be empty
  /// Same in all tries of one call and in no other: of invocation id, region and what was sent,
  /// since some clients give one id to several calls. "" without an invocation id; by decode_body.
  std::string retry_key;
  std::string region = "us-east-1";  ///< of the signature's scope
  std::string access_key;            ///< of the signature's scope, not verified here
};

/// A refusal. `code` is the name of the error's shape ("InvalidParameterValueException",
/// "ResourceNotFound") or, for errors every service has, the plain code ("InternalFailure").
struct AwsError {
  std::string code;
  std::string message;
  int status = 0;      ///< 0: what the error's shape says, else 400
  Document details{};  ///< further members of the error (a map) or null
};

/// What goes back over HTTP. Send head and body in one write: Go clients lose replies otherwise.
struct AwsReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// True when the request is meant for the AWS API: it has a target header or an rpc-v2-cbor path,
/// or comes to "/" with an Action in its query string or with a form that is signed or names an
/// Action. `body` may still be compressed.
bool is_aws_request(const HttpView& request);

/// Everything but operation (query protocol) and input. Never fails, so that a refusal made before
/// the body is read (signature, size) can already be worded in the client's protocol.
AwsCall decode_head(const HttpView& request, std::string request_id);

/// Fills operation, service (query protocol: named by Version), input and retry key from the
/// decompressed body. An operation the tables do not know keeps its name and gets its input
/// untyped. Unknown members are dropped; a member of the wrong type is SerializationException
/// (query: MalformedInput) naming the member.
std::optional<AwsError> decode_body(const HttpView& request, AwsCall* call);

/// Checks the input against the operation's shape: required members, lengths, ranges, enums. All
/// violations go into one message, worded as AWS words them. nullopt: valid, or no shape known.
std::optional<AwsError> validate(const AwsCall& call);

/// True when the tables know the operation (that it is implemented is for the caller to know).
bool is_known_operation(std::string_view service, std::string_view operation);

/// The 200 reply. `output` null or an empty map: an operation that answers nothing.
AwsReply encode_reply(const AwsCall& call, const Document& output);

AwsReply encode_error(const AwsCall& call, const AwsError& error);

/// The names the tables know, sorted ("DeleteAlarms", …); empty for an unknown service.
std::vector<std::string> operations_of(std::string_view service);

/// UnknownOperationException (query: InvalidAction) for a call nobody answers.
AwsError unknown_operation(const AwsCall& call);

}  // namespace tidemark::codec
