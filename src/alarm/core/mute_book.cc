#include "alarm/core/mute_book.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace tidemark::alarm {

void MuteBook::put(MuteRule rule) {
  const MuteKey key = key_of(rule);
  erase(key);
  for (const std::string& name : rule.alarm_names)
    by_alarm_[alarm_arn(rule.account, rule.region, name)].push_back(key);
  const MuteWindows windows(rule);
  rules_.emplace(key, KeptMute{std::move(rule), windows});
}

void MuteBook::erase(const MuteKey& key) {
  const auto found = rules_.find(key);
  if (found == rules_.end()) return;
  const MuteRule& rule = found->second.rule;
  for (const std::string& name : rule.alarm_names) {
    const auto of_alarm = by_alarm_.find(alarm_arn(rule.account, rule.region, name));
    if (of_alarm == by_alarm_.end()) continue;
    std::erase(of_alarm->second, key);
    if (of_alarm->second.empty()) by_alarm_.erase(of_alarm);
  }
  rules_.erase(found);
}

void MuteBook::clear() {
  rules_.clear();
  by_alarm_.clear();
}

KeptMute* MuteBook::find(const MuteKey& key) {
  const auto found = rules_.find(key);
  return found == rules_.end() ? nullptr : &found->second;
}

std::optional<Muted> MuteBook::muted(const std::string& alarm_arn, Timestamp at) {
  const auto of_alarm = by_alarm_.find(alarm_arn);
  if (of_alarm == by_alarm_.end()) return std::nullopt;
  std::optional<Muted> out;
  for (const MuteKey& key : of_alarm->second) {
    KeptMute& kept = rules_.at(key);
    const auto until = kept.windows.muted_until(at);
    if (until && (!out || *until > out->until)) out = Muted{kept.rule.name, *until};
  }
  return out;
}

std::vector<MuteRule> MuteBook::rules_of(const std::string& alarm_arn) const {
  std::vector<MuteRule> out;
  const auto of_alarm = by_alarm_.find(alarm_arn);
  if (of_alarm == by_alarm_.end()) return out;
  for (const MuteKey& key : of_alarm->second)
    out.push_back(rules_.at(key).rule);
  return out;
}

std::string to_json(const Held& held) {
  const nlohmann::json out{{"told", std::string(to_text(held.told))},
                           {"state", std::string(to_text(held.state))},
                           {"transition_id", held.transition_id},
                           {"body", held.body}};
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Held> held_from_json(const std::string& text) {
  // nlohmann throws where the text is not what to_json() wrote: this is the border.
  try {
    const auto from = nlohmann::json::parse(text);
    const auto told = parse_alarm_state(from.at("told").get<std::string>());
    const auto state = parse_alarm_state(from.at("state").get<std::string>());
    if (!told || !state) return fail(Errc::corrupt, "muted alarm: unknown state");
    return Held{*told,
                *state,
                from.at("transition_id").get<std::string>(),
                from.at("body").get<std::string>(),
                Timestamp::min()};
  } catch (const std::exception& error) {
    return fail(Errc::corrupt, std::string("muted alarm: ") + error.what());
  }
}

}  // namespace tidemark::alarm
