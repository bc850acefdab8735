#include <algorithm>

#include <fmt/format.h>

#include "alarm/core/core.h"
#include "alarm/core/documents.h"
#include "alarm/core/words.h"
#include "alarm/reason.h"
#include "base/log.h"

/// One evaluation and its transaction (decision 7).
namespace tidemark::alarm {
namespace {

/// When an alarm whose data cannot be read is tried again.
constexpr Duration kRetryRead = std::chrono::seconds(60);

const std::vector<std::string>& actions_for(const AlarmRule& rule, AlarmState state) {
  switch (state) {
    case AlarmState::ok:
      return rule.ok_actions;
    case AlarmState::alarm:
      return rule.alarm_actions;
    case AlarmState::insufficient_data:
      break;
  }
  return rule.insufficient_data_actions;
}

}  // namespace

Result<void> AlarmEngine::Core::step(const std::vector<Alarm*>& alarms, Timestamp at) {
  Step step;
  std::vector<Mark> marks;
  for (Alarm* alarm : alarms) {
    marks.push_back({alarm, alarm->evaluated_at, alarm->closed_before, alarm->late});
    evaluate(alarm, at, &step);
  }
  return commit(std::move(step), marks, at);
}

void AlarmEngine::Core::evaluate(Alarm* alarm, Timestamp at, Step* step) {
  // Never for an earlier instant than before: what was seen must not be unseen.
  at = std::max(at, alarm->evaluated_at);
  deps_.meter.counter("tidemark_alarm_evaluations_total").add();
  if (alarm->band && deps_.on_band_needed) deps_.on_band_needed(alarm->band->identity);
  const auto seen = look(data(), *alarm, at, std::max(at, alarm->seen_to));
  if (!seen) {
    if (alarm->evaluation_error.empty()) {
      log(LogLevel::error,
          "an alarm cannot be evaluated",
          {{"alarm", alarm->rule.name}, {"error", seen.error().what}});
    }
    alarm->evaluation_error = seen.error().what;
    deps_.meter.counter("tidemark_alarm_evaluation_errors_total").add();
    due_.set(alarm, at + kRetryRead);
    return;
  }
  alarm->evaluation_error.clear();
  alarm->is_partial = seen->series.is_cut;
  AlarmStatus status = alarm->status;
  std::vector<std::pair<AlarmState, std::string>> ids;
  for (const std::vector<AlarmPoint>& range : ranges_of(*alarm, *seen)) {
    const Decision decision = decide(alarm->judgement, range, status.state);
    if (decision.state == status.state) continue;
    ids.emplace_back(decision.state, transition_id(*alarm, decision.state, ids.size()));
    auto past = evidence_of(data(), *alarm, at, std::max(at, alarm->seen_to));
    const Planned planned{alarm, status, status_after(*alarm, status, decision, past, at)};
    Transition transition = transition_of(planned);
    transition.id = ids.back().second;
    transition.late = catching_up_;
    transition.evidence = std::move(past);
    add_transition(planned, transition, step);
    step->planned.push_back(planned);
    status = planned.after;
  }
  alarm->retries = std::move(ids);
  alarm->evaluated_at = at;
  alarm->closed_before = seen->closed_before;
  alarm->late = false;
  schedule(alarm, *seen, at);
}

void AlarmEngine::Core::schedule(Alarm* alarm, const Look& seen, Timestamp at) {
  auto next = next_look(*alarm, seen, at);
  // A live sample announces itself; while catching up it must be looked for.
  if (!next && catching_up_) next = next_data(deps_.reader, *alarm, at, deps_.clock.wall());
  due_.set(alarm, next);
}

std::string AlarmEngine::Core::transition_id(const Alarm& alarm,
                                             AlarmState to,
                                             std::size_t position) const {
  if (position < alarm.retries.size() && alarm.retries[position].first == to) {
    return alarm.retries[position].second;
  }
  return make_uuid(deps_.random);
}

AlarmStatus AlarmEngine::Core::status_after(const Alarm& alarm,
                                            const AlarmStatus& before,
                                            const Decision& decision,
                                            std::span<const EvidencePoint> past,
                                            Timestamp at) const {
  AlarmStatus after = before;
  after.state = decision.state;
  after.reason = reason_text(alarm.rule, decision);
  after.reason_data =
      reason_data(alarm.rule, decision, {at, alarm.period, alarm.late && !catching_up_});
  after.reason_words =
      reason_words(alarm.rule,
                   decision,
                   {before.state, alarm.period, unit_words_of(alarm.rule, deps_.reader), past});
  after.updated_at = at;
  after.transitioned_at = at;
  after.evaluated_to = at;
  after.seen_to = std::max(at, alarm.seen_to);
  after.sequence = sequence_;
  return after;
}

Transition AlarmEngine::Core::transition_of(const Planned& planned) const {
  const Alarm& alarm = *planned.alarm;
  const AlarmStatus& after = planned.after;
  Transition out;
  out.alarm_name = alarm.rule.name;
  out.alarm_arn = alarm.arn;
  out.alarm_description = alarm.rule.description.value_or("");
  out.account = alarm.rule.account;
  out.region = alarm.rule.region;
  out.old_state = to_text(planned.before.state);
  out.new_state = to_text(after.state);
  out.reason = after.reason;
  out.reason_data = after.reason_data;
  out.reason_words = after.reason_words;
  out.at = after.updated_at;
  out.configuration_updated_at = alarm.rule.configuration_updated_at;
  out.metric_title = metric_title(alarm.rule);
  out.dimensions = dimensions_text(alarm.rule);
  out.unit = unit_words_of(alarm.rule, deps_.reader);
  out.trigger_json = trigger_json(alarm.rule);
  out.configuration_json = configuration_json(alarm.rule);
  out.ok_actions = alarm.rule.ok_actions;
  out.alarm_actions = alarm.rule.alarm_actions;
  out.insufficient_data_actions = alarm.rule.insufficient_data_actions;
  return out;
}

void AlarmEngine::Core::add_transition(const Planned& planned,
                                       const Transition& transition,
                                       Step* step) {
  const Alarm& alarm = *planned.alarm;
  const AlarmStatus& after = planned.after;
  step->changes.emplace_back(PutDocument{{"alarm_state", alarm.arn, to_json(after)}});
  step->changes.emplace_back(state_update(alarm.rule, planned.before, after));
  step->changes.emplace_back(AddAudit{
      after.updated_at,
      transition.drill ? "user" : "alarm",
      "transition",
      alarm.arn,
      fmt::format("{} -> {} {}", transition.old_state, transition.new_state, transition.id)});
  if (!alarm.rule.actions_enabled) return drop_held(alarm.arn, step);
  const Timestamp at = after.updated_at;
  if (const auto muted = mutes_.muted(alarm.arn, at))
    return hold(planned, transition, *muted, step);
  // A window that ended before this: what it held back is told first.
  if (const Held* held = held_of(alarm.arn, *step)) release(alarm, Held(*held), at, step);
  add_actions(
      alarm, after.state, {0, transition.id, "", at, to_json(transition), "transition"}, step);
}

void AlarmEngine::Core::add_actions(const Alarm& alarm,
                                    AlarmState state,
                                    OutboxRow row,
                                    Step* step) {
  if (!alarm.rule.actions_enabled) return;
  for (const std::string& action : actions_for(alarm.rule, state)) {
    row.action = action;
    step->changes.emplace_back(row);
    step->has_outbox = true;
  }
}

Result<void> AlarmEngine::Core::commit(Step step, const std::vector<Mark>& marks, Timestamp at) {
  if (step.planned.empty()) return {};
  auto committed = deps_.control.commit_and_wait(std::move(step.changes));
  if (!committed) {
    log(LogLevel::error,
        "alarm transitions could not be kept; they are tried again",
        {{"alarms", std::to_string(step.planned.size())}, {"error", committed.error().what}});
    deps_.meter.counter("tidemark_alarm_commit_failures_total").add();
    for (const Mark& mark : marks) {
      mark.alarm->evaluated_at = mark.evaluated_at;
      mark.alarm->closed_before = mark.closed_before;
      mark.alarm->late = mark.late;
      due_.set(mark.alarm, at);
    }
    return committed;
  }
  take_held(&step);
  for (Planned& planned : step.planned) {
    planned.alarm->status = std::move(planned.after);
    planned.alarm->retries.clear();
    deps_.meter
        .counter(fmt::format("tidemark_alarm_transitions_total{{to=\"{}\"}}",
                             to_text(planned.alarm->status.state)))
        .add();
    if (deps_.on_transition) {
      deps_.on_transition(planned.alarm->rule.name, planned.alarm->status.state);
    }
  }
  if (step.has_outbox && deps_.on_outbox) deps_.on_outbox();
  return {};
}

}  // namespace tidemark::alarm
