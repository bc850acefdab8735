#include "model/metric_query_json.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "model/json_members.h"
#include "model/metric_period.h"

namespace tidemark {
namespace {

using nlohmann::json;

// Far more than any period, and what a Duration can hold.
constexpr double kSecondsMax = 9e9;
constexpr std::size_t kDimensionsMax = 30;  // CloudWatch's

/// Where a form stands, and whose metrics it means; `home` is nullptr for what we wrote ourselves,
/// which leaves nothing out.
struct Place {
  std::string path;
  const MetricHome* home = nullptr;

  [[nodiscard]] Place in(const char* member) const { return {path + "." + member, home}; }
  [[nodiscard]] std::string members() const { return path + "."; }
};

void read_seconds(JsonMembers* members, const char* name, Duration* out) {
  const json* value = members->find(name);
  if (value == nullptr) return;
  const double given = value->is_number() ? value->get<double>() : 0;
  if (!(given >= 1 && given <= kSecondsMax && given == std::floor(given))) {
    return members->wrong(name, "whole seconds");
  }
  *out = std::chrono::seconds(static_cast<std::int64_t>(given));
}

Result<std::vector<Label>> read_dimensions(const json& from, const std::string& path) {
  std::vector<Label> out;
  if (from.is_object()) {
    for (const auto& [name, value] : from.items()) {
      if (!value.is_string())
        return fail(Errc::invalid, fmt::format("{}.{} must be a text", path, name));
      out.push_back({name, value});
    }
    return out;
  }
  if (!from.is_array()) return fail(Errc::invalid, path + " must be a list");
  for (const json& item : from) {
    JsonMembers members(item, fmt::format("{}[{}].", path, out.size()));
    Label& label = out.emplace_back();
    members.need({"name", "value"});
    members.text("name", &label.name);
    members.text("value", &label.value);
    TM_TRY_VOID(members.done());
  }
  return out;
}

Result<MetricRef> read_metric(const json& from, const Place& place) {
  MetricRef out;
  JsonMembers members(from, place.members());
  if (place.home != nullptr) {
    out.account = place.home->account;
    out.region = place.home->region;
    members.only({"account", "region", "namespace", "name", "dimensions"});
  } else {
    members.need({"account", "region", "dimensions"});
  }
  members.need({"namespace", "name"});
  members.text("account", &out.account);
  members.text("region", &out.region);
  members.text("namespace", &out.metric_namespace);
  members.text("name", &out.name);
  TM_TRY_VOID(members.done());
  if (const json* dimensions = members.find("dimensions")) {
    TM_TRY(out.dimensions, read_dimensions(*dimensions, members.place("dimensions")));
  }
  return out;
}

Result<MetricStat> read_stat(const json& from, const Place& place) {
  MetricStat out;
  JsonMembers members(from, place.members());
  if (place.home != nullptr) members.only({"metric", "period_s", "stat", "unit"});
  members.need({"metric", "period_s", "stat"});
  read_seconds(&members, "period_s", &out.period);
  std::string stat, unit;
  members.text("stat", &stat);
  members.text("unit", &unit);
  TM_TRY_VOID(members.done());
  const auto parsed = parse_statistic(stat);
  if (!parsed) {
    return fail(Errc::invalid,
                fmt::format("{}: '{}' is not a statistic", members.place("stat"), stat));
  }
  out.stat = *parsed;
  if (members.find("unit") != nullptr) out.unit = std::move(unit);
  TM_TRY(out.metric, read_metric(from.at("metric"), place.in("metric")));
  return out;
}

Result<MetricQuery> read_query(const json& from, const Place& place) {
  MetricQuery out;
  JsonMembers members(from, place.members());
  members.need({"id"});
  if (place.home != nullptr) {
    members.only(
        {"id", "metric_stat", "expression", "period_s", "label", "account_id", "return_data"});
  } else {
    members.need({"return_data"});
  }
  members.text("id", &out.id);
  members.text("expression", &out.expression);
  members.text("label", &out.label);
  members.text("account_id", &out.account_id);
  members.flag("return_data", &out.return_data);
  Duration period{0};
  read_seconds(&members, "period_s", &period);
  if (period > Duration(0)) out.period = period;
  TM_TRY_VOID(members.done());
  if (const json* stat = members.find("metric_stat")) {
    TM_TRY(out.metric_stat, read_stat(*stat, place.in("metric_stat")));
  }
  return out;
}

Result<std::vector<MetricQuery>> read_queries(const json& from, const Place& place) {
  if (!from.is_array()) return fail(Errc::invalid, place.path + " must be a list");
  std::vector<MetricQuery> out;
  for (const json& item : from) {
    TM_TRY(auto query,
           read_query(item, {fmt::format("{}[{}]", place.path, out.size()), place.home}));
    out.push_back(std::move(query));
  }
  return out;
}

Result<void> check_metric(const MetricRef& metric,
                          const std::string& path,
                          const MetricHome& home) {
  const auto refuse = [&path](const char* member, const std::string& right) {
    return fail(Errc::invalid, fmt::format("{}.{} must be {}", path, member, right));
  };
  if (metric.metric_namespace.empty()) return refuse("namespace", "a text that is not empty");
  if (metric.name.empty()) return refuse("name", "a text that is not empty");
  if (!home.account.empty() && metric.account != home.account) {
    return refuse("account", "that of this server, " + home.account);
  }
  const auto& dimensions = metric.dimensions;
  if (dimensions.size() > kDimensionsMax) {
    return refuse("dimensions", fmt::format("{} at most", kDimensionsMax));
  }
  const auto twice =
      std::adjacent_find(dimensions.begin(), dimensions.end(), [](const Label& a, const Label& b) {
        return a.name == b.name;
      });
  if (twice != dimensions.end()) return refuse("dimensions", "of different names");
  if (const auto key = to_series_key(metric, "None"); !key) {
    return fail(Errc::invalid, path + ": " + key.error().what);
  }
  return {};
}

/// What CloudWatch asks of a query beyond its types.
Result<void> check_query(MetricQuery* query, const std::string& path, const MetricHome& home) {
  if (query->metric_stat.has_value() != query->expression.empty()) {
    return fail(Errc::invalid, path + " must have either metric_stat or expression");
  }
  if (!query->metric_stat) return {};
  MetricStat& stat = *query->metric_stat;
  if (!is_metric_period(whole_seconds(stat.period))) {
    return fail(Errc::invalid,
                fmt::format("{}.metric_stat.period_s must be 1, 5, 10, 20, 30 or a multiple of 60, "
                            "not {}",
                            path,
                            whole_seconds(stat.period)));
  }
  std::sort(stat.metric.dimensions.begin(), stat.metric.dimensions.end());
  return check_metric(stat.metric, path + ".metric_stat.metric", home);
}

template <typename Value>
Result<Value> kept(Result<Value> read) {
  if (!read) return fail(Errc::corrupt, "kept metric query: " + read.error().what);
  return read;
}

}  // namespace

json to_json(const MetricRef& metric) {
  json dimensions = json::array();
  for (const Label& dimension : metric.dimensions) {
    dimensions.push_back({{"name", dimension.name}, {"value", dimension.value}});
  }
  return {{"account", metric.account},
          {"region", metric.region},
          {"namespace", metric.metric_namespace},
          {"name", metric.name},
          {"dimensions", std::move(dimensions)}};
}

json to_json(const MetricStat& stat) {
  json out{{"metric", to_json(stat.metric)},
           {"period_s", whole_seconds(stat.period)},
           {"stat", stat.stat.name}};
  if (stat.unit) out["unit"] = *stat.unit;
  return out;
}

json to_json(const std::vector<MetricQuery>& queries) {
  json out = json::array();
  for (const MetricQuery& query : queries) {
    json item{{"id", query.id}, {"return_data", query.return_data}};
    if (query.metric_stat) item["metric_stat"] = to_json(*query.metric_stat);
    if (!query.expression.empty()) item["expression"] = query.expression;
    if (query.period) item["period_s"] = whole_seconds(*query.period);
    if (!query.label.empty()) item["label"] = query.label;
    if (!query.account_id.empty()) item["account_id"] = query.account_id;
    out.push_back(std::move(item));
  }
  return out;
}

Result<MetricRef> metric_ref_from_json(const json& from) {
  return kept(read_metric(from, {"metric"}));
}

Result<MetricStat> metric_stat_from_json(const json& from) {
  return kept(read_stat(from, {"metric_stat"}));
}

Result<std::vector<MetricQuery>> metric_queries_from_json(const json& from) {
  return kept(read_queries(from, {"queries"}));
}

Result<std::vector<MetricQuery>> metric_queries_from_form(const json& from,
                                                          const std::string& where,
                                                          const MetricHome& home) {
  TM_TRY(auto out, read_queries(from, {where, &home}));
  for (std::size_t i = 0; i < out.size(); ++i)
    TM_TRY_VOID(check_query(&out[i], fmt::format("{}[{}]", where, i), home));
  return out;
}

Result<MetricRef> metric_ref_from_form(const json& from,
                                       const std::string& where,
                                       const MetricHome& home) {
  TM_TRY(auto out, read_metric(from, {where, &home}));
  std::sort(out.dimensions.begin(), out.dimensions.end());
  TM_TRY_VOID(check_metric(out, where, home));
  return out;
}

}  // namespace tidemark
