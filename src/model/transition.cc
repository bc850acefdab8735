#include "model/transition.h"

#include <nlohmann/json.hpp>

namespace tidemark {
namespace {

using nlohmann::json;

json write(const std::optional<double>& value) {
  return value ? json(*value) : json(nullptr);
}

std::optional<double> read_number(const json& from, const char* key) {
  const json& value = from.at(key);
  if (value.is_null()) return std::nullopt;
  return value.get<double>();
}

json write(const EvidencePoint& point) {
  return {{"at_ns", point.at.ns()},
          {"value", write(point.value)},
          {"lower", write(point.lower)},
          {"expected", write(point.expected)},
          {"upper", write(point.upper)}};
}

EvidencePoint read_point(const json& from) {
  return {Timestamp::from_ns(from.at("at_ns").get<std::int64_t>()),
          read_number(from, "value"),
          read_number(from, "lower"),
          read_number(from, "expected"),
          read_number(from, "upper")};
}

/// Every text member with its JSON name: written and read by one table.
struct TextMember {
  const char* name;
  std::string Transition::* member;
};
constexpr TextMember kTexts[] = {
    {"id", &Transition::id},
    {"alarm_name", &Transition::alarm_name},
    {"alarm_arn", &Transition::alarm_arn},
    {"alarm_description", &Transition::alarm_description},
    {"account", &Transition::account},
    {"region", &Transition::region},
    {"old_state", &Transition::old_state},
    {"new_state", &Transition::new_state},
    {"reason", &Transition::reason},
    {"reason_data", &Transition::reason_data},
    {"reason_words", &Transition::reason_words},
    {"metric_title", &Transition::metric_title},
    {"trigger", &Transition::trigger_json},
    {"configuration", &Transition::configuration_json},
};

/// What earlier versions kept without: "" there.
constexpr TextMember kLaterTexts[] = {
    {"dimensions", &Transition::dimensions},
    {"unit", &Transition::unit},
};

Transition read(const json& from) {
  Transition out;
  for (const TextMember& text : kTexts)
    out.*text.member = from.at(text.name).get<std::string>();
  for (const TextMember& text : kLaterTexts)
    out.*text.member = from.value(text.name, "");
  out.at = Timestamp::from_ns(from.at("at_ns").get<std::int64_t>());
  out.configuration_updated_at =
      Timestamp::from_ns(from.at("configuration_updated_at_ns").get<std::int64_t>());
  out.late = from.at("late").get<bool>();
  out.drill = from.at("drill").get<bool>();
  out.after_mute = from.value("after_mute", false);  // what was kept before has none
  from.at("ok_actions").get_to(out.ok_actions);
  from.at("alarm_actions").get_to(out.alarm_actions);
  from.at("insufficient_data_actions").get_to(out.insufficient_data_actions);
  const json& evidence = from.at("evidence");
  if (!evidence.is_array()) throw std::invalid_argument("evidence is not a list");
  if (evidence.size() > kEvidenceMaxPoints) throw std::invalid_argument("evidence is too long");
  for (const json& point : evidence)
    out.evidence.push_back(read_point(point));
  return out;
}

}  // namespace

std::string to_json(const Transition& transition) {
  json out;
  for (const TextMember& text : kTexts)
    out[text.name] = transition.*text.member;
  for (const TextMember& text : kLaterTexts)
    out[text.name] = transition.*text.member;
  out["at_ns"] = transition.at.ns();
  out["configuration_updated_at_ns"] = transition.configuration_updated_at.ns();
  out["late"] = transition.late;
  out["drill"] = transition.drill;
  out["after_mute"] = transition.after_mute;
  out["ok_actions"] = transition.ok_actions;
  out["alarm_actions"] = transition.alarm_actions;
  out["insufficient_data_actions"] = transition.insufficient_data_actions;
  json evidence = json::array();
  for (const EvidencePoint& point : transition.evidence)
    evidence.push_back(write(point));
  out["evidence"] = std::move(evidence);
  // Text that is not UTF-8 (a name from a client) must not throw here: it is replaced.
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Transition> transition_from_json(const std::string& text) {
  // nlohmann throws where the text is not what to_json() wrote: this is the border.
  try {
    return read(json::parse(text));
  } catch (const std::exception& error) {
    return fail(Errc::corrupt, std::string("transition: ") + error.what());
  }
}

}  // namespace tidemark
