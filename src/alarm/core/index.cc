#include "alarm/core/index.h"

#include <algorithm>

namespace tidemark::alarm {
namespace {

const std::vector<Alarm*> kNone;

/// A metric of another protocol has no namespace: its labels alone name it (query/period_stats.h).
std::string key_of(const MetricRef& metric) {
  if (!metric.metric_namespace.empty()) return to_text(metric);
  return to_text(MetricRef{"", "", "", metric.name, metric.dimensions});
}

std::string key_of(const SeriesKey& key) {
  const auto metric = to_metric_ref(key);
  return key_of(metric ? *metric : MetricRef{"", "", "", key.name, key.labels});
}

/// What a SELECT that reads this series is found by; "": none reads it.
std::string selected_key_of(const SeriesKey& key) {
  auto metric = to_metric_ref(key);
  if (!metric || metric->metric_namespace.empty()) return {};
  metric->dimensions.clear();
  return key_of(*metric);
}

template <typename Map>
const std::vector<Alarm*>* find_in(const Map& alarms, const std::string& key) {
  const auto found = alarms.find(key);
  return found == alarms.end() ? &kNone : &found->second;
}

}  // namespace

void AlarmIndex::add(Alarm* alarm) {
  for (const MetricRef& metric : metrics_of(alarm->rule)) {
    by_metric_[key_of(metric)].push_back(alarm);
  }
  for (const MetricRef& metric : selected_metrics_of(alarm->rule)) {
    by_selected_[key_of(metric)].push_back(alarm);
  }
  by_series_.clear();
}

void AlarmIndex::remove(const Alarm* alarm) {
  for (const MetricRef& metric : metrics_of(alarm->rule)) {
    remove(&by_metric_, key_of(metric), alarm);
  }
  for (const MetricRef& metric : selected_metrics_of(alarm->rule)) {
    remove(&by_selected_, key_of(metric), alarm);
  }
  by_series_.clear();
}

void AlarmIndex::remove(Alarms* alarms, const std::string& key, const Alarm* alarm) {
  const auto found = alarms->find(key);
  if (found == alarms->end()) return;
  std::erase(found->second, alarm);
  if (found->second.empty()) alarms->erase(found);
}

void AlarmIndex::clear() {
  by_metric_.clear();
  by_selected_.clear();
  by_series_.clear();
}

AlarmIndex::Found AlarmIndex::of(SeriesId id, const SeriesKey& key) {
  const auto number = static_cast<std::uint64_t>(id);
  const auto known = by_series_.find(number);
  if (known != by_series_.end()) return known->second;
  if (by_series_.size() >= kRememberedMax) by_series_.clear();
  const Found out{find_in(by_metric_, key_of(key)), find_in(by_selected_, selected_key_of(key))};
  by_series_.emplace(number, out);
  return out;
}

}  // namespace tidemark::alarm
