#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "alarm/mute_rule.h"
#include "alarm/rule.h"
#include "query/metric_data.h"

namespace tidemark::alarm {

/// The work that one backtest may be: periods of the range times those that each evaluation reads,
/// and evaluations.
inline constexpr std::int64_t kBacktestReadsMax = 40'000'000;
inline constexpr std::int64_t kBacktestEvaluationsMax = 250'000;
/// Transitions that are kept with their reasons; a flapping alarm has tens of thousands.
inline constexpr std::size_t kBacktestTransitionsMax = 2000;

struct BacktestRequest {
  AlarmRule rule;  ///< has passed check_rule()
  Timestamp from, to;
  /// Band alarms: also counts what other widths would have done, and looks for the narrowest one
  /// that fires at most so often.
  std::optional<double> alarms_per_week;
  /// The rules that mute the alarm; each has passed check_mute_rule().
  std::vector<MuteRule> mutes{};
  /// Set while it runs: it ends with `unavailable`.
  const std::atomic<bool>* stop = nullptr;
};

/// A change of state as the engine would have made it.
struct BacktestTransition {
  Timestamp at;
  AlarmState before = AlarmState::insufficient_data;
  AlarmState after = AlarmState::insufficient_data;
  std::string reason;
  std::string reason_data;
  std::string reason_words;
  /// The newest point that speaks for the new state, with the limits it was compared with.
  std::optional<double> value, lower, upper;
  /// When people would have heard of it: at once, or when the alarm's mute ended; nullopt: never.
  std::optional<Timestamp> told;
  friend bool operator==(const BacktestTransition&, const BacktestTransition&) = default;
};

/// Is there enough of the past to say something?
enum class PastData {
  enough,
  some,      ///< less than half of the range could be judged
  learning,  ///< there are data, but no band to compare them with
  open,      ///< all data are of periods that are not over yet
  none       ///< there are no data
};

/// What an alarm of another band width would have done.
struct WidthResult {
  double k = 0;
  std::size_t firings = 0;
  Duration in_alarm{0};
};

struct WidthAdvice {
  /// The narrowest width from which on no wider one fires more often than asked for; nullopt: none,
  /// or too little past to tell.
  std::optional<double> k;
  /// How often that is in the time that could be judged.
  std::size_t firings_max = 0;
  std::vector<WidthResult> results;  ///< ascending by k
};

struct Backtest {
  Duration period{0};
  /// Ascending; the newest kBacktestTransitionsMax.
  std::vector<BacktestTransition> transitions;
  std::size_t firings = 0;  ///< transitions to ALARM that are told
  std::size_t muted = 0;    ///< those that are not: over before the mute ended
  Duration in_alarm{0};
  AlarmState state_at_end = AlarmState::insufficient_data;
  std::int64_t periods = 0;         ///< that start in the range
  std::int64_t periods_judged = 0;  ///< of those, closed ones with a value and, if asked, a band
  std::int64_t periods_with_data = 0;
  std::optional<Timestamp> judged_from;  ///< start of the first judged one
  PastData past = PastData::none;
  std::optional<WidthAdvice> width;
};

/// The part of the range that could be judged; 0: nothing could.
Duration judged_span(const BacktestRequest& request, const Backtest& past);
/// Firings in a week of that part; 0 where it is 0.
double firings_per_week(std::size_t firings, Duration judged);

/// What the alarm would have done had it been put at `from`: the engine's own code, run over stored
/// samples as if each had come at its own time, with the bands that were issued for them (without a
/// detector: those that a replay of the history issues). Nothing is stored and nobody is told.
///
/// It differs from what a live alarm did only where samples came late or in parts:
/// docs/backtest.md. Errors: `limit` for more work than one backtest may be, `unavailable` when
/// stopped, and what reader, bands and queries report.
Result<Backtest> backtest(const query::MetricDataDeps& deps, const BacktestRequest& request);

}  // namespace tidemark::alarm
