#include "alarm/backtest.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/duration.h"
#include "web/own/alarm_form.h"
#include "web/own/backtest_words.h"
#include "web/own/context.h"
#include "web/own/judged_period.h"
#include "web/own/past_range.h"

namespace tidemark::web::own {
namespace {

constexpr std::size_t kFiringsMax = 200;

json number_or_null(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? json(*value) : json();
}

/// Newest first.
json firings_json(const alarm::Backtest& past, Timestamp to) {
  json out = json::array();
  std::optional<Timestamp> ended;
  for (auto t = past.transitions.rbegin(); t != past.transitions.rend(); ++t) {
    if (t->after == alarm::AlarmState::alarm && t->told && out.size() < kFiringsMax) {
      const json judged = json::parse(t->reason_data, nullptr, false);
      out.push_back({{"began", time_text(t->at)},
                     {"period_at", time_or_null(judged_period(judged))},
                     {"told", time_text(*t->told)},
                     {"ended", time_or_null(ended)},
                     {"seconds", whole_seconds(ended.value_or(to) - t->at)},
                     {"reason", t->reason},
                     {"reason_words", t->reason_words},
                     {"value", number_or_null(t->value)},
                     {"lower", number_or_null(t->lower)},
                     {"upper", number_or_null(t->upper)}});
    }
    ended = t->at;
  }
  return out;
}

json width_json(const alarm::BacktestRequest& request, const alarm::Backtest& past) {
  if (!past.width) return {};
  json table = json::array();
  json firings;
  for (const alarm::WidthResult& result : past.width->results) {
    if (result.k == past.width->k) firings = result.firings;
    table.push_back({{"k", result.k},
                     {"firings_total", result.firings},
                     {"alarm_seconds", whole_seconds(result.in_alarm)}});
  }
  return {{"alarms_per_week", *request.alarms_per_week},
          {"firings_max", past.width->firings_max},
          {"k", past.width->k ? json(*past.width->k) : json()},
          {"firings_total", firings},
          {"words", width_words(request, past)},
          {"table", std::move(table)}};
}

std::string_view to_text(alarm::PastData past) {
  switch (past) {
    case alarm::PastData::enough:
      return "enough";
    case alarm::PastData::some:
      return "some";
    case alarm::PastData::learning:
      return "learning";
    case alarm::PastData::open:
      return "open";
    case alarm::PastData::none:
      break;
  }
  return "none";
}

json backtest_json(const alarm::BacktestRequest& request, const alarm::Backtest& past) {
  return {{"from", time_text(request.from)},
          {"to", time_text(request.to)},
          {"period_s", whole_seconds(past.period)},
          {"sentence", backtest_sentence(request, past)},
          {"past", to_text(past.past)},
          {"past_words", past_words(request, past)},
          {"firings_total", past.firings},
          {"muted_total", past.muted},
          {"per_week", number_or_null(per_week(request, past))},
          {"alarm_seconds", whole_seconds(past.in_alarm)},
          {"state_at_end", alarm::to_text(past.state_at_end)},
          {"periods", past.periods},
          {"periods_with_data", past.periods_with_data},
          {"periods_judged", past.periods_judged},
          {"judged_from", time_or_null(past.judged_from)},
          {"firings", firings_json(past, request.to)},
          {"width", width_json(request, past)}};
}

tl::expected<alarm::AlarmRule, ApiError> rule_of(const Context& context, Form& form) {
  if (form.has("alarm")) {
    const std::string name = form.text("alarm");
    if (form.error()) return tl::unexpected(*form.error());
    auto view = find_alarm(context, name);
    if (!view) return tl::unexpected(view.error());
    return std::move(view->rule);
  }
  alarm::AlarmRule rule = read_rule(context, form, FormOf::draft, {context.options.account_id});
  if (form.error()) return tl::unexpected(*form.error());
  if (const auto good = alarm::check_rule(rule); !good) {
    return tl::unexpected(to_api_error(good.error()));
  }
  return rule;
}

}  // namespace

Answer post_backtest(const Context& context) {
  Form form(context.body);
  auto rule = rule_of(context, form);
  if (!rule) return tl::unexpected(rule.error());
  alarm::BacktestRequest request;
  request.rule = *std::move(rule);
  request.mutes = context.services.mutes.rules_of(alarm::arn_of(request.rule));
  request.stop = &context.stop;
  if (form.has("alarms_per_week")) {
    request.alarms_per_week = form.number("alarms_per_week", 0, kPerWeekMost);
    if (!request.rule.threshold_metric_id) {
      form.refuse_field("alarms_per_week",
                        "is for alarms on a usual range: only those have a width");
    }
  }
  const PastRange range = read_past_range(context, form);
  request.from = range.from;
  request.to = range.to;
  if (form.error()) return tl::unexpected(*form.error());
  const auto past = alarm::backtest({context.services.reader, context.services.judge}, request);
  if (!past) {
    ApiError error = to_api_error(past.error());
    if (past.error().code == Errc::limit) error.field = "from";
    return tl::unexpected(std::move(error));
  }
  return backtest_json(request, *past);
}

}  // namespace tidemark::web::own
