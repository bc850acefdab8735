#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "cli/detect/lately.h"
#include "judge/period_policy.h"
#include "learn/detect_series.h"
#include "learn/finding_kind.h"

namespace tidemark::cli::detect {

/// What is known of a row besides its band, and what the choices say of it.
struct RowPlace {
  std::optional<Duration> cadence;  ///< as learned by now
  int offset_s = 0;                 ///< of the time zone, east of UTC
  judge::PeriodPolicy::Say say;
};

/// Which rows are findings.
struct FindingRules {
  std::shared_ptr<const judge::PeriodPolicy> policy;  ///< not null
  bool outside_counts = false;  ///< what lies outside of its band is one, whatever its score
  /// Of a value that has a band: does it or its score ask for a finding?
  [[nodiscard]] bool is_odd(double value, const learn::DetectRow& row) const;
};

/// Says what is a finding and in words what is unusual about a row, as far as the rows up to it can
/// tell: no later row changes an answer. Bounded memory; every row must pass.
class ReasonWriter {
 public:
  explicit ReasonWriter(FindingRules rules) : rules_(std::move(rules)) {}

  /// Empty: an ordinary row, or one in the quiet time after a finding. Otherwise a kind, a colon,
  /// and the figures behind it. Kinds: learning, late, missing, muted, not watched (no findings);
  /// those of model/finding.h but silence.
  std::string next(Timestamp at,
                   std::optional<double> value,
                   const learn::DetectRow& row,
                   const RowPlace& place);
  /// Is the newest row a finding: by its score, by its band, or because it began something that no
  /// score speaks of: a lost season, a changed variance or a slow drift?
  [[nodiscard]] bool is_finding() const { return finding_; }
  /// Did the newest row lie on the side that nobody watches?
  [[nodiscard]] bool is_unwatched() const { return unwatched_; }

 private:
  void note(Timestamp at, double value, const learn::DetectRow& row, const RowPlace& place);
  void note_gap(Timestamp at);
  [[nodiscard]] bool is_raised() const;
  [[nodiscard]] std::string state_words() const;
  [[nodiscard]] std::string words(double value, const learn::DetectRow& row) const;
  [[nodiscard]] std::string step_words(double value) const;
  [[nodiscard]] std::string shift_words(const learn::DetectRow& row) const;
  [[nodiscard]] std::string inside_words(const learn::DetectRow& row) const;
  [[nodiscard]] std::string after_gap() const;

  std::optional<Timestamp> newest_;
  double usual_gap_s_ = 0;  // running mean
  double gap_s_ = 0;        // before the newest value
  int gaps_ = 0;
  Lately lately_;
  learn::KindTracker kinds_{std::chrono::minutes(1)};
  FindingRules rules_;
  bool finding_ = false;
  bool unwatched_ = false;
};

}  // namespace tidemark::cli::detect
