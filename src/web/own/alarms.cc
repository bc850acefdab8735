#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "act/told.h"
#include "base/duration.h"
#include "base/people_number.h"
#include "model/metric_query_json.h"
#include "query/metric_data.h"
#include "query/select_limits.h"
#include "web/own/context.h"
#include "web/own/detector_form.h"
#include "web/own/edited_rule.h"
#include "web/own/judged_period.h"
#include "web/own/page.h"

namespace tidemark::web::own {
namespace {

constexpr std::size_t kListDefault = 200;
constexpr std::size_t kListMax = 1000;
constexpr std::size_t kOutputMax = 4096;

std::string label_of(const alarm::AlarmRule& rule) {
  const std::string watched = alarm::watched_id_of(rule);
  for (const MetricQuery& query : rule.metrics) {
    if (query.id == watched) return query.label.empty() ? query.expression : query.label;
  }
  return "";
}

json actions_json(const alarm::AlarmRule& rule) {
  json out = json::array();
  const auto add = [&out](const char* state, const std::vector<std::string>& arns) {
    for (const std::string& arn : arns)
      out.push_back({{"on", state}, {"arn", arn}});
  };
  add("ALARM", rule.alarm_actions);
  add("OK", rule.ok_actions);
  add("INSUFFICIENT_DATA", rule.insufficient_data_actions);
  return out;
}

int rank(alarm::AlarmState state) {
  switch (state) {
    case alarm::AlarmState::alarm:
      return 0;
    case alarm::AlarmState::insufficient_data:
      return 1;
    case alarm::AlarmState::ok:
      return 2;
  }
  return 3;
}

/// Where it stands in a list: what needs somebody first, of that the newest.
json place_of(const alarm::AlarmView& view) {
  const alarm::AlarmRule& rule = view.rule;
  return {rank(view.state), -view.transitioned_at.ns(), rule.name, rule.region, rule.account};
}

/// As a form names it, which it can before anything of it was received.
json metric_name_json(const MetricRef& metric) {
  return {{"namespace", metric.metric_namespace},
          {"name", metric.name},
          {"dimensions", dimensions_json(metric.dimensions)},
          {"region", metric.region}};
}

json optional_text(const std::string& text) {
  return text.empty() ? json() : json(text);
}

json history_json(const HistoryItem& item) {
  json out{{"id", std::to_string(item.id)},
           {"at", time_text(item.at)},
           {"type", item.type},
           {"summary", item.summary},
           {"old_state", json()},
           {"new_state", json()},
           {"reason", json()},
           {"period_at", json()},
           {"period_s", json()}};
  const json data = json::parse(item.data, nullptr, false);
  if (item.type != "StateUpdate" || !data.is_object()) return out;
  const auto member = [&data](const char* state, const char* key) {
    return data.contains(state) && data[state].is_object() && data[state].contains(key)
               ? data[state][key]
               : json();
  };
  out["old_state"] = member("oldState", "stateValue");
  out["new_state"] = member("newState", "stateValue");
  const json judged = member("newState", "stateReasonData");
  if (const auto period = judged_period(judged)) {
    out["period_at"] = time_text(*period);
    // Of a state that was set by hand, these are what people sent.
    const json seconds = judged.value("period", json());
    out["period_s"] = seconds.is_number_integer() ? seconds : json();
  }
  out["reason"] = item.words.empty() ? member("newState", "stateReason") : json(item.words);
  return out;
}

/// The change of state that the delivery tells; null: kept by an earlier version.
json told_transition(const Delivery& delivery) {
  const auto told = act::told_change(delivery);
  if (!told) return {};
  return {
      {"at", time_text(told->at)}, {"old_state", told->old_state}, {"new_state", told->new_state}};
}

json delivery_json(const Delivery& delivery) {
  const bool finished = delivery.state != "pending";
  return {{"id", delivery.id},
          {"protocol", delivery.protocol},
          {"endpoint", act::shown_endpoint(delivery.endpoint)},
          {"state", delivery.state},
          {"attempts", delivery.attempts},
          {"transition", told_transition(delivery)},
          {"created_at", time_text(delivery.created_at)},
          {"finished_at", finished ? json(time_text(delivery.finished_at)) : json()},
          {"last_error", optional_text(delivery.last_error)},
          {"output", optional_text(delivery.output.substr(0, kOutputMax))}};
}

/// That it watches a part of what its query matches; null: it sees all.
json partial_words(const alarm::AlarmView& view) {
  if (view.evaluation_state != "PARTIAL_DATA") return nullptr;
  return fmt::format(
      "It watches a part of what its query matches: of a query at most {} metrics are read, and at "
      "most {} series made.",
      people_number(query::kSelectMetricsMax),
      query::kSelectSeriesMax);
}

/// Why it is in its state, in words of that time. Says so if a fixed limit is another one by now.
std::string reason_words_of(const alarm::AlarmView& view) {
  std::string out = view.reason_words.empty() ? view.reason : view.reason_words;
  const json data = json::parse(view.reason_data, nullptr, false);
  const json then = data.is_object() ? data.value("threshold", json()) : json();
  const bool is_other =
      then.is_number() && then != json(view.rule.threshold.value_or(std::nan("")));
  if (is_other) out += " The limit has been changed since.";
  return out;
}

/// What the path names; nullopt where it is there no more: its history and deliveries outlive it.
tl::expected<std::optional<alarm::AlarmView>, ApiError> alarm_or_gone(const Context& context) {
  auto view = find_alarm(context, context.name);
  if (view) return *std::move(view);
  if (view.error().status == 404) return std::nullopt;
  return tl::unexpected(view.error());
}

}  // namespace

json band_k(const alarm::AlarmRule& rule) {
  if (!rule.threshold_metric_id) return {};
  const auto band = query::band_request_of(alarm::queries_of(rule), *rule.threshold_metric_id);
  return band ? json(band->k) : json();
}

std::string alarm_ref(const alarm::AlarmView& view) {
  // Browsers take "." and ".." out of an address, however they are written.
  const bool is_dots = view.rule.name == "." || view.rule.name == "..";
  return view.shares_name || is_dots ? view.arn : view.rule.name;
}

tl::expected<alarm::AlarmView, ApiError> find_alarm(const Context& context,
                                                    const std::string& ref) {
  alarm::AlarmFilter filter;
  filter.names = {ref};
  TM_API_TRY(auto page, context.services.alarms.describe(filter));
  auto& found = page.alarms;
  if (found.empty()) {
    auto view = context.services.alarms.find(ref);
    if (!view) return refuse(404, "not_found", fmt::format("there is no alarm '{}'", ref));
    return *std::move(view);
  }
  if (found.size() == 1) return std::move(found.front());
  std::string arns;
  for (const alarm::AlarmView& each : found)
    arns += (arns.empty() ? "" : ", ") + each.arn;
  return refuse(
      409,
      "ambiguous",
      fmt::format(
          "{} alarms are called '{}': name one of them by its ARN, {}", found.size(), ref, arns));
}

alarm::Outcome<std::vector<alarm::AlarmView>> all_alarms(const Context& context,
                                                         alarm::AlarmFilter filter) {
  std::vector<alarm::AlarmView> out;
  do {
    auto page = context.services.alarms.describe(filter);
    if (!page) return tl::unexpected(page.error());
    std::move(page->alarms.begin(), page->alarms.end(), std::back_inserter(out));
    filter.token = page->next_token;
  } while (!filter.token.empty());
  return out;
}

json alarm_json(const Context& context, const alarm::AlarmView& view) {
  const alarm::AlarmRule& rule = view.rule;
  const auto stat = alarm::watched_stat_of(rule);
  const auto id = stat ? metric_id(context.services.reader, stat->metric) : std::nullopt;
  const auto period = query::period_of(alarm::queries_of(rule), alarm::watched_id_of(rule));
  const auto target = detector_target(rule);
  const auto detector = target ? context.services.judge.find(*target) : std::nullopt;
  return {{"name", rule.name},
          {"ref", alarm_ref(view)},
          {"arn", view.arn},
          {"description", rule.description.value_or("")},
          {"region", rule.region},
          {"state", alarm::to_text(view.state)},
          {"state_reason", view.reason},
          {"state_reason_words", reason_words_of(view)},
          {"state_since", time_text(view.transitioned_at)},
          {"evaluation_error", optional_text(view.evaluation_error)},
          {"partial", partial_words(view)},
          {"actions_enabled", rule.actions_enabled},
          {"muted_by", view.muted ? json(view.muted->rule) : json()},
          {"muted_until", view.muted ? json(time_text(view.muted->until)) : json()},
          {"metric_title", stat ? metric_title(stat->metric) : label_of(rule)},
          {"metric_id", id ? json(*id) : json()},
          {"metric", stat ? metric_name_json(stat->metric) : json()},
          {"namespace", stat ? json(stat->metric.metric_namespace) : json()},
          {"queries", stat ? json() : to_json(alarm::queries_of(rule))},
          {"stat", stat ? json(stat->stat.name) : json()},
          {"period_s", period ? whole_seconds(*period) : 0},
          {"detector_id", detector ? json(detector->spec.id) : json()},
          {"detector_form",
           target ? detector_form(context, *target, period.value_or(Duration(0))) : json()},
          {"comparison", rule.comparison_operator},
          {"threshold", rule.threshold ? json(*rule.threshold) : json()},
          {"band_k", band_k(rule)},
          {"evaluation_periods", rule.evaluation_periods},
          {"datapoints_to_alarm", alarm::datapoints_to_alarm_of(rule)},
          {"treat_missing_data", rule.treat_missing_data.value_or("missing")},
          {"actions", actions_json(rule)},
          {"version", fits_form(rule) ? json(version_of(rule)) : json()}};
}

Answer get_alarms(const Context& context) {
  const auto page = read_page(context, "alarms", kListDefault, kListMax);
  if (!page) return tl::unexpected(page.error());
  alarm::AlarmFilter filter;
  if (const std::string state = context.param("state"); !state.empty()) {
    filter.state = alarm::parse_alarm_state(state);
    if (!filter.state) return invalid_field("state", fmt::format("'{}' is no alarm state", state));
  }
  TM_API_TRY(auto alarms, all_alarms(context, filter));
  const std::string search = context.param("search");
  std::erase_if(alarms, [&](const alarm::AlarmView& view) {
    const auto stat = alarm::watched_stat_of(view.rule);
    return !has_words(fmt::format("{} {} {}",
                                  view.rule.name,
                                  view.rule.description.value_or(""),
                                  stat ? metric_title(stat->metric) : label_of(view.rule)),
                      search);
  });
  std::sort(alarms.begin(), alarms.end(), [](const auto& a, const auto& b) {
    return place_of(a) < place_of(b);
  });
  return page_of(
      *page, alarms, place_of, [&](const auto& view) { return alarm_json(context, view); });
}

Answer get_alarm(const Context& context) {
  const auto view = find_alarm(context, context.name);
  if (!view) return tl::unexpected(view.error());
  return alarm_json(context, *view);
}

Answer get_alarm_history(const Context& context) {
  const auto limit = context.number("limit", 100, 1, 1000);
  if (!limit) return tl::unexpected(limit.error());
  const auto view = alarm_or_gone(context);
  if (!view) return tl::unexpected(view.error());
  HistoryQuery query;
  query.alarm_name = context.name;
  if (const auto& alarm = *view) {
    query.alarm_name = alarm->rule.name;
    query.account = alarm->rule.account;
    query.region = alarm->rule.region;
  }
  query.limit = *limit;
  TM_API_TRY(const auto items, context.services.control.history(query));
  json list = json::array();
  for (const HistoryItem& item : items)
    list.push_back(history_json(item));
  return json{{"items", std::move(list)}};
}

Answer get_alarm_deliveries(const Context& context) {
  const auto view = alarm_or_gone(context);
  if (!view) return tl::unexpected(view.error());
  const auto& alarm = *view;
  DeliveryQuery query;
  query.alarm_name = alarm ? alarm->rule.name : context.name;
  query.limit = 200;
  TM_API_TRY(const auto deliveries, context.services.control.deliveries(query));
  json list = json::array();
  for (const Delivery& delivery : deliveries) {
    if (!alarm || act::may_tell_of(delivery, alarm->rule.account, alarm->rule.region))
      list.push_back(delivery_json(delivery));
  }
  return json{{"deliveries", std::move(list)}};
}

Answer delete_alarm(const Context& context) {
  const auto view = find_alarm(context, context.name);
  if (!view) return tl::unexpected(view.error());
  const auto gone = context.services.alarms.delete_alarms({view->rule.account, view->rule.region},
                                                          {view->rule.name});
  if (!gone) return tl::unexpected(to_api_error(gone.error()));
  return json();
}

Answer post_alarm_actions(const Context& context) {
  if (!context.body.contains("enabled") || !context.body["enabled"].is_boolean()) {
    return invalid_field("enabled", "enabled must be true or false");
  }
  const auto view = find_alarm(context, context.name);
  if (!view) return tl::unexpected(view.error());
  const auto set = context.services.alarms.set_actions_enabled(
      {view->rule.account, view->rule.region}, {view->rule.name}, context.body["enabled"]);
  if (!set) return tl::unexpected(to_api_error(set.error()));
  return get_alarm(context);
}

}  // namespace tidemark::web::own
