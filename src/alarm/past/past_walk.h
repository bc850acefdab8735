#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "alarm/backtest.h"
#include "alarm/core/alarm.h"
#include "alarm/core/look.h"
#include "alarm/past/past_bands.h"
#include "alarm/past/past_reader.h"

namespace tidemark::alarm {

/// The windows of all rules that mute one alarm.
class PastMutes {
 public:
  explicit PastMutes(const std::vector<MuteRule>& rules);
  /// The end of the windows that hold `at`; nullopt: none does.
  std::optional<Timestamp> muted_until(Timestamp at);

 private:
  std::vector<MuteWindows> windows_;
};

/// One alarm on its way through the past: its state, and what came of it.
class PastAlarm {
 public:
  /// `mutes` must outlive it. `unit`: see WordsFacts.
  PastAlarm(Alarm alarm, PastMutes& mutes, std::string unit)
      : alarm_(std::move(alarm)), mutes_(&mutes), unit_(std::move(unit)) {}

  /// Decides what was seen at `at`, as the engine does. `past`: what reasons are told from;
  /// nullptr: it only counts.
  void take(const Look& seen, Timestamp at, const query::MetricDataDeps* past);
  /// A sample has come for a period that was closed.
  void set_late() { alarm_.late = true; }
  /// Ends the walk.
  void end(Timestamp at);
  /// Has been in alarm, and each time for a period that was still open.
  [[nodiscard]] bool fired_early_only() const { return entered_ > 0 && entered_ == entered_early_; }
  /// As if it had seen nothing.
  void forget();

  [[nodiscard]] const Alarm& alarm() const { return alarm_; }
  [[nodiscard]] std::size_t firings() const { return firings_; }
  [[nodiscard]] std::size_t muted() const { return entered_ - firings_; }
  [[nodiscard]] Duration in_alarm() const { return in_alarm_; }
  [[nodiscard]] std::vector<BacktestTransition> transitions() const {
    return {transitions_.begin(), transitions_.end()};
  }

 private:
  /// What people know, and what waits for the end of a window (alarm/mute_commands.h).
  struct Waiting {
    AlarmState state;
    Timestamp until;
  };
  void move_to(const Decision& decision, Timestamp at, const query::MetricDataDeps* past);
  void leave(Timestamp at);
  void release(Timestamp at);
  std::optional<Timestamp> tell(AlarmState state, Timestamp at);

  Alarm alarm_;
  PastMutes* mutes_;
  std::string unit_;
  AlarmState told_ = AlarmState::insufficient_data;
  std::optional<Waiting> waiting_;
  std::size_t entered_ = 0;
  std::size_t entered_early_ = 0;  ///< of those, for a period that was still open
  std::size_t firings_ = 0;
  Timestamp fired_at_;
  Duration in_alarm_{0};
  std::deque<BacktestTransition> transitions_;
};

/// Goes through the past from one instant at which the engine would have looked to the next: a
/// sample's time, and when a period closes by itself. All alarms differ in the width of their band
/// only, so one look serves them all.
class PastWalk {
 public:
  /// `all`: at least one; the first gives its reasons. `request` must outlive the walk.
  PastWalk(const query::MetricDataDeps& deps,
           const BacktestRequest& request,
           std::vector<Alarm> all);

  Result<void> run();

  [[nodiscard]] const std::vector<PastAlarm>& alarms() const { return alarms_; }
  [[nodiscard]] std::int64_t periods_judged() const { return periods_judged_; }
  [[nodiscard]] std::int64_t periods_with_data() const { return periods_with_data_; }
  [[nodiscard]] std::optional<Timestamp> judged_from() const { return judged_from_; }
  /// At the end of the walk some period had data that was not over yet.
  [[nodiscard]] bool has_open_data() const;

 private:
  void end();
  Result<void> look_at(Timestamp at);
  Result<bool> may_change(Timestamp at, bool is_news);
  [[nodiscard]] bool breaks_some(const query::EvaluatedPoint& period) const;
  void count_periods();

  const BacktestRequest& request_;
  PastMutes mutes_;
  std::vector<PastAlarm> alarms_;
  PastReader reader_;
  PastBands bands_;
  /// The watched metric, where an open period of its statistic can breach.
  std::optional<MetricStat> early_;

  Look seen_;
  bool open_breaks_ = false;  ///< an open period of the last look broke some alarm's rule
  std::optional<Timestamp> due_;
  std::int64_t looks_ = 0;
  Timestamp counted_to_;
  std::int64_t periods_judged_ = 0;
  std::int64_t periods_with_data_ = 0;
  std::optional<Timestamp> judged_from_;
};

}  // namespace tidemark::alarm
