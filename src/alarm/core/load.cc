#include <algorithm>

#include "alarm/core/core.h"
#include "alarm/core/tags.h"

/// Start: what was kept comes back, and what was missed is decided.
namespace tidemark::alarm {
namespace {

constexpr std::size_t kStepMax = 256;

}  // namespace

Result<void> AlarmEngine::Core::load_and_catch_up() {
  TM_TRY_VOID(load());
  const Timestamp now = deps_.clock.wall();
  sequence_ = std::max(sequence_, deps_.reader.sequence());
  catching_up_ = true;
  std::vector<Alarm*> alarms;
  for (const auto& [key, alarm] : book_) {
    schedule_catch_up(alarm.get(), now);
    alarms.push_back(alarm.get());
  }
  Result<void> caught_up = run_until(now);
  for (std::size_t first = 0; caught_up && first < alarms.size(); first += kStepMax) {
    const std::size_t last = std::min(first + kStepMax, alarms.size());
    caught_up = step({alarms.begin() + static_cast<std::ptrdiff_t>(first),
                      alarms.begin() + static_cast<std::ptrdiff_t>(last)},
                     now);
  }
  catching_up_ = false;
  return caught_up;
}

Result<void> AlarmEngine::Core::load() {
  TM_TRY(const auto documents, deps_.control.documents("alarm"));
  for (const ControlDocument& document : documents) {
    TM_TRY(AlarmRule rule, rule_from_json(document.body));
    adopt(std::make_unique<Alarm>(make_alarm(std::move(rule))));
  }
  TM_TRY_VOID(load_states());
  TM_TRY_VOID(load_mutes());
  TM_TRY_VOID(load_tags());
  TM_TRY(const auto settings, deps_.control.documents("setting"));
  for (const ControlDocument& document : settings) {
    if (document.key != kProgressKey) continue;
    TM_TRY(kept_, progress_from_json(document.body));
  }
  return {};
}

Result<void> AlarmEngine::Core::load_states() {
  TM_TRY(const auto documents, deps_.control.documents("alarm_state"));
  for (const ControlDocument& document : documents) {
    Alarm* alarm = find(document.key);
    if (alarm == nullptr) continue;
    TM_TRY(alarm->status, status_from_json(document.body));
    alarm->seen_to = alarm->status.seen_to;
  }
  return {};
}

Result<void> AlarmEngine::Core::load_tags() {
  TM_TRY(const auto documents, deps_.control.documents("tag"));
  for (const ControlDocument& document : documents) {
    if (!is_resource(document.key)) continue;
    TM_TRY(tags_[document.key], tags_from_json(document.body));
  }
  return {};
}

void AlarmEngine::Core::schedule_catch_up(Alarm* alarm, Timestamp now) {
  Timestamp from = std::max(kept_.at, alarm->status.evaluated_to);
  from = std::min(now, std::max(from, now - limits_.catch_up_max));
  alarm->evaluated_at = from;
  due_.set(alarm, next_close_after(alarm->period, from));
}

}  // namespace tidemark::alarm
