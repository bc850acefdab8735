// A series becomes a scalar; an array of series becomes one series, time by time.
#include <algorithm>
#include <cmath>
#include <limits>

#include "query/math/functions.h"

namespace tidemark::query::math::functions {
namespace {

/// Values met so far. Deviations by Welford's method, so that large equal values have none.
struct Tally {
  double count = 0;
  double sum = 0;
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();
  double mean = 0;
  double squares = 0;

  void add(double value) {
    count += 1;
    sum += value;
    least = std::min(least, value);
    most = std::max(most, value);
    const double off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
  }
};

/// `members`: how many values there could be at that time (1 for points of a series itself).
using Summary = double (*)(const Tally& tally, double members);

double no_value() {
  return std::numeric_limits<double>::quiet_NaN();
}

TimeSeries over_members(const Array& array, Summary summary, Evaluation* evaluation) {
  std::vector<DataPoint> all;
  for (const TimeSeries& member : array) {
    all.insert(all.end(), member.points.begin(), member.points.end());
  }
  std::stable_sort(
      all.begin(), all.end(), [](const DataPoint& a, const DataPoint& b) { return a.at < b.at; });
  TimeSeries out{"", evaluation->scope.period(), false, {}};
  for (std::size_t i = 0; i < all.size();) {
    const Timestamp at = all[i].at;
    Tally tally;
    for (; i < all.size() && all[i].at == at; ++i)
      tally.add(all[i].value);
    add_point(&out, at, summary(tally, static_cast<double>(array.size())), evaluation);
  }
  return out;
}

Result<Value> reduce(Call& call, Summary summary) {
  if (const auto* series = std::get_if<TimeSeries>(&call.args[0])) {
    Tally tally;
    for (const DataPoint& point : series->points)
      tally.add(point.value);
    return summary(tally, tally.count);
  }
  if (const auto* array = std::get_if<Array>(&call.args[0])) {
    return over_members(*array, summary, &call.evaluation);
  }
  return wrong_types(call);
}

}  // namespace

Result<Value> sum(Call& call) {
  return reduce(call, [](const Tally& tally, double) { return tally.sum; });
}
Result<Value> average(Call& call) {
  // Over an array, members without a point at that time count as 0.
  return reduce(call, [](const Tally& tally, double members) { return tally.sum / members; });
}
Result<Value> minimum(Call& call) {
  return reduce(
      call, [](const Tally& tally, double) { return tally.count > 0 ? tally.least : no_value(); });
}
Result<Value> maximum(Call& call) {
  return reduce(
      call, [](const Tally& tally, double) { return tally.count > 0 ? tally.most : no_value(); });
}
Result<Value> standard_deviation(Call& call) {
  return reduce(call,
                [](const Tally& tally, double) { return std::sqrt(tally.squares / tally.count); });
}
Result<Value> datapoint_count(Call& call) {
  return reduce(call, [](const Tally& tally, double) { return tally.count; });
}

}  // namespace tidemark::query::math::functions
