#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/cell.h"

namespace tidemark {

/// A CloudWatch statistic of a period: the five plain ones, percentiles (`p99.9`), and trimmed mean
/// (`tm`), winsorized mean (`wm`), trimmed count (`tc`), trimmed sum (`ts`), percentile rank (`PR`)
/// with one bound (`tm90`) or a range (`TM(10%:90%)`, `PR(100:2000)`), and `IQM`.
struct Statistic {
  enum class Kind {
    sample_count,
    average,
    sum,
    minimum,
    maximum,
    percentile,
    trimmed_mean,
    winsorized_mean,
    trimmed_count,
    trimmed_sum,
    percentile_rank
  };
  Kind kind = Kind::average;
  /// Bounds of the kinds from percentile on; percentile uses `high` alone (0-100).
  std::optional<double> low;
  std::optional<double> high;
  /// Bounds are percents (0-100) rather than values.
  bool percent = true;
  std::string name;  ///< as the user wrote it

  friend bool operator==(const Statistic&, const Statistic&) = default;
};

/// Reads "Average", "p90", "TM(10%:90%)" … nullopt: not a statistic.
std::optional<Statistic> parse_statistic(std::string_view text);

/// The statistic of a period's merged cell. nullopt: the cell is empty, or a percentile kind is
/// asked of a cell whose distribution is unknown. Percentiles interpolate linearly between the
/// ranks of sorted observations (weights are counts), exact while the cell is exact.
std::optional<double> evaluate(const Statistic& statistic, const Cell& cell);

}  // namespace tidemark
