#pragma once

#include <string>

#include "act/topic.h"
#include "base/result.h"

namespace tidemark::act::sns {

// What SNS takes (API reference, CreateTopic, Subscribe, Publish). Broken: `Errc::invalid` in SNS's
// words.

Result<void> check_topic_name(const std::string& name);
Result<void> check_topic_attribute(const std::string& name, const std::string& value);
/// Message filters are refused: taking them and sending everything would mislead.
Result<void> check_subscription_attribute(const std::string& name, const std::string& value);
/// Protocol known, endpoint of its kind and free of control characters.
Result<void> check_endpoint(const std::string& protocol, const std::string& endpoint);
Result<void> check_publication(const Publication& publication);
/// An ARN of six parts; `what` is the parameter's name.
Result<void> check_arn(const std::string& arn, const std::string& what);

/// The text of the message for a protocol: its own, else "default", of a message by protocol; the
/// whole message of any other.
std::string message_for(const Publication& publication, const std::string& protocol);

}  // namespace tidemark::act::sns
