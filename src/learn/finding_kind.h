#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "model/finding.h"

namespace tidemark::learn {

/// Names what is odd about the newest value of a series, and since when, from it and the values
/// before it. Bounded memory; every value that was compared with a band must pass.
class KindTracker {
 public:
  /// Values in a row on one side of the band that are a level and not a spike.
  static constexpr int kShiftValues = 5;
  /// Equal values in a row that are a flat line, if never half as many came before.
  static constexpr int kFlatValues = 6;

  /// The next value, in time order. `side`: 1 above its band, -1 below, 0 inside or without one.
  void note(Timestamp at, double value, int side);
  [[nodiscard]] FindingKind kind() const;
  /// When what kind() names is likely to have begun: the first value of its row.
  [[nodiscard]] Timestamp began() const;
  /// So many equal values in a row as never before, or so many on one side of the band.
  [[nodiscard]] bool is_flat() const;
  [[nodiscard]] bool is_shifted() const { return outside() >= kShiftValues; }
  /// Values in a row on the newest one's side of the band; equal values in a row.
  [[nodiscard]] int outside() const { return outside_ < 0 ? -outside_ : outside_; }
  [[nodiscard]] int same() const { return same_; }
  /// The longest row of equal values that has ended.
  [[nodiscard]] int same_longest() const { return same_longest_; }

  void save(ByteSink& out) const;
  Result<void> restore(ByteSource& in);

 private:
  std::optional<double> last_;
  int outside_ = 0;  // values in a row outside of the band: below < 0 < above
  int same_ = 0;
  int same_longest_ = 1;
  Timestamp outside_began_;
  Timestamp same_began_;
  Timestamp newest_;
};

}  // namespace tidemark::learn
