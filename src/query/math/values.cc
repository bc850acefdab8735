#include "query/math/values.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace tidemark::query::math {

std::string type_name(const Value& value) {
  switch (value.index()) {
    case 0:
      return "Scalar";
    case 1:
      return "TimeSeries";
    case 2:
      return "TimeSeries[]";
    case 3:
      return std::get<Word>(value).text;
    default:
      return "String";
  }
}

tl::unexpected<Error> unsupported_types(std::string_view operation,
                                        const std::vector<Value>& operands,
                                        std::size_t position) {
  std::string types;
  for (const Value& operand : operands) {
    if (!types.empty()) types += ", ";
    types += type_name(operand);
  }
  return fail(
      Errc::invalid,
      fmt::format(
          "Unsupported operand type(s) for {}: '[{}]' at position {}", operation, types, position));
}

void add_point(TimeSeries* series, Timestamp at, double value, Evaluation* evaluation) {
  if (std::isfinite(value)) {
    series->points.push_back({at, value});
  } else {
    evaluation->dropped_points = true;
  }
}

std::vector<DataPoint>::const_iterator first_from(const TimeSeries& series, Timestamp at) {
  return std::lower_bound(
      series.points.begin(), series.points.end(), at, [](const DataPoint& point, Timestamp wanted) {
        return point.at < wanted;
      });
}

void look_back(const TimeSeries& series, Evaluation* evaluation) {
  const auto first = first_from(series, evaluation->settled_from);
  // Behind the first point that is itself settled there is one to look back at.
  evaluation->settled_from =
      first == series.points.end() ? Timestamp::max() : first->at + Duration(1);
}

TimeSeries empty_like(const TimeSeries& of) {
  return {of.label, of.period, false, {}};
}

Result<void> check_size(const Value& value) {
  std::size_t points = 0;
  if (const auto* series = std::get_if<TimeSeries>(&value)) points = series->points.size();
  if (const auto* array = std::get_if<Array>(&value)) {
    if (array->size() > kMathMaxSeries) {
      return fail(Errc::limit,
                  fmt::format("array of {} time series, limit {}", array->size(), kMathMaxSeries));
    }
    for (const TimeSeries& series : *array)
      points += series.points.size();
  }
  if (points > kMathMaxPoints) {
    return fail(Errc::limit,
                fmt::format("{} datapoints in a value, limit {}", points, kMathMaxPoints));
  }
  return {};
}

}  // namespace tidemark::query::math
