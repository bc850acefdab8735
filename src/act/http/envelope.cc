#include "act/http/envelope.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "act/message/alarm_message.h"
#include "act/sns/links.h"
#include "act/sns/rules.h"
#include "codec/json.h"
#include "codec/utf8.h"

namespace tidemark::act::http {
namespace {

using codec::Document;

/// "2026-11-23T13:26:24.362Z": SNS always writes milliseconds.
std::string sns_time(Timestamp at) {
  std::string text = format_rfc3339(at);
  if (text.find('.') == std::string::npos) text.insert(text.size() - 1, ".000");
  return text;
}

/// The members of an SNS message that are signed, in the order of the signature.
class SignedMembers {
 public:
  void add(const char* name, std::string_view value) {
    if (!value.empty()) members_.emplace_back(name, codec::replace_invalid_utf8(value));
  }
  /// Names and values, each on a line, sorted by name.
  [[nodiscard]] std::string text_to_sign() const {
    auto sorted = members_;
    std::sort(sorted.begin(), sorted.end());
    std::string out;
    for (const auto& [name, value] : sorted)
      out.append(name).append("\n").append(value).append("\n");
    return out;
  }
  void write_to(Document* out) const {
    for (const auto& [name, value] : members_)
      out->set(name, value);
  }

 private:
  std::vector<std::pair<std::string, std::string>> members_;
};

const char* type_of(Notice::Kind kind) {
  switch (kind) {
    case Notice::Kind::confirmation:
      return "SubscriptionConfirmation";
    case Notice::Kind::removal:
      return "UnsubscribeConfirmation";
    default:
      return "Notification";
  }
}

std::string message_of(const Notice& notice) {
  switch (notice.kind) {
    case Notice::Kind::alarm:
      return alarm_message(*notice.transition);
    case Notice::Kind::publication:
      return sns::message_for(*notice.publication, notice.subscription->protocol);
    case Notice::Kind::confirmation:
      return fmt::format(
          "You have chosen to subscribe to the topic {}.\nTo confirm the"
          " subscription, visit the SubscribeURL included in this message.",
          notice.subscription->topic_arn);
    case Notice::Kind::removal:
      return fmt::format(
          "You have chosen to deactivate subscription {}.\nTo cancel this operation"
          " and restore the subscription, visit the SubscribeURL included in this"
          " message.",
          notice.subscription->arn);
  }
  return "";
}

std::string subject_of(const Notice& notice) {
  if (notice.kind == Notice::Kind::alarm) return alarm_subject(*notice.transition);
  return notice.kind == Notice::Kind::publication ? notice.publication->subject : "";
}

MessageSigner::Version version_of(const Topic& topic) {
  const auto set = topic.attributes.find("SignatureVersion");
  const bool second = set != topic.attributes.end() && set->second == "2";
  return second ? MessageSigner::Version::sha256 : MessageSigner::Version::sha1;
}

Document attributes_of(const Publication& publication) {
  Document out = Document::map();
  for (const auto& [name, attribute] : publication.attributes) {
    out.set(name, Document{{"Type", attribute.type}, {"Value", attribute.value}});
  }
  return out;
}

}  // namespace

Post make_post(const Notice& notice, const MessageSigner& signer, const ActConfig& config) {
  const Subscription& subscription = *notice.subscription;
  const bool is_notification =
      notice.kind == Notice::Kind::alarm || notice.kind == Notice::Kind::publication;
  Post out{.type = type_of(notice.kind),
           .topic = subscription.topic_arn,
           .message_id = notice.message_id,
           .raw = is_notification && subscription.is_raw(),
           .payload = message_of(notice)};
  if (out.raw) return out;

  SignedMembers members;
  members.add("Type", out.type);
  members.add("MessageId", out.message_id);
  if (!is_notification) members.add("Token", subscription.token);
  members.add("TopicArn", out.topic);
  members.add("Subject", subject_of(notice));
  members.add("Message", out.payload);
  if (!is_notification) {
    members.add("SubscribeURL", sns::confirm_url(config, out.topic, subscription.token));
  }
  members.add("Timestamp", sns_time(notice.at));

  const auto version = version_of(*notice.topic);
  Document body = Document::map();
  members.write_to(&body);
  body.set("SignatureVersion", version == MessageSigner::Version::sha256 ? "2" : "1");
  body.set("Signature", signer.sign(members.text_to_sign(), version));
  body.set("SigningCertURL", sns::certificate_url(config));
  if (is_notification) body.set("UnsubscribeURL", sns::unsubscribe_url(config, subscription.arn));
  if (notice.kind == Notice::Kind::publication && !notice.publication->attributes.empty()) {
    body.set("MessageAttributes", attributes_of(*notice.publication));
  }
  out.payload = codec::write_json(body);
  return out;
}

std::string to_json(const Post& post) {
  return codec::write_json(Document{{"type", post.type},
                                    {"topic", post.topic},
                                    {"message_id", post.message_id},
                                    {"raw", post.raw},
                                    {"payload", post.payload}});
}

Result<Post> post_from_json(const std::string& text) {
  TM_TRY(const Document from, codec::read_json(text));
  const auto member = [&](const char* key) { return std::string(from.text_at(key).value_or("")); };
  return Post{.type = member("type"),
              .topic = member("topic"),
              .message_id = member("message_id"),
              .raw = from.bool_at("raw").value_or(false),
              .payload = member("payload")};
}

}  // namespace tidemark::act::http
