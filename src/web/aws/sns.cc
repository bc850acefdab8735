#include <fmt/format.h>

#include "act/arn.h"
#include "codec/utf8.h"
#include "net/http.h"
#include "web/aws/actions.h"

namespace tidemark::web::aws {
namespace {

constexpr std::size_t kPage = 100;

AwsError to_sns_error(const Error& error) {
  switch (error.code) {
    case Errc::invalid:
      return {"InvalidParameterException", error.what, 0, {}};
    case Errc::not_found:
      return {"NotFoundException", error.what, 0, {}};
    case Errc::denied:
      return {"AuthorizationErrorException", error.what, 0, {}};
    default:
      return to_aws_error(error);
  }
}

#define TM_SNS_TRY(declaration, expression)                                              \
  auto TM_CONCAT(tm_sns_, __LINE__) = (expression);                                      \
  if (!TM_CONCAT(tm_sns_, __LINE__)) {                                                   \
    return tl::unexpected<AwsError>(to_sns_error(TM_CONCAT(tm_sns_, __LINE__).error())); \
  }                                                                                      \
  declaration = *std::move(TM_CONCAT(tm_sns_, __LINE__))

/// TagResource and its kin have a code of their own for what is not there.
AwsError to_tag_error(const Error& error) {
  if (error.code != Errc::not_found) return to_sns_error(error);
  return {"ResourceNotFoundException", "Resource does not exist", 0, {}};
}

Answer done(const Result<void>& result) {
  if (!result) return tl::unexpected(to_sns_error(result.error()));
  return Document();
}

Answer tagged(const Result<void>& result) {
  if (!result) return tl::unexpected(to_tag_error(result.error()));
  return Document();
}

std::string text(const Context& context, std::string_view member) {
  return std::string(context.input().text_at(member).value_or(""));
}

/// Topics and subscriptions are kept apart by account and region as alarms are.
bool is_in_scope(const Context& context, const act::Arn& arn) {
  return arn.account == context.account() && arn.region == context.region();
}

/// Those of the topics or subscriptions that are of the caller's account and region.
template <typename T>
std::vector<T> in_scope(const Context& context, std::vector<T> items) {
  std::erase_if(items, [&](const T& item) {
    const auto arn = act::parse_arn(item.arn);
    return !arn || !is_in_scope(context, *arn);
  });
  return items;
}

/// The ARN that a call names in `member`. A signed call reaches what is of its own account and
/// region: SNS calls the ARN of another region an invalid parameter. The links of messages have
/// neither.
Result<std::string> arn_at(const Context& context, const char* member) {
  std::string arn = text(context, member);
  const auto parts = act::parse_arn(arn);
  if (!parts || !context.is_signed() || is_in_scope(context, *parts)) return arn;
  if (parts->region != context.region()) {
    return fail(Errc::invalid,
                fmt::format("Invalid parameter: {} Reason: it is of region {}, the call is for {}",
                            member,
                            codec::replace_invalid_utf8(parts->region.substr(0, 64)),
                            context.region()));
  }
  return fail(Errc::not_found,
              std::string_view(member) == "SubscriptionArn" ? "Subscription does not exist"
                                                            : "Topic does not exist");
}

act::Caller caller_of(const Context& context) {
  return context.is_signed() ? act::Caller::signed_client : act::Caller::anyone;
}

/// A text that says true or false; absent: false. Anything else is refused, since taking it for
/// false would leave open what somebody meant to close.
Result<bool> flag_at(const Context& context, const char* member) {
  const std::string value = text(context, member);
  if (net::equal_ignoring_case(value, "true")) return true;
  if (value.empty() || net::equal_ignoring_case(value, "false")) return false;
  return fail(Errc::invalid,
              fmt::format("Invalid parameter: {} Reason: must be true or false", member));
}

act::Attributes read_attributes(const Document& input, std::string_view member) {
  act::Attributes out;
  const Document* map = input.find(member);
  if (map == nullptr || !map->is_map()) return out;
  for (const codec::DocumentMember& item : map->as_map()) {
    if (item.value.is_string()) out[item.key] = item.value.as_string();
  }
  return out;
}

act::Attributes read_tags(const Document& input) {
  act::Attributes out;
  for (const Document& tag : input.list_at("Tags")) {
    out[std::string(tag.text_at("Key").value_or(""))] = tag.text_at("Value").value_or("");
  }
  return out;
}

Document attributes_document(const act::Attributes& attributes) {
  Document map = Document::map();
  for (const auto& [name, value] : attributes)
    map.set(name, value);
  return {{"Attributes", std::move(map)}};
}

std::string shown_arn(const act::Subscription& subscription) {
  return subscription.state == act::Subscription::State::pending ? "PendingConfirmation"
                                                                 : subscription.arn;
}

/// A page of `items` behind the one that `token` names by its ARN; sets NextToken.
template <typename T, typename Show>
Answer page_of(const std::vector<T>& items,
               const std::string& token,
               const char* member,
               const Show& show) {
  auto at = items.begin();
  if (!token.empty()) {
    at = std::find_if(items.begin(), items.end(), [&](const T& item) { return item.arn == token; });
    if (at == items.end()) {
      return refuse("InvalidParameterException", "Invalid parameter: NextToken");
    }
    ++at;
  }
  Document list = Document::list();
  for (; at != items.end() && list.size() < kPage; ++at)
    list.push_back(show(*at));
  Document out;
  out.set(member, std::move(list));
  if (at != items.end()) out.set("NextToken", std::prev(at)->arn);
  return out;
}

Answer subscription_page(const Context& context, const std::vector<act::Subscription>& items) {
  return page_of(
      items, text(context, "NextToken"), "Subscriptions", [](const act::Subscription& item) {
        return Document{{"SubscriptionArn", shown_arn(item)},
                        {"Owner", item.owner},
                        {"Protocol", item.protocol},
                        {"Endpoint", item.endpoint},
                        {"TopicArn", item.topic_arn}};
      });
}

}  // namespace

Answer sns_create_topic(const Context& context) {
  act::Topics::NewTopic wanted;
  wanted.name = text(context, "Name");
  wanted.region = context.region();
  wanted.attributes = read_attributes(context.input(), "Attributes");
  wanted.tags = read_tags(context.input());
  TM_SNS_TRY(const auto arn, context.services.topics.create_topic(wanted));
  return Document{{"TopicArn", arn}};
}

Answer sns_delete_topic(const Context& context) {
  TM_SNS_TRY(const auto arn, arn_at(context, "TopicArn"));
  return done(context.services.topics.delete_topic(arn));
}

Answer sns_list_topics(const Context& context) {
  TM_SNS_TRY(auto all, context.services.topics.topics());
  return page_of(in_scope(context, std::move(all)),
                 text(context, "NextToken"),
                 "Topics",
                 [](const act::Topic& item) { return Document{{"TopicArn", item.arn}}; });
}

Answer sns_get_topic_attributes(const Context& context) {
  TM_SNS_TRY(const auto arn, arn_at(context, "TopicArn"));
  TM_SNS_TRY(const auto attributes, context.services.topics.topic_attributes(arn));
  return attributes_document(attributes);
}

Answer sns_set_topic_attributes(const Context& context) {
  TM_SNS_TRY(const auto arn, arn_at(context, "TopicArn"));
  return done(context.services.topics.set_topic_attribute(
      arn, text(context, "AttributeName"), text(context, "AttributeValue")));
}

Answer sns_subscribe(const Context& context) {
  act::Topics::NewSubscription wanted;
  TM_SNS_TRY(wanted.topic_arn, arn_at(context, "TopicArn"));
  wanted.protocol = text(context, "Protocol");
  wanted.endpoint = text(context, "Endpoint");
  wanted.attributes = read_attributes(context.input(), "Attributes");
  TM_SNS_TRY(const auto subscription, context.services.topics.subscribe(wanted));
  const bool pending = subscription.state == act::Subscription::State::pending;
  const bool show = context.input().bool_at("ReturnSubscriptionArn").value_or(false);
  return Document{
      {"SubscriptionArn", pending && !show ? "pending confirmation" : subscription.arn}};
}

Answer sns_confirm_subscription(const Context& context) {
  act::ConfirmTerms terms;
  terms.caller = caller_of(context);
  TM_SNS_TRY(terms.authenticate_on_unsubscribe, flag_at(context, "AuthenticateOnUnsubscribe"));
  TM_SNS_TRY(const auto arn, arn_at(context, "TopicArn"));
  TM_SNS_TRY(const auto subscription,
             context.services.topics.confirm_subscription(arn, text(context, "Token"), terms));
  return Document{{"SubscriptionArn", subscription.arn}};
}

Answer sns_unsubscribe(const Context& context) {
  TM_SNS_TRY(const auto arn, arn_at(context, "SubscriptionArn"));
  return done(context.services.topics.unsubscribe(arn, caller_of(context)));
}

Answer sns_list_subscriptions(const Context& context) {
  TM_SNS_TRY(auto all, context.services.topics.subscriptions(""));
  return subscription_page(context, in_scope(context, std::move(all)));
}

Answer sns_list_subscriptions_by_topic(const Context& context) {
  TM_SNS_TRY(const auto arn, arn_at(context, "TopicArn"));
  TM_SNS_TRY([[maybe_unused]] const auto topic, context.services.topics.topic(arn));
  TM_SNS_TRY(const auto of_topic, context.services.topics.subscriptions(arn));
  return subscription_page(context, of_topic);
}

Answer sns_get_subscription_attributes(const Context& context) {
  TM_SNS_TRY(const auto arn, arn_at(context, "SubscriptionArn"));
  TM_SNS_TRY(const auto attributes, context.services.topics.subscription_attributes(arn));
  return attributes_document(attributes);
}

Answer sns_set_subscription_attributes(const Context& context) {
  TM_SNS_TRY(const auto arn, arn_at(context, "SubscriptionArn"));
  return done(context.services.topics.set_subscription_attribute(
      arn, text(context, "AttributeName"), text(context, "AttributeValue")));
}

Answer sns_publish(const Context& context) {
  act::Publication publication;
  const bool by_topic = !text(context, "TopicArn").empty();
  TM_SNS_TRY(publication.topic_arn, arn_at(context, by_topic ? "TopicArn" : "TargetArn"));
  publication.subject = text(context, "Subject");
  publication.message = text(context, "Message");
  publication.by_protocol = text(context, "MessageStructure") == "json";
  if (const Document* attributes = context.input().find("MessageAttributes")) {
    for (const codec::DocumentMember& item : attributes->as_map()) {
      const Document* binary = item.value.find("BinaryValue");
      publication.attributes[item.key] = {
          std::string(item.value.text_at("DataType").value_or("")),
          binary != nullptr && binary->is_blob()
              ? codec::encode_base64(binary->as_blob())
              : std::string(item.value.text_at("StringValue").value_or(""))};
    }
  }
  TM_SNS_TRY(const auto id, context.services.topics.publish(publication));
  return Document{{"MessageId", id}};
}

Answer sns_tag_resource(const Context& context) {
  const auto arn = arn_at(context, "ResourceArn");
  if (!arn) return tl::unexpected(to_tag_error(arn.error()));
  return tagged(context.services.topics.tag_topic(*arn, read_tags(context.input())));
}

Answer sns_untag_resource(const Context& context) {
  const auto arn = arn_at(context, "ResourceArn");
  if (!arn) return tl::unexpected(to_tag_error(arn.error()));
  return tagged(context.services.topics.untag_topic(*arn, context.input().texts_at("TagKeys")));
}

Answer sns_list_tags_for_resource(const Context& context) {
  const auto arn = arn_at(context, "ResourceArn");
  if (!arn) return tl::unexpected(to_tag_error(arn.error()));
  const auto topic = context.services.topics.topic(*arn);
  if (!topic) return tl::unexpected(to_tag_error(topic.error()));
  Document tags = Document::list();
  for (const auto& [key, value] : topic->tags)
    tags.push_back({{"Key", key}, {"Value", value}});
  return Document{{"Tags", std::move(tags)}};
}

Answer sts_get_caller_identity(const Context& context) {
  const std::string& account = context.account();
  return Document{{"UserId", context.call.access_key.empty() ? account : context.call.access_key},
                  {"Account", account},
                  {"Arn", fmt::format("arn:aws:iam::{}:root", account)}};
}

}  // namespace tidemark::web::aws
