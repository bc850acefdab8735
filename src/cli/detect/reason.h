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
  /// and the figures behind it. Kinds: learning, late, missing (no findings); those of
  /// model/finding.h but silence. `cadence`: as learned by now.
  std::string next(Timestamp at,
                   std::optional<double> value,
                   const learn::DetectRow& row,
                   std::optional<Duration> cadence);
  /// Did the newest row begin something that no score speaks of: a lost season, a changed variance
  /// or a slow drift?
  [[nodiscard]] bool has_raised() const { return raised_; }

 private:
  void note(Timestamp at,
            double value,
            const learn::DetectRow& row,
            std::optional<Duration> cadence);
  void note_gap(Timestamp at);
  [[nodiscard]] std::string state_words() const;
  [[nodiscard]] std::string finding(double value, const learn::DetectRow& row) const;
  [[nodiscard]] std::string after_gap() const;

  std::optional<Timestamp> newest_;
  double usual_gap_s_ = 0;  // running mean
  double gap_s_ = 0;        // before the newest value
  int gaps_ = 0;
  learn::KindTracker kinds_{std::chrono::minutes(1)};
  bool raised_ = false;
};

}  // namespace tidemark::cli::detect
