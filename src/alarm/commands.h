#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alarm/engine.h"
#include "alarm/mute_rule.h"
#include "alarm/rule.h"
#include "model/control_store.h"

namespace tidemark::alarm {

/// Which alarms a caller sees. "" = all (the UI's own doors).
struct AlarmScope {
  std::string account;
  std::string region;
};
inline bool in_scope(const AlarmScope& scope,
                     const std::string& account,
                     const std::string& region) {
  return (scope.account.empty() || scope.account == account) &&
         (scope.region.empty() || scope.region == region);
}

inline constexpr std::size_t kAlarmPageMax = 100;
inline constexpr std::size_t kHistoryPageMax = 100;

/// An alarm as people see it.
struct AlarmView {
  AlarmRule rule;  ///< with `actions_enabled` as it is now
  std::string arn;
  AlarmState state = AlarmState::insufficient_data;
  std::string reason;
  std::string reason_data;     ///< JSON text, "" when there is none
  std::string reason_words;    ///< the reason in a sentence for people; "" when there is none
  Timestamp state_updated_at;  ///< StateUpdatedTimestamp: state or reason was set
  Timestamp transitioned_at;   ///< StateTransitionedTimestamp: "since"
  /// "", "EVALUATION_ERROR" (its last evaluation could not read) or "PARTIAL_DATA" (it saw a part
  /// of what its query matches).
  std::string evaluation_state;
  std::string evaluation_error;  ///< why, for people
  std::optional<Muted> muted;    ///< nobody is told of its changes
  bool shares_name = false;      ///< an alarm of another account or region has the same name
};

struct AlarmFilter {
  AlarmScope scope;
  std::vector<std::string> names;  ///< empty = all
  std::string name_prefix;
  std::optional<AlarmState> state;
  std::string action_prefix;  ///< an action of the alarm begins with it
  /// AlarmTypes holds "MetricAlarm" or was left out.
  bool metric_alarms = true;
  std::size_t limit = kAlarmPageMax;
  std::string token;  ///< `next_token` of the page before
};
struct AlarmPage {
  std::vector<AlarmView> alarms;  ///< sorted by name
  std::string next_token;         ///< "": the last page
};

struct MetricFilter {
  AlarmScope scope;
  std::string metric_namespace;
  std::string name;
  std::vector<Label> dimensions;  ///< exactly these
  std::string statistic, extended_statistic;
  std::optional<Duration> period;
  std::string unit;
  /// Also band and metric-math alarms that use the metric (AWS never lists those here).
  bool with_queries = false;
};

struct HistoryFilter {
  AlarmScope scope;
  std::string alarm_name;                ///< "" = all
  std::string type;                      ///< "" = all
  std::vector<std::string> alarm_types;  ///< empty = all
  Timestamp from = Timestamp::min();
  Timestamp to = Timestamp::max();
  bool newest_first = true;
  std::size_t limit = kHistoryPageMax;
  std::string token;
};
struct HistoryPage {
  std::vector<HistoryItem> items;
  std::string next_token;
};

/// Each alarm once.
struct StateCounts {
  std::size_t ok = 0, alarm = 0, insufficient_data = 0;
  /// Not in ALARM, and the last evaluation failed: their state is old.
  std::size_t not_evaluated = 0;
};

/// What doors may do with alarms. Safe from any thread but the engine's worker. A change is durable
/// when the call returns; if the transaction fails nothing has changed (`InternalServiceError`).
class AlarmCommands {
 public:
  explicit AlarmCommands(AlarmEngine& engine) : engine_(engine) {}

  /// Creates the alarm in INSUFFICIENT_DATA ("Unchecked: Initial alarm creation"), or replaces all
  /// configuration but tags of the one with that name and keeps its state; then evaluates it.
  /// Refused, beyond check_rule(): a metric without a namespace, what can never be evaluated, and
  /// what Deps::check_action refuses. Stored alarms may have all of that; earlier versions took it.
  Outcome<void> put_metric_alarm(AlarmRule rule);
  /// The same, but only while the alarm's rule is still `before`, whose actions may stay; false: it
  /// is another by now, or gone, and nothing has changed.
  Outcome<bool> replace_metric_alarm(const AlarmRule& before, AlarmRule after);
  /// Unknown names are passed over, as AWS answers them with success too.
  Outcome<void> delete_alarms(const AlarmScope& scope, const std::vector<std::string>& names);

  [[nodiscard]] Outcome<AlarmPage> describe(const AlarmFilter& filter) const;
  [[nodiscard]] std::optional<AlarmView> find(const std::string& arn) const;
  [[nodiscard]] std::vector<AlarmView> describe_for_metric(const MetricFilter& filter) const;
  [[nodiscard]] Outcome<HistoryPage> history(const HistoryFilter& filter) const;
  [[nodiscard]] StateCounts count(const AlarmScope& scope) const;

  /// A drill: sets the state and, if it differs, records it and runs the actions of the new state.
  /// The next evaluation takes it back. `reason_data`: JSON text or "".
  Outcome<void> set_alarm_state(const AlarmScope& scope,
                                const std::string& name,
                                AlarmState state,
                                const std::string& reason,
                                const std::string& reason_data);
  /// Unknown names are passed over.
  Outcome<void> set_actions_enabled(const AlarmScope& scope,
                                    const std::vector<std::string>& names,
                                    bool enabled);

  /// Sorted by key; an unknown ARN has none (recorded from AWS, test_tagging_metric_alarm).
  [[nodiscard]] std::vector<Tag> tags(const std::string& arn) const;
  /// Adds or replaces; a key twice or with the prefix `aws:` is refused. Unknown ARN:
  /// `ResourceNotFoundException`, "Unknown".
  Outcome<void> tag(const std::string& arn, const std::vector<Tag>& tags);
  Outcome<void> untag(const std::string& arn, const std::vector<std::string>& keys);

  /// Forgets all alarms in memory (test API, after ControlStore::clear()).
  void forget_all();

 private:
  using Core = AlarmEngine::Core;
  AlarmEngine& engine_;
};

}  // namespace tidemark::alarm
