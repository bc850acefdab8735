#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "act/config.h"
#include "act/topic.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "model/control_store.h"

namespace tidemark::act {

/// The commands of SNS. Every change is durable when its call returns. Errors: `not_found` is SNS's
/// NotFound, `invalid` its InvalidParameter, with a text as SNS words it. Safe to use from several
/// threads; not from within a `done` of the control store.
class Topics {
 public:
  struct Deps {
    ControlStore& store;
    const Clock& clock;
    Random& random;
    const ActConfig& config;
    /// Called when something waits to be sent, so that the outbox need not wait for its next look.
    std::function<void()> wake;
  };
  struct NewTopic {
    std::string name;
    std::string region = "us-east-1";
    Attributes attributes;
    Attributes tags;
  };
  struct NewSubscription {
    std::string topic_arn;
    std::string protocol;
    std::string endpoint;
    Attributes attributes;
  };

  explicit Topics(Deps deps);
  ~Topics();

  /// The topic's ARN. One that exists already is left as it is; asking for other attributes or tags
  /// than it has is `invalid`.
  Result<std::string> create_topic(const NewTopic& wanted);
  /// With its subscriptions. One that is not there is no error.
  Result<void> delete_topic(const std::string& arn);
  /// By ARN.
  [[nodiscard]] Result<std::vector<Topic>> topics() const;
  [[nodiscard]] Result<Topic> topic(const std::string& arn) const;
  /// As GetTopicAttributes answers: those set, and what is counted and computed.
  [[nodiscard]] Result<Attributes> topic_attributes(const std::string& arn) const;
  Result<void> set_topic_attribute(const std::string& arn,
                                   const std::string& name,
                                   const std::string& value);
  Result<void> tag_topic(const std::string& arn, const Attributes& tags);
  Result<void> untag_topic(const std::string& arn, const std::vector<std::string>& keys);

  /// Waits for confirmation, unless the configuration spares it: a token is sent to the endpoint.
  /// The same again gives the same subscription, and sends another token while it waits; those
  /// before stay good.
  Result<Subscription> subscribe(const NewSubscription& wanted);
  /// `token`: what the endpoint was sent. Doing it twice is no error; the second time may still add
  /// that only a signed client may end the subscription, and takes nothing back. `denied`: terms
  /// that this caller may not ask for.
  Result<Subscription> confirm_subscription(const std::string& topic_arn,
                                            const std::string& token,
                                            const ConfirmTerms& terms = {});
  /// A web endpoint is told, with a token that subscribes it again. Not there: no error. `denied`:
  /// it was confirmed so that only a signed client may end it.
  Result<void> unsubscribe(const std::string& arn, Caller caller = Caller::anyone);
  /// Of one topic, or all for ""; by ARN. Without those removed.
  [[nodiscard]] Result<std::vector<Subscription>> subscriptions(const std::string& topic_arn) const;
  [[nodiscard]] Result<Subscription> subscription(const std::string& arn) const;
  [[nodiscard]] Result<Attributes> subscription_attributes(const std::string& arn) const;
  Result<void> set_subscription_attribute(const std::string& arn,
                                          const std::string& name,
                                          const std::string& value);

  /// Puts the message into the outbox; the MessageId that its receivers see.
  Result<std::string> publish(const Publication& publication);

 private:
  class Commands;
  std::unique_ptr<Commands> commands_;
};

}  // namespace tidemark::act
