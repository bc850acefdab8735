#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include "base/meter.h"
#include "base/time.h"
#include "judge/always_on.h"

namespace tidemark::judge {

/// What others may know of a shard's always-on tier.
struct AlwaysOnStatus {
  std::optional<Timestamp> next_due;
  AlwaysOnCounts counts;
  friend bool operator==(const AlwaysOnStatus&, const AlwaysOnStatus&) = default;
};

/// The newest status of every shard, and the sum of their counts in the meter. The owner locks.
class AlwaysOnBoard {
 public:
  void publish(std::size_t shard, const AlwaysOnStatus& status, Meter& meter);
  /// The earliest that is due of all shards and `other`.
  [[nodiscard]] std::optional<Timestamp> earliest(std::optional<Timestamp> other) const;

 private:
  std::map<std::size_t, AlwaysOnStatus> shards_;
};

}  // namespace tidemark::judge
