#include "query/metric_data.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "query/data/evaluator.h"
#include "query/data/query_plan.h"

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

struct Labelled {
  std::string label;
  const TimeSeries* series;
};

/// The series that a query's value is answered with.
Result<std::vector<Labelled>> answers_of(const PlannedQuery& planned, const MathValue& value) {
  const MetricQuery& query = *planned.query;
  if (const auto* series = std::get_if<TimeSeries>(&value)) {
    return std::vector<Labelled>{{label_of(query), series}};
  }
  const auto* array = std::get_if<std::vector<TimeSeries>>(&value);
  if (array == nullptr) {
    return tl::unexpected(in_expression(
        query.id,
        {Errc::invalid,
         "the result is a scalar, but must be a time series or an array of time series"}));
  }
  // The members of a band are named by their sides alone, so they need the expression's name.
  const bool needs_name = planned.expression && planned.expression->as_band();
  const std::string prefix = needs_name ? label_of(query) : query.label;
  std::vector<Labelled> out;
  for (const TimeSeries& member : *array) {
    std::string label = prefix.empty() || member.label.empty() ? prefix + member.label
                                                               : prefix + " " + member.label;
    out.push_back({label.empty() ? query.id : label, &member});
  }
  return out;
}

/// Cuts the answer into pages of datapoints.
class Pager {
 public:
  explicit Pager(const MetricDataOptions& options) : options_(options), skip_(options.skip) {}

  void add(const std::string& id,
           const Labelled& answer,
           const std::vector<MetricDataMessage>& messages) {
    const auto& points = answer.series->points;
    const std::size_t skipped = std::min(skip_, points.size());
    skip_ -= skipped;
    const std::size_t taken = std::min(points.size() - skipped, options_.max_datapoints - taken_);
    const bool more = skipped + taken < points.size();
    left_over_ = left_over_ || more;
    // An entry without points belongs to the page that its place is on.
    const bool is_here = taken > 0 || (points.empty() && skip_ == 0 && !left_over_);
    if (!is_here) return;
    MetricDataEntry entry;
    entry.id = id;
    entry.label = answer.label;
    if (more) entry.status = MetricDataStatus::partial_data;
    entry.messages = messages;
    for (std::size_t i = skipped; i < skipped + taken; ++i) {
      const DataPoint& point = options_.descending ? points[points.size() - 1 - i] : points[i];
      entry.timestamps.push_back(point.at);
      entry.values.push_back(point.value);
    }
    taken_ += taken;
    result_.entries.push_back(std::move(entry));
  }

  MetricDataResult take() {
    if (left_over_) result_.next = options_.skip + taken_;
    return std::move(result_);
  }

 private:
  const MetricDataOptions& options_;
  std::size_t skip_;
  std::size_t taken_ = 0;
  bool left_over_ = false;
  MetricDataResult result_;
};

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
  Evaluator evaluator(deps, plan, range, ManyUnits::first);
  Pager pager(options);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const PlannedQuery& planned = plan.at(i);
    if (!planned.query->return_data) continue;
    TM_TRY(const auto* result, evaluator.value(i));
    TM_TRY(const auto answers, answers_of(planned, result->value));
    for (const Labelled& answer : answers) {
      pager.add(planned.query->id, answer, messages_of(*result));
    }
  }
  MetricDataResult out = pager.take();
  out.messages = evaluator.messages();
  return out;
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
