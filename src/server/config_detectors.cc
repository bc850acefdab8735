#include "server/config_detectors.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "judge/choices_json.h"
#include "judge/math_target.h"

namespace tidemark::server {
namespace {

using nlohmann::json;
using yaml::Mistake;

/// Plain scalars become what they look like; quoted ones stay texts.
json scalar_json(const YAML::Node& node) {
  return node.Tag() == "!" ? json(node.Scalar()) : judge::plain_choice_json(node.Scalar());
}

/// `texts`: of metric math, where a dimension's value or a label may look like a number and is
/// none.
json to_json(const YAML::Node& node, bool texts = false) {
  if (node.IsScalar()) return texts ? json(node.Scalar()) : scalar_json(node);
  if (node.IsSequence()) {
    json out = json::array();
    for (const auto& item : node)
      out.push_back(to_json(item, texts));
    return out;
  }
  if (node.IsNull()) return {};
  json out = json::object();
  for (const auto& item : node) {
    const auto name = item.first.as<std::string>();
    out[name] = to_json(item.second, texts && name != "period_s" && name != "return_data");
  }
  return out;
}

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

yaml::Read dimensions(std::vector<Label>* to) {
  return [to](const YAML::Node& node) {
    if (!node.IsMap()) throw Mistake{node.Mark(), "expected names with values"};
    for (const auto& item : node)
      to->push_back({item.first.as<std::string>(), yaml::scalar(item.second)});
    std::sort(to->begin(), to->end());
  };
}

/// Texts, whatever they look like: a cost centre may be a number.
json tags_json(const YAML::Node& node) {
  if (!node.IsMap()) throw Mistake{node.Mark(), "expected keys with values"};
  json out = json::object();
  for (const auto& item : node)
    out[item.first.as<std::string>()] = yaml::scalar(item.second);
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
      to->push_back(period);
    }
  };
}

yaml::Read statistic(Statistic* to) {
  return [to](const YAML::Node& node) {
    const auto parsed = parse_statistic(yaml::scalar(node));
    if (!parsed) {
      throw Mistake{node.Mark(), fmt::format("'{}' is not a statistic", node.Scalar())};
    }
    *to = *parsed;
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
  (*fields)["tags"] = [choices](const YAML::Node& tags) { (*choices)["tags"] = tags_json(tags); };
  (*fields)["calendars"] = [choices, &known](const YAML::Node& uses) {
    (*choices)["calendars"] = calendar_uses(uses, known);
  };
}

/// What is watched: a metric, or the expression of `math`.
judge::DetectorTarget target_of(const YAML::Node& node,
                                const std::optional<YAML::Node>& math,
                                judge::DetectorTarget single,
                                const MetricHome& home) {
  const MetricRef& metric = *single.metric;
  if (!math) {
    if (metric.metric_namespace.empty() || metric.name.empty() || single.stat.name.empty()) {
      throw Mistake{node.Mark(), "a detector needs namespace, name and stat, or math"};
    }
    single.metric->account = home.account;
    return single;
  }
  if (!(metric == MetricRef{"", metric.region, "", "", {}}) || !single.stat.name.empty()) {
    throw Mistake{node.Mark(), "a detector has either math, or namespace, name and stat"};
  }
  auto made = judge::math_target(to_json(*math, true), {home.account, metric.region});
  if (!made) throw Mistake{math->Mark(), made.error().what};
  return *std::move(made);
}

ConfiguredDetector read_detector(const YAML::Node& node,
                                 const Calendars& known,
                                 const MetricHome& home) {
  ConfiguredDetector out;
  judge::DetectorTarget single;
  single.metric = MetricRef{"", home.region, "", "", {}};
  std::optional<YAML::Node> math;
  json choices = json::object();
  yaml::Fields fields{{"namespace", yaml::text(&single.metric->metric_namespace)},
                      {"name", yaml::text(&single.metric->name)},
                      {"region", yaml::text(&single.metric->region)},
                      {"dimensions", dimensions(&single.metric->dimensions)},
                      {"stat", statistic(&single.stat)},
                      {"math", [&math](const YAML::Node& queries) { math.emplace(queries); }},
                      {"periods", periods(&out.periods)}};
  add_choices(&fields, known, &choices);
  yaml::read_map(node, fields);
  out.target = target_of(node, math, std::move(single), home);
  auto made = judge::choices_from_json(choices, {});
  if (!made) throw Mistake{node.Mark(), made.error().what};
  out.choices = *std::move(made);
  const auto checked = judge::check_choices(out.choices);
  if (!checked) throw Mistake{node.Mark(), checked.error().what};
  return out;
}

}  // namespace

yaml::Read calendars(Calendars* to) {
  return [to](const YAML::Node& node) {
    if (!node.IsMap()) throw Mistake{node.Mark(), "expected names with lists of days"};
    for (const auto& item : node) {
      auto& days = (*to)[item.first.as<std::string>()];
      yaml::texts (&days)(item.second);
      const auto made = judge::CalendarDays::make({item.first.as<std::string>(), days});
      if (!made) throw Mistake{item.second.Mark(), made.error().what};
    }
  };
}

void read_detectors(const YAML::Node& node,
                    const Calendars& known,
                    const std::string& account,
                    std::vector<ConfiguredDetector>* to) {
  if (node.IsNull()) return;
  if (!node.IsSequence()) throw Mistake{node.Mark(), "expected a list of detectors"};
  for (const auto& item : node)
    to->push_back(read_detector(item, known, {account}));
}

}  // namespace tidemark::server
