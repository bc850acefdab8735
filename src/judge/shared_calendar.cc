#include "judge/shared_calendar.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "judge/choices_json.h"
#include "model/json_members.h"

namespace tidemark::judge {
namespace {

using nlohmann::json;

constexpr const char* kOfFile = "file";

/// `*` is any run of characters. Goes back to the last star only: no more steps than the product of
/// the lengths.
bool fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0;
  std::size_t star = std::string_view::npos, behind_star = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      behind_star = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++behind_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool fits(const CalendarMatch& match, const MetricRef& metric) {
  const auto says = [](const std::string& pattern, const std::string& text) {
    return pattern.empty() || fits(pattern, text);
  };
  return says(match.metric_namespace, metric.metric_namespace) && says(match.name, metric.name) &&
         std::all_of(match.dimensions.begin(), match.dimensions.end(), [&](const Label& wanted) {
           return std::any_of(
               metric.dimensions.begin(), metric.dimensions.end(), [&](const Label& has) {
                 return has.name == wanted.name && fits(wanted.value, has.value);
               });
         });
}

bool says_of_metric(const CalendarMatch& match) {
  return !match.metric_namespace.empty() || !match.name.empty() || !match.dimensions.empty();
}

Result<void> check_text(const char* member, const std::string& text) {
  if (text.size() <= kMatchTextMaxBytes) return {};
  return fail(
      Errc::invalid,
      fmt::format("match.{} has {} bytes, limit {}", member, text.size(), kMatchTextMaxBytes));
}

/// `dimensions` and `tags` are objects of texts both.
Result<Tags> read_texts(const json& match, const char* member) {
  const auto found = match.find(member);
  if (found == match.end()) return Tags{};
  return tags_from_json(*found, fmt::format("match.{}", member));
}

}  // namespace

bool matches(const CalendarMatch& match, const DetectorTarget& target, const Tags& tags) {
  for (const auto& [key, value] : match.tags) {
    const auto found = tags.find(key);
    if (found == tags.end() || !fits(value, found->second)) return false;
  }
  if (target.metric) return fits(match, *target.metric);
  return !says_of_metric(match) ||
         std::any_of(target.math.begin(), target.math.end(), [&](const MetricQuery& query) {
           return query.metric_stat && fits(match, query.metric_stat->metric);
         });
}

Result<void> check_shared_calendar(const SharedCalendar& calendar) {
  const CalendarMatch& match = calendar.match;
  TM_TRY_VOID(CalendarDays::make(calendar.use.calendar).map([](const auto&) {}));
  TM_TRY_VOID(check_text("namespace", match.metric_namespace));
  TM_TRY_VOID(check_text("name", match.name));
  if (match.dimensions.size() > kMatchDimensionsMax) {
    return fail(Errc::invalid,
                fmt::format("match.dimensions has {} names, limit {}",
                            match.dimensions.size(),
                            kMatchDimensionsMax));
  }
  for (const Label& dimension : match.dimensions) {
    TM_TRY_VOID(check_text("dimensions", dimension.name));
    TM_TRY_VOID(check_text("dimensions", dimension.value));
  }
  const auto checked = check_tags(match.tags);
  if (!checked) return fail(Errc::invalid, "match." + checked.error().what);
  return {};
}

std::vector<CalendarUse> inherited_by(const SharedCalendars& calendars,
                                      const DetectorTarget& target,
                                      const DetectorChoices& choices) {
  const auto& own = choices.own.calendars;
  std::vector<CalendarUse> out;
  for (const auto& [name, calendar] : calendars) {
    const bool is_own = std::any_of(
        own.begin(), own.end(), [&](const CalendarUse& use) { return use.calendar.name == name; });
    if (!is_own && matches(calendar.match, target, choices.own.tags)) out.push_back(calendar.use);
  }
  return out;
}

json match_json(const CalendarMatch& match) {
  json out = json::object();
  if (!match.metric_namespace.empty()) out["namespace"] = match.metric_namespace;
  if (!match.name.empty()) out["name"] = match.name;
  for (const Label& dimension : match.dimensions)
    out["dimensions"][dimension.name] = dimension.value;
  if (!match.tags.empty()) out["tags"] = match.tags;
  return out;
}

json shared_calendar_json(const SharedCalendar& calendar) {
  json out = calendar_json(calendar.use);
  out["match"] = match_json(calendar.match);
  out["source"] = calendar.from_file ? kOfFile : "api";
  return out;
}

Result<CalendarMatch> match_from_json(const json& from) {
  CalendarMatch out;
  JsonMembers members(from, "match.");
  members.only({"namespace", "name", "dimensions", "tags"});
  members.text("namespace", &out.metric_namespace);
  members.text("name", &out.name);
  TM_TRY_VOID(members.done());
  TM_TRY(const Tags dimensions, read_texts(from, "dimensions"));
  for (const auto& [name, value] : dimensions)
    out.dimensions.push_back({name, value});
  TM_TRY(out.tags, read_texts(from, "tags"));
  return out;
}

Result<SharedCalendar> shared_calendar_from_json(const json& from, const std::string& name) {
  SharedCalendar out;
  JsonMembers members(from, "");
  members.only({"name", "days", "mute", "learn", "match", "source", "detectors", "pending"});
  members.need({"match"});
  std::string source, given = name;
  members.text("source", &source);
  members.text("name", &given);
  if (given != name) members.wrong("name", fmt::format("'{}', as it is called already", name));
  TM_TRY_VOID(members.done());
  out.from_file = source == kOfFile;
  json use = from;
  use["name"] = name;
  TM_TRY(out.use, calendar_from_json(use, ""));
  TM_TRY(out.match, match_from_json(from.at("match")));
  TM_TRY_VOID(check_shared_calendar(out));
  return out;
}

}  // namespace tidemark::judge
