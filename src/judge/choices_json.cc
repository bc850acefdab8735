#include "judge/choices_json.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "learn/width.h"
#include "model/json_members.h"

namespace tidemark::judge {
namespace {

using nlohmann::json;

template <typename Word>
struct Named {
  const char* name;
  Word word;
};
constexpr Named<AdaptationSpeed> kSpeeds[] = {{"slow", AdaptationSpeed::slow},
                                              {"normal", AdaptationSpeed::normal},
                                              {"fast", AdaptationSpeed::fast}};
constexpr Named<OutlierFiltering> kFilterings[] = {{"minimal", OutlierFiltering::minimal},
                                                   {"moderate", OutlierFiltering::moderate},
                                                   {"strict", OutlierFiltering::strict}};
constexpr Named<Watch> kWatches[] = {
    {"both", Watch::both}, {"above", Watch::above}, {"below", Watch::below}};

template <typename Word, std::size_t N>
const char* name_of(const Named<Word> (&words)[N], Word word) {
  for (const auto& named : words) {
    if (named.word == word) return named.name;
  }
  return "";
}

json optional_json(const std::optional<double>& value) {
  return value ? json(*value) : json();
}

json excluded_json(const ExcludedRange& range) {
  return {{"from", format_rfc3339(range.start)},
          {"to", format_rfc3339(range.end)},
          {"mute", range.mute},
          {"learn", range.learn}};
}

/// Shares that differ by less are the same: what an answer said, read back.
constexpr double kSameShare = 1e-13;

template <typename Word, std::size_t N>
void read_word(JsonMembers* members, const char* name, const Named<Word> (&words)[N], Word* out) {
  const json* value = members->find(name);
  if (value == nullptr) return;
  std::string wanted;
  for (const auto& named : words) {
    if (value->is_string() && value->get<std::string>() == named.name) {
      *out = named.word;
      return;
    }
    wanted += fmt::format("{}{}", wanted.empty() ? "" : ", ", named.name);
  }
  members->wrong(name, "one of " + wanted);
}

void read_time(JsonMembers* members, const char* name, Timestamp* out) {
  const json* value = members->find(name);
  const auto at = value != nullptr && value->is_string() ? parse_rfc3339(value->get<std::string>())
                                                         : std::nullopt;
  at ? void(*out = *at) : members->wrong(name, "a time such as 2026-12-24T00:00:00Z");
}

Result<ExcludedRange> read_excluded(const json& from, const std::string& where) {
  ExcludedRange out;
  JsonMembers members(from, where + ".");
  read_time(&members, "from", &out.start);
  read_time(&members, "to", &out.end);
  members.flag("mute", &out.mute);
  members.flag("learn", &out.learn);
  TM_TRY_VOID(members.done());
  return out;
}

Result<CalendarUse> read_calendar(const json& from, const std::string& where) {
  return calendar_from_json(from, where + ".");
}

template <typename Item>
Result<void> read_list(const json* list,
                       const std::string& where,
                       Result<Item> (*read)(const json&, const std::string&),
                       std::vector<Item>* out) {
  if (list == nullptr) return {};
  out->clear();
  for (const json& item : *list) {
    TM_TRY(auto made, read(item, fmt::format("{}[{}]", where, out->size())));
    out->push_back(std::move(made));
  }
  return {};
}

/// `width`, or `confidence` as the other way to say it. Answers hold both, so that both together
/// are fine as long as they are the same width.
void read_width(const json& from, JsonMembers* members, double* width) {
  const double known = *width;
  double share = learn::confidence_from_k(known);
  members->number("width", width);
  if (!from.is_object() || !from.contains("confidence")) return;
  members->number("confidence", &share);
  if (std::abs(share - learn::confidence_from_k(*width)) < kSameShare) return;
  if (from.contains("width")) {
    return members->wrong("confidence",
                          fmt::format("left out where width says another band: {} is not the share "
                                      "of width {}; give one of the two",
                                      share,
                                      *width));
  }
  if (!(share >= kConfidenceMin && share <= kConfidenceMax)) {
    return members->wrong(
        "confidence",
        fmt::format(
            "{} to {}, such as 0.99 for 99 %, not {}", kConfidenceMin, kConfidenceMax, share));
  }
  *width = learn::k_from_confidence(share);
}

}  // namespace

json calendar_json(const CalendarUse& use) {
  return {{"name", use.calendar.name},
          {"days", use.calendar.days},
          {"mute", use.mute},
          {"learn", use.learn}};
}

Result<CalendarUse> calendar_from_json(const json& from, const std::string& where) {
  CalendarUse out;
  JsonMembers members(from, where);
  members.text("name", &out.calendar.name);
  // A calendar that is called like a day and has none is that day: {"name": "holidays US"}.
  if (!from.is_object() || !from.contains("days")) out.calendar.days = {out.calendar.name};
  if (const json* days = members.list("days")) {
    for (const json& day : *days) {
      day.is_string() ? out.calendar.days.push_back(day.get<std::string>())
                      : members.wrong("days", "a list of texts");
    }
  }
  members.flag("mute", &out.mute);
  members.flag("learn", &out.learn);
  TM_TRY_VOID(members.done());
  return out;
}

json shown_choices_json(const DetectorChoices& choices) {
  json out = choices_json(choices);
  out["confidence"] = learn::confidence_from_k(choices.own.width);
  return out;
}

json choices_json(const DetectorChoices& choices) {
  json excluded = json::array(), calendars = json::array();
  for (const ExcludedRange& range : choices.excluded)
    excluded.push_back(excluded_json(range));
  for (const CalendarUse& use : choices.own.calendars)
    calendars.push_back(calendar_json(use));
  return {{"excluded", std::move(excluded)},
          {"timezone", choices.timezone},
          {"adaptation", name_of(kSpeeds, choices.adaptation)},
          {"filtering", name_of(kFilterings, choices.filtering)},
          {"periodic_spikes", choices.periodic_spikes},
          {"width", choices.own.width},
          {"watch", name_of(kWatches, choices.own.watch)},
          {"min_deviation", choices.own.min_deviation},
          {"min_relative_deviation", choices.own.min_relative_deviation},
          {"lower_limit", optional_json(choices.own.lower_limit)},
          {"upper_limit", optional_json(choices.own.upper_limit)},
          {"calendars", std::move(calendars)},
          {"tags", choices.own.tags}};
}

json plain_choice_json(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  return text;
}

Result<DetectorChoices> choices_from_json(const json& from, DetectorChoices base) {
  DetectorChoices out = std::move(base);
  JsonMembers members(from, "");
  TM_TRY_VOID(read_list(members.list("excluded"), "excluded", &read_excluded, &out.excluded));
  TM_TRY_VOID(
      read_list(members.list("calendars"), "calendars", &read_calendar, &out.own.calendars));
  members.text("timezone", &out.timezone);
  read_word(&members, "adaptation", kSpeeds, &out.adaptation);
  read_word(&members, "filtering", kFilterings, &out.filtering);
  members.flag("periodic_spikes", &out.periodic_spikes);
  read_width(from, &members, &out.own.width);
  read_word(&members, "watch", kWatches, &out.own.watch);
  members.number("min_deviation", &out.own.min_deviation);
  members.number("min_relative_deviation", &out.own.min_relative_deviation);
  members.limit("lower_limit", &out.own.lower_limit);
  members.limit("upper_limit", &out.own.upper_limit);
  TM_TRY_VOID(members.done());
  if (const json* tags = members.find("tags")) {
    TM_TRY(out.own.tags, tags_from_json(*tags, "tags"));
  }
  return out;
}

}  // namespace tidemark::judge
