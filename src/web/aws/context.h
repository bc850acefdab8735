#pragma once

#include <functional>
#include <string>

#include "codec/aws_protocol.h"
#include "web/aws_api.h"

namespace tidemark::web::aws {

using codec::AwsCall;
using codec::AwsError;
using codec::Document;

/// What an action answers: the output document (null for none), or a refusal.
using Answer = tl::expected<Document, AwsError>;
using Reply = std::function<void(Answer)>;

/// All an action is given.
struct Context {
  const AwsServices& services;
  const AwsOptions& options;
  const AwsCall& call;
  [[nodiscard]] const Document& input() const { return call.input; }
  [[nodiscard]] const std::string& account() const { return options.account_id; }
  [[nodiscard]] const std::string& region() const { return call.region; }
  /// It carries a signature, which has been checked if there are access keys. Only the links of
  /// messages come without one where there are.
  [[nodiscard]] bool is_signed() const { return !call.access_key.empty(); }
};

inline tl::unexpected<AwsError> refuse(std::string code, std::string message) {
  return tl::unexpected<AwsError>(AwsError{std::move(code), std::move(message), 0, {}});
}
inline tl::unexpected<AwsError> invalid_value(std::string message) {
  return refuse("InvalidParameterValueException", std::move(message));
}
inline tl::unexpected<AwsError> invalid_combination(std::string message) {
  return refuse("InvalidParameterCombinationException", std::move(message));
}
inline tl::unexpected<AwsError> missing_parameter(std::string message) {
  return refuse("MissingRequiredParameterException", std::move(message));
}
inline tl::unexpected<AwsError> validation_error(std::string message) {
  return tl::unexpected<AwsError>(AwsError{"ValidationError", std::move(message), 400, {}});
}

/// The AWS form of one of our errors: `invalid` and `limit` name what the client can mend,
/// `overloaded` and `unavailable` are retryable (503 ServiceUnavailable), the rest is ours.
AwsError to_aws_error(const Error& error);
inline tl::unexpected<AwsError> refuse(const Error& error) {
  return tl::unexpected<AwsError>(to_aws_error(error));
}
AwsError to_aws_error(const alarm::AlarmError& error);

/// As TM_TRY, for calls whose error must become an AwsError.
#define TM_AWS_TRY(declaration, expression)                                              \
  auto TM_CONCAT(tm_aws_, __LINE__) = (expression);                                      \
  if (!TM_CONCAT(tm_aws_, __LINE__)) {                                                   \
    return tl::unexpected<AwsError>(to_aws_error(TM_CONCAT(tm_aws_, __LINE__).error())); \
  }                                                                                      \
  declaration = *std::move(TM_CONCAT(tm_aws_, __LINE__))

}  // namespace tidemark::web::aws
