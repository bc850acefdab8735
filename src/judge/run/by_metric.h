#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/metric_ref.h"
#include "model/shard.h"

namespace tidemark::judge {

/// Which entries hear of a series: those of its metric. Remembers the answer of each series, since
/// every batch asks. Belongs to a shard's worker.
template <typename Entry>
class ByMetric {
 public:
  using Entries = std::vector<Entry*>;

  void add(const MetricRef& metric, Entry* entry) {
    Entries& entries = by_metric_[to_text(metric)];
    if (std::find(entries.begin(), entries.end(), entry) == entries.end()) entries.push_back(entry);
    by_series_.clear();
  }
  void remove(const Entry* entry) {
    for (auto& [metric, entries] : by_metric_)
      std::erase(entries, entry);
    std::erase_if(by_metric_, [](const auto& item) { return item.second.empty(); });
    by_series_.clear();
  }
  [[nodiscard]] bool has(const MetricRef& metric) const {
    return by_metric_.contains(to_text(metric));
  }
  /// Lives until the next add() or remove().
  const Entries& of(const EnteredSeries& series) {
    static const Entries kNone;
    const auto id = static_cast<std::uint64_t>(series.id);
    if (const auto cached = by_series_.find(id); cached != by_series_.end()) return *cached->second;
    const auto metric = to_metric_ref(*series.key);
    const auto found = metric ? by_metric_.find(to_text(*metric)) : by_metric_.end();
    const Entries* entries = found == by_metric_.end() ? &kNone : &found->second;
    by_series_.emplace(id, entries);
    return *entries;
  }

 private:
  std::unordered_map<std::string, Entries> by_metric_;           // by to_text(MetricRef)
  std::unordered_map<std::uint64_t, const Entries*> by_series_;  // cache, cleared on change
};

}  // namespace tidemark::judge
