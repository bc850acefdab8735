#pragma once

#include <map>
#include <string>

#include "base/time.h"

namespace tidemark::act {

using Attributes = std::map<std::string, std::string>;

/// An SNS topic: a name that alarms and programs send to, and others subscribe to.
struct Topic {
  std::string arn;
  std::string name;
  std::string owner;
  Attributes attributes;  ///< as set: DisplayName, SignatureVersion, Policy …
  Attributes tags;
  Timestamp created_at;
};

/// Who hears what a topic is sent.
struct Subscription {
  enum class State { pending, confirmed, removed };
  std::string arn;
  std::string topic_arn;
  std::string protocol;  ///< "http", "https" or "email"
  std::string endpoint;  ///< URL or mail address
  std::string owner;
  Attributes attributes;  ///< as set: RawMessageDelivery …
  State state = State::pending;
  /// Proves that who confirms reads what is sent to the endpoint. Secret; good until `token_until`
  /// (machine time).
  std::string token;
  Timestamp token_until;

  [[nodiscard]] bool is_raw() const {
    const auto raw = attributes.find("RawMessageDelivery");
    return raw != attributes.end() && raw->second == "true";
  }
};

/// A typed value that travels beside a message.
struct MessageAttribute {
  std::string type;   ///< "String", "Number", "Binary", "String.Array" or with a ".suffix"
  std::string value;  ///< base64 for Binary
};

/// What is sent to a topic's subscribers.
struct Publication {
  std::string topic_arn;
  std::string subject;  ///< "" when there is none
  std::string message;
  /// `message` is a JSON object: a text for each protocol, and "default" for the rest.
  bool by_protocol = false;
  std::map<std::string, MessageAttribute> attributes;
};

}  // namespace tidemark::act
