#include "act/sns/commands.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "act/arn.h"
#include "act/sns/rules.h"

namespace tidemark::act::sns {
namespace {

/// As long as SNS lets a token live.
constexpr Duration kTokenLife = std::chrono::hours(72);
/// Of one subscription, good at the same time. Messages after that repeat the newest, so that no
/// link ends before its time however often somebody subscribes again.
constexpr std::size_t kTokensMax = 10;

tl::unexpected<Error> already_there(const std::string& what) {
  return fail(Errc::invalid,
              fmt::format("Invalid parameter: {0} Reason: Topic already exists with"
                          " different {1}",
                          what,
                          what == "Tags" ? "tags" : "attributes"));
}

bool is_within(const Attributes& wanted, const Attributes& had) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& entry) {
    const auto found = had.find(entry.first);
    return found != had.end() && found->second == entry.second;
  });
}

Result<void> check_new_topic(const Topics::NewTopic& wanted) {
  TM_TRY_VOID(check_topic_name(wanted.name));
  for (const auto& [name, value] : wanted.attributes) {
    TM_TRY_VOID(check_topic_attribute(name, value));
  }
  return {};
}

Result<void> check_new_subscription(const Topics::NewSubscription& wanted) {
  TM_TRY_VOID(check_arn(wanted.topic_arn, "TopicArn"));
  TM_TRY_VOID(check_endpoint(wanted.protocol, wanted.endpoint));
  for (const auto& [name, value] : wanted.attributes) {
    TM_TRY_VOID(check_subscription_attribute(name, value));
  }
  return {};
}

Result<void> check_terms(const ConfirmTerms& terms) {
  if (!terms.authenticate_on_unsubscribe || terms.caller == Caller::signed_client) return {};
  return fail(Errc::denied, "AuthenticateOnUnsubscribe may be true only in a signed call");
}

/// Whether confirming once more under these terms would change a subscription.
bool adds_to(const Subscription& subscription, const ConfirmTerms& terms) {
  return terms.authenticate_on_unsubscribe && !subscription.authenticate_on_unsubscribe;
}

/// Until when `token` is good for a subscription; nullopt: it is none of its tokens.
std::optional<Timestamp> end_of(const std::string& token, const Subscription& subscription) {
  if (token.empty()) return std::nullopt;
  if (token == subscription.token) return subscription.token_until;
  for (const auto& earlier : subscription.earlier_tokens) {
    if (token == earlier.token) return earlier.until;
  }
  return std::nullopt;
}

}  // namespace

Result<Topic> Commands::topic(const std::string& arn) const {
  TM_TRY_VOID(check_arn(arn, "TopicArn"));
  TM_TRY(auto topics, read_topics(deps_.store));
  for (Topic& topic : topics) {
    if (topic.arn == arn) return std::move(topic);
  }
  return fail(Errc::not_found, "Topic does not exist");
}

Result<std::vector<Subscription>> Commands::subscriptions(const std::string& topic_arn) const {
  TM_TRY(auto out, read_subscriptions(deps_.store));
  std::erase_if(out, [&](const Subscription& s) {
    return s.state == Subscription::State::removed ||
           (!topic_arn.empty() && s.topic_arn != topic_arn);
  });
  return out;
}

Result<Subscription> Commands::subscription(const std::string& arn) const {
  TM_TRY_VOID(check_arn(arn, "SubscriptionArn"));
  TM_TRY(auto all, subscriptions(""));
  for (Subscription& subscription : all) {
    if (subscription.arn == arn) return std::move(subscription);
  }
  return fail(Errc::not_found, "Subscription does not exist");
}

Result<std::string> Commands::create_topic(const Topics::NewTopic& wanted) {
  TM_TRY_VOID(check_new_topic(wanted));
  std::string arn = topic_arn(wanted.region, deps_.config.account, wanted.name);
  const auto known = topic(arn);
  if (known) {
    if (!is_within(wanted.attributes, known->attributes)) return already_there("Attributes");
    if (!is_within(wanted.tags, known->tags)) return already_there("Tags");
    return arn;
  }
  if (known.error().code != Errc::not_found) return tl::unexpected(known.error());
  const Topic created{.arn = arn,
                      .name = wanted.name,
                      .owner = deps_.config.account,
                      .attributes = wanted.attributes,
                      .tags = wanted.tags,
                      .created_at = deps_.clock.wall()};
  TM_TRY_VOID(save({put(created)}, false));
  return arn;
}

