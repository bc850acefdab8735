// IF(condition, then[, otherwise]).
#include <algorithm>
#include <optional>

#include "query/math/functions.h"

namespace tidemark::query::math::functions {
namespace {

/// One branch of IF, read forward in time.
class Branch {
 public:
  /// nullptr: the branch was left out. Not a scalar nor a series: see is_usable.
  explicit Branch(const Value* value)
      : number_(value == nullptr ? nullptr : std::get_if<double>(value)),
        series_(value == nullptr ? nullptr : std::get_if<TimeSeries>(value)) {}

  /// Its value at a time that is later than that of the call before.
  std::optional<double> at(Timestamp time) {
    if (number_ != nullptr) return *number_;
    if (series_ == nullptr) return std::nullopt;
    const auto& points = series_->points;
    while (next_ < points.size() && points[next_].at < time)
      ++next_;
    if (next_ == points.size() || points[next_].at != time) return std::nullopt;
    return points[next_].value;
  }

 private:
  const double* number_;
  const TimeSeries* series_;
  std::size_t next_ = 0;
};

bool is_usable(const Value& value) {
  return value.index() <= 1;
}

TimeSeries choose_points(const TimeSeries& condition,
                         Branch then,
                         Branch otherwise,
                         Evaluation* evaluation) {
  TimeSeries out = empty_like(condition);
  for (const DataPoint& point : condition.points) {
    if (point.value != 0) {
      // A point that is missing where the condition holds counts as 0.
      add_point(&out, point.at, then.at(point.at).value_or(0), evaluation);
    } else if (const auto value = otherwise.at(point.at)) {
      add_point(&out, point.at, *value, evaluation);
    }
  }
  return out;
}

}  // namespace

Result<Value> choose(Call& call) {
  if (!std::all_of(call.args.begin(), call.args.end(), is_usable)) return wrong_types(call);
  Value* otherwise = call.args.size() > 2 ? &call.args[2] : nullptr;
  if (const auto* condition = std::get_if<TimeSeries>(&call.args[0])) {
    return choose_points(*condition, Branch(&call.args[1]), Branch(otherwise), &call.evaluation);
  }
  if (std::get<double>(call.args[0]) != 0) return std::move(call.args[1]);
  if (otherwise != nullptr) return std::move(*otherwise);
  return TimeSeries{"", call.evaluation.scope.period(), false, {}};
}

}  // namespace tidemark::query::math::functions
