#pragma once

#include "alarm/engine.h"
#include "judge/detectors.h"
#include "server/data_clock.h"
#include "store/sample_store.h"

namespace tidemark::server {

/// Moves the stages along data time: periods close, alarms fall due.
class DataTime {
 public:
  DataTime(DataClock& clock, judge::Judge& judge, alarm::AlarmEngine& alarms)
      : clock_(clock), judge_(judge), alarms_(alarms) {}

  /// Runs everything that is due by the clock's present. Does not wait for models that are being
  /// made anew: the old ones answer meanwhile.
  Result<void> tick();
  /// Advances a frozen clock by `by` and runs every due instant on the way, in order; returns the
  /// new time when all decisions are committed.
  Result<Timestamp> advance(Duration by);

 private:
  Result<void> run_at(Timestamp now);

  DataClock& clock_;
  judge::Judge& judge_;
  alarm::AlarmEngine& alarms_;
};

}  // namespace tidemark::server