Result<void> Commands::delete_topic(const std::string& arn) {
  TM_TRY_VOID(check_arn(arn, "TopicArn"));
  TM_TRY(const auto all, read_subscriptions(deps_.store));
  std::vector<ControlChange> changes{DeleteDocument{.collection = kTopics, .key = arn}};
  for (const Subscription& subscription : all) {
    if (subscription.topic_arn != arn) continue;
    changes.emplace_back(DeleteDocument{.collection = kSubscriptions, .key = subscription.arn});
  }
  return save(std::move(changes), false);
}

Result<void> Commands::set_topic_attribute(const std::string& arn,
                                           const std::string& name,
                                           const std::string& value) {
  TM_TRY(auto changed, topic(arn));
  TM_TRY_VOID(check_topic_attribute(name, value));
  changed.attributes[name] = value;
  return save({put(changed)}, false);
}

Result<void> Commands::tag_topic(const std::string& arn, const Attributes& tags) {
  TM_TRY(auto changed, topic(arn));
  for (const auto& [key, value] : tags)
    changed.tags[key] = value;
  return save({put(changed)}, false);
}

Result<void> Commands::untag_topic(const std::string& arn, const std::vector<std::string>& keys) {
  TM_TRY(auto changed, topic(arn));
  for (const std::string& key : keys)
    changed.tags.erase(key);
  return save({put(changed)}, false);
}

bool Commands::needs_confirmation(const std::string& protocol) const {
  return protocol == "email" ? !deps_.config.auto_confirm_email : !deps_.config.auto_confirm_http;
}

std::string Commands::new_token() const {
  std::string out;
  for (int i = 0; i < 4; ++i)
    out += fmt::format("{:016x}", deps_.random.next());
  return out;
}

void Commands::replace_tokens(Subscription* subscription) const {
  subscription->earlier_tokens.clear();
  subscription->token = new_token();
  subscription->token_until = deps_.clock.machine_wall() + kTokenLife;
}

void Commands::add_token(Subscription* subscription) const {
  const Timestamp now = deps_.clock.machine_wall();
  auto& earlier = subscription->earlier_tokens;
  std::erase_if(earlier, [&](const auto& each) { return each.until < now; });
  if (earlier.size() + 1 < kTokensMax) {
    const bool good = !subscription->token.empty() && subscription->token_until >= now;
    if (good) earlier.push_back({subscription->token, subscription->token_until});
    subscription->token = new_token();
  }
  subscription->token_until = now + kTokenLife;
}

ControlChange Commands::about(PublishBody::Kind kind, const Subscription& subscription) const {
  return OutboxRow{.id = 0,
                   .transition_id = make_uuid(deps_.random),
                   .action = subscription.topic_arn,
                   .at = deps_.clock.wall(),
                   .body = to_json(PublishBody{
                       .kind = kind, .publication = {}, .subscription = subscription.arn}),
                   .kind = "publish"};
}

Subscription Commands::new_subscription(const Topics::NewSubscription& wanted) const {
  return {.arn = wanted.topic_arn + ":" + make_uuid(deps_.random),
          .topic_arn = wanted.topic_arn,
          .protocol = wanted.protocol,
          .endpoint = wanted.endpoint,
          .owner = deps_.config.account,
          .attributes = wanted.attributes,
          .state = Subscription::State::pending,
          .token = "",
          .token_until = {},
          .earlier_tokens = {}};
}

Result<std::vector<ControlChange>> Commands::forget_removed() const {
  TM_TRY(const auto all, read_subscriptions(deps_.store));
  std::vector<ControlChange> out;
  for (const Subscription& s : all) {
    if (s.state == Subscription::State::removed && s.token_until < deps_.clock.machine_wall()) {
      out.emplace_back(DeleteDocument{.collection = kSubscriptions, .key = s.arn});
    }
  }
  return out;
}

