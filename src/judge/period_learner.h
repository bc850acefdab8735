#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "model/sample.h"

namespace tidemark::judge {

/// Finds out how often a metric reports: the median gap between its first distinct times, rounded
/// to a period that people use (1, 5, 10, 15, 30 minutes, 1, 2, 3, 4, 6, 8, 12 hours, 1 or 7
/// days), at least a minute, since that is CloudWatch's storage resolution.
class PeriodLearner {
 public:
  /// Times looked at, and fewest that give an answer.
  static constexpr std::size_t kTimesMax = 65;
  static constexpr std::size_t kTimesMin = 6;

  void feed(std::span<const Sample> samples);
  [[nodiscard]] std::optional<Duration> period() const;

  void save(ByteSink& out) const;
  Result<void> restore(ByteSource& in);

 private:
  std::vector<Timestamp> times_;  // distinct, ascending, the newest kTimesMax
};

}  // namespace tidemark::judge
