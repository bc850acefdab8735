#include "query/data/evaluator.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/assert.h"
#include "query/insights/read.h"

namespace tidemark::query {

/// What an expression of the plan may ask, at one period. All it can name has been worked out.
class Evaluator::Scope final : public MathScope {
 public:
  Scope(Evaluator& evaluator, Duration period) : evaluator_(evaluator), period_(period) {}

  Result<MathValue> value_of(const std::string& id) override {
    const auto index = evaluator_.plan_.find(id);
    if (!index) return fail(Errc::not_found, "unknown id");
    return computed(*index);
  }

  Result<std::vector<TimeSeries>> metrics(std::string_view part) override {
    std::vector<TimeSeries> out;
    for (const std::size_t index : evaluator_.plan_.metrics(part)) {
      out.push_back(std::get<TimeSeries>(computed(index)));
    }
    return out;
  }

  Result<std::vector<TimeSeries>> band(const std::string& id, double k) override {
    const auto index = evaluator_.plan_.find(id);
    if (!index) return fail(Errc::not_found, "unknown id");
    return evaluator_.band(*index, period_, k);
  }

  [[nodiscard]] Timestamp from() const override {
    return first_start(evaluator_.window_.at(period_), period_);
  }
  [[nodiscard]] Timestamp to() const override { return evaluator_.window_.at(period_).to; }
  [[nodiscard]] Duration period() const override { return period_; }
  [[nodiscard]] Timestamp settled_from() const override { return evaluator_.settled_from_; }

 private:
  [[nodiscard]] const MathValue& computed(std::size_t index) const {
    const auto found = evaluator_.cache_.find({index, period_});
    TM_ASSERT(found != evaluator_.cache_.end());
    return found->second.value;
  }