Result<Subscription> Commands::subscribe(const Topics::NewSubscription& wanted) {
  TM_TRY_VOID(check_new_subscription(wanted));
  TM_TRY_VOID(topic(wanted.topic_arn));
  TM_TRY(const auto known, subscriptions(wanted.topic_arn));
  TM_TRY(auto changes, forget_removed());
  const auto same = std::find_if(known.begin(), known.end(), [&](const Subscription& s) {
    return s.protocol == wanted.protocol && s.endpoint == wanted.endpoint;
  });
  if (same != known.end() && !is_within(wanted.attributes, same->attributes)) {
    return fail(Errc::invalid,
                "Invalid parameter: Attributes Reason: Subscription already exists"
                " with different attributes");
  }
  if (same != known.end() && same->state == Subscription::State::confirmed) return *same;
  Subscription out = same != known.end() ? *same : new_subscription(wanted);
  const bool confirm = needs_confirmation(out.protocol);
  if (confirm) {
    add_token(&out);
    changes.push_back(about(PublishBody::Kind::confirmation, out));
  } else {
    out.state = Subscription::State::confirmed;
  }
  changes.push_back(put(out));
  TM_TRY_VOID(save(std::move(changes), confirm));
  return out;
}

Result<Subscription> Commands::confirm(const std::string& topic_arn,
                                       const std::string& token,
                                       const ConfirmTerms& terms) {
  TM_TRY_VOID(check_terms(terms));
  TM_TRY_VOID(topic(topic_arn));
  TM_TRY(auto all, read_subscriptions(deps_.store));
  const auto found = std::find_if(all.begin(), all.end(), [&](const Subscription& s) {
    return s.topic_arn == topic_arn && end_of(token, s).has_value();
  });
  if (found == all.end()) return fail(Errc::invalid, "Invalid parameter: Token");
  const bool confirmed = found->state == Subscription::State::confirmed;
  if (confirmed && !adds_to(*found, terms)) return *found;
  if (*end_of(token, *found) < deps_.clock.machine_wall()) {
    return fail(Errc::invalid, "Invalid parameter: Token Reason: Token has expired");
  }
  found->state = Subscription::State::confirmed;
  found->confirmation_was_authenticated = terms.caller == Caller::signed_client;
  found->authenticate_on_unsubscribe = terms.authenticate_on_unsubscribe;
  TM_TRY_VOID(save({put(*found)}, false));
  return *found;
}

Result<void> Commands::unsubscribe(const std::string& arn, Caller caller) {
  auto found = subscription(arn);
  if (!found && found.error().code == Errc::not_found) return {};
  TM_TRY(auto gone, std::move(found));
  if (gone.authenticate_on_unsubscribe && caller != Caller::signed_client) {
    return fail(Errc::denied,
                fmt::format("{} was confirmed with AuthenticateOnUnsubscribe: only a signed call of"
                            " Unsubscribe may end it",
                            arn));
  }
  const bool confirmed = gone.state == Subscription::State::confirmed;
  if (!confirmed || gone.protocol == "email") {
    return save({DeleteDocument{.collection = kSubscriptions, .key = arn}}, false);
  }
  // Kept for a while, so that the token sent along can bring it back.
  gone.state = Subscription::State::removed;
  replace_tokens(&gone);
  return save({put(gone), about(PublishBody::Kind::removal, gone)}, true);
}

Result<void> Commands::set_subscription_attribute(const std::string& arn,
                                                  const std::string& name,
                                                  const std::string& value) {
  TM_TRY(auto changed, subscription(arn));
  TM_TRY_VOID(check_subscription_attribute(name, value));
  changed.attributes[name] = value;
  return save({put(changed)}, false);
}

Result<std::string> Commands::publish(const Publication& publication) const {
  TM_TRY_VOID(topic(publication.topic_arn));
  TM_TRY_VOID(check_publication(publication));
  std::string message_id = make_uuid(deps_.random);
  OutboxRow row{
      .id = 0,
      .transition_id = message_id,
      .action = publication.topic_arn,
      .at = deps_.clock.wall(),
      .body = to_json(PublishBody{
          .kind = PublishBody::Kind::publication, .publication = publication, .subscription = ""}),
      .kind = "publish"};
  TM_TRY_VOID(save({std::move(row)}, true));
  return message_id;
}

Result<void> Commands::save(std::vector<ControlChange> changes, bool wake) const {
  TM_TRY_VOID(deps_.store.commit_and_wait(std::move(changes)));
  if (wake && deps_.wake) deps_.wake();
  return {};
}

}  // namespace tidemark::act::sns
