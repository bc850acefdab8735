#include "web/aws/link_page.h"

#include <fmt/format.h>

#include "act/arn.h"
#include "codec/html.h"
#include "web/ui_files.h"

namespace tidemark::web::aws {
namespace {

/// The topic an ARN is of, its own or that of its subscription, as people call it.
std::string topic_name(std::string_view arn_text) {
  const auto arn = act::parse_arn(arn_text);
  return arn ? arn->resource.substr(0, arn->resource.find(':')) : "";
}

struct Words {
  std::string title;
  std::string text;     ///< sentences
  std::string command;  ///< what somebody may run at a shell; "" for none
};

Words confirmed(const std::string& topic) {
  return {
      "Subscribed", fmt::format("From now on you get the messages of the topic {}.", topic), ""};
}

Words not_confirmed(const std::string& topic, const AwsError& error, int status) {
  const std::string title = "Not subscribed";
  if (status >= 500) return {title, error.message, ""};
  if (error.code == "NotFoundException") {
    return {title, fmt::format("The topic {} is not there any more.", topic), ""};
  }
  return {title,
          "This link is not good (any more). A link to confirm works for three days, until the "
          "subscription is ended, and only if it was copied whole. To get a new one, let the same "
          "address be subscribed once more.",
          ""};
}

Words unsubscribed(const std::string& topic) {
  return {"Unsubscribed", fmt::format("You get no more messages of the topic {} here.", topic), ""};
}

Words not_unsubscribed(const std::string& topic, const AwsCall& call, const AwsError& error) {
  const std::string title = "Not unsubscribed";
  if (error.code != "AuthorizationErrorException") return {title, error.message, ""};
  const std::string arn(call.input.text_at("SubscriptionArn").value_or(""));
  const auto parts = act::parse_arn(arn);
  return {title,
          fmt::format("Only the owner of the topic {} may end this subscription: it was confirmed "
                      "so that a link alone does not. Nothing has changed. Ask the owner to run "
                      "this, with the address of this server as --endpoint-url:",
                      topic),
          fmt::format("aws sns unsubscribe --region {} --subscription-arn {}",
                      parts ? parts->region : "",
                      arn)};
}

Words words_of(const AwsCall& call, const Answer& answer, int status) {
  if (call.operation == "ConfirmSubscription") {
    const std::string topic = topic_name(call.input.text_at("TopicArn").value_or(""));
    return answer ? confirmed(topic) : not_confirmed(topic, answer.error(), status);
  }
  const std::string topic = topic_name(call.input.text_at("SubscriptionArn").value_or(""));
  return answer ? unsubscribed(topic) : not_unsubscribed(topic, call, answer.error());
}

}  // namespace

bool may_be_link(const net::HttpRequest& request, const AwsCall& call) {
  return request.method == "GET" && request.body.empty() && !request.header("authorization") &&
         call.access_key.empty();
}

bool is_link_operation(const AwsCall& call) {
  return call.service == "sns" && call.protocol == codec::AwsProtocol::query &&
         (call.operation == "ConfirmSubscription" || call.operation == "Unsubscribe");
}

net::HttpResponse link_page(const AwsCall& call, const Answer& answer, int status) {
  const Words words = words_of(call, answer, status);
  net::HttpResponse out;
  out.status = status;
  out.headers = page_headers("text/html; charset=utf-8");
  out.headers.push_back({"Cache-Control", "no-store"});
  out.body = fmt::format(
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>{0} - Tidemark</title>"
      "<body style=\"max-width:40em;margin:10vh auto;padding:0 16px;font:16px/1.5 sans-serif\">"
      "<h1>{0}</h1><p>{1}</p>",
      codec::escape_html(words.title),
      codec::escape_html(words.text));
  if (!words.command.empty()) {
    out.body += fmt::format("<pre style=\"white-space:pre-wrap;overflow-wrap:anywhere\">{}</pre>",
                            codec::escape_html(words.command));
  }
  out.body += "</body></html>\n";
  return out;
}

}  // namespace tidemark::web::aws
