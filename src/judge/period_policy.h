#pragma once

#include <vector>

#include "judge/calendar.h"
#include "judge/detector_spec.h"
#include "learn/registry.h"

namespace tidemark::judge {

/// What a model is told of the choices. `special_kinds`: PeriodPolicy::special_kinds().
learn::DetectorConfig model_config(const DetectorChoices& choices,
                                   Duration cadence,
                                   int special_kinds);

/// What a detector's choices and marks say about one period.
class PeriodPolicy {
 public:
  struct Say {
    bool mute = false;     ///< gives no finding
    bool exclude = false;  ///< is not learned
    bool accept = false;   ///< is learned whatever it looks like
    int special = 0;       ///< learn::Slot::special
  };

  /// `spec` has passed check_choices().
  explicit PeriodPolicy(const DetectorSpec& spec);

  /// A mark wins over exclusions and calendars: somebody looked at that very period. `offset_s`:
  /// of the detector's time zone at `start`.
  [[nodiscard]] Say of(Timestamp start, Duration period, int offset_s) const;
  /// Is a value on that side of its band worth a finding?
  [[nodiscard]] bool watches(bool above) const;
  /// Each calendar whose days are learned and rare is a kind of special days of its own
  /// (learn/special_days.h); a day in several is of the first one's kind.
  [[nodiscard]] int special_kinds() const { return special_kinds_; }
  /// k of the band outside of which a period is a finding.
  [[nodiscard]] double width() const { return width_; }

 private:
  struct Days {
    CalendarDays days;
    bool mute = true;
    bool learn = false;
    int special = 0;
  };
  std::vector<ExcludedRange> excluded_;
  std::vector<Days> calendars_;
  std::vector<Mark> marks_;
  Watch watch_ = Watch::both;
  double width_ = 3;
  int special_kinds_ = 0;
};

}  // namespace tidemark::judge
