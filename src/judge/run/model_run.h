#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "judge/detector_spec.h"
#include "judge/run/zone.h"
#include "learn/detector.h"
#include "model/sample.h"
#include "query/period_close.h"

namespace tidemark::judge {

/// One model at work: the closer that says when a period is complete, the detector that learns it,
/// and the bands it issues, each before its period is learned (decisions 4, 6, 9). A function of
/// what it was fed, in order; live and replay are this one code.
class ModelRun {
 public:
  /// Gaps longer than this many periods get bands only for the last of them: nobody looks at the
  /// rest, and a year's silence must not cost a year's bands.
  static constexpr std::int64_t kGapMaxBands = 10'000;

  /// `judged_from`: when the detector was made. What lies before is its training set and learned in
  /// full; what lies outside the band from then on is held back.
  ModelRun(const DetectorTarget& target,
           const DetectorChoices& choices,
           Duration period,
           Timestamp judged_from);

  /// Samples of the metric from one log record, in any order; `received_at` does not go back.
  void feed(std::span<const Sample> samples, Timestamp received_at);
  /// Closes what is due at `now`.
  void advance(Timestamp now);
  /// The history that is stored already, ascending; issues bands marked `replay`.
  void replay(std::span<const query::PeriodCell> history, Timestamp now);

  /// The bands issued since the last call, ascending by period.
  [[nodiscard]] std::vector<Sample> take_issued();

  [[nodiscard]] Duration period() const { return closer_.period(); }
  [[nodiscard]] std::optional<Timestamp> next_due() const { return closer_.next_due(); }
  /// Periods learned so far.
  [[nodiscard]] std::uint64_t learned() const { return learned_; }
  [[nodiscard]] TrainingState training() const;
  /// More than 5 % of the learned periods have changed since, or older history was added: the
  /// model should be made anew from what is stored (decision 10).
  [[nodiscard]] bool stale() const;

  void save(ByteSink& out) const;
  Result<void> restore(ByteSource& in);

 private:
  void take(const query::Fed& fed);
  void judge(const query::ClosedPeriod& closed);
  void issue_through(Timestamp start);
  void issue(const learn::Slot& slot);
  [[nodiscard]] learn::Slot slot_of(Timestamp start);
  [[nodiscard]] bool is_abnormal(const learn::Slot& slot, double value) const;
  [[nodiscard]] bool is_excluded(Timestamp start) const;

  Statistic stat_;
  std::vector<ExcludedRange> excluded_;
  Timestamp judged_from_;
  Zone zone_;
  query::PeriodCloser closer_;
  std::unique_ptr<learn::Detector> detector_;
  bool replaying_ = false;
  bool outlook_ = false;  ///< the detector has made a band
  std::optional<Timestamp> first_learned_;
  std::optional<Timestamp> next_issue_;  ///< first period that has no band yet
  std::uint64_t learned_ = 0;
  std::uint64_t late_ = 0;
  bool older_added_ = false;
  std::vector<Sample> issued_;
};

}  // namespace tidemark::judge
