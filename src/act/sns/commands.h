#pragma once

#include <optional>
#include <string>
#include <vector>

#include "act/sns/documents.h"
#include "act/topics.h"

namespace tidemark::act::sns {

/// What is kept of SNS, read, changed and written back. One command at a time: the caller sees to
/// that.
class Commands {
 public:
  explicit Commands(Topics::Deps deps) : deps_(std::move(deps)) {}

  Result<std::string> create_topic(const Topics::NewTopic& wanted);
  Result<void> delete_topic(const std::string& arn);
  Result<void> set_topic_attribute(const std::string& arn,
                                   const std::string& name,
                                   const std::string& value);
  Result<void> tag_topic(const std::string& arn, const Attributes& tags);
  Result<void> untag_topic(const std::string& arn, const std::vector<std::string>& keys);
  Result<Subscription> subscribe(const Topics::NewSubscription& wanted);
  Result<Subscription> confirm(const std::string& topic_arn,
                               const std::string& token,
                               const ConfirmTerms& terms);
  Result<void> unsubscribe(const std::string& arn, Caller caller);
  Result<void> set_subscription_attribute(const std::string& arn,
                                          const std::string& name,
                                          const std::string& value);
  /// Reads only, and adds to the outbox: needs no turn.
  [[nodiscard]] Result<std::string> publish(const Publication& publication) const;

  [[nodiscard]] Result<Topic> topic(const std::string& arn) const;
  [[nodiscard]] Result<Subscription> subscription(const std::string& arn) const;
  /// Those not removed.
  [[nodiscard]] Result<std::vector<Subscription>> subscriptions(const std::string& topic_arn) const;

 private:
  [[nodiscard]] bool needs_confirmation(const std::string& protocol) const;
  [[nodiscard]] std::string new_token() const;
  /// For one more message; those before stay good.
  void add_token(Subscription* subscription) const;
  /// The only one from now on.
  void replace_tokens(Subscription* subscription) const;
  [[nodiscard]] ControlChange about(PublishBody::Kind kind, const Subscription& subscription) const;
  [[nodiscard]] Subscription new_subscription(const Topics::NewSubscription& wanted) const;
  /// Of subscriptions removed so long ago that their token is worth nothing any more.
  [[nodiscard]] Result<std::vector<ControlChange>> forget_removed() const;
  [[nodiscard]] Result<void> save(std::vector<ControlChange> changes, bool wake) const;

  Topics::Deps deps_;
};

}  // namespace tidemark::act::sns
