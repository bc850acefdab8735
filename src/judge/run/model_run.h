#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/zone.h"
#include "judge/detector_spec.h"
#include "judge/period_policy.h"
#include "judge/run/run_days.h"
#include "judge/run/silence.h"
#include "learn/detector.h"
#include "learn/finding_kind.h"
#include "learn/registry.h"
#include "learn/sureness.h"
#include "model/sample.h"
#include "query/period_close.h"

namespace tidemark::judge {

/// What siblings lend a model of that period; nullopt: nothing.
std::optional<Seed> seed_of(const DetectorSpec& spec, Duration period);
/// Whether a model that began with siblings' widths still uses them, after so many periods.
bool borrows_widths(std::uint64_t learned);

/// One model at work: the closer that says when a period is complete, the detector that learns it,
/// and the bands it issues, each before its period is learned (decisions 4, 6, 9). A function of
/// what it was fed, in order; live and replay are this one code.
class ModelRun {
 public:
  /// Gaps longer than this many periods get bands only for the last of them: nobody looks at the
  /// rest, and a year's silence must not cost a year's bands.
  static constexpr std::int64_t kGapMaxBands = 10'000;

  /// What is abnormal is held back from learning (learn/hold_back.h). Of slots of 20 hours and more
  /// only from `spec.created_at` on: what lies before is the training set, learned in full.
  ModelRun(const DetectorSpec& spec, Duration period);

  /// Samples of the metric from one log record, in any order; `received_at` does not go back. Of
  /// metric math: values of closed periods, one observation each, at the start of its period.
  void feed(std::span<const Sample> samples, Timestamp received_at);
  /// Closes what is due at `now`.
  void advance(Timestamp now);
  /// The history that is stored already, ascending; issues bands marked `replay`.
  void replay(std::span<const query::PeriodCell> history, Timestamp now);

  /// The bands issued since the last call, ascending by period.
  [[nodiscard]] std::vector<Sample> take_issued();
  /// The findings since the last call, ascending by period.
  [[nodiscard]] std::vector<Sample> take_found();
  /// A period that was judged and has changed by late samples. `offset_s`: from its start to the
  /// day on the clocks of the zone that it counts for.
  struct Late {
    Timestamp start;
    int offset_s = 0;
    double confidence = 0;  ///< as Finding::confidence, of what would be found there
  };
  /// Those since the last call.
  [[nodiscard]] std::vector<Late> take_late();

  [[nodiscard]] Duration period() const { return closer_.period(); }
  /// When a period closes, or a silence has lasted too long, if nothing comes.
  [[nodiscard]] std::optional<Timestamp> next_due() const;
  /// How late data come is known to `other`, a model of the same metric that has seen them live.
  void keep_arrivals(const ModelRun& other) { silence_.take_arrivals(other.silence_); }
  /// Seconds from the start of a period to what the clocks of the zone show then; where a period
  /// stands for a local day, to midnight of that.
  [[nodiscard]] int offset_of(Timestamp start);
  /// What knows that day; nullopt: a period stands for no local day but that of its start.
  [[nodiscard]] std::optional<RunDays> days() const;
  /// Periods learned so far.
  [[nodiscard]] std::uint64_t learned() const { return learned_; }
  [[nodiscard]] TrainingState training() const;
  /// How wide its newest band is, as a share of what it expects; nullopt: not learned enough to
  /// lend it to siblings, or nothing to take a share of.
  [[nodiscard]] std::optional<Seed> as_seed() const;
  /// More than 5 % of the learned periods have changed since, or older history was added: the
  /// model should be made anew from what is stored (decision 10).
  [[nodiscard]] bool stale() const;

  void save(ByteSink& out) const;
  Result<void> restore(ByteSource& in);

 private:
  Result<void> restore_youth(ByteSource& in);
  /// Closes periods: those of a metric as decision 9 says, those of an expression as they come.
  query::Fed close(std::vector<query::PeriodCell> cells, Timestamp received_at);
  void take(const query::Fed& fed);
  void judge(const query::ClosedPeriod& closed);
  /// The periods that these samples lie in are there; a silence that they end is found.
  void end_silence(std::span<const Sample> samples, Timestamp received_at);
  void end_silence(Timestamp run);
  /// A period as the watch of silence counts them: days on the clocks of the zone, where runs have
  /// a usual time there, else as all others.
  [[nodiscard]] Timestamp run_of(Timestamp sample);
  /// The period in which that run is missing.
  [[nodiscard]] Timestamp missing_in(Timestamp run) const;
  /// The clocks have changed: two runs lie in that period.
  [[nodiscard]] bool has_two_runs(Timestamp start) const;
  /// Finds the silence that has lasted too long by `now`.
  void speak_of_silence(Timestamp now);
  void find_silence(const Silence& silence);
  [[nodiscard]] bool wants_to_hear(Timestamp run);
  void issue_through(Timestamp start);
  void issue(const learn::Slot& slot);
  /// The band of the model; of a young one, mixed with the widths of siblings: no narrower and no
  /// further than the choices say, nor below 0 before a value was.
  [[nodiscard]] std::optional<learn::Outlook> outlook_at(const learn::Slot& slot) const;
  [[nodiscard]] learn::Slot slot_of(Timestamp start);
  [[nodiscard]] PeriodPolicy::Say say_of(Timestamp start);
  /// A value and how rare the model calls it.
  struct Seen {
    learn::Slot slot;
    double value;
    double score;
  };
  [[nodiscard]] learn::Teach teach(const Seen& seen,
                                   const std::optional<learn::Outlook>& outlook,
                                   const PeriodPolicy::Say& say) const;
  /// Compares with the band at the width of findings; a value nobody wants to hear of is passed on
  /// to the tracker of kinds all the same.
  void find(const Seen& seen,
            const std::optional<learn::Outlook>& outlook,
            const PeriodPolicy::Say& say);
  /// How sure a finding of the next value is.
  [[nodiscard]] double confidence() const;

  Statistic stat_;
  bool fed_closed_;  ///< the values of an expression: each is the last word of its period
  std::uint64_t revision_;
  PeriodPolicy policy_;
  std::optional<Seed> seed_;
  std::vector<double> first_values_;  ///< while there is a seed and no band of its own
  Timestamp judged_from_;
  Zone zone_;
  learn::DetectorConfig config_;
  RunDays days_;
  query::PeriodCloser closer_;
  std::unique_ptr<learn::Detector> detector_;
  bool replaying_ = false;
  std::optional<learn::Outlook> newest_;  ///< the newest band
  std::optional<Timestamp> first_learned_;
  std::optional<Timestamp> next_issue_;  ///< first period that has no band yet
  std::uint64_t learned_ = 0;
  std::uint64_t late_ = 0;
  bool older_added_ = false;
  learn::KindTracker kinds_;
  learn::MissRate missed_;  ///< of the band at the width of findings
  SilenceWatch silence_;
  std::vector<Sample> issued_;
  std::vector<Sample> found_;
  std::vector<Late> late_periods_;
};

}  // namespace tidemark::judge
