#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/duration.h"
#include "web/own/context.h"
#include "web/own/page.h"

namespace tidemark::web::own {
namespace {

constexpr std::size_t kPageDefault = 50;
constexpr std::size_t kPageMax = 500;

struct Metric {
  SeriesId id{};  ///< the first of its series
  std::vector<SeriesId> series;
  std::set<std::string> units;
};
using Metrics = std::map<MetricRef, Metric>;

bool found(const MetricRef& metric, const std::string& unit, const std::string& search) {
  return has_words(fmt::format("{} {} {}", metric.metric_namespace, metric_title(metric), unit),
                   search);
}

Metrics all_metrics(const Context& context) {
  const std::string search = context.param("search");
  const auto only = metric_of(context.services.reader, context.param("id"));
  const bool by_id = !context.param("id").empty();
  Metrics out;
  const Matcher from_aws{std::string(kAwsNamespaceLabel), Matcher::Op::exists, ""};
  for (const auto& [id, key] : context.services.reader.select({from_aws})) {
    auto metric = to_metric_ref(key);
    const std::string unit(key.label(kAwsUnitLabel));
    if (!metric || (by_id ? *metric != only : !found(*metric, unit, search))) continue;
    Metric& entry = out[*std::move(metric)];
    if (entry.series.empty() || id < entry.id) entry.id = id;
    entry.series.push_back(id);
    entry.units.insert(unit);
  }
  return out;
}

json detectors_json(const std::vector<judge::DetectorView>& views, const MetricRef& metric) {
  json out = json::array();
  for (const judge::DetectorView& view : views) {
    if (view.spec.target.metric != metric) continue;
    for (const Duration period : view.spec.periods) {
      out.push_back({{"stat", view.spec.target.stat.name},
                     {"period_s", whole_seconds(period)},
                     {"state", to_text(view.state)}});
    }
  }
  return out;
}

json metric_json(const Context& context,
                 const MetricRef& metric,
                 const Metric& entry,
                 const std::vector<judge::DetectorView>& views) {
  std::optional<Timestamp> newest;
  for (const SeriesId id : entry.series) {
    const auto at = context.services.reader.newest(id);
    if (at && (!newest || *at > *newest)) newest = at;
  }
  json detectors = detectors_json(views, metric);
  // The learned cadence: a detector's first period, else what the newest samples show.
  const std::int64_t period = detectors.empty()
                                  ? whole_seconds(learned_period(context.services.reader, metric))
                                  : detectors.front()["period_s"].get<std::int64_t>();
  return {{"id", fmt::format("s{}", static_cast<std::uint64_t>(entry.id))},
          {"namespace", metric.metric_namespace},
          {"name", metric.name},
          {"dimensions", dimensions_json(metric.dimensions)},
          {"region", metric.region},
          {"unit", entry.units.size() == 1 ? *entry.units.begin() : "None"},
          {"newest_at", time_or_null(newest)},
          {"period_s", period},
          {"detectors", std::move(detectors)}};
}

/// Metrics with an alarm that is on come first: they are what a reader looks for.
std::set<MetricRef> abnormal_metrics(const Context& context) {
  std::set<MetricRef> out;
  alarm::AlarmFilter filter;
  filter.state = alarm::AlarmState::alarm;
  const auto alarms = all_alarms(context, filter);
  if (!alarms) return out;
  for (const alarm::AlarmView& view : *alarms) {
    for (const MetricRef& metric : alarm::metrics_of(view.rule))
      out.insert(metric);
  }
  return out;
}

/// Where it stands in a list, in the order of MetricRef.
json place_of(const MetricRef& metric, bool abnormal) {
  json dimensions = json::array();
  for (const Label& each : metric.dimensions)
    dimensions.push_back(json::array({each.name, each.value}));
  return {abnormal ? 0 : 1,
          metric.account,
          metric.region,
          metric.metric_namespace,
          metric.name,
          std::move(dimensions)};
}

}  // namespace

Answer get_metrics(const Context& context) {
  const auto page = read_page(context, "metrics", kPageDefault, kPageMax);
  if (!page) return tl::unexpected(page.error());
  const Metrics metrics = all_metrics(context);
  const auto abnormal = abnormal_metrics(context);
  const auto place = [&](const Metrics::value_type* item) {
    return place_of(item->first, abnormal.contains(item->first));
  };
  std::vector<const Metrics::value_type*> order;
  for (const auto& item : metrics)
    order.push_back(&item);
  std::stable_partition(
      order.begin(), order.end(), [&](const auto* item) { return abnormal.contains(item->first); });
  const auto views = context.services.judge.list({});
  return page_of(*page, order, place, [&](const auto* item) {
    json out = metric_json(context, item->first, item->second, views);
    out["in_alarm"] = abnormal.contains(item->first);
    return out;
  });
}

}  // namespace tidemark::web::own
