#include <fmt/format.h>

#include "judge/detector_spec.h"
#include "query/metric_data.h"
#include "web/own/alarm_form.h"
#include "web/own/context.h"

namespace tidemark::web::own {
namespace {

/// The rule with another width of its band, and nothing else changed.
alarm::AlarmRule with_width(alarm::AlarmRule rule, const std::string& input_id, double k) {
  for (MetricQuery& query : rule.metrics) {
    if (query.id != *rule.threshold_metric_id) continue;
    query.expression = band_expression(input_id, k);
  }
  return rule;
}

tl::unexpected<ApiError> changed(const std::string& how) {
  return refuse(409, "changed", how, "was");
}

}  // namespace

Answer put_alarm_width(const Context& context) {
  Form form(context.body);
  const double k = form.number("k", judge::kWidthMin, judge::kWidthMax);
  const bool has_was = form.has("was");
  const double was = has_was ? form.number("was", 0, judge::kWidthMax * 1000) : 0;
  if (form.error()) return tl::unexpected(*form.error());
  const auto view = find_alarm(context, context.name);
  if (!view) return tl::unexpected(view.error());
  const alarm::AlarmRule& rule = view->rule;
  if (!rule.threshold_metric_id) {
    return refuse(
        422, "no_width", fmt::format("'{}' has a fixed limit, not a band", rule.name), "k");
  }
  TM_API_TRY(const auto band,
             query::band_request_of(alarm::queries_of(rule), *rule.threshold_metric_id));
  if (has_was && band.k != was) {
    return changed(fmt::format("the width of '{}' is {} by now, not {}", rule.name, band.k, was));
  }
  if (band.k == k) return alarm_json(context, *view);
  TM_API_TRY(
      const bool done,
      context.services.alarms.replace_metric_alarm(rule, with_width(rule, band.input_id, k)));
  if (!done) return changed(fmt::format("'{}' was changed by somebody else", rule.name));
  return get_alarm(context);
}

}  // namespace tidemark::web::own
