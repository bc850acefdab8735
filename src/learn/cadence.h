#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "base/time.h"

namespace tidemark::learn {

/// `gap` (> 0) moved to the usual cadence it is within 10 % of: 1, 5, 10, 15, 30 seconds or
/// minutes, 1, 2, 3, 4, 6, 8, 12 hours, a day, a week. Otherwise unchanged, at least 1 ms.
Duration snap_cadence(Duration gap);

/// Learns the usual distance of a series' samples from the median of the newest gaps.
class CadenceLearner {
 public:
  static constexpr std::size_t kGapsMin = 3;   ///< before there is an answer
  static constexpr std::size_t kGapsMax = 31;  ///< that are remembered

  /// Takes the time of a sample. Not newer than the newest one: left out.
  void see(Timestamp at);
  /// The median gap, snapped; nullopt: fewer than kGapsMin gaps so far.
  [[nodiscard]] std::optional<Duration> cadence() const;
  /// Whether the gaps speak for another cadence than `current`: while they are few, at 7, 15 and
  /// 23, for any other one; later, when their median is beyond twice or below half of it.
  [[nodiscard]] bool contradicts(Duration current) const;

 private:
  std::optional<Timestamp> newest_;
  std::array<Duration, kGapsMax> gaps_{};
  std::size_t count_ = 0;  // ever seen
};

}  // namespace tidemark::learn
