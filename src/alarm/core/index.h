#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "alarm/core/alarm.h"
#include "model/sample.h"

namespace tidemark::alarm {

/// Finds the alarms of a series without looking at any other.
class AlarmIndex {
 public:
  void add(Alarm* alarm);
  void remove(const Alarm* alarm);
  void clear();
  /// Those that name the series' metric, and those that select it with others of its name; each in
  /// the order they were added.
  struct Found {
    const std::vector<Alarm*>* naming;
    const std::vector<Alarm*>* selecting;
  };
  [[nodiscard]] Found of(SeriesId id, const SeriesKey& key);

 private:
  /// Series that are remembered, also those without alarms; then all are forgotten.
  static constexpr std::size_t kRememberedMax = 1'000'000;

  using Alarms = std::unordered_map<std::string, std::vector<Alarm*>>;
  static void remove(Alarms* alarms, const std::string& key, const Alarm* alarm);

  Alarms by_metric_;
  Alarms by_selected_;  ///< by the metric without its dimensions
  std::unordered_map<std::uint64_t, Found> by_series_;
};

}  // namespace tidemark::alarm
