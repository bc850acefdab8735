#include "server/config_detectors.h"

#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "judge/choices_json.h"
#include "judge/detector_title.h"
#include "judge/math_target.h"
#include "model/metric_period.h"
#include "server/config_target.h"

namespace tidemark::server {
namespace {

using nlohmann::json;
using yaml::Mistake;

/// "": it has none that is a text.
std::string name_of(const json& use) {
  if (!use.is_object() || !use.contains("name") || !use["name"].is_string()) return "";
  return use["name"];
}

/// `calendars:` of a detector: names, or objects with name, mute and learn.
json calendar_uses(const YAML::Node& node, const Calendars& known) {
  if (!node.IsSequence()) throw Mistake{node.Mark(), "expected a list of calendars"};
  json out = json::array();
  for (const auto& item : node) {
    json use = item.IsScalar() ? json{{"name", item.Scalar()}} : to_json(item);
    const auto found = known.find(name_of(use));
    if (found != known.end()) {
      use["days"] = found->second;
    } else if (!name_of(use).starts_with("holidays ")) {
      throw Mistake{item.Mark(), "no calendar of that name stands under 'calendars'"};
    }
    out.push_back(std::move(use));
  }
  return out;
}

yaml::Read periods(std::vector<Duration>* to) {
  return [to](const YAML::Node& node) {
    if (!node.IsSequence()) throw Mistake{node.Mark(), "expected a list of durations"};
    for (const auto& item : node) {
      Duration period{0};
      yaml::duration (&period)(item);
      const auto checked = judge::check_period(period);
      if (!checked) throw Mistake{item.Mark(), checked.error().what};
      // No alarm and no chart could ask for another one, so that its band would never be seen.
      if (period % std::chrono::seconds(1) != Duration(0) ||
          !is_metric_period(whole_seconds(period))) {
        throw Mistake{
            item.Mark(),
            fmt::format("periods: must be 1s, 5s, 10s, 20s, 30s or whole minutes, not '{}'",
                        yaml::scalar(item))};
      }
      to->push_back(period);
    }
  };
}

/// The choices' own keys, into `choices`.
void add_choices(yaml::Fields* fields, const Calendars& known, json* choices) {
  const json all = judge::shown_choices_json({});
  for (const auto& [name, value] : all.items()) {
    (*fields)[name] = [choices, member = name](const YAML::Node& given) {
      (*choices)[member] = to_json(given);
    };
  }
  (*fields)["tags"] = [choices](const YAML::Node& given) {
    judge::Tags read;
    tags (&read)(given);
    (*choices)["tags"] = read;
  };
  (*fields)["calendars"] = [choices, &known](const YAML::Node& uses) {
    (*choices)["calendars"] = calendar_uses(uses, known);
  };
}

yaml::Read match(judge::CalendarMatch* to) {
  return [to](const YAML::Node& node) {
    if (!node.IsMap()) throw Mistake{node.Mark(), "expected keys with values; {} is all detectors"};
    yaml::read_map(node,
                   {{"namespace", yaml::text(&to->metric_namespace)},
                    {"name", yaml::text(&to->name)},
                    {"dimensions", dimensions(&to->dimensions)},
                    {"tags", tags(&to->tags)}});
  };
}

/// One of `calendars:`; `from_file` where it has a match.
judge::SharedCalendar read_calendar(const YAML::Node& node, const std::string& name) {
  judge::SharedCalendar out;
  judge::CalendarUse& use = out.use;
  use.calendar.name = name;
  std::optional<YAML::Node> set_apart;
  if (node.IsMap()) {
    // One that is called like a day and has none is that day, as at a detector.
    use.calendar.days = {name};
    const auto choice = [&set_apart](bool* to) -> yaml::Read {
      return [&set_apart, to](const YAML::Node& given) {
        yaml::yes_or_no(to)(given);
        set_apart.emplace(given);
      };
    };
    yaml::read_map(node,
                   {{"days", yaml::texts(&use.calendar.days)},
                    {"mute", choice(&use.mute)},
                    {"learn", choice(&use.learn)},
                    {"match", [&out](const YAML::Node& given) {
                       match (&out.match)(given);
                       out.from_file = true;
                     }}});
  } else {
    yaml::texts (&use.calendar.days)(node);
  }
  if (set_apart && !out.from_file) {
    throw Mistake{set_apart->Mark(),
                  "without a match, mute and learn stand at the detectors that use the calendar"};
  }
  const auto checked = judge::check_shared_calendar(out);
  if (!checked) throw Mistake{node.Mark(), checked.error().what};
  return out;
}

ConfiguredDetector read_detector(const YAML::Node& node,
                                 const Calendars& known,
                                 const std::string& account) {
  ConfiguredDetector out;
  TargetFields target;
  json choices = json::object();
  yaml::Fields fields{{"periods", periods(&out.periods)}};
  target.add_to(&fields);
  add_choices(&fields, known, &choices);
  yaml::read_map(node, fields);
  out.target = std::move(target).target(node, account);
  auto made = judge::choices_from_json(choices, {});
  if (!made) throw Mistake{node.Mark(), made.error().what};
  out.choices = *std::move(made);
  const auto checked = judge::check_choices(out.choices);
  if (!checked) throw Mistake{node.Mark(), checked.error().what};
  return out;
}

}  // namespace

yaml::Read calendars(Calendars* to, std::vector<judge::SharedCalendar>* shared) {
  return [to, shared](const YAML::Node& node) {
    if (!node.IsMap()) throw Mistake{node.Mark(), "expected names with lists of days"};
    for (const yaml::Entry& entry : yaml::entries_of(node)) {
      auto made = read_calendar(entry.value, entry.key);
      (*to)[entry.key] = made.use.calendar.days;
      if (made.from_file) shared->push_back(std::move(made));
    }
    if (shared->size() > judge::kSharedCalendarsMax) {
      throw Mistake{
          node.Mark(),
          fmt::format("there may be {} calendars with a match", judge::kSharedCalendarsMax)};
    }
  };
}

void read_detectors(const YAML::Node& node,
                    const Calendars& known,
                    const std::string& account,
                    std::vector<ConfiguredDetector>* to) {
  if (node.IsNull()) return;
  if (!node.IsSequence()) throw Mistake{node.Mark(), "expected a list of detectors"};
  std::set<std::string> seen;
  for (const auto& item : node) {
    auto read = read_detector(item, known, account);
    if (!seen.insert(judge::identity_key(read.target)).second) {
      throw Mistake{item.Mark(),
                    fmt::format("a detector of '{}' stands above already",
                                judge::detector_title(read.target))};
    }
    to->push_back(std::move(read));
  }
}

}  // namespace tidemark::server
