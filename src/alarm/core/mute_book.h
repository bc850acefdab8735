#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "alarm/mute_rule.h"

namespace tidemark::alarm {

/// Sorted by name, then region and account.
using MuteKey = std::tuple<std::string, std::string, std::string>;
inline MuteKey key_of(const MuteRule& rule) {
  return {rule.name, rule.region, rule.account};
}

struct KeptMute {
  MuteRule rule;
  MuteWindows windows;
};

/// All mute rules, and which alarms they mute; of the engine's worker alone.
class MuteBook {
 public:
  /// Adds the rule, or replaces the one with its name. It has passed check_mute_rule().
  void put(MuteRule rule);
  void erase(const MuteKey& key);
  void clear();

  [[nodiscard]] KeptMute* find(const MuteKey& key);
  [[nodiscard]] std::map<MuteKey, KeptMute>& rules() { return rules_; }
  [[nodiscard]] const std::map<MuteKey, KeptMute>& rules() const { return rules_; }
  /// By the rule that mutes the alarm longest from `at` on; nullopt: none does at `at`.
  std::optional<Muted> muted(const std::string& alarm_arn, Timestamp at);
  /// The rules that name the alarm.
  [[nodiscard]] std::vector<MuteRule> rules_of(const std::string& alarm_arn) const;

 private:
  std::map<MuteKey, KeptMute> rules_;
  std::unordered_map<std::string, std::vector<MuteKey>> by_alarm_;
};

/// What an alarm would have told in a window: kept until the window ends, as the control document
/// "muted" under the alarm's ARN.
struct Held {
  AlarmState told = AlarmState::insufficient_data;  ///< what people know
  AlarmState state = AlarmState::insufficient_data;
  std::string transition_id;
  std::string body;  ///< to_json(Transition)
  Timestamp until;   ///< not kept: the rules say it
};
std::string to_json(const Held& held);
Result<Held> held_from_json(const std::string& text);

}  // namespace tidemark::alarm
