#include "act/email/letter.h"

#include <fmt/format.h>

#include "act/arn.h"
#include "act/email/picture.h"
#include "act/message/alarm_message.h"
#include "act/message/words.h"
#include "act/sns/links.h"
#include "act/sns/rules.h"
#include "codec/html.h"
#include "codec/utf8.h"

namespace tidemark::act::email {
namespace {

constexpr std::size_t kPointsShown = 14;
constexpr std::size_t kSubjectMaxCharacters = 100;

constexpr const char* kHtmlHead =
    "<!doctype html><html><body style=\"margin:0;padding:16px;background:#ffffff;color:#1c1c1c;"
    "font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5\">";
constexpr const char* kHtmlFoot = "</body></html>";

std::string state_colour(const std::string& state) {
  if (state == "ALARM") return "#c62828";
  return state == "OK" ? "#2e7d32" : "#8d6e00";
}

/// A line of the short table of facts; nothing for an empty value.
struct Fact {
  const char* name;
  const std::string& value;
};

std::vector<Fact> table_of(const AlarmFacts& facts) {
  return {{"Metric", facts.metric},
          {"Dimensions", facts.dimensions},
          {"Seen", facts.seen},
          {"Usual", facts.usual},
          {"Limit", facts.limit},
          {"That is", facts.distance}};
}

std::string text_facts(const std::vector<Fact>& facts) {
  std::string out;
  for (const Fact& fact : facts) {
    if (!fact.value.empty()) out += fmt::format("  {:<12}{}\n", fact.name, fact.value);
  }
  return out.empty() ? "" : out + "\n";
}

std::string html_facts(const std::vector<Fact>& facts) {
  std::string rows;
  for (const Fact& fact : facts) {
    if (fact.value.empty()) continue;
    rows += fmt::format(
        "<tr><td style=\"color:#555;padding-right:16px;vertical-align:top\">{}</td>"
        "<td>{}</td></tr>",
        fact.name,
        codec::escape_html(fact.value));
  }
  return rows.empty() ? "" : "<table cellpadding=\"2\" cellspacing=\"0\">" + rows + "</table>";
}

std::string text_footer(const Notice& notice, const ActConfig& config) {
  if (notice.subscription == nullptr) return "";
  return fmt::format("-- \nSent to subscribers of {}.\nUnsubscribe: {}\nDelivery {}\n",
                     notice.subscription->topic_arn,
                     sns::unsubscribe_url(config, notice.subscription->arn),
                     notice.delivery_id);
}

std::string html_footer(const Notice& notice, const ActConfig& config) {
  if (notice.subscription == nullptr) return "";
  return fmt::format(
      "<hr style=\"border:0;border-top:1px solid #ddd\"><p style=\"color:#777;"
      "font-size:12px\">Sent to subscribers of {}. <a href=\"{}\">Unsubscribe</a>."
      "<br>Delivery {}</p>",
      codec::escape_html(notice.subscription->topic_arn),
      codec::escape_html(sns::unsubscribe_url(config, notice.subscription->arn)),
      codec::escape_html(notice.delivery_id));
}

std::string alarm_text(const Transition& t, const AlarmFacts& facts, const std::string& url) {
  std::string out = facts.headline + "\n" + facts.change + "\n";
  for (const std::string& note : facts.notes)
    out += note + "\n";
  out += "\n" + text_facts(table_of(facts));
  out += "Why: " + facts.reason + "\n\n";
  if (!t.alarm_description.empty()) out += "About this alarm: " + t.alarm_description + "\n\n";
  const auto points = newest_points(t, kPointsShown);
  if (!points.empty()) out += "The last points:\n" + text_table(points, t.unit) + "\n";
  return codec::replace_invalid_utf8(out + "Open the alarm: " + url + "\n\n");
}

std::string alarm_html(const Transition& t, const AlarmFacts& facts, const std::string& url) {
  std::string out = fmt::format(
      "<h2 style=\"margin:0 0 4px;font-size:20px;color:{}\">{}</h2><p "
      "style=\"margin:0 0 12px\">{}",
      state_colour(t.new_state),
      codec::escape_html(facts.headline),
      codec::escape_html(facts.change));
  for (const std::string& note : facts.notes)
    out += "<br><b>" + codec::escape_html(note) + "</b>";
  out += "</p>" + html_facts(table_of(facts));
  out += "<p><b>Why:</b> " + codec::escape_html(facts.reason) + "</p>";
  if (!t.alarm_description.empty()) {
    out += "<p><b>About this alarm:</b> " + codec::escape_html(t.alarm_description) + "</p>";
  }
  const auto points = newest_points(t, kPointsShown);
  if (!points.empty())
    out += "<p style=\"margin:0\"><b>The last points</b></p>" + html_picture(points, t.unit);
  return out + fmt::format("<p><a href=\"{}\">Open the alarm</a></p>", codec::escape_html(url));
}

/// With the dimensions behind it where the whole of them fits: names of alarms are often general.
std::string letter_subject(const Transition& t) {
  const std::string out = (t.drill ? "[drill] " : "") + alarm_subject(t);
  const std::string longer = out + ": " + t.dimensions;
  const bool fits = codec::count_code_points(longer) <= kSubjectMaxCharacters;
  return !t.dimensions.empty() && fits ? longer : out;
}

Letter alarm_letter(const Notice& notice, const ActConfig& config) {
  const Transition& t = *notice.transition;
  const AlarmFacts facts = facts_of(t);
  const std::string url = alarm_url(config.public_url, t.alarm_name);
  return {.subject = letter_subject(t),
          .text = alarm_text(t, facts, url) + text_footer(notice, config),
          .html = kHtmlHead + alarm_html(t, facts, url) + html_footer(notice, config) + kHtmlFoot};
}

Letter publication_letter(const Notice& notice, const ActConfig& config) {
  const Publication& publication = *notice.publication;
  const std::string message = codec::replace_invalid_utf8(sns::message_for(publication, "email"));
  const auto name = notice.topic->attributes.find("DisplayName");
  const bool has_name = name != notice.topic->attributes.end() && !name->second.empty();
  const std::string subject =
      !publication.subject.empty()
          ? publication.subject
          : "Message from " + (has_name ? name->second : notice.topic->name);
  return {.subject = subject,
          .text = message + "\n\n" + text_footer(notice, config),
          .html = kHtmlHead +
                  fmt::format("<div style=\"white-space:pre-wrap\">{}</div>",
                              codec::escape_html(message)) +
                  html_footer(notice, config) + kHtmlFoot};
}

/// What confirms at a shell. Names the topic's region, since topics of others are not to be seen
/// from one's own.
std::string confirm_command(const Subscription& s, const ActConfig& config) {
  const auto arn = parse_arn(s.topic_arn);
  return fmt::format(
      "aws sns confirm-subscription --endpoint-url {} --region {} --topic-arn {} --token {}",
      config.public_url,
      arn ? arn->region : "",
      s.topic_arn,
      s.token);
}

Letter confirmation_letter(const Notice& notice, const ActConfig& config) {
  const Subscription& s = *notice.subscription;
  const std::string url = sns::confirm_url(config, s.topic_arn, s.token);
  const std::string command = confirm_command(s, config);
  Letter out;
  out.subject = "Confirm that you want messages of " + notice.topic->name;
  out.text = fmt::format(
      "Someone asked this server to send you what is published to\n\n  {0}\n\n"
      "If you want that, open this link within three days:\n\n  {1}\n\n"
      "or run:\n\n  {2}\n\n"
      "If not, do nothing: you will not hear of it again.\n",
      s.topic_arn,
      url,
      command);
  out.html = fmt::format(
      "{}<p>Someone asked this server to send you what is published to <b>{}</b>.</p>"
      "<p><a href=\"{}\">Yes, send me these messages</a> (the link works for three days)</p>"
      "<p>Or run:</p><pre>{}</pre>"
      "<p>If you do not want that, do nothing: you will not hear of it again.</p>{}",
      kHtmlHead,
      codec::escape_html(s.topic_arn),
      codec::escape_html(url),
      codec::escape_html(command),
      kHtmlFoot);
  return out;
}

Letter removal_letter(const Notice& notice) {
  const std::string text =
      fmt::format("You get no more messages of {}.\n", notice.subscription->topic_arn);
  return {.subject = "Unsubscribed from " + notice.topic->name,
          .text = text,
          .html = kHtmlHead + ("<p>" + codec::escape_html(text) + "</p>") + kHtmlFoot};
}

}  // namespace

Letter write_letter(const Notice& notice, const ActConfig& config) {
  Letter out;
  switch (notice.kind) {
    case Notice::Kind::alarm:
      out = alarm_letter(notice, config);
      break;
    case Notice::Kind::publication:
      out = publication_letter(notice, config);
      break;
    case Notice::Kind::confirmation:
      out = confirmation_letter(notice, config);
      break;
    case Notice::Kind::removal:
      out = removal_letter(notice);
      break;
  }
  // A line break here would start another header.
  out.subject = one_line(out.subject, kSubjectMaxCharacters);
  return out;
}

}  // namespace tidemark::act::email
