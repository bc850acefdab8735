// Functions of each value by itself, and of each value and the one before it.
#include <cmath>

#include "query/math/functions.h"

namespace tidemark::query::math::functions {
namespace {

using Seconds = std::chrono::duration<double>;

/// Applies `change` to a series or to each member of an array.
template <typename Change>
Result<Value> each_series(Call& call, Change change) {
  if (auto* series = std::get_if<TimeSeries>(&call.args[0])) return change(*series);
  if (auto* array = std::get_if<Array>(&call.args[0])) {
    Array out;
    for (const TimeSeries& member : *array)
      out.push_back(change(member));
    return out;
  }
  return wrong_types(call);
}

template <typename Change>
Result<Value> each_value(Call& call, Change change) {
  if (const auto* number = std::get_if<double>(&call.args[0])) return change(*number);
  return each_series(call, [&call, change](const TimeSeries& series) {
    TimeSeries out = empty_like(series);
    for (const DataPoint& point : series.points) {
      add_point(&out, point.at, change(point.value), &call.evaluation);
    }
    return out;
  });
}

/// `change` is given the point before and the point; the first point gives none.
template <typename Change>
Result<Value> each_step(Call& call, Change change) {
  return each_series(call, [&call, change](const TimeSeries& series) {
    look_back(series, &call.evaluation);
    TimeSeries out = empty_like(series);
    for (std::size_t i = 1; i < series.points.size(); ++i) {
      add_point(&out,
                series.points[i].at,
                change(series.points[i - 1], series.points[i]),
                &call.evaluation);
    }
    return out;
  });
}

double seconds_between(const DataPoint& before, const DataPoint& point) {
  return Seconds(point.at - before.at).count();
}

}  // namespace

Result<Value> absolute(Call& call) {
  return each_value(call, [](double value) { return std::fabs(value); });
}
Result<Value> ceiling(Call& call) {
  return each_value(call, [](double value) { return std::ceil(value); });
}
Result<Value> round_down(Call& call) {
  return each_value(call, [](double value) { return std::floor(value); });
}
Result<Value> natural_log(Call& call) {
  return each_value(call, [](double value) { return std::log(value); });
}
Result<Value> decimal_log(Call& call) {
  return each_value(call, [](double value) { return std::log10(value); });
}

Result<Value> diff(Call& call) {
  return each_step(call, [](const DataPoint& before, const DataPoint& point) {
    return point.value - before.value;
  });
}
Result<Value> diff_time(Call& call) {
  return each_step(call, seconds_between);
}
Result<Value> rate(Call& call) {
  return each_step(call, [](const DataPoint& before, const DataPoint& point) {
    return (point.value - before.value) / seconds_between(before, point);
  });
}

Result<Value> running_sum(Call& call) {
  return each_series(call, [&call](const TimeSeries& series) {
    TimeSeries out = empty_like(series);
    double sum = 0;
    for (const DataPoint& point : series.points) {
      sum += point.value;
      add_point(&out, point.at, sum, &call.evaluation);
    }
    return out;
  });
}

}  // namespace tidemark::query::math::functions
