#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/zone.h"
#include "judge/run/clock_guess.h"

namespace tidemark::judge {

/// Which local day a UTC day stands for, and which of them have a run in them: of a job that runs
/// once a day (or once in a longer period of whole days) by the clocks of a zone. Periods are UTC
/// days, so when the clocks change a run may move over midnight: one UTC day has no run then,
/// another two. Learns the usual local time of day from the samples; a function of them, in order.
/// Known only where a zone is given and the runs come at one time of day; else everything is as if
/// there were none of this.
class RunDays {
 public:
  /// `zone`: IANA name, "" is UTC.
  RunDays(const std::string& zone, Duration period);

  /// The first sample there is of the metric: until more is learned all runs are at its time.
  void begin(Timestamp first);
  /// A period is complete; its first and its last sample.
  void learn(Timestamp first, Timestamp last);

  /// Is there a usual time? All below is for then only.
  [[nodiscard]] bool known() const { return begun_ && regular_; }
  /// Midnight of the local day that a period stands for, written as UTC.
  [[nodiscard]] Timestamp date_of(Timestamp start) const;
  /// Runs that a period usually has: 1, but where the clocks change 0 or 2 for some jobs.
  [[nodiscard]] int runs_in(Timestamp start) const;

  /// A run is named by the start of its period on the local clocks, written as UTC: of a day local
  /// midnight. They follow each other without gaps, whatever the clocks do.
  [[nodiscard]] Timestamp run_at(Timestamp sample);
  /// The period that a run falls into.
  [[nodiscard]] Timestamp period_of(Timestamp run) const;

  void save(ByteSink& out) const;
  Result<void> restore(ByteSource& in);

 private:
  struct Usual {  // seconds into the period; a little before or behind it where runs crept there
    double mean = 0;
    double spread = 0;  // mean distance of the runs from it
  };
  [[nodiscard]] double wrap(double offset) const;
  void move_inside();
  double step(Usual& usual, double at, double length);
  [[nodiscard]] std::int64_t index_of(Timestamp start) const;
  [[nodiscard]] Timestamp usual_at(std::int64_t index) const;
  [[nodiscard]] Duration utc_shift() const;
  void note_shift(Timestamp start, double off_local, double off_utc);

  Zone zone_;
  std::int64_t period_s_;
  bool possible_;  // a zone, and a period of whole days
  bool begun_ = false;
  bool regular_ = true;
  std::uint64_t runs_ = 0;  // learned, since it was last not regular
  Usual local_, utc_;
  ClockGuess clock_;
  std::int64_t day_s_ = 0;    // from the start of the period to the day of the run, local
  std::int64_t shift_s_ = 0;  // from the start of a period to its date, where the two clocks agreed
};

}  // namespace tidemark::judge
