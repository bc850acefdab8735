#pragma once

#include <string>
#include <vector>

#include "act/topic.h"
#include "base/result.h"
#include "model/control_store.h"

namespace tidemark::act::sns {

/// Collections of the control store.
inline constexpr const char* kTopics = "topic";
inline constexpr const char* kSubscriptions = "subscription";

// JSON texts of what is kept. Reading: `Errc::corrupt` for what was not written by these.

std::string to_json(const Topic& topic);
Result<Topic> topic_from_json(const std::string& text);
std::string to_json(const Subscription& subscription);
Result<Subscription> subscription_from_json(const std::string& text);

/// The body of an outbox row of kind "publish": a message for all subscribers, or one about a
/// subscription for its own endpoint.
struct PublishBody {
  enum class Kind { publication, confirmation, removal };
  Kind kind = Kind::publication;
  Publication publication;   ///< of Kind::publication
  std::string subscription;  ///< ARN, for the other kinds
};
std::string to_json(const PublishBody& body);
Result<PublishBody> publish_body_from_json(const std::string& text);

ControlChange put(const Topic& topic);
ControlChange put(const Subscription& subscription);
Result<std::vector<Topic>> read_topics(ControlStore& store);
/// All, those removed too.
Result<std::vector<Subscription>> read_subscriptions(ControlStore& store);

}  // namespace tidemark::act::sns
