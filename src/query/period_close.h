#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "model/sample.h"
#include "model/statistic.h"
#include "query/period_stats.h"

/// When a period is complete enough to be judged (decision 9), as functions of stored data.
namespace tidemark::query {

/// Why a period is closed; the first that holds, in this order. Periods close in the order of time:
/// one that is complete waits for the one before it.
enum class CloseReason {
  count_reached,  ///< it has the sample count that is usual
  /// A sample of a later period has arrived, and no count is usual. Where one is and is not there
  /// yet, another sender may still be on its way (docs/decisions/0007).
  later_sample,
  grace_over  ///< its end and the grace behind it are over
};

/// How long behind its end a period waits for late samples: 10 % of it, 1 s to 60 s.
Duration grace_of(Duration period);
/// When the period that starts at `start` is over at the latest, if its samples come in time.
Timestamp due_at(Timestamp start, Duration period);
/// The same of one whose first sample came at `first_at`: where that is only behind its end and
/// grace, it waits one grace from then, so that a backlog which comes bit by bit is judged whole.
Timestamp due_at(Timestamp start, Duration period, Timestamp first_at);

/// Closed periods that the usual count is taken from, and how many of them must agree.
inline constexpr std::size_t kUsualCountPeriods = 10;
inline constexpr std::size_t kUsualCountAgreeing = 8;
/// The sample count that at least 8 of the last 10 closed periods share; nullopt: none does.
/// `counts`: of closed periods that had samples, oldest first; only the last 10 are looked at.
std::optional<double> usual_count(std::span<const double> counts);

/// Is the period that starts at `start` closed at `now`, and why? nullopt: still open, or it begins
/// after `now`. `cells`: the metric's periods, ascending, that hold samples: all of those from
/// `start` to `now`, and for the usual count the eleven before it, where they exist. Cells that
/// start after `now` close nothing. The period itself may be without samples.
std::optional<CloseReason> close_reason(std::span<const PeriodCell> cells,
                                        Timestamp start,
                                        Duration period,
                                        Timestamp now);

enum class Direction { above, below };
/// May an open period be called abnormal already? Only by what later data cannot undo: Maximum or
/// SampleCount above, Minimum below, Sum above if the series was never negative.
bool open_period_can_breach(const Statistic& statistic,
                            Direction direction,
                            bool series_never_negative);

struct ClosedPeriod {
  Timestamp start;
  Cell cell;
  std::size_t samples = 0;
  CloseReason reason = CloseReason::grace_over;
  Timestamp first = start;  ///< its earliest and its latest sample
  Timestamp last = start;
};

/// What one feed() brought about.
struct Fed {
  std::vector<ClosedPeriod> closed;  ///< in time order
  /// What came for periods that were closed already (with or without samples), merged by period,
  /// ascending. It is not part of any later ClosedPeriod.
  std::vector<PeriodCell> late;
  /// Periods dropped because kMaxOpenPeriods were held: all of them lie in the future.
  /// If one of them is fed again it is given out without what was dropped.
  std::size_t dropped = 0;
};

/// Decision 9 for one detector, sample by sample: holds the open periods and gives each out once,
/// in time order, when it closes. A function of what it was fed: the times at which advance() was
/// called in between change only when a period is given out, not what it holds nor what is late.
/// A period whose first sample arrives only after its end and grace waits one grace from then, so
/// that history sent in several requests is not cut at their borders.
class PeriodCloser {
 public:
  /// More open periods are not held; accepted future (2 h) at periods of a minute fits.
  static constexpr std::size_t kMaxOpenPeriods = 256;

  /// `period` > 0.
  explicit PeriodCloser(Duration period);

  /// Samples of one record, in log order of records, any order inside. `received_at` (data time)
  /// does not go back. Closes what was due before, then what these samples close.
  Fed feed(std::span<const Sample> samples, Timestamp received_at);
  /// The same of what was folded into periods before, ascending.
  Fed feed(std::vector<PeriodCell> cells, Timestamp received_at);
  /// Whole periods, ascending, of which whoever feeds them knows that they are closed: given out at
  /// once, and late as in feed(). Not to be mixed with feed().
  Fed feed_closed(std::vector<PeriodCell> cells);
  /// Closes what is due at `now`; `now` does not go back.
  std::vector<ClosedPeriod> advance(Timestamp now);

  /// When advance() will next close something if no sample arrives; nullopt: nothing is open.
  [[nodiscard]] std::optional<Timestamp> next_due() const;
  /// Merged observations of an open period so far; nullptr: it has none or is closed.
  [[nodiscard]] const Cell* open_cell(Timestamp start) const;
  /// Periods that start before this are closed: the first that may still get samples.
  [[nodiscard]] Timestamp closed_before() const { return closed_before_; }
  [[nodiscard]] Duration period() const { return period_; }

  void save(ByteSink& out) const;
  /// Replaces the state; if it fails, nothing changes. `corrupt`: wrong format or another period
  /// length.
  Result<void> restore(ByteSource& in);

 private:
  struct Open {
    Timestamp opened_at;
    Cell cell;
    std::size_t samples = 0;
    Timestamp first, last;
  };
  struct Count {
    Timestamp start;
    double count = 0;
  };

  void add(PeriodCell&& cell, Timestamp received_at, Fed* out);
  void note_late(const PeriodCell& cell);
  void close_due(Timestamp now, std::vector<ClosedPeriod>* out);
  void pass_empty(Timestamp now);
  [[nodiscard]] bool is_behind_open_empty() const;
  [[nodiscard]] std::optional<CloseReason> due_reason(Timestamp now) const;
  [[nodiscard]] Timestamp deadline(Timestamp start, const Open& open) const;
  void set_usual();
  void remember_count(Timestamp start, double count);
  Result<void> restore_counts(ByteSource& in);
  Result<void> restore_open(ByteSource& in);

  Duration period_;
  Timestamp closed_before_ = Timestamp::min();
  std::map<Timestamp, Open> open_;
  std::vector<Count> counts_;    ///< of the last closed periods, ascending, at most 10
  std::optional<double> usual_;  ///< of counts_
};

}  // namespace tidemark::query
