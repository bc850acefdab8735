#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alarm/commands.h"
#include "alarm/engine.h"
#include "alarm/mute_rule.h"

namespace tidemark::alarm {

/// A mute rule as people see it.
struct MuteRuleView {
  MuteRule rule;
  MuteStatus status = MuteStatus::scheduled;
  bool recurs = false;
  std::optional<Timestamp> muted_until;  ///< while a window is open
  std::optional<Timestamp> next_begin;   ///< when the next one opens
};

struct MuteFilter {
  AlarmScope scope;
  std::string name;                  ///< "" = all
  std::string alarm_name;            ///< "" = all
  std::vector<MuteStatus> statuses;  ///< empty = all
  std::size_t limit = 50;            ///< at most kMutePageMax
  std::string token;                 ///< `next_token` of the page before
};
inline constexpr std::size_t kMutePageMax = 100;
struct MutePage {
  std::vector<MuteRuleView> rules;  ///< sorted by name
  std::string next_token;           ///< "": the last page
};

/// What doors may do with mute rules. Safe from any thread but the engine's worker; a change is
/// durable when the call returns.
///
/// An alarm that changes its state in a window is recorded as ever, and its actions wait. When its
/// last window ends, or the rule goes, they run if the alarm is still in the state that was not
/// told, and that is not the one that was told before.
class MuteCommands {
 public:
  explicit MuteCommands(AlarmEngine& engine) : engine_(engine) {}

  /// Creates the rule, or replaces all of it but tags. Refused with `ValidationError` where an
  /// alarm of it does not exist, `LimitExceeded` where there are too many rules.
  Outcome<void> put(MuteRule rule);
  /// An unknown one is passed over, as AWS does.
  Outcome<void> remove(const AlarmScope& scope, const std::string& name);
  [[nodiscard]] std::optional<MuteRuleView> find(const AlarmScope& scope,
                                                 const std::string& name) const;
  [[nodiscard]] Outcome<MutePage> list(const MuteFilter& filter) const;
  /// The rules that name the alarm, whatever their state.
  [[nodiscard]] std::vector<MuteRule> rules_of(const std::string& alarm_arn) const;

 private:
  AlarmEngine& engine_;
};

}  // namespace tidemark::alarm
