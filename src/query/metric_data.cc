#include "query/metric_data.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "query/data/evaluator.h"
#include "query/data/pager.h"
#include "query/data/query_plan.h"
#include "query/label/labels.h"

namespace tidemark::query {
namespace {

/// The wording CloudWatch uses.
const MetricDataMessage& dropped_points_message() {
  static const MetricDataMessage kMessage{
      "ArithmeticError",
      "One or more data-points have been dropped due to non-numeric values (NaN, -Infinite, "
      "+Infinite)"};
  return kMessage;
}

/// As recorded from AWS.
MetricDataMessage many_units_message(const std::vector<std::string>& units) {
  return {"MultipleUnits", fmt::format("Multiple units returned: '[{}]'", fmt::join(units, ", "))};
}

std::vector<MetricDataMessage> messages_of(const MathResult& result) {
  std::vector<MetricDataMessage> out;
  if (result.dropped_points) out.push_back(dropped_points_message());
  if (!result.units.empty()) out.push_back(many_units_message(result.units));
  return out;
}

/// The series that a query's value is answered with.
Result<std::vector<Labelled>> answers_of(const QueryPlan& plan,
                                         std::size_t index,
                                         const MathValue& value,
                                         const Labels& labels) {
  if (const auto* series = std::get_if<TimeSeries>(&value)) {
    return std::vector<Labelled>{{series->label, series}};
  }
  const auto* array = std::get_if<std::vector<TimeSeries>>(&value);
  if (array == nullptr) {
    return tl::unexpected(in_expression(
        plan.at(index).query->id,
        {Errc::invalid,
         "the result is a scalar, but must be a time series or an array of time series"}));
  }
  std::vector<Labelled> out;
  for (const TimeSeries& member : *array)
    out.push_back({labels.of_member(index, member), &member});
  return out;
}

bool calls(const QueryPlan& plan, std::string_view function) {
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const auto& expression = plan.at(i).expression;
    if (expression && expression->calls(function)) return true;
  }
  return false;
}

/// A detector's periods begin at multiples of their length, and bands are for comparing with what
/// else is in the answer: with one in it, all periods do.
RequestWindow window_of(const QueryPlan& plan,
                        const PeriodRange& range,
                        const MetricDataOptions& options) {
  if (calls(plan, "ANOMALY_DETECTION_BAND")) return {range, std::nullopt};
  return {range, options.asked_at};
}

}  // namespace

Reach reach_of(std::span<const MetricQuery> queries, const std::string& id) {
  const auto plan = QueryPlan::make(queries);
  const auto index = plan ? plan->find(id) : std::nullopt;
  if (!index) return Reach::window;
  Reach out = Reach::one_time;
  for (const std::size_t each : plan->closure(*index)) {
    const auto& expression = plan->at(each).expression;
    // Which groups a SELECT gives depends on the window.
    if (plan->at(each).select) return Reach::window;
    if (expression) out = std::max(out, expression->reach());
  }
  return out;
}

Result<void> check_queries(std::span<const MetricQuery> queries) {
  TM_TRY_VOID(QueryPlan::make(queries));
  return {};
}

Result<MetricDataResult> get_metric_data(const MetricDataDeps& deps,
                                         std::span<const MetricQuery> queries,
                                         const PeriodRange& range,
                                         const MetricDataOptions& options) {
  if (options.max_datapoints == 0) return fail(Errc::invalid, "MaxDatapoints must be at least 1");
  TM_TRY(const auto plan, QueryPlan::make(queries));
  TM_TRY(const auto labels, Labels::make(plan, {options.asked_at, options.utc_offset}));
  Evaluator evaluator(deps, plan, window_of(plan, range, options), ManyUnits::first, &labels);
  Pager pager(options);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    if (!plan.at(i).query->return_data || pager.is_told(i)) continue;
    TM_TRY(const auto* result, evaluator.value(i));
    TM_TRY(const auto answers, answers_of(plan, i, result->value, labels));
    pager.add(i, plan.at(i).query->id, answers, messages_of(*result));
  }
  MetricDataResult out = pager.take();
  out.messages = evaluator.messages();
  return out;
}

bool calls_function(std::span<const MetricQuery> queries, std::string_view function) {
  const auto plan = QueryPlan::make(queries);
  return plan && calls(*plan, function);
}

Result<Duration> period_of(std::span<const MetricQuery> queries, const std::string& id) {
  TM_TRY(const auto plan, QueryPlan::make(queries));
  TM_TRY(const auto index, plan.require(id));
  return plan.period_of(index);
}

Result<BandIdentity> band_identity_of(std::span<const MetricQuery> queries, const std::string& id) {
  TM_TRY(const auto plan, QueryPlan::make(queries));
  TM_TRY(const auto index, plan.require(id));
  return identity_in(plan, index, plan.period_of(index));
}

Result<BandRequest> band_request_of(std::span<const MetricQuery> queries,
                                    const std::string& threshold_id) {
  TM_TRY(const auto plan, QueryPlan::make(queries));
  TM_TRY(const auto index, plan.require(threshold_id));
  const auto& expression = plan.at(index).expression;
  const auto band = expression ? expression->as_band() : std::nullopt;
  if (!band) {
    return fail(Errc::invalid,
                fmt::format("'{}' must be ANOMALY_DETECTION_BAND(id) or "
                            "ANOMALY_DETECTION_BAND(id, number above 0)",
                            threshold_id));
  }
  TM_TRY(const auto input, plan.require(band->id));
  TM_TRY(auto identity, identity_in(plan, input, plan.period_of(input)));
  return BandRequest{std::move(identity), band->k, band->id};
}

}  // namespace tidemark::query
