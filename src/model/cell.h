#pragma once

#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace tidemark {

/// All observations of one (series, storage instant): count, sum, extremes and how often each value
/// occurred. Exact to limits::kCellExactValues distinct values, then a log-bucket sketch of 0.5 %
/// relative accuracy (the method of DDSketch, Masson et al., VLDB 2019), flagged. Cells merge:
/// the same observations in any order give the same count, extremes and distribution, and sums
/// equal but for rounding.
class Cell {
 public:
  Cell() = default;
  /// `count` observations of `value`; count > 0, both finite.
  static Cell of(double value, double count = 1);
  /// A statistic set. Its distribution is unknown unless minimum == maximum: percentiles of the
  /// cell are unknown then. All finite, count > 0, minimum <= maximum.
  static Cell of_statistics(double count, double sum, double minimum, double maximum);

  void merge(const Cell& other);

  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] double count() const { return count_; }
  [[nodiscard]] double sum() const { return sum_; }
  [[nodiscard]] double minimum() const { return minimum_; }
  [[nodiscard]] double maximum() const { return maximum_; }
  /// Value and how often, ascending by value; empty when the distribution is not known.
  [[nodiscard]] std::vector<std::pair<double, double>> distribution() const;
  [[nodiscard]] bool has_distribution() const { return !opaque_; }
  /// The values of distribution() are bucket centres, within 0.5 % of the true ones.
  [[nodiscard]] bool is_sketch() const { return sketch_; }

  void save(ByteSink& out) const;
  static Result<Cell> restore(ByteSource& in);

  friend bool operator==(const Cell&, const Cell&) = default;

 private:
  void merge_values(const Cell& other);
  void add_value(double value, double count);
  void to_sketch();
  void limit_values();

  double count_ = 0;
  double sum_ = 0;
  double minimum_ = 0;
  double maximum_ = 0;
  bool opaque_ = false;
  bool sketch_ = false;
  /// Sorted by value. Empty and not opaque: all `count_` observations are `minimum_`.
  std::vector<std::pair<double, double>> values_;
};

}  // namespace tidemark
