#include <algorithm>
#include <iterator>
#include <set>

#include "alarm/commands.h"
#include "alarm/core/core.h"
#include "alarm/core/token.h"
#include "alarm/rule_actions.h"

/// What shows alarms. Reads run on the engine's worker, so that they see whole decisions.
namespace tidemark::alarm {
namespace {

bool passes(const AlarmFilter& filter, const Alarm& alarm) {
  const AlarmRule& rule = alarm.rule;
  if (!in_scope(filter.scope, rule.account, rule.region)) return false;
  if (filter.state && *filter.state != alarm.status.state) return false;
  const auto begins = [&](const std::string& action) {
    return action.starts_with(filter.action_prefix);
  };
  if (!filter.action_prefix.empty() && !any_action(rule, begins)) return false;
  return rule.name.starts_with(filter.name_prefix);
}

bool watches(const MetricFilter& filter, const AlarmRule& rule) {
  if (!in_scope(filter.scope, rule.account, rule.region)) return false;
  const auto same = [&filter](const MetricRef& metric) {
    return metric.metric_namespace == filter.metric_namespace && metric.name == filter.name &&
           metric.dimensions == filter.dimensions;
  };
  if (!rule.metric) {
    const std::vector<MetricRef> metrics = metrics_of(rule);
    return filter.with_queries && std::any_of(metrics.begin(), metrics.end(), same);
  }
  const SingleMetric& single = *rule.metric;
  return same(single.metric) &&
         (filter.statistic.empty() || filter.statistic == single.statistic) &&
         (filter.extended_statistic.empty() ||
          filter.extended_statistic == single.extended_statistic) &&
         (!filter.period || *filter.period == single.period) &&
         (filter.unit.empty() || filter.unit == single.unit.value_or(""));
}

std::size_t StateCounts::* count_of(const Alarm& alarm) {
  if (alarm.status.state == AlarmState::alarm) return &StateCounts::alarm;
  if (!alarm.evaluation_error.empty()) return &StateCounts::not_evaluated;
  return alarm.status.state == AlarmState::ok ? &StateCounts::ok : &StateCounts::insufficient_data;
}

/// Alarms are given to this until it says false: those of the names, else those of the prefix, from
/// behind `after` on, by name.
template <typename Take>
void walk(const AlarmBook& book, const AlarmFilter& filter, const AlarmKey& after, Take take) {
  std::set<std::string> names(filter.names.begin(), filter.names.end());
  const bool by_prefix = names.empty();
  if (by_prefix) names.insert(filter.name_prefix);
  const auto is_of = [by_prefix](const std::string& found, const std::string& name) {
    return by_prefix ? found.starts_with(name) : found == name;
  };
  for (const std::string& name : names) {
    const AlarmKey first{name, "", ""};
    auto entry = after < first ? book.lower_bound(first) : book.upper_bound(after);
    for (; entry != book.end() && is_of(entry->second->rule.name, name); ++entry) {
      if (passes(filter, *entry->second) && !take(*entry->second)) return;
    }
  }
}

}  // namespace

AlarmView AlarmEngine::Core::view_of(const Alarm& alarm) {
  AlarmView out;
  out.rule = alarm.rule;
  out.arn = alarm.arn;
  out.state = alarm.status.state;
  out.reason = alarm.status.reason;
  out.reason_data = alarm.status.reason_data;
  out.reason_words = alarm.status.reason_words;
  out.state_updated_at = alarm.status.updated_at;
  out.transitioned_at = alarm.status.transitioned_at;
  if (alarm.is_partial) out.evaluation_state = "PARTIAL_DATA";
  if (!alarm.evaluation_error.empty()) out.evaluation_state = "EVALUATION_ERROR";
  out.evaluation_error = alarm.evaluation_error;
  out.muted = mutes_.muted(alarm.arn, deps_.clock.wall());
  const auto of_name = [&](auto entry) {
    return entry != book_.end() && entry->second->rule.name == alarm.rule.name;
  };
  const auto first = book_.lower_bound({alarm.rule.name, "", ""});
  out.shares_name = of_name(first) && of_name(std::next(first));
  return out;
}

Outcome<AlarmPage> AlarmCommands::describe(const AlarmFilter& filter) const {
  AlarmKey after;
  if (!filter.token.empty()) {
    const auto parts = read_token(filter.token, 3);
    if (!parts) return bad_token();
    after = {(*parts)[0], (*parts)[1], (*parts)[2]};
  }
  AlarmPage page;
  if (!filter.metric_alarms) return page;
  const std::size_t limit = std::clamp<std::size_t>(filter.limit, 1, kAlarmPageMax);
  Core& core = *engine_.core_;
  core.worker().ask([&] {
    walk(core.book(), filter, after, [&](const Alarm& alarm) {
      if (page.alarms.size() == limit) {
        const AlarmRule& last = page.alarms.back().rule;
        page.next_token = make_token({last.name, last.region, last.account});
        return false;
      }
      page.alarms.push_back(core.view_of(alarm));
      return true;
    });
  });
  return page;
}

std::optional<AlarmView> AlarmCommands::find(const std::string& arn) const {
  Core& core = *engine_.core_;
  return core.worker().ask([&]() -> std::optional<AlarmView> {
    const Alarm* alarm = core.find(arn);
    if (alarm == nullptr) return std::nullopt;
    return core.view_of(*alarm);
  });
}

std::vector<AlarmView> AlarmCommands::describe_for_metric(const MetricFilter& filter) const {
  MetricFilter sorted = filter;
  std::sort(sorted.dimensions.begin(), sorted.dimensions.end());
  Core& core = *engine_.core_;
  return core.worker().ask([&] {
    std::vector<AlarmView> out;
    for (const auto& [key, alarm] : core.book()) {
      if (watches(sorted, alarm->rule)) out.push_back(core.view_of(*alarm));
    }
    return out;
  });
}

StateCounts AlarmCommands::count(const AlarmScope& scope) const {
  Core& core = *engine_.core_;
  return core.worker().ask([&] {
    StateCounts out;
    for (const auto& [key, alarm] : core.book()) {
      if (!in_scope(scope, alarm->rule.account, alarm->rule.region)) continue;
      ++(out.*count_of(*alarm));
    }
    return out;
  });
}

Outcome<HistoryPage> AlarmCommands::history(const HistoryFilter& filter) const {
  HistoryQuery query;
  query.account = filter.scope.account;
  query.region = filter.scope.region;
  query.alarm_name = filter.alarm_name;
  query.type = filter.type;
  query.alarm_types = filter.alarm_types;
  query.from = filter.from;
  query.to = filter.to;
  query.newest_first = filter.newest_first;
  const std::size_t limit = std::clamp<std::size_t>(filter.limit, 1, kHistoryPageMax);
  query.limit = limit + 1;
  if (!filter.token.empty()) {
    const auto parts = read_token(filter.token, 1);
    const auto id = parts ? parse_id((*parts)[0]) : std::nullopt;
    if (!id) return bad_token();
    query.after_id = id;
  }
  auto items = engine_.core_->deps().control.history(query);
  if (!items) {
    return tl::unexpected(
        AlarmError{items.error().code, "InternalServiceError", items.error().what});
  }
  HistoryPage page{*std::move(items), ""};
  if (page.items.size() > limit) {
    page.items.resize(limit);
    page.next_token = make_token({std::to_string(page.items.back().id)});
  }
  return page;
}

}  // namespace tidemark::alarm