  Evaluator& evaluator_;
  Duration period_;
};

Result<const MathResult*> Evaluator::value(std::size_t index) {
  const Duration period = plan_.period_of(index);
  // Needs come first, so that one expression's evaluation never runs inside another's.
  for (const std::size_t needed : plan_.closure(index)) {
    const Key key{needed, period};
    if (cache_.contains(key)) continue;
    TM_TRY(auto result, compute(needed, period));
    settled_from_ = std::max(settled_from_, result.settled_from);
    cache_.emplace(key, std::move(result));
  }
  return &cache_.at({index, period});
}

Result<MathResult> Evaluator::compute(std::size_t index, Duration period) {
  const PlannedQuery& planned = plan_.at(index);
  if (planned.select) return select(index, period);
  if (!planned.expression) return metric(index, period);
  Scope scope(*this, period);
  auto result = planned.expression->evaluate(scope);
  if (!result) {
    return tl::unexpected(in_expression(planned.query->id, std::move(result).error()));
  }
  if (auto* series = std::get_if<TimeSeries>(&result->value)) {
    series->label = label(index, *series);
  }
  return result;
}

Result<MathResult> Evaluator::metric(std::size_t index, Duration period) const {
  const MetricQuery& query = *plan_.at(index).query;
  const MetricStat& stat = *query.metric_stat;
  const PeriodSelection selection{stat.metric, stat.unit, period};
  std::vector<PeriodCell> cells;
  MathResult out;
  if (many_units_ == ManyUnits::first && !stat.unit) {
    TM_TRY(auto by_unit, period_cells_by_unit(deps_.reader, selection, window_.at(period)));
    if (!by_unit.empty()) cells = std::move(by_unit.front().cells);
    if (by_unit.size() > 1) {
      for (UnitCells& each : by_unit)
        out.units.push_back(std::move(each.unit));
    }
  } else {
    TM_TRY(cells, period_cells(deps_.reader, selection, window_.at(period)));
  }
  TimeSeries series{"", period, true, {}};
  for (const PeriodCell& cell : cells) {
    const auto value = tidemark::evaluate(stat.stat, cell.cell);
    if (value && std::isfinite(*value)) series.points.push_back({cell.start, *value});
  }
  series.label = label(index, series);
  out.value = std::move(series);
  return out;
}

std::string Evaluator::label(std::size_t index, const TimeSeries& series) const {
  return labels_ == nullptr ? label_of(*plan_.at(index).query) : labels_->of_series(index, series);
}

Result<MathResult> Evaluator::select(std::size_t index, Duration period) {
  const PlannedQuery& planned = plan_.at(index);
  const MetricQuery& query = *planned.query;
  if (!query.home) {
    return tl::unexpected(
        in_expression(query.id, {Errc::invalid, "Metrics Insights queries are not served here"}));
  }
  auto read =
      insights::read_select(deps_.reader, *planned.select, *query.home, period, window_.at(period));
  if (!read) return tl::unexpected(in_expression(query.id, std::move(read).error()));
  if (read->more_metrics) {
    messages_.push_back({"MaxMatchingResultsExceeded",
                         fmt::format("'{}' matches more than {} metrics; the others are left out",
                                     query.id,
                                     kSelectMetricsMax)});
  }
  if (read->more_series) {
    messages_.push_back({"MaxQueryResultsExceeded",
                         fmt::format("'{}' gives more than {} time series; the others are left out",
                                     query.id,
                                     kSelectSeriesMax)});
  }
  MathResult out;
  if (!planned.select->group_by.empty()) {
    out.value = std::move(read->series);
    return out;
  }
  TimeSeries series = std::move(read->series.front());
  series.label = label(index, series);
  out.value = std::move(series);
  return out;
}

Result<std::vector<TimeSeries>> Evaluator::band(std::size_t index,
                                                Duration period,
                                                double k) const {
  TM_TRY(const auto identity, identity_in(plan_, index, period));
  const PeriodRange range = window_.at(period);
  auto band = deps_.bands.bands(identity, first_start(range, period), range.to);
  if (!band && band.error().code != Errc::not_found) return tl::unexpected(band.error());
  TimeSeries upper{"high", period, false, {}};
  TimeSeries lower{"low", period, false, {}};
  if (band) {
    for (const BandPoint& point : band->points) {
      const Limits limits = limits_at(point.band, k, band->within);
      if (!std::isfinite(limits.lower) || !std::isfinite(limits.upper)) continue;
      upper.points.push_back({point.start, limits.upper});
      lower.points.push_back({point.start, limits.lower});
    }
  }
  return std::vector<TimeSeries>{std::move(upper), std::move(lower)};
}

Result<BandIdentity> identity_in(const QueryPlan& plan, std::size_t index, Duration period) {
  if (plan.selects(index)) {
    return fail(Errc::invalid, "there is no anomaly detection band of a Metrics Insights query");
  }
  BandIdentity out;
  out.period = period;
  const PlannedQuery& target = plan.at(index);
  if (!target.expression) {
    MetricQuery only;
    only.id = "m1";
    only.metric_stat = target.query->metric_stat;
    only.metric_stat->period = period;
    out.queries.push_back(std::move(only));
    return out;
  }
  const auto needed = plan.closure(index);
  const bool has_metric = std::any_of(needed.begin(), needed.end(), [&plan](std::size_t i) {
    return !plan.at(i).expression.has_value();
  });
  for (const std::size_t i : needed) {
    MetricQuery query = *plan.at(i).query;
    query.label.clear();
    query.account_id.clear();
    query.return_data = i == index;
    // Where there are metrics they alone decide the period.
    if (has_metric) query.period.reset();
    out.queries.push_back(std::move(query));
  }
  std::sort(out.queries.begin(), out.queries.end(), [](const MetricQuery& a, const MetricQuery& b) {
    return a.id < b.id;
  });
  return out;
}

std::string label_of(const MetricQuery& query) {
  if (!query.label.empty()) return query.label;
  return query.metric_stat ? query.metric_stat->metric.name : query.id;
}

}  // namespace tidemark::query
