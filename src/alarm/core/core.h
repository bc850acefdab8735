#pragma once

#include <map>
#include <mutex>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "alarm/commands.h"
#include "alarm/core/alarm.h"
#include "alarm/core/due.h"
#include "alarm/core/held_mutes.h"
#include "alarm/core/index.h"
#include "alarm/core/look.h"
#include "alarm/core/mute_book.h"
#include "alarm/engine.h"
#include "base/worker.h"

namespace tidemark::alarm {

/// Sorted by name, then region and account.
using AlarmKey = std::tuple<std::string, std::string, std::string>;
using AlarmBook = std::map<AlarmKey, std::unique_ptr<Alarm>>;
inline AlarmKey key_of(const AlarmRule& rule) {
  return {rule.name, rule.region, rule.account};
}

/// Everything behind AlarmEngine and AlarmCommands. All but the inbox belongs to the worker's
/// thread: other threads come in through `worker().ask`.
class AlarmEngine::Core {
 public:
  Core(Deps deps, AlarmLimits limits);

  Worker& worker() { return worker_; }

  // From any thread. ------------------------------------------------------------------------------
  void hand_over(std::uint64_t sequence, std::vector<Judged> judged);

  // On the worker. --------------------------------------------------------------------------------
  Result<void> load_and_catch_up();
  Result<void> keep_progress();
  Result<void> run_until(Timestamp now);
  [[nodiscard]] std::optional<Timestamp> next_due() const;
  void drain();

  /// What is refused beyond check_rule(). `before`: the rule that an edit began with; actions that
  /// it has may stay.
  [[nodiscard]] Outcome<void> check_put(const AlarmRule& rule, const AlarmRule* before) const;
  Outcome<void> put(AlarmRule rule);
  Outcome<void> remove(const AlarmScope& scope, const std::vector<std::string>& names);
  Outcome<void> drill(Alarm* alarm, AlarmStatus after);
  Outcome<void> set_actions_enabled(const std::vector<Alarm*>& alarms, bool enabled);
  Outcome<void> put_tags(const std::string& arn, std::vector<Tag> tags);
  Outcome<void> put_mute(MuteRule rule);
  Outcome<void> remove_mute(const MuteKey& key);
  void forget_all();

  [[nodiscard]] MuteBook& mutes() { return mutes_; }
  /// An alarm's ARN or a mute rule's.
  [[nodiscard]] bool is_resource(const std::string& arn) const;
  [[nodiscard]] Alarm* find(const std::string& arn) const;
  [[nodiscard]] std::vector<Alarm*> find(const AlarmScope& scope,
                                         const std::vector<std::string>& names) const;
  [[nodiscard]] std::vector<Tag> tags(const std::string& arn) const;
  [[nodiscard]] const AlarmBook& book() const { return book_; }
  [[nodiscard]] AlarmView view_of(const Alarm& alarm);
  [[nodiscard]] const Deps& deps() const { return deps_; }

 private:
  /// Samples of one series that wait for the worker, of several calls together.
  struct Waiting {
    SeriesKey key;
    Timestamp from, to;
  };
  struct Inbox {
    std::unordered_map<std::uint64_t, Waiting> series;
    std::uint64_t sequence = 0;
    bool posted = false;
  };
  /// A change of state that has not been committed.
  struct Planned {
    Alarm* alarm;
    AlarmStatus before;
    AlarmStatus after;
  };
  struct Step {
    std::vector<Planned> planned;
    std::vector<ControlChange> changes;
    std::map<std::string, std::optional<Held>> held;  ///< by ARN; nullopt: no more
    bool has_outbox = false;
  };
  /// Where an alarm's evaluation stood, to go back there if the transaction fails.
  struct Mark {
    Alarm* alarm;
    Timestamp evaluated_at, closed_before;
    bool late;
  };

  /// Evaluates these alarms at one instant and commits what changes, all in one transaction. On
  /// failure they are due again at that instant.
  Result<void> step(const std::vector<Alarm*>& alarms, Timestamp at);
  void evaluate(Alarm* alarm, Timestamp at, Step* step);
  void add_transition(const Planned& planned, const Transition& transition, Step* step);
  /// `row` without its action: one for each that the alarm has for this state.
  static void add_actions(const Alarm& alarm, AlarmState state, OutboxRow row, Step* step);
  // Muted alarms.
  // -----------------------------------------------------------------------------------
  [[nodiscard]] const Held* held_of(const std::string& arn, const Step& step) const;
  void drop_held(const std::string& arn, Step* step);
  void hold(const Planned& planned, const Transition& transition, const Muted& muted, Step* step);
  void release(const Alarm& alarm, const Held& held, Timestamp at, Step* step);
  void take_held(Step* step);
  Result<void> release_due(Timestamp at);
  /// The rules have changed: windows may have ended.
  void end_windows(Timestamp now);
  Result<void> load_mutes();
  [[nodiscard]] std::string transition_id(const Alarm& alarm,
                                          AlarmState to,
                                          std::size_t position) const;
  [[nodiscard]] AlarmStatus status_after(const Alarm& alarm,
                                         const AlarmStatus& before,
                                         const Decision& decision,
                                         std::span<const EvidencePoint> past,
                                         Timestamp at) const;
  [[nodiscard]] Transition transition_of(const Planned& planned) const;
  Result<void> commit(Step step, const std::vector<Mark>& marks, Timestamp at);
  void schedule(Alarm* alarm, const Look& seen, Timestamp at);
  /// Runs the alarm's own due instants up to `now` in order.
  Result<void> run_overdue(Alarm* alarm, Timestamp now);
  std::vector<Alarm*> take_in(const Inbox& inbox, Timestamp now);
  /// Must the alarm be evaluated now?
  bool take_in(Alarm* alarm, const Waiting& waiting, Timestamp now);

  Result<void> load();
  Result<void> load_states();
  Result<void> load_tags();
  void schedule_catch_up(Alarm* alarm, Timestamp now);
  Alarm* adopt(std::unique_ptr<Alarm> alarm);
  Outcome<void> create(AlarmRule rule, Timestamp now);
  Outcome<void> update(Alarm* alarm, AlarmRule rule, Timestamp now);
  void drop(Alarm* alarm);
  Outcome<void> commit_command(std::vector<ControlChange> changes);

  [[nodiscard]] query::MetricDataDeps data() const { return {deps_.reader, deps_.bands}; }

  const Deps deps_;
  const AlarmLimits limits_;
  AlarmBook book_;
  std::unordered_map<std::string, Alarm*> by_arn_;
  AlarmIndex index_;
  DueQueue due_;
  std::unordered_map<std::string, std::vector<Tag>> tags_;
  MuteBook mutes_;
  HeldMutes held_;
  std::uint64_t sequence_ = 0;  ///< of the newest samples that were drained
  Timestamp ticked_to_ = Timestamp::min();
  Progress kept_{Timestamp::min(), 0};
  bool catching_up_ = false;

  std::mutex inbox_mutex_;
  Inbox inbox_;  // guarded by inbox_mutex_

  Worker worker_;  // last: joined before what its tasks touch goes
};

}  // namespace tidemark::alarm
