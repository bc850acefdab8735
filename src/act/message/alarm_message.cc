#include "act/message/alarm_message.h"

#include <fmt/format.h>

#include "act/arn.h"
#include "codec/json.h"
#include "codec/utf8.h"
#include "net/http.h"

namespace tidemark::act {
namespace {

constexpr std::size_t kSubjectMaxCharacters = 100;

std::string json_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    out += codec::json_string(text);
  }
  return out + "]";
}

/// Members in the order in which they were added.
class JsonObject {
 public:
  void add_raw(std::string_view key, std::string_view json) {
    text_ += text_.empty() ? '{' : ',';
    text_ += codec::json_string(key);
    text_ += ':';
    text_ += json;
  }
  void add(std::string_view key, std::string_view text) { add_raw(key, codec::json_string(text)); }
  [[nodiscard]] std::string text() const { return text_.empty() ? "{}" : text_ + "}"; }

 private:
  std::string text_;
};

std::string alarm_rule(const Transition& transition) {
  const auto configuration = codec::read_json(transition.configuration_json);
  if (!configuration) return "";
  for (const char* key : {"alarmRule", "AlarmRule"}) {
    if (const auto rule = configuration->text_at(key)) return std::string(*rule);
  }
  return "";
}

}  // namespace

std::string alarm_message(const Transition& t) {
  JsonObject out;
  out.add("AlarmName", t.alarm_name);
  if (t.alarm_description.empty()) {
    out.add_raw("AlarmDescription", "null");
  } else {
    out.add("AlarmDescription", t.alarm_description);
  }
  out.add("AWSAccountId", t.account);
  out.add("AlarmConfigurationUpdatedTimestamp", format_aws(t.configuration_updated_at));
  out.add("NewStateValue", t.new_state);
  out.add("NewStateReason", t.reason);
  out.add("StateChangeTime", format_aws(t.at));
  out.add("Region", region_title(t.region));
  out.add("AlarmArn", t.alarm_arn);
  out.add("OldStateValue", t.old_state);
  out.add_raw("ActionExecutedAfterMuteWindow", t.after_mute ? "true" : "false");
  out.add_raw("OKActions", json_list(t.ok_actions));
  out.add_raw("AlarmActions", json_list(t.alarm_actions));
  out.add_raw("InsufficientDataActions", json_list(t.insufficient_data_actions));
  if (alarm_type(t) == "CompositeAlarm") {
    out.add("AlarmRule", alarm_rule(t));
  } else {
    out.add_raw("Trigger", t.trigger_json);
  }
  return out.text();
}

std::string alarm_type(const Transition& transition) {
  const bool composite = transition.trigger_json.empty() || !alarm_rule(transition).empty();
  return composite ? "CompositeAlarm" : "MetricAlarm";
}

std::string alarm_subject(const Transition& transition) {
  const std::string state = one_line(transition.new_state, 20);
  const std::string region = one_line(region_title(transition.region), 40);
  const std::size_t around = codec::count_code_points(state) + codec::count_code_points(region) +
                             std::string_view(": \"\" in ").size();
  return fmt::format("{}: \"{}\" in {}",
                     state,
                     one_line(transition.alarm_name, kSubjectMaxCharacters - around),
                     region);
}

std::string alarm_url(std::string_view public_url, std::string_view alarm_name) {
  return fmt::format("{}/alarms/{}", public_url, net::percent_encode(alarm_name));
}

std::string one_line(std::string_view text, std::size_t characters) {
  std::string clean = codec::replace_invalid_utf8(text);
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  if (codec::count_code_points(clean) <= characters) return clean;
  std::size_t kept = 0;
  std::size_t end = 0;
  // Continuation bytes belong to the character before them.
  for (; end < clean.size(); ++end) {
    const bool starts = (static_cast<unsigned char>(clean[end]) & 0xC0U) != 0x80U;
    if (starts && ++kept == characters) break;
  }
  return clean.substr(0, end) + "…";
}

}  // namespace tidemark::act
