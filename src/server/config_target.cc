#include "server/config_target.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "judge/math_target.h"

namespace tidemark::server {
namespace {

using nlohmann::json;
using yaml::Mistake;

/// Plain scalars become what they look like; quoted ones stay texts.
json scalar_json(const YAML::Node& node) {
  return node.Tag() == "!" ? json(node.Scalar()) : judge::plain_choice_json(node.Scalar());
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

}  // namespace

json to_json(const YAML::Node& node, bool texts) {
  if (node.IsScalar()) return texts ? json(node.Scalar()) : scalar_json(node);
  if (node.IsSequence()) {
    json out = json::array();
    for (const auto& item : node)
      out.push_back(to_json(item, texts));
    return out;
  }
  if (node.IsNull()) return {};
  json out = json::object();
  for (const yaml::Entry& entry : yaml::entries_of(node)) {
    const std::string& name = entry.key;
    out[name] = to_json(entry.value, texts && name != "period_s" && name != "return_data");
  }
  return out;
}

yaml::Read dimensions(std::vector<Label>* to) {
  return [to](const YAML::Node& node) {
    if (!node.IsMap()) throw Mistake{node.Mark(), "expected names with values"};
    for (const yaml::Entry& entry : yaml::entries_of(node))
      to->push_back({entry.key, yaml::scalar(entry.value)});
    std::sort(to->begin(), to->end());
  };
}

yaml::Read tags(judge::Tags* to) {
  return [to](const YAML::Node& node) {
    if (!node.IsMap()) throw Mistake{node.Mark(), "expected keys with values"};
    for (const yaml::Entry& entry : yaml::entries_of(node))
      (*to)[entry.key] = yaml::scalar(entry.value);
  };
}

void TargetFields::add_to(yaml::Fields* fields) {
  MetricRef& metric = *single_.metric;
  (*fields)["namespace"] = yaml::text(&metric.metric_namespace);
  (*fields)["name"] = yaml::text(&metric.name);
  (*fields)["region"] = yaml::text(&metric.region);
  (*fields)["dimensions"] = dimensions(&metric.dimensions);
  (*fields)["stat"] = statistic(&single_.stat);
  (*fields)["math"] = [this](const YAML::Node& queries) { math_.emplace(queries); };
}

bool TargetFields::empty() const {
  return !math_ && single_.metric == MetricRef{"", "us-east-1", "", "", {}} &&
         single_.stat.name.empty();
}

judge::DetectorTarget TargetFields::target(const YAML::Node& node, const std::string& account) && {
  MetricRef& metric = *single_.metric;
  if (!math_) {
    if (metric.metric_namespace.empty() || metric.name.empty() || single_.stat.name.empty()) {
      throw Mistake{node.Mark(), "a detector needs namespace, name and stat, or math"};
    }
    metric.account = account;
    return std::move(single_);
  }
  if (!(metric == MetricRef{"", metric.region, "", "", {}}) || !single_.stat.name.empty()) {
    throw Mistake{node.Mark(), "a detector has either math, or namespace, name and stat"};
  }
  auto made = judge::math_target(to_json(*math_, true), {account, metric.region});
  if (!made) throw Mistake{math_->Mark(), made.error().what};
  return *std::move(made);
}

}  // namespace tidemark::server
