#include "act/sns/rules.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "act/arn.h"
#include "codec/json.h"
#include "codec/utf8.h"

namespace tidemark::act::sns {
namespace {

constexpr std::size_t kMessageMaxBytes = 262'144;
constexpr std::size_t kSubjectMaxCharacters = 100;
constexpr std::size_t kDisplayNameMaxCharacters = 100;
constexpr std::size_t kEndpointMaxBytes = 2048;

tl::unexpected<Error> invalid(const std::string& what) {
  return fail(Errc::invalid, "Invalid parameter: " + what);
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

bool is_feedback_attribute(const std::string& name) {
  constexpr std::array<std::string_view, 5> kSinks{
      "HTTP", "Firehose", "Lambda", "Application", "SQS"};
  constexpr std::array<std::string_view, 3> kEnds{
      "SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn"};
  return std::any_of(kSinks.begin(), kSinks.end(), [&](std::string_view sink) {
    return name.starts_with(sink) &&
           std::find(kEnds.begin(), kEnds.end(), name.substr(sink.size())) != kEnds.end();
  });
}

bool looks_like_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         text.find_first_of(" ,;<>\"()") == std::string_view::npos;
}

Result<void> check_by_protocol(const std::string& message) {
  const auto texts = codec::read_json(message);
  if (!texts || !texts->is_map()) {
    return invalid("Message Structure - JSON message body failed to parse");
  }
  if (!texts->text_at("default")) {
    return invalid("Message Structure - No default entry in JSON message body");
  }
  return {};
}

Result<void> check_attribute(const std::string& name, const MessageAttribute& attribute) {
  if (name.empty() || name.size() > 256) return invalid("MessageAttributes");
  const std::string kind = attribute.type.substr(0, attribute.type.find('.'));
  if (kind != "String" && kind != "Number" && kind != "Binary") {
    return invalid(
        fmt::format("The message attribute '{}' has an invalid message attribute type,"
                    " the set of supported type prefixes is Binary, Number, and String.",
                    name));
  }
  if (attribute.value.empty()) {
    return invalid(
        fmt::format("The message attribute '{}' must contain non-empty message"
                    " attribute value for message attribute type '{}'.",
                    name,
                    attribute.type));
  }
  return {};
}

}  // namespace

Result<void> check_topic_name(const std::string& name) {
  if (name.ends_with(".fifo")) return invalid("Topic Name: FIFO topics are not supported here");
  if (name.empty() || name.size() > 256 ||
      !std::all_of(name.begin(), name.end(), is_name_character)) {
    return invalid("Topic Name");
  }
  return {};
}

Result<void> check_topic_attribute(const std::string& name, const std::string& value) {
  if (name == "DisplayName") {
    const bool fits = codec::is_utf8(value) &&
                      codec::count_code_points(value) <= kDisplayNameMaxCharacters &&
                      !has_control_characters(value);
    return fits ? Result<void>() : invalid("DisplayName");
  }
  if (name == "SignatureVersion") {
    return value == "1" || value == "2" ? Result<void>() : invalid("SignatureVersion");
  }
  if (name == "FifoTopic" || name == "ContentBasedDeduplication") {
    return value == "false" ? Result<void>()
                            : invalid(name + ": FIFO topics are not supported here");
  }
  constexpr std::array<std::string_view, 4> kKept{
      "Policy", "DeliveryPolicy", "KmsMasterKeyId", "TracingConfig"};
  if (std::find(kKept.begin(), kKept.end(), name) != kKept.end() || is_feedback_attribute(name)) {
    return {};
  }
  return invalid("AttributeName");
}

Result<void> check_subscription_attribute(const std::string& name, const std::string& value) {
  if (name == "RawMessageDelivery") {
    if (value == "true" || value == "false") return {};
    return invalid(
        fmt::format("Attributes Reason: RawMessageDelivery: Invalid value [{}]. Must be"
                    " true or false.",
                    value));
  }
  if (name == "FilterPolicy") {
    if (value.empty() || value == "{}") return {};
    return invalid("Attributes Reason: FilterPolicy: message filters are not supported here");
  }
  constexpr std::array<std::string_view, 4> kKept{
      "DeliveryPolicy", "FilterPolicyScope", "SubscriptionRoleArn", "ReplayPolicy"};
  if (std::find(kKept.begin(), kKept.end(), name) != kKept.end()) return {};
  if (name == "RedrivePolicy") {
    return invalid(
        "Attributes Reason: RedrivePolicy: dead letters are kept in the deliveries here");
  }
  return invalid("AttributeName");
}

Result<void> check_endpoint(const std::string& protocol, const std::string& endpoint) {
  const bool is_web = protocol == "http" || protocol == "https";
  if (!is_web && protocol != "email") {
    return invalid(fmt::format("protocol \"{}\" is not supported here; use http, https or email",
                               codec::replace_invalid_utf8(protocol.substr(0, 40))));
  }
  if (endpoint.empty() || endpoint.size() > kEndpointMaxBytes || !codec::is_utf8(endpoint) ||
      has_control_characters(endpoint)) {
    return invalid("Endpoint");
  }
  if (is_web && !endpoint.starts_with(protocol + "://")) {
    return invalid("Endpoint must match the specified protocol");
  }
  if (!is_web && !looks_like_mail_address(endpoint)) return invalid("Email address");
  return {};
}

Result<void> check_publication(const Publication& publication) {
  if (publication.message.empty()) return invalid("Empty message");
  std::size_t size = publication.message.size();
  for (const auto& [name, attribute] : publication.attributes) {
    size += name.size() + attribute.type.size() + attribute.value.size();
    TM_TRY_VOID(check_attribute(name, attribute));
  }
  if (size > kMessageMaxBytes) return invalid("Message too long");
  if (!codec::is_utf8(publication.message)) return invalid("Message must be UTF-8 text");
  const std::string& subject = publication.subject;
  if (!codec::is_utf8(subject) || codec::count_code_points(subject) > kSubjectMaxCharacters ||
      has_control_characters(subject)) {
    return invalid("Subject");
  }
  if (publication.by_protocol) TM_TRY_VOID(check_by_protocol(publication.message));
  return {};
}

Result<void> check_arn(const std::string& arn, const std::string& what) {
  if (parse_arn(arn)) return {};
  const auto parts = std::count(arn.begin(), arn.end(), ':') + 1;
  return invalid(
      fmt::format("{} Reason: An ARN must have at least 6 elements, not {}", what, parts));
}

std::string message_for(const Publication& publication, const std::string& protocol) {
  if (!publication.by_protocol) return publication.message;
  const auto texts = codec::read_json(publication.message);
  if (!texts) return publication.message;
  const auto own = texts->text_at(protocol);
  return std::string(own ? *own : texts->text_at("default").value_or(publication.message));
}

}  // namespace tidemark::act::sns
