#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alarm/mute_schedule.h"
#include "alarm/rule.h"

namespace tidemark::alarm {

inline constexpr std::size_t kMuteTargetsMax = 100;

/// What PutAlarmMuteRule says, as given: while one of its windows is open the named alarms are
/// evaluated and change their states as ever, but nobody is told.
struct MuteRule {
  std::string name;  ///< 1 to 255 bytes, unique in account and region
  std::string account;
  std::string region;
  std::optional<std::string> description;  ///< at most 1,024 bytes
  std::string expression;                  ///< MuteSchedule::make()
  std::string duration;
  std::optional<std::string> timezone;
  std::vector<std::string> alarm_names;  ///< of the same account and region, at most 100
  std::optional<Timestamp> start;        ///< nothing is muted before
  std::optional<Timestamp> expire;       ///< nor from here on
  std::vector<Tag> tags;                 ///< used when the rule is created, never afterwards
  Timestamp updated_at;                  ///< set by put()
  friend bool operator==(const MuteRule&, const MuteRule&) = default;
};

/// "arn:aws:cloudwatch:REGION:ACCOUNT:alarm-mute-rule:NAME".
std::string mute_arn(std::string_view account, std::string_view region, std::string_view name);
inline std::string arn_of(const MuteRule& rule) {
  return mute_arn(rule.account, rule.region, rule.name);
}

/// All refusals that depend on the rule alone, naming member and limit as AWS does.
Outcome<void> check_mute_rule(const MuteRule& rule);

enum class MuteStatus { scheduled, active, expired };
/// "SCHEDULED", "ACTIVE" or "EXPIRED".
std::string_view to_text(MuteStatus status);
std::optional<MuteStatus> parse_mute_status(std::string_view text);

/// An alarm of which nobody is told.
struct Muted {
  std::string rule;  ///< the name of the rule that mutes it longest
  Timestamp until;
  friend bool operator==(const Muted&, const Muted&) = default;
};

/// The windows of one rule, within its start and expiry.
class MuteWindows {
 public:
  /// `rule` has passed check_mute_rule().
  explicit MuteWindows(const MuteRule& rule);
  /// As MuteSchedule's.
  std::optional<Timestamp> muted_until(Timestamp at);
  /// The first instant after `at` at which a window opens; nullopt: none.
  std::optional<Timestamp> next_begin(Timestamp at);
  MuteStatus status(Timestamp at);
  [[nodiscard]] bool recurs() const { return schedule_.recurs(); }
  [[nodiscard]] bool can_begin() const { return schedule_.can_begin(); }

 private:
  MuteSchedule schedule_;
  Timestamp start_, expire_;
};

/// JSON text and back (control documents). Wrong or missing members: `Errc::corrupt`.
std::string to_json(const MuteRule& rule);
Result<MuteRule> mute_rule_from_json(const std::string& text);

}  // namespace tidemark::alarm
