#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "learn/detect_series.h"
#include "learn/finding_kind.h"

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
  double usual_gap_s_ = 0;  // running mean
  double gap_s_ = 0;        // before the newest value
  int gaps_ = 0;
  learn::KindTracker kinds_;
};

}  // namespace tidemark::cli::detect
