#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "judge/detector_spec.h"

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

json calendar_json(const CalendarUse& use) {
  return {{"name", use.calendar.name},
          {"days", use.calendar.days},
          {"mute", use.mute},
          {"learn", use.learn}};
}

/// Reads members one by one; the first that is wrong is remembered by name.
class Members {
 public:
  Members(const json& from, std::string where) : from_(from), where_(std::move(where)) {}

  void flag(const char* name, bool* out) {
    if (const json* value = find(name)) {
      value->is_boolean() ? void(*out = value->get<bool>()) : wrong(name, "true or false");
    }
  }
  void text(const char* name, std::string* out) {
    if (const json* value = find(name)) {
      value->is_string() ? void(*out = value->get<std::string>()) : wrong(name, "a text");
    }
  }
  void number(const char* name, double* out) {
    if (const json* value = find(name)) {
      value->is_number() ? void(*out = value->get<double>()) : wrong(name, "a number");
    }
  }
  void limit(const char* name, std::optional<double>* out) {
    const json* value = find(name);
    if (value == nullptr) return;
    if (value->is_null()) return out->reset();
    value->is_number() ? void(*out = value->get<double>()) : wrong(name, "a number or null");
  }
  void time(const char* name, Timestamp* out) {
    const json* value = find(name);
    const auto at = value != nullptr && value->is_string()
                        ? parse_rfc3339(value->get<std::string>())
                        : std::nullopt;
    at ? void(*out = *at) : wrong(name, "a time such as 2026-12-24T00:00:00Z");
  }
  template <typename Word, std::size_t N>
  void word(const char* name, const Named<Word> (&words)[N], Word* out) {
    const json* value = find(name);
    if (value == nullptr) return;
    std::string wanted;
    for (const auto& named : words) {
      if (value->is_string() && value->get<std::string>() == named.name) {
        *out = named.word;
        return;
      }
      wanted += fmt::format("{}{}", wanted.empty() ? "" : ", ", named.name);
    }
    wrong(name, "one of " + wanted);
  }
  /// nullptr: absent, or no list.
  const json* list(const char* name) {
    const json* value = find(name);
    if (value != nullptr && !value->is_array()) wrong(name, "a list");
    return value != nullptr && value->is_array() ? value : nullptr;
  }
  [[nodiscard]] std::string place(const char* name) const { return where_ + name; }
  void wrong(const char* name, const std::string& right) {
    if (error_.empty()) error_ = fmt::format("{} must be {}", place(name), right);
  }
  [[nodiscard]] Result<void> done() const {
    if (!from_.is_object()) return fail(Errc::invalid, where_ + " must be an object");
    if (!error_.empty()) return fail(Errc::invalid, error_);
    return {};
  }

 private:
  const json* find(const char* name) {
    const auto found = from_.is_object() ? from_.find(name) : from_.end();
    return found == from_.end() ? nullptr : &*found;
  }

  const json& from_;
  std::string where_;
  std::string error_;
};

Result<ExcludedRange> read_excluded(const json& from, const std::string& where) {
  ExcludedRange out;
  Members members(from, where + ".");
  members.time("from", &out.start);
  members.time("to", &out.end);
  members.flag("mute", &out.mute);
  members.flag("learn", &out.learn);
  TM_TRY_VOID(members.done());
  return out;
}

Result<CalendarUse> read_calendar(const json& from, const std::string& where) {
  CalendarUse out;
  Members members(from, where + ".");
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

}  // namespace

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
          {"calendars", std::move(calendars)}};
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
  Members members(from, "");
  TM_TRY_VOID(read_list(members.list("excluded"), "excluded", &read_excluded, &out.excluded));
  TM_TRY_VOID(
      read_list(members.list("calendars"), "calendars", &read_calendar, &out.own.calendars));
  members.text("timezone", &out.timezone);
  members.word("adaptation", kSpeeds, &out.adaptation);
  members.word("filtering", kFilterings, &out.filtering);
  members.flag("periodic_spikes", &out.periodic_spikes);
  members.number("width", &out.own.width);
  members.word("watch", kWatches, &out.own.watch);
  members.number("min_deviation", &out.own.min_deviation);
  members.number("min_relative_deviation", &out.own.min_relative_deviation);
  members.limit("lower_limit", &out.own.lower_limit);
  members.limit("upper_limit", &out.own.upper_limit);
  TM_TRY_VOID(members.done());
  return out;
}

}  // namespace tidemark::judge
