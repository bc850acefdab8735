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

}  // namespace

void AlarmIndex::add(Alarm* alarm) {
  for (const MetricRef& metric : metrics_of(alarm->rule)) {
    by_metric_[key_of(metric)].push_back(alarm);
  }
  by_series_.clear();
}

void AlarmIndex::remove(const Alarm* alarm) {
  for (const MetricRef& metric : metrics_of(alarm->rule)) {
    const auto found = by_metric_.find(key_of(metric));
    if (found == by_metric_.end()) continue;
    std::erase(found->second, alarm);
    if (found->second.empty()) by_metric_.erase(found);
  }
  by_series_.clear();
}

void AlarmIndex::clear() {
  by_metric_.clear();
  by_series_.clear();
}

const std::vector<Alarm*>& AlarmIndex::of(SeriesId id, const SeriesKey& key) {
  const auto number = static_cast<std::uint64_t>(id);
  const auto known = by_series_.find(number);
  if (known != by_series_.end()) return *known->second;
  if (by_series_.size() >= kRememberedMax) by_series_.clear();
  const auto found = by_metric_.find(key_of(key));
  const std::vector<Alarm*>* alarms = found == by_metric_.end() ? &kNone : &found->second;
  by_series_.emplace(number, alarms);
  return *alarms;
}

}  // namespace tidemark::alarm
