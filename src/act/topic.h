#pragma once

#include <map>
#include <string>
#include <vector>

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
  /// (machine time). The newest: messages that are sent now have it.
  std::string token;
  Timestamp token_until;
  struct EarlierToken {
    std::string token;
    Timestamp until;
  };
  /// Of the messages before, oldest first: as good as the newest, so that whoever asks for a second
  /// mail may still open the link of the first.
  std::vector<EarlierToken> earlier_tokens;
  bool confirmation_was_authenticated = false;  ///< the call that confirmed it was signed
  bool authenticate_on_unsubscribe = false;     ///< only a `signed_client` may end it

  [[nodiscard]] bool is_raw() const {
    const auto raw = attributes.find("RawMessageDelivery");
    return raw != attributes.end() && raw->second == "true";
  }
};

/// Who calls: a client that signed its request, or whoever opened the link of a message.
enum class Caller { anyone, signed_client };

/// How a subscription is confirmed.
struct ConfirmTerms {
  Caller caller = Caller::anyone;
  /// Only a `signed_client` may end it from then on. Only such a one may ask for this.
  bool authenticate_on_unsubscribe = false;
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
