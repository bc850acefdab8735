#include "act/topics.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "act/sns/commands.h"
#include "act/sns/documents.h"
#include "base/worker.h"

namespace tidemark::act {
namespace {

/// What SNS gives a topic that was given no policy.
std::string default_policy(const Topic& topic) {
  return fmt::format(
      R"({{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{{"Effect":"Allow",)"
      R"("Sid":"__default_statement_ID","Principal":{{"AWS":"*"}},"Action":)"
      R"(["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission",)"
      R"("SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic",)"
      R"("SNS:Publish"],"Resource":"{}","Condition":{{"StringEquals":{{"AWS:SourceOwner":"{}"}}}}}}]}})",
      topic.arn,
      topic.owner);
}

/// The retries this server makes, in SNS's terms: 5 s, doubled up to 10 min, for 72 h.
constexpr const char* kEffectiveDeliveryPolicy =
    R"({"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":600,)"
    R"("numRetries":438,"backoffFunction":"exponential"},"disableSubscriptionOverrides":true}})";

}  // namespace

/// One command at a time: each reads, changes and writes back.
class Topics::Commands {
 public:
  explicit Commands(Deps deps) : store(deps.store), commands_(std::move(deps)), turn_("topics") {}

  template <typename F>
  auto in_turn(F command) {
    return turn_.ask([this, &command] { return command(commands_); });
  }
  [[nodiscard]] const sns::Commands& reads() const { return commands_; }

  ControlStore& store;

 private:
  sns::Commands commands_;
  Worker turn_;
};

Topics::Topics(Deps deps) : commands_(std::make_unique<Commands>(std::move(deps))) {}
Topics::~Topics() = default;

Result<std::string> Topics::create_topic(const NewTopic& wanted) {
  return commands_->in_turn([&](sns::Commands& sns) { return sns.create_topic(wanted); });
}

Result<void> Topics::delete_topic(const std::string& arn) {
  return commands_->in_turn([&](sns::Commands& sns) { return sns.delete_topic(arn); });
}

Result<std::vector<Topic>> Topics::topics() const {
  return sns::read_topics(commands_->store);
}

Result<Topic> Topics::topic(const std::string& arn) const {
  return commands_->reads().topic(arn);
}

Result<Attributes> Topics::topic_attributes(const std::string& arn) const {
  TM_TRY(const Topic topic, commands_->reads().topic(arn));
  TM_TRY(const auto all, sns::read_subscriptions(commands_->store));
  const auto count = [&](Subscription::State state) {
    return std::to_string(std::count_if(all.begin(), all.end(), [&](const Subscription& s) {
      return s.topic_arn == arn && s.state == state;
    }));
  };
  Attributes out{{"TopicArn", topic.arn},
                 {"Owner", topic.owner},
                 {"DisplayName", ""},
                 {"Policy", default_policy(topic)},
                 {"EffectiveDeliveryPolicy", kEffectiveDeliveryPolicy},
                 {"SubscriptionsConfirmed", count(Subscription::State::confirmed)},
                 {"SubscriptionsPending", count(Subscription::State::pending)},
                 {"SubscriptionsDeleted", count(Subscription::State::removed)}};
  for (const auto& [name, value] : topic.attributes)
    out[name] = value;
  return out;
}

Result<void> Topics::set_topic_attribute(const std::string& arn,
                                         const std::string& name,
                                         const std::string& value) {
  return commands_->in_turn(
      [&](sns::Commands& sns) { return sns.set_topic_attribute(arn, name, value); });
}

Result<void> Topics::tag_topic(const std::string& arn, const Attributes& tags) {
  return commands_->in_turn([&](sns::Commands& sns) { return sns.tag_topic(arn, tags); });
}

Result<void> Topics::untag_topic(const std::string& arn, const std::vector<std::string>& keys) {
  return commands_->in_turn([&](sns::Commands& sns) { return sns.untag_topic(arn, keys); });
}

Result<Subscription> Topics::subscribe(const NewSubscription& wanted) {
  return commands_->in_turn([&](sns::Commands& sns) { return sns.subscribe(wanted); });
}

Result<Subscription> Topics::confirm_subscription(const std::string& topic_arn,
                                                  const std::string& token,
                                                  const ConfirmTerms& terms) {
  return commands_->in_turn(
      [&](sns::Commands& sns) { return sns.confirm(topic_arn, token, terms); });
}

Result<void> Topics::unsubscribe(const std::string& arn, Caller caller) {
  return commands_->in_turn([&](sns::Commands& sns) { return sns.unsubscribe(arn, caller); });
}

Result<std::vector<Subscription>> Topics::subscriptions(const std::string& topic_arn) const {
  if (!topic_arn.empty()) TM_TRY_VOID(topic(topic_arn));
  return commands_->reads().subscriptions(topic_arn);
}

Result<Subscription> Topics::subscription(const std::string& arn) const {
  return commands_->reads().subscription(arn);
}

Result<Attributes> Topics::subscription_attributes(const std::string& arn) const {
  TM_TRY(const Subscription found, subscription(arn));
  const bool pending = found.state == Subscription::State::pending;
  Attributes out{
      {"SubscriptionArn", found.arn},
      {"TopicArn", found.topic_arn},
      {"Owner", found.owner},
      {"Protocol", found.protocol},
      {"Endpoint", found.endpoint},
      {"PendingConfirmation", pending ? "true" : "false"},
      {"ConfirmationWasAuthenticated", found.confirmation_was_authenticated ? "true" : "false"},
      {"RawMessageDelivery", "false"},
      {"SubscriptionPrincipal", fmt::format("arn:aws:iam::{}:root", found.owner)}};
  for (const auto& [name, value] : found.attributes)
    out[name] = value;
  return out;
}

Result<void> Topics::set_subscription_attribute(const std::string& arn,
                                                const std::string& name,
                                                const std::string& value) {
  return commands_->in_turn(
      [&](sns::Commands& sns) { return sns.set_subscription_attribute(arn, name, value); });
}

Result<std::string> Topics::publish(const Publication& publication) {
  return commands_->reads().publish(publication);
}

}  // namespace tidemark::act
