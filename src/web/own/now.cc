#include <fmt/format.h>

#include "act/told.h"
#include "base/people_time.h"
#include "web/own/context.h"

namespace tidemark::web::own {
namespace {

constexpr std::size_t kInAlarmMax = 200;
constexpr std::size_t kRecentMax = 20;

json parse_data(const std::string& text) {
  json out = json::parse(text, nullptr, false);
  return out.is_object() ? out : json::object();
}

/// value, lower, upper of the newest point that StateReasonData says was evaluated.
json newest_point(const alarm::AlarmView& view) {
  json out{{"value", json()}, {"lower", json()}, {"upper", json()}};
  const json data = parse_data(view.reason_data);
  const auto newest = [&data](const char* member) {
    const auto found = data.find(member);
    return found != data.end() && found->is_array() && !found->empty() ? found->back() : json();
  };
  out["value"] = newest("recentDatapoints");
  out["lower"] = newest("recentLowerThresholds");
  out["upper"] = newest("recentUpperThresholds");
  if (view.rule.threshold) {
    const bool above = view.rule.comparison_operator.starts_with("Greater");
    out[above ? "upper" : "lower"] = *view.rule.threshold;
  }
  return out;
}

/// What became of the messages about an alarm's newest change.
struct Told {
  int delivered = 0, pending = 0, given_up = 0;
};

Told told_of(const Context& context, const alarm::AlarmView& view) {
  Told out;
  DeliveryQuery query;
  query.alarm_name = view.rule.name;
  const auto deliveries = context.services.control.deliveries(query);
  if (!deliveries) return out;
  for (const Delivery& delivery : *deliveries) {
    if (delivery.created_at < view.transitioned_at) continue;
    if (!act::may_tell_of(delivery, view.rule.account, view.rule.region)) continue;
    out.delivered += delivery.state == "delivered" ? 1 : 0;
    out.pending += delivery.state == "pending" ? 1 : 0;
    out.given_up += delivery.state == "dead" ? 1 : 0;
  }
  return out;
}

/// Of the values that are compared; "" of an expression.
std::string unit_of(const Context& context, const alarm::AlarmRule& rule) {
  const auto stat = alarm::watched_stat_of(rule);
  if (!stat) return "";
  return stat->unit ? *stat->unit : query::unit_of_metric(context.services.reader, stat->metric);
}

json in_alarm_json(const Context& context, const alarm::AlarmView& view) {
  json out = newest_point(view);
  const json shown = alarm_json(context, view);
  out["name"] = view.rule.name;
  out["ref"] = shown["ref"];
  out["since"] = time_text(view.transitioned_at);
  out["reason_words"] = shown["state_reason_words"];
  for (const char* same :
       {"metric_title", "metric_id", "actions_enabled", "muted_by", "muted_until"})
    out[same] = shown[same];
  out["stat"] = shown["stat"];
  out["unit"] = unit_of(context, view.rule);
  const Told told = told_of(context, view);
  out["actions_delivered"] = told.delivered;
  out["actions_pending"] = told.pending;
  out["actions_given_up"] = told.given_up;
  return out;
}

json recent_json(const Context& context) {
  HistoryQuery query;
  query.type = "StateUpdate";
  query.limit = kRecentMax;
  json out = json::array();
  const auto items = context.services.control.history(query);
  if (!items) return out;
  for (const HistoryItem& item : *items) {
    const json data = parse_data(item.data);
    const json from = data.value("oldState", json::object());
    const json to = data.value("newState", json::object());
    const auto alarm =
        context.services.alarms.find(alarm::alarm_arn(item.account, item.region, item.alarm_name));
    out.push_back(
        {{"alarm", item.alarm_name},
         {"ref", alarm ? alarm_ref(*alarm) : item.alarm_name},
         {"at", time_text(item.at)},
         {"old_state", from.value("stateValue", "")},
         {"new_state", to.value("stateValue", "")},
         {"reason_words", item.words.empty() ? to.value("stateReason", "") : item.words}});
  }
  return out;
}

/// "1 alarm is", "3 alarms are".
std::string alarms_text(int count) {
  return count == 1 ? "1 alarm is" : fmt::format("{} alarms are", count);
}

std::string nothing_on(int alarms, int without_data, int not_evaluated) {
  if (without_data + not_evaluated == 0)
    return fmt::format("No alarm is on: {} OK.", alarms_text(alarms));
  std::string why;
  if (not_evaluated > 0) why = fmt::format("{} of {} cannot be evaluated", not_evaluated, alarms);
  if (without_data > 0) {
    if (!why.empty()) why += ", and ";
    why += fmt::format("{} of {} cannot tell, for want of data", without_data, alarms);
  }
  return fmt::format("No alarm is on; {}.", why);
}

std::string sentence(const std::vector<alarm::AlarmView>& on, const json& counts) {
  if (on.empty()) {
    if (counts["alarms"] == 0) return "No alarms are set up yet.";
    return nothing_on(counts["alarms"], counts["insufficient_data"], counts["not_evaluated"]);
  }
  const auto& newest = on.front();
  const std::string since = people_time(newest.transitioned_at, Duration(0));
  if (on.size() == 1)
    return fmt::format("1 alarm is on: {}, since {} UTC.", newest.rule.name, since);
  return fmt::format(
      "{} alarms are on; the newest is {}, since {} UTC.", on.size(), newest.rule.name, since);
}

std::vector<alarm::AlarmView> alarms_on(const Context& context) {
  alarm::AlarmFilter filter;
  filter.state = alarm::AlarmState::alarm;
  auto out = all_alarms(context, filter).value_or(std::vector<alarm::AlarmView>());
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return a.transitioned_at > b.transitioned_at;
  });
  return out;
}

}  // namespace

