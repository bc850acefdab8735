#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "alarm/rule.h"
#include "base/clock.h"
#include "base/meter.h"
#include "base/random.h"
#include "model/band_source.h"
#include "model/control_store.h"
#include "model/judged.h"
#include "query/period_stats.h"  // store::Reader

namespace tidemark::alarm {

class AlarmCommands;
class MuteCommands;

struct AlarmLimits {
  std::size_t alarms_max = 100'000;
  std::size_t mute_rules_max = 1000;
  /// How far behind "evaluated up to" a start goes back (decision 7).
  Duration catch_up_max{std::chrono::hours(24)};
  /// How much data time may pass before "evaluated up to" is kept without a transition.
  Duration keep_progress_every{std::chrono::seconds(10)};
};

/// Decides the state of every alarm. An alarm is evaluated because samples of its metric became
/// durable (on_judged), because a due instant came (tick), or because it was put; nothing walks all
/// alarms but start().
///
/// An alarm looks at the newest closed periods (N, and those of range_extra()) and at open ones
/// that breach by what later data cannot undo (decision 9). New state, history, outbox rows, audit
/// and "evaluated up to" are one ControlStore transaction; only then the state is visible and
/// `on_outbox` called. If the transaction fails the state stays, and the next tick or sample tries
/// again under the same transition id.
///
/// "Evaluated up to" is kept a) in the alarm's own state document, with each transition, and b) for
/// all alarms together, at most every `keep_progress_every` of data time at the end of a tick and
/// at stop(). start() evaluates each alarm at every due instant since the later of the two, at most
/// `catch_up_max` back, and once at the present; what it finds is marked `late`. Since an
/// evaluation depends on state and stored data alone, a transition that was committed before a
/// crash is not found again.
///
/// All state belongs to one worker. Every member may be called from any thread but that worker's
/// (that is: not from the callbacks in Deps).
class AlarmEngine final : public JudgedSink {
 public:
  struct Deps {
    const Clock& clock;
    Random& random;
    const store::Reader& reader;
    BandSource& bands;
    ControlStore& control;
    Meter& meter;
    /// There are new outbox rows. Called on the worker; must return at once.
    std::function<void()> on_outbox;
    /// A band alarm will ask for this band. Called on the worker when the alarm is put or loaded
    /// and before every evaluation, so that a deleted detector is made again; must return at once
    /// and be cheap when the detector is there.
    std::function<void(const BandIdentity&)> on_band_needed;
    /// An alarm has changed its state, durably. Called on the worker; must return at once.
    std::function<void(const std::string& alarm_name, AlarmState state)> on_transition;
    /// Why an alarm of `region` cannot have this action, in words for who put it; null: it can have
    /// any. Called on the worker when an alarm is put; must return at once.
    std::function<Result<void>(const std::string& action, const std::string& region)> check_action =
        nullptr;
  };
  explicit AlarmEngine(Deps deps, AlarmLimits limits = {});
  ~AlarmEngine() override;
  AlarmEngine(const AlarmEngine&) = delete;
  AlarmEngine& operator=(const AlarmEngine&) = delete;

  /// Loads alarms and states and catches up. Before that nothing else may be called but on_judged.
  Result<void> start();
  /// Decides what was handed over, keeps "evaluated up to", stops the worker. Safe to call twice.
  void stop();

  /// Hands over and returns. Samples of several calls that meet in the inbox cost one evaluation an
  /// alarm.
  void on_judged(std::uint64_t sequence, std::vector<Judged> judged) override;
  /// Runs every due instant up to `now`, in order, and whatever was handed over before; returns
  /// when all of that is decided and committed. For a data-time clock that is advanced, call it
  /// with each next_due() on the way, or once with the end. A transaction that fails ends it with
  /// that error: the instant stays due and later ones wait for it, so call again later, not at
  /// once.
  Result<void> tick(Timestamp now);
  /// The next instant at which an alarm is due; nullopt: none.
  [[nodiscard]] std::optional<Timestamp> next_due() const;
  /// Waits until everything handed over before has been decided and its transactions have ended.
  void settle();

 private:
  friend class AlarmCommands;
  friend class MuteCommands;
  class MuteCommands;
  class Core;
  std::unique_ptr<Core> core_;
  bool stopped_ = false;
};

}  // namespace tidemark::alarm
