#include "model/metric_query_json.h"

#include <nlohmann/json.hpp>

#include "base/duration.h"

namespace tidemark {
namespace {

using nlohmann::json;

Statistic read_statistic(const json& from) {
  const auto stat = parse_statistic(from.get<std::string>());
  if (!stat) throw std::invalid_argument("unknown statistic " + from.get<std::string>());
  return *stat;
}

MetricRef read_metric(const json& from) {
  MetricRef out{from.at("account"), from.at("region"), from.at("namespace"), from.at("name"), {}};
  for (const json& dimension : from.at("dimensions")) {
    out.dimensions.push_back({dimension.at("name"), dimension.at("value")});
  }
  return out;
}

MetricStat read_stat(const json& from) {
  MetricStat out;
  out.metric = read_metric(from.at("metric"));
  out.period = std::chrono::seconds(from.at("period_s").get<std::int64_t>());
  out.stat = read_statistic(from.at("stat"));
  if (from.contains("unit")) out.unit = from.at("unit").get<std::string>();
  return out;
}

MetricQuery read_query(const json& from) {
  MetricQuery out;
  out.id = from.at("id");
  if (from.contains("metric_stat")) out.metric_stat = read_stat(from.at("metric_stat"));
  out.expression = from.value("expression", "");
  if (from.contains("period_s")) {
    out.period = std::chrono::seconds(from.at("period_s").get<std::int64_t>());
  }
  out.label = from.value("label", "");
  out.account_id = from.value("account_id", "");
  out.return_data = from.at("return_data");
  return out;
}

// nlohmann throws where the text is not what we wrote: that border is here.
template <typename Read>
auto guarded(Read read) -> Result<decltype(read())> {
  try {
    return read();
  } catch (const std::exception& e) {
    return fail(Errc::corrupt, std::string("kept metric query: ") + e.what());
  }
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
  return guarded([&] { return read_metric(from); });
}

Result<MetricStat> metric_stat_from_json(const json& from) {
  return guarded([&] { return read_stat(from); });
}

Result<std::vector<MetricQuery>> metric_queries_from_json(const json& from) {
  return guarded([&] {
    std::vector<MetricQuery> out;
    for (const json& item : from)
      out.push_back(read_query(item));
    return out;
  });
}

}  // namespace tidemark