json counts_json(const Context& context) {
  const auto& services = context.services;
  const auto states = services.alarms.count({});
  const store::Totals totals = services.reader.totals();
  judge::DetectorFilter all;
  all.metric_math = true;
  const auto detectors = services.judge.list(all);
  const auto learning = std::count_if(detectors.begin(), detectors.end(), [](const auto& view) {
    return view.state != TrainingState::trained;
  });
  return {{"series", totals.series},
          {"metrics", totals.metrics},
          {"alarms", states.ok + states.alarm + states.insufficient_data + states.not_evaluated},
          {"in_alarm", states.alarm},
          {"insufficient_data", states.insufficient_data},
          {"not_evaluated", states.not_evaluated},
          {"detectors", detectors.size()},
          {"learning", learning},
          {"deliveries_pending", services.control.count_deliveries("pending").value_or(0)},
          {"deliveries_dead", services.control.count_deliveries("dead").value_or(0)}};
}

namespace {

json problems_json(const Context& context) {
  json out = json::array();
  if (!context.options.problems) return out;
  for (const Problem& problem : context.options.problems())
    out.push_back({{"kind", problem.kind}, {"message", problem.message}});
  return out;
}

}  // namespace

Answer get_status(const Context& context) {
  return json{{"version", context.options.version},
              {"now", time_text(context.services.clock.wall())},
              {"clock", context.options.clock_is_frozen ? "frozen" : "live"},
              {"always_on", context.options.always_on},
              {"counts", counts_json(context)},
              {"newest_sample_at", time_or_null(context.services.reader.totals().newest)},
              {"problems", problems_json(context)}};
}

Answer get_now(const Context& context) {
  const auto on = alarms_on(context);
  json counts = counts_json(context);
  json list = json::array();
  for (const alarm::AlarmView& view : on) {
    if (list.size() < kInAlarmMax) list.push_back(in_alarm_json(context, view));
  }
  json out{{"sentence", sentence(on, counts)},
           {"now", time_text(context.services.clock.wall())},
           {"in_alarm", std::move(list)},
           {"recent", recent_json(context)}};
  out["counts"] = std::move(counts);
  return out;
}

Answer get_topics(const Context& context) {
  TM_API_TRY(const auto topics, context.services.topics.topics());
  json list = json::array();
  for (const act::Topic& topic : topics) {
    const auto subscriptions = context.services.topics.subscriptions(topic.arn);
    const auto confirmed =
        !subscriptions
            ? 0
            : std::count_if(subscriptions->begin(), subscriptions->end(), [](const auto& s) {
                return s.state == act::Subscription::State::confirmed;
              });
    list.push_back({{"arn", topic.arn}, {"name", topic.name}, {"subscriptions", confirmed}});
  }
  return json{{"topics", std::move(list)}};
}

}  // namespace tidemark::web::own
