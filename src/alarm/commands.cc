#include "alarm/commands.h"

#include <algorithm>

#include <fmt/format.h>

#include "alarm/core/check.h"
#include "alarm/core/core.h"
#include "alarm/core/documents.h"
#include "alarm/core/tags.h"
#include "alarm/reason.h"
#include "model/limits.h"

/// What changes alarms. Each command is one transaction; memory follows when it is durable.
namespace tidemark::alarm {
namespace {

/// How long a drill stands at most before the alarm is evaluated again.
constexpr Duration kDrillMax = std::chrono::seconds(60);

tl::unexpected<AlarmError> too_long(std::string_view member, std::size_t most) {
  return refuse(Errc::invalid,
                "ValidationError",
                fmt::format("1 validation error detected: Value at '{}' failed to satisfy "
                            "constraint: Member must have length less than or equal to {}",
                            member,
                            most));
}

tl::unexpected<AlarmError> no_resource() {
  return refuse(Errc::not_found, "ResourceNotFoundException", "Unknown");
}

void sort_dimensions(AlarmRule* rule) {
  const auto sort = [](MetricRef* metric) {
    std::sort(metric->dimensions.begin(), metric->dimensions.end());
  };
  if (rule->metric) sort(&rule->metric->metric);
  for (MetricQuery& query : rule->metrics) {
    if (query.metric_stat) sort(&query.metric_stat->metric);
  }
}

}  // namespace

Outcome<void> AlarmEngine::Core::commit_command(std::vector<ControlChange> changes) {
  if (auto done = deps_.control.commit_and_wait(std::move(changes)); !done) {
    return refuse(done.error().code, "InternalServiceError", done.error().what);
  }
  return {};
}

Outcome<void> AlarmEngine::Core::put(AlarmRule rule) {
  const Timestamp now = deps_.clock.wall();
  sort_dimensions(&rule);
  rule.configuration_updated_at = now;
  const std::string arn = arn_of(rule);
  Alarm* old = find(arn);
  auto done = old == nullptr ? create(std::move(rule), now) : update(old, std::move(rule), now);
  if (!done) return done;
  // The configuration stands; a transition that cannot be kept now is tried again by the next tick.
  (void)step({find(arn)}, now);
  return {};
}

Outcome<void> AlarmEngine::Core::create(AlarmRule rule, Timestamp now) {
  if (book_.size() >= limits_.alarms_max) {
    return refuse(Errc::limit,
                  "LimitExceeded",
                  fmt::format("The maximum number of alarms ({}) is reached.", limits_.alarms_max));
  }
  std::vector<Tag> tags = merged_tags({}, std::exchange(rule.tags, {}));
  auto alarm = std::make_unique<Alarm>(make_alarm(std::move(rule)));
  alarm->status.reason = kInitialReason;
  alarm->status.updated_at = now;
  alarm->status.transitioned_at = now;
  alarm->status.evaluated_to = now;
  std::vector<ControlChange> changes{
      PutDocument{{"alarm", alarm->arn, to_json(alarm->rule)}},
      PutDocument{{"alarm_state", alarm->arn, to_json(alarm->status)}},
      configuration_update(alarm->rule, alarm->status, Configured::created, now),
      AddAudit{now, "user", "create alarm", alarm->arn, ""}};
  if (!tags.empty()) changes.emplace_back(PutDocument{{"tag", alarm->arn, tags_to_json(tags)}});
  if (auto done = commit_command(std::move(changes)); !done) return done;
  if (!tags.empty()) tags_[alarm->arn] = std::move(tags);
  adopt(std::move(alarm));
  return {};
}

Outcome<void> AlarmEngine::Core::update(Alarm* alarm, AlarmRule rule, Timestamp now) {
  rule.tags.clear();
  auto done = commit_command({PutDocument{{"alarm", alarm->arn, to_json(rule)}},
                              configuration_update(rule, alarm->status, Configured::updated, now),
                              AddAudit{now, "user", "update alarm", alarm->arn, ""}});
  if (!done) return done;
  due_.set(alarm, std::nullopt);
  index_.remove(alarm);
  replace_rule(alarm, std::move(rule));
  index_.add(alarm);
  return {};
}

Outcome<void> AlarmEngine::Core::remove(const AlarmScope& scope,
                                        const std::vector<std::string>& names) {
  const Timestamp now = deps_.clock.wall();
  const std::vector<Alarm*> alarms = find(scope, names);
  if (alarms.empty()) return {};
  std::vector<ControlChange> changes;
  for (const Alarm* alarm : alarms) {
    changes.emplace_back(DeleteDocument{"alarm", alarm->arn});
    changes.emplace_back(DeleteDocument{"alarm_state", alarm->arn});
    changes.emplace_back(DeleteDocument{"tag", alarm->arn});
    changes.emplace_back(DeleteDocument{"muted", alarm->arn});
    changes.emplace_back(
        configuration_update(alarm->rule, alarm->status, Configured::deleted, now));
    changes.emplace_back(AddAudit{now, "user", "delete alarm", alarm->arn, ""});
  }
  if (auto done = commit_command(std::move(changes)); !done) return done;
  for (Alarm* alarm : alarms) {
    tags_.erase(alarm->arn);
    drop(alarm);
  }
  return {};
}

Outcome<void> AlarmEngine::Core::drill(Alarm* alarm, AlarmStatus after) {
  const Timestamp now = deps_.clock.wall();
  after.updated_at = now;
  Step step;
  if (after.state == alarm->status.state) {
    step.changes.emplace_back(PutDocument{{"alarm_state", alarm->arn, to_json(after)}});
  } else {
    after.transitioned_at = now;
    const Planned planned{alarm, alarm->status, after};
    Transition transition = transition_of(planned);
    transition.id = make_uuid(deps_.random);
    transition.drill = true;
    transition.evidence = evidence_of(data(), *alarm, now, std::max(now, alarm->seen_to));
    add_transition(planned, transition, &step);
  }
  if (auto done = commit_command(std::move(step.changes)); !done) return done;
  take_held(&step);
  const bool moved = after.state != alarm->status.state;
  alarm->status = std::move(after);
  if (moved && deps_.on_transition) deps_.on_transition(alarm->rule.name, alarm->status.state);
  const Timestamp back = now + std::min(alarm->period, kDrillMax);
  due_.set(alarm, alarm->due ? std::min(*alarm->due, back) : back);
  if (step.has_outbox && deps_.on_outbox) deps_.on_outbox();
  return {};
}

Outcome<void> AlarmEngine::Core::set_actions_enabled(const std::vector<Alarm*>& alarms,
                                                     bool enabled) {
  const Timestamp now = deps_.clock.wall();
  std::vector<ControlChange> changes;
  std::vector<std::pair<Alarm*, AlarmRule>> replaced;
  for (Alarm* alarm : alarms) {
    if (alarm->rule.actions_enabled == enabled) continue;
    AlarmRule rule = alarm->rule;
    rule.actions_enabled = enabled;
    rule.configuration_updated_at = now;
    changes.emplace_back(PutDocument{{"alarm", alarm->arn, to_json(rule)}});
    changes.emplace_back(configuration_update(rule, alarm->status, Configured::updated, now));
    changes.emplace_back(AddAudit{
        now, "user", enabled ? "enable alarm actions" : "disable alarm actions", alarm->arn, ""});
    replaced.emplace_back(alarm, std::move(rule));
  }
  if (replaced.empty()) return {};
  if (auto done = commit_command(std::move(changes)); !done) return done;
  for (auto& [alarm, rule] : replaced)
    alarm->rule = std::move(rule);
  return {};
}

Outcome<void> AlarmEngine::Core::put_tags(const std::string& arn, std::vector<Tag> tags) {
  if (tags.size() > limits::kTagsMax) {
    return refuse(Errc::limit,
                  "InvalidParameterValue",
                  fmt::format("A resource may have at most {} tags.", limits::kTagsMax));
  }
  auto done = commit_command(
      {PutDocument{{"tag", arn, tags_to_json(tags)}},
       AddAudit{
           deps_.clock.wall(), "user", "tag alarm", arn, fmt::format("{} tags", tags.size())}});
  if (done) tags_[arn] = std::move(tags);
  return done;
}

Outcome<void> AlarmCommands::put_metric_alarm(AlarmRule rule) {
  if (auto good = check_rule(rule); !good) return good;
  Core& core = *engine_.core_;
  return core.worker().ask([&core, &rule]() -> Outcome<void> {
    if (auto good = core.check_put(rule, nullptr); !good) return good;
    return core.put(std::move(rule));
  });
}

Outcome<bool> AlarmCommands::replace_metric_alarm(const AlarmRule& before, AlarmRule after) {
  if (auto good = check_rule(after); !good) return tl::unexpected(good.error());
  Core& core = *engine_.core_;
  return core.worker().ask([&]() -> Outcome<bool> {
    const Alarm* there = core.find(arn_of(before));
    if (there == nullptr || there->rule != before) return false;
    if (auto good = core.check_put(after, &before); !good) return tl::unexpected(good.error());
    if (auto done = core.put(std::move(after)); !done) return tl::unexpected(done.error());
    return true;
  });
}

Outcome<void> AlarmCommands::delete_alarms(const AlarmScope& scope,
                                           const std::vector<std::string>& names) {
  Core& core = *engine_.core_;
  return core.worker().ask([&] { return core.remove(scope, names); });
}

Outcome<void> AlarmCommands::set_alarm_state(const AlarmScope& scope,
                                             const std::string& name,
                                             AlarmState state,
                                             const std::string& reason,
                                             const std::string& reason_data) {
  if (reason.size() > kReasonMaxBytes) return too_long("stateReason", kReasonMaxBytes);
  if (reason_data.size() > kReasonDataMaxBytes) {
    return too_long("stateReasonData", kReasonDataMaxBytes);
  }
  if (!reason_data.empty() && !is_json(reason_data)) {
    return refuse(Errc::invalid, "InvalidFormat", "StateReasonData was not valid JSON");
  }
  Core& core = *engine_.core_;
  return core.worker().ask([&]() -> Outcome<void> {
    const std::vector<Alarm*> found = core.find(scope, {name});
    // AWS answers with an empty message.
    if (found.empty()) return refuse(Errc::not_found, "ResourceNotFound", "");
    AlarmStatus after = found.front()->status;
    after.state = state;
    after.reason = reason;
    after.reason_data = reason_data;
    after.reason_words = reason;
    return core.drill(found.front(), std::move(after));
  });
}

Outcome<void> AlarmCommands::set_actions_enabled(const AlarmScope& scope,
                                                 const std::vector<std::string>& names,
                                                 bool enabled) {
  Core& core = *engine_.core_;
  return core.worker().ask(
      [&] { return core.set_actions_enabled(core.find(scope, names), enabled); });
}

std::vector<Tag> AlarmCommands::tags(const std::string& arn) const {
  Core& core = *engine_.core_;
  return core.worker().ask([&] { return core.tags(arn); });
}

Outcome<void> AlarmCommands::tag(const std::string& arn, const std::vector<Tag>& tags) {
  Core& core = *engine_.core_;
  return core.worker().ask([&]() -> Outcome<void> {
    if (!core.is_resource(arn)) return no_resource();
    TM_TRY_VOID(check_tags(tags));
    return core.put_tags(arn, merged_tags(core.tags(arn), tags));
  });
}

Outcome<void> AlarmCommands::untag(const std::string& arn, const std::vector<std::string>& keys) {
  Core& core = *engine_.core_;
  return core.worker().ask([&]() -> Outcome<void> {
    if (!core.is_resource(arn)) return no_resource();
    std::vector<Tag> left = core.tags(arn);
    std::erase_if(left, [&keys](const Tag& tag) {
      return std::find(keys.begin(), keys.end(), tag.key) != keys.end();
    });
    return core.put_tags(arn, std::move(left));
  });
}

void AlarmCommands::forget_all() {
  Core& core = *engine_.core_;
  core.worker().ask([&core] { core.forget_all(); });
}

}  // namespace tidemark::alarm
