#include <algorithm>

#include <fmt/format.h>

#include "alarm/core/check.h"
#include "alarm/core/core.h"
#include "alarm/core/tags.h"
#include "alarm/mute_commands.h"
#include "model/transition.h"

/// What happens while an alarm is muted, and when that ends.
namespace tidemark::alarm {
namespace {

HistoryItem mute_item(const AlarmRule& rule, Timestamp at, std::string summary) {
  HistoryItem out;
  out.alarm_name = rule.name;
  out.alarm_type = "MetricAlarm";
  out.type = "Action";
  out.at = at;
  out.summary = summary;
  out.data = "{}";
  out.words = std::move(summary);
  out.account = rule.account;
  out.region = rule.region;
  return out;
}

/// A transition's document, as it is told when its mute has ended.
std::string told_late(const std::string& body) {
  auto transition = transition_from_json(body);
  if (!transition) return body;  // whoever delivers it says what is wrong with it
  transition->after_mute = true;
  return to_json(*transition);
}

}  // namespace

const Held* AlarmEngine::Core::held_of(const std::string& arn, const Step& step) const {
  if (const auto pending = step.held.find(arn); pending != step.held.end()) {
    return pending->second ? &*pending->second : nullptr;
  }
  return held_.find(arn);
}

void AlarmEngine::Core::drop_held(const std::string& arn, Step* step) {
  if (held_of(arn, *step) == nullptr) return;
  step->held[arn] = std::nullopt;
  step->changes.emplace_back(DeleteDocument{"muted", arn});
}

void AlarmEngine::Core::hold(const Planned& planned,
                             const Transition& transition,
                             const Muted& muted,
                             Step* step) {
  const Alarm& alarm = *planned.alarm;
  const Timestamp at = planned.after.updated_at;
  const Held* before = held_of(alarm.arn, *step);
  const AlarmState told = before != nullptr ? before->told : planned.before.state;
  step->changes.emplace_back(mute_item(alarm.rule,
                                       at,
                                       fmt::format("Actions of state {} are muted by rule \"{}\"",
                                                   to_text(planned.after.state),
                                                   muted.rule)));
  if (told == planned.after.state) return drop_held(alarm.arn, step);
  Held held{told, planned.after.state, transition.id, to_json(transition), muted.until};
  step->changes.emplace_back(PutDocument{{"muted", alarm.arn, to_json(held)}});
  step->held[alarm.arn] = std::move(held);
}

void AlarmEngine::Core::release(const Alarm& alarm, const Held& held, Timestamp at, Step* step) {
  const char* run = alarm.rule.actions_enabled ? "run" : "do not run, the alarm's are disabled";
  step->changes.emplace_back(
      mute_item(alarm.rule,
                at,
                fmt::format("No longer muted: actions of state {} {}", to_text(held.state), run)));
  add_actions(
      alarm, held.state, {0, held.transition_id, "", at, told_late(held.body), "transition"}, step);
  drop_held(alarm.arn, step);
}

void AlarmEngine::Core::take_held(Step* step) {
  for (auto& [arn, held] : step->held) {
    if (held) {
      held_.put(arn, *std::move(held));
    } else {
      held_.erase(arn);
    }
  }
}

std::optional<Timestamp> AlarmEngine::Core::next_due() const {
  const auto release = held_.earliest();
  const auto due = due_.next();
  return release && due ? std::min(*release, *due) : (release ? release : due);
}

Result<void> AlarmEngine::Core::release_due(Timestamp at) {
  Step step;
  for (const std::string& arn : held_.ended(at)) {
    if (const auto muted = mutes_.muted(arn, at)) {
      held_.move_end(arn, muted->until);
    } else {
      release(*find(arn), Held(*held_.find(arn)), at, &step);
    }
  }
  if (step.changes.empty()) return {};
  TM_TRY_VOID(deps_.control.commit_and_wait(std::move(step.changes)));
  take_held(&step);
  if (step.has_outbox && deps_.on_outbox) deps_.on_outbox();
  return {};
}

Outcome<void> AlarmEngine::Core::put_mute(MuteRule rule) {
  const Timestamp now = deps_.clock.wall();
  rule.updated_at = now;
  const std::string arn = arn_of(rule);
  const bool is_new = mutes_.find(key_of(rule)) == nullptr;
  if (is_new && mutes_.rules().size() >= limits_.mute_rules_max) {
    return refuse(
        Errc::limit,
        "LimitExceeded",
        fmt::format("The maximum number of mute rules ({}) is reached.", limits_.mute_rules_max));
  }
  std::vector<ControlChange> changes{
      PutDocument{{"mute", arn, to_json(rule)}},
      AddAudit{now,
               "user",
               is_new ? "create mute rule" : "update mute rule",
               arn,
               fmt::format("{} for {}", rule.expression, rule.duration)}};
  std::vector<Tag> tags = merged_tags({}, std::exchange(rule.tags, {}));
  if (!is_new) tags.clear();
  if (!tags.empty()) changes.emplace_back(PutDocument{{"tag", arn, tags_to_json(tags)}});
  TM_TRY_VOID(commit_command(std::move(changes)));
  if (!tags.empty()) tags_[arn] = std::move(tags);
  mutes_.put(std::move(rule));
  end_windows(now);
  return {};
}

Outcome<void> AlarmEngine::Core::remove_mute(const MuteKey& key) {
  const KeptMute* kept = mutes_.find(key);
  if (kept == nullptr) return {};
  const Timestamp now = deps_.clock.wall();
  const std::string arn = arn_of(kept->rule);
  TM_TRY_VOID(commit_command({DeleteDocument{"mute", arn},
                              DeleteDocument{"tag", arn},
                              AddAudit{now, "user", "delete mute rule", arn, ""}}));
  tags_.erase(arn);
  mutes_.erase(key);
  end_windows(now);
  return {};
}

void AlarmEngine::Core::end_windows(Timestamp now) {
  for (const std::string& arn : held_.all()) {
    const auto muted = mutes_.muted(arn, now);
    held_.move_end(arn, muted ? muted->until : now);
  }
  // The rule stands; what cannot be kept now is tried again by the next tick.
  (void)release_due(now);
}

Result<void> AlarmEngine::Core::load_mutes() {
  TM_TRY(const auto documents, deps_.control.documents("mute"));
  for (const ControlDocument& document : documents) {
    TM_TRY(auto rule, mute_rule_from_json(document.body));
    mutes_.put(std::move(rule));
  }
  TM_TRY(const auto muted, deps_.control.documents("muted"));
  for (const ControlDocument& document : muted) {
    const Alarm* alarm = find(document.key);
    if (alarm == nullptr) continue;
    TM_TRY(Held held, held_from_json(document.body));
    const Timestamp since = alarm->status.transitioned_at;
    const auto until = mutes_.muted(document.key, since);
    held.until = until ? until->until : since;
    held_.put(document.key, std::move(held));
  }
  return {};
}

}  // namespace tidemark::alarm
