// Functions that look at every period of the window, also those without a point.
#include <algorithm>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "query/math/functions.h"

namespace tidemark::query::math::functions {
namespace {

/// Starts of all periods of the window.
Result<std::vector<Timestamp>> periods_of(const Call& call) {
  const MathScope& scope = call.evaluation.scope;
  std::vector<Timestamp> out;
  for (Timestamp at = scope.from(); at < scope.to(); at = at + scope.period()) {
    if (out.size() >= kMathMaxPeriods) {
      return fail(Errc::limit,
                  fmt::format("{} over more than {} periods at position {}",
                              call.node.function->name,
                              kMathMaxPeriods,
                              call.node.position));
    }
    out.push_back(at);
  }
  return out;
}

/// What stands in the gap between two points; nullopt: nothing.
using Filler = std::function<std::optional<double>(
    const DataPoint* before, const DataPoint* behind, Timestamp at)>;

std::optional<double> repeat(const DataPoint* before, const DataPoint*, Timestamp) {
  if (before == nullptr) return std::nullopt;
  return before->value;
}

std::optional<double> linear(const DataPoint* before, const DataPoint* behind, Timestamp at) {
  if (before == nullptr || behind == nullptr) return std::nullopt;
  const double share = static_cast<double>((at - before->at).count()) /
                       static_cast<double>((behind->at - before->at).count());
  return before->value + share * (behind->value - before->value);
}

std::optional<double> value_at(const TimeSeries& series, Timestamp at) {
  const auto found = first_from(series, at);
  if (found == series.points.end() || found->at != at) return std::nullopt;
  return found->value;
}

TimeSeries fill_series(const TimeSeries& series,
                       const std::vector<Timestamp>& periods,
                       const Filler& filler,
                       Call* call) {
  if (std::holds_alternative<Word>(call->args[1])) look_back(series, &call->evaluation);
  TimeSeries out = empty_like(series);
  std::size_t next = 0;  // the first point not before `at`
  for (const Timestamp at : periods) {
    while (next < series.points.size() && series.points[next].at < at)
      ++next;
    const DataPoint* behind = next < series.points.size() ? &series.points[next] : nullptr;
    if (behind != nullptr && behind->at == at) {
      out.points.push_back(*behind);
      continue;
    }
    const DataPoint* before = next > 0 ? &series.points[next - 1] : nullptr;
    if (const auto value = filler(before, behind, at))
      add_point(&out, at, *value, &call->evaluation);
  }
  return out;
}

std::optional<Filler> filler_of(const Value& argument) {
  if (const auto* word = std::get_if<Word>(&argument)) {
    if (word->text == "REPEAT") return repeat;
    if (word->text == "LINEAR") return linear;
    return std::nullopt;
  }
  if (const auto* number = std::get_if<double>(&argument)) {
    return [value = *number](const DataPoint*, const DataPoint*, Timestamp) {
      return std::optional<double>(value);
    };
  }
  if (const auto* series = std::get_if<TimeSeries>(&argument)) {
    return [series](const DataPoint*, const DataPoint*, Timestamp at) {
      return value_at(*series, at);
    };
  }
  return std::nullopt;
}

/// A value for every period of the window, from its start.
Result<Value> by_time(Call& call, double (*value)(Timestamp at)) {
  const auto* series = std::get_if<TimeSeries>(&call.args[0]);
  if (series == nullptr) return wrong_types(call);
  TM_TRY(const auto periods, periods_of(call));
  TimeSeries out = empty_like(*series);
  for (const Timestamp at : periods)
    out.points.push_back({at, value(at)});
  return out;
}

}  // namespace

Result<Value> fill(Call& call) {
  const auto filler = filler_of(call.args[1]);
  if (!filler) return wrong_types(call);
  TM_TRY(const auto periods, periods_of(call));
  if (const auto* series = std::get_if<TimeSeries>(&call.args[0])) {
    return fill_series(*series, periods, *filler, &call);
  }
  const auto* array = std::get_if<Array>(&call.args[0]);
  if (array == nullptr) return wrong_types(call);
  if (array->size() * periods.size() > kMathMaxPoints) {
    return fail(Errc::limit,
                fmt::format("FILL of {} time series over {} periods, limit {} points",
                            array->size(),
                            periods.size(),
                            kMathMaxPoints));
  }
  Array out;
  for (const TimeSeries& member : *array) {
    out.push_back(fill_series(member, periods, *filler, &call));
  }
  return out;
}

Result<Value> time_series(Call& call) {
  const auto* value = std::get_if<double>(&call.args[0]);
  if (value == nullptr) return wrong_types(call);
  TM_TRY(const auto periods, periods_of(call));
  TimeSeries out{"", call.evaluation.scope.period(), false, {}};
  for (const Timestamp at : periods)
    add_point(&out, at, *value, &call.evaluation);
  return out;
}

Result<Value> period(Call& call) {
  const auto* series = std::get_if<TimeSeries>(&call.args[0]);
  if (series == nullptr || !series->is_metric) return wrong_types(call);
  return std::chrono::duration<double>(series->period).count();
}

Result<Value> minute(Call& call) {
  return by_time(call, [](Timestamp at) { return static_cast<double>(to_civil(at).minute); });
}
Result<Value> hour(Call& call) {
  return by_time(call, [](Timestamp at) { return static_cast<double>(to_civil(at).hour); });
}
Result<Value> day(Call& call) {
  // 1 is Monday, 7 is Sunday.
  return by_time(call, [](Timestamp at) {
    const int weekday = to_civil(at).weekday;
    return static_cast<double>(weekday == 0 ? 7 : weekday);
  });
}
Result<Value> date(Call& call) {
  return by_time(call, [](Timestamp at) { return static_cast<double>(to_civil(at).day); });
}
Result<Value> month(Call& call) {
  return by_time(call, [](Timestamp at) { return static_cast<double>(to_civil(at).month); });
}
Result<Value> year(Call& call) {
  return by_time(call, [](Timestamp at) { return static_cast<double>(to_civil(at).year); });
}
Result<Value> epoch(Call& call) {
  return by_time(call, [](Timestamp at) { return static_cast<double>(at.s()); });
}

}  // namespace tidemark::query::math::functions
