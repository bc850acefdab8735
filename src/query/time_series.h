#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace tidemark::query {

struct DataPoint {
  Timestamp at;  ///< start of the period
  double value = 0;
  friend bool operator==(const DataPoint&, const DataPoint&) = default;
};

/// Values of one statistic or expression. `points` ascend and are finite; a period without data is
/// absent.
struct TimeSeries {
  std::string label;
  Duration period{0};
  /// The statistic of a metric itself, not the result of an expression (PERIOD() wants that).
  bool is_metric = false;
  std::vector<DataPoint> points;
  friend bool operator==(const TimeSeries&, const TimeSeries&) = default;
};

}  // namespace tidemark::query
