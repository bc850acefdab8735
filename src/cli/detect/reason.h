#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "learn/detect_series.h"

namespace tidemark::cli::detect {

/// Says in words what is unusual about a row, as far as the rows up to it can tell: no later row
/// changes an answer. Bounded memory; every row must pass.
class ReasonWriter {
 public:
  /// Empty: an ordinary row, or one in the quiet time after a finding. Otherwise a kind, a colon,
  /// and the figures behind it. Kinds: learning, late, missing (no findings); spike, dip, level
  /// shift, flat line, unusual level.
  std::string next(Timestamp at, std::optional<double> value, const learn::DetectRow& row);

 private:
  void note(Timestamp at, double value, const learn::DetectRow& row);
  [[nodiscard]] std::string finding(double value, const learn::DetectRow& row) const;
  [[nodiscard]] std::string after_gap() const;

  std::optional<Timestamp> newest_;
  std::optional<double> last_value_;
  double usual_gap_s_ = 0;  // running mean
  double gap_s_ = 0;        // before the newest value
  int gaps_ = 0;
  int outside_ = 0;       // rows in a row outside of the band: below < 0 < above
  int same_ = 0;          // rows in a row with the value of the newest one
  int same_longest_ = 1;  // ... in a run that has ended
};

}  // namespace tidemark::cli::detect
