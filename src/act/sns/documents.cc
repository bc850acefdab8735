#include "act/sns/documents.h"

#include <array>
#include <utility>

#include "codec/document.h"
#include "codec/json.h"

namespace tidemark::act::sns {
namespace {

using codec::Document;

template <typename E>
using Names = std::array<std::pair<E, std::string_view>, 3>;

constexpr Names<Subscription::State> kStates{{{Subscription::State::pending, "pending"},
                                              {Subscription::State::confirmed, "confirmed"},
                                              {Subscription::State::removed, "removed"}}};
constexpr Names<PublishBody::Kind> kKinds{{{PublishBody::Kind::publication, "publication"},
                                           {PublishBody::Kind::confirmation, "confirmation"},
                                           {PublishBody::Kind::removal, "removal"}}};

template <typename E>
std::string_view name_of(const Names<E>& names, E value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  return names[0].second;
}

template <typename E>
Result<E> value_of(const Names<E>& names, std::string_view text) {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return fail(Errc::corrupt, "a kept SNS document names an unknown state");
}

Document write(const Attributes& attributes) {
  Document out = Document::map();
  for (const auto& [name, value] : attributes)
    out.set(name, value);
  return out;
}

std::string text(const Document& from, std::string_view key) {
  return std::string(from.text_at(key).value_or(""));
}

Attributes read_attributes(const Document& from, std::string_view key) {
  Attributes out;
  const Document* found = from.find(key);
  if (found == nullptr || !found->is_map()) return out;
  for (const auto& member : found->as_map()) {
    if (member.value.is_string()) out[member.key] = member.value.as_string();
  }
  return out;
}

Timestamp read_time(const Document& from, std::string_view key) {
  return Timestamp::from_ms(from.int_at(key).value_or(0));
}

Result<Document> parse(const std::string& text) {
  auto document = codec::read_json(text);
  if (!document) return fail(Errc::corrupt, "a kept SNS document: " + document.error().what);
  return document;
}

Document write(const std::vector<Subscription::EarlierToken>& tokens) {
  Document out = Document::list();
  for (const auto& each : tokens)
    out.push_back(Document{{"token", each.token}, {"until_ms", each.until.ms()}});
  return out;
}

std::vector<Subscription::EarlierToken> read_earlier_tokens(const Document& from) {
  std::vector<Subscription::EarlierToken> out;
  for (const Document& each : from.list_at("earlier_tokens")) {
    out.push_back({.token = text(each, "token"), .until = read_time(each, "until_ms")});
  }
  return out;
}

Document write(const Publication& publication) {
  Document attributes = Document::map();
  for (const auto& [name, attribute] : publication.attributes) {
    attributes.set(name, Document{{"type", attribute.type}, {"value", attribute.value}});
  }
  return Document{{"topic_arn", publication.topic_arn},
                  {"subject", publication.subject},
                  {"message", publication.message},
                  {"by_protocol", publication.by_protocol},
                  {"attributes", std::move(attributes)}};
}

Publication read_publication(const Document& from) {
  Publication out{.topic_arn = text(from, "topic_arn"),
                  .subject = text(from, "subject"),
                  .message = text(from, "message"),
                  .by_protocol = from.bool_at("by_protocol").value_or(false),
                  .attributes = {}};
  const Document* attributes = from.find("attributes");
  if (attributes == nullptr || !attributes->is_map()) return out;
  for (const auto& member : attributes->as_map()) {
    out.attributes[member.key] = {.type = text(member.value, "type"),
                                  .value = text(member.value, "value")};
  }
  return out;
}

template <typename T, typename Read>
Result<std::vector<T>> read_all(ControlStore& store, const char* collection, Read read) {
  TM_TRY(const auto documents, store.documents(collection));
  std::vector<T> out;
  out.reserve(documents.size());
  for (const ControlDocument& document : documents) {
    TM_TRY(auto value, read(document.body));
    out.push_back(std::move(value));
  }
  return out;
}

}  // namespace

std::string to_json(const Topic& topic) {
  return codec::write_json(Document{{"arn", topic.arn},
                                    {"name", topic.name},
                                    {"owner", topic.owner},
                                    {"attributes", write(topic.attributes)},
                                    {"tags", write(topic.tags)},
                                    {"created_at_ms", topic.created_at.ms()}});
}

Result<Topic> topic_from_json(const std::string& json) {
  TM_TRY(const Document from, parse(json));
  return Topic{.arn = text(from, "arn"),
               .name = text(from, "name"),
               .owner = text(from, "owner"),
               .attributes = read_attributes(from, "attributes"),
               .tags = read_attributes(from, "tags"),
               .created_at = read_time(from, "created_at_ms")};
}

std::string to_json(const Subscription& subscription) {
  return codec::write_json(
      Document{{"arn", subscription.arn},
               {"topic_arn", subscription.topic_arn},
               {"protocol", subscription.protocol},
               {"endpoint", subscription.endpoint},
               {"owner", subscription.owner},
               {"attributes", write(subscription.attributes)},
               {"state", name_of(kStates, subscription.state)},
               {"token", subscription.token},
               {"token_until_ms", subscription.token_until.ms()},
               {"earlier_tokens", write(subscription.earlier_tokens)},
               {"confirmation_was_authenticated", subscription.confirmation_was_authenticated},
               {"authenticate_on_unsubscribe", subscription.authenticate_on_unsubscribe}});
}

Result<Subscription> subscription_from_json(const std::string& json) {
  TM_TRY(const Document from, parse(json));
  TM_TRY(const auto state, value_of(kStates, text(from, "state")));
  // What versions before did not write reads as none and no.
  const auto yes = [&](const char* key) { return from.bool_at(key).value_or(false); };
  return Subscription{.arn = text(from, "arn"),
                      .topic_arn = text(from, "topic_arn"),
                      .protocol = text(from, "protocol"),
                      .endpoint = text(from, "endpoint"),
                      .owner = text(from, "owner"),
                      .attributes = read_attributes(from, "attributes"),
                      .state = state,
                      .token = text(from, "token"),
                      .token_until = read_time(from, "token_until_ms"),
                      .earlier_tokens = read_earlier_tokens(from),
                      .confirmation_was_authenticated = yes("confirmation_was_authenticated"),
                      .authenticate_on_unsubscribe = yes("authenticate_on_unsubscribe")};
}

std::string to_json(const PublishBody& body) {
  Document out{{"kind", name_of(kKinds, body.kind)}};
  if (body.kind == PublishBody::Kind::publication) {
    out.set("publication", write(body.publication));
  } else {
    out.set("subscription", body.subscription);
  }
  return codec::write_json(out);
}

Result<PublishBody> publish_body_from_json(const std::string& json) {
  TM_TRY(const Document from, parse(json));
  PublishBody out;
  TM_TRY(out.kind, value_of(kKinds, text(from, "kind")));
  out.subscription = text(from, "subscription");
  const Document* publication = from.find("publication");
  if (publication != nullptr) out.publication = read_publication(*publication);
  return out;
}

ControlChange put(const Topic& topic) {
  return PutDocument{{.collection = kTopics, .key = topic.arn, .body = to_json(topic)}};
}

ControlChange put(const Subscription& subscription) {
  return PutDocument{
      {.collection = kSubscriptions, .key = subscription.arn, .body = to_json(subscription)}};
}

Result<std::vector<Topic>> read_topics(ControlStore& store) {
  return read_all<Topic>(store, kTopics, topic_from_json);
}

Result<std::vector<Subscription>> read_subscriptions(ControlStore& store) {
  return read_all<Subscription>(store, kSubscriptions, subscription_from_json);
}

}  // namespace tidemark::act::sns
