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
  /// In the order they were added.
  [[nodiscard]] const std::vector<Alarm*>& of(SeriesId id, const SeriesKey& key);

 private:
  /// Series that are remembered, also those without alarms; then all are forgotten.
  static constexpr std::size_t kRememberedMax = 1'000'000;

  std::unordered_map<std::string, std::vector<Alarm*>> by_metric_;
  std::unordered_map<std::uint64_t, const std::vector<Alarm*>*> by_series_;
};

}  // namespace tidemark::alarm
