#pragma once

#include <optional>
#include <vector>

#include "alarm/backtest.h"

namespace tidemark::alarm {

/// What one alarm of a team did in its past.
struct TeamAlarm {
  Duration judged{0};                ///< of its past; 0: it counts for nothing
  std::size_t firings = 0;           ///< as it is
  std::vector<WidthResult> results;  ///< of its band; empty: it has none
};

/// What the whole team would do with that width of every band.
struct TeamWidth {
  double k = 0;
  double per_week = 0;
};

struct TeamAdvice {
  double per_week = 0;           ///< of all alarms as they are
  std::vector<TeamWidth> table;  ///< ascending by k; empty: no band could be judged
  std::optional<double>
      k;  ///< the narrowest width of all bands that keeps the budget; nullopt: none
  std::optional<double> per_week_at_k;
};

/// One width for all bands of a team, so that together its alarms fire at most `alarms_per_week`
/// times. k means the same rarity on every band, so one width divides the budget by how restless
/// each metric is; fixed limits count as they are. Rates, since histories are of different lengths.
/// `results` of all bands hold the same widths, ascending.
TeamAdvice advise_team(const std::vector<TeamAlarm>& alarms, double alarms_per_week);

}  // namespace tidemark::alarm
