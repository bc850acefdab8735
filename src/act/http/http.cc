#include <fmt/format.h>

#include "act/action.h"
#include "act/http/envelope.h"

namespace tidemark::act::http {
namespace {

bool may_pass(int status) {
  return status == 408 || status == 429 || status >= 500;
}

/// Posts to a web endpoint as SNS does.
class HttpAction final : public Action {
 public:
  explicit HttpAction(const ActionDeps& deps)
      : http_(deps.http), signer_(deps.signer), config_(deps.config) {}

  [[nodiscard]] std::vector<std::string> protocols() const override { return {"http", "https"}; }

  [[nodiscard]] std::string compose(const Notice& notice) const override {
    return to_json(make_post(notice, signer_, config_));
  }

  Attempt send(const Delivery& delivery, const std::string& form) override {
    const auto post = post_from_json(form);
    if (!post) return Attempt::dead("the kept message cannot be read: " + post.error().what);
    net::HttpCall call;
    call.url = delivery.endpoint;
    call.timeout = config_.http_timeout;
    call.body = post->payload;
    call.headers = {{"Content-Type", "text/plain; charset=UTF-8"},
                    {"User-Agent", "Tidemark"},
                    {"x-amz-sns-message-type", post->type},
                    {"x-amz-sns-message-id", post->message_id},
                    {"x-amz-sns-topic-arn", post->topic},
                    {"Tidemark-Delivery-Id", delivery.id}};
    if (post->type != "SubscriptionConfirmation") {
      call.headers.push_back({"x-amz-sns-subscription-arn", delivery.subscription});
    }
    if (post->raw) call.headers.push_back({"x-amz-sns-rawdelivery", "true"});
    const auto reply = http_.send(call);
    return reply ? judge(*reply) : judge(reply.error());
  }

 private:
  static Attempt judge(const net::HttpReply& reply) {
    if (reply.status >= 200 && reply.status < 300) return Attempt::ok();
    const std::string words = fmt::format("the endpoint answered {}", reply.status);
    if (reply.status >= 300 && reply.status < 400) {
      return Attempt::dead(words + "; redirects are not followed");
    }
    return may_pass(reply.status) ? Attempt::later(words) : Attempt::dead(words);
  }
  static Attempt judge(const Error& error) {
    const bool final = error.code == Errc::denied || error.code == Errc::invalid;
    return final ? Attempt::dead(error.what) : Attempt::later(error.what);
  }

  net::HttpClient& http_;
  const MessageSigner& signer_;
  const ActConfig& config_;
};

}  // namespace

std::unique_ptr<Action> make(const ActionDeps& deps) {
  return std::make_unique<HttpAction>(deps);
}

}  // namespace tidemark::act::http
