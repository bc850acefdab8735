#include "model/cell.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"
#include "model/limits.h"

namespace tidemark {
namespace {

// DDSketch: with gamma = (1 + a) / (1 - a), the centre 2 gamma^i / (gamma + 1) of bucket
// (gamma^(i-1), gamma^i] is within a of every value in it.
double bucket_centre(double value) {
  if (value == 0) return 0;
  const double gamma = (1 + limits::kSketchAccuracy) / (1 - limits::kSketchAccuracy);
  const double index = std::ceil(std::log(std::fabs(value)) / std::log(gamma));
  const double centre = 2 * std::pow(gamma, index) / (gamma + 1);
  if (!std::isfinite(centre)) return value;
  return std::copysign(centre, value);
}

}  // namespace

Cell Cell::of(double value, double count) {
  TM_ASSERT(std::isfinite(value) && std::isfinite(count) && count > 0);
  Cell cell;
  cell.count_ = count;
  cell.sum_ = value * count;
  cell.minimum_ = cell.maximum_ = value;
  return cell;
}

Cell Cell::of_statistics(double count, double sum, double minimum, double maximum) {
  TM_ASSERT(std::isfinite(sum) && std::isfinite(count) && count > 0 && minimum <= maximum);
  Cell cell;
  cell.count_ = count;
  cell.sum_ = sum;
  cell.minimum_ = minimum;
  cell.maximum_ = maximum;
  cell.opaque_ = minimum != maximum;
  return cell;
}

void Cell::merge_values(const Cell& other) {
  if (opaque_ || other.opaque_) {
    opaque_ = true;
    sketch_ = false;
    values_.clear();
    return;
  }
  const bool one_value = values_.empty() && other.values_.empty() && minimum_ == other.minimum_;
  if (one_value) return;
  if (values_.empty()) values_.emplace_back(minimum_, count_);
  if (other.sketch_ && !sketch_) to_sketch();
  for (const auto& [value, count] : other.distribution())
    add_value(sketch_ ? bucket_centre(value) : value, count);
  limit_values();
}

void Cell::merge(const Cell& other) {
  if (other.empty()) return;
  if (empty()) {
    *this = other;
    return;
  }
  merge_values(other);
  count_ += other.count_;
  sum_ += other.sum_;
  minimum_ = std::min(minimum_, other.minimum_);
  maximum_ = std::max(maximum_, other.maximum_);
}

std::vector<std::pair<double, double>> Cell::distribution() const {
  if (opaque_ || empty()) return {};
  if (values_.empty()) return {{minimum_, count_}};
  return values_;
}

void Cell::add_value(double value, double count) {
  const auto at = std::lower_bound(
      values_.begin(),
      values_.end(),
      value,
      [](const std::pair<double, double>& pair, double wanted) { return pair.first < wanted; });
  if (at != values_.end() && at->first == value) {
    at->second += count;
  } else {
    values_.insert(at, {value, count});
  }
}

void Cell::to_sketch() {
  std::vector<std::pair<double, double>> exact;
  exact.swap(values_);
  for (const auto& [value, count] : exact) {
    const double centre = bucket_centre(value);
    // Centres ascend with the values, so equal ones are neighbours.
    if (!values_.empty() && values_.back().first == centre) {
      values_.back().second += count;
    } else {
      values_.emplace_back(centre, count);
    }
  }
  sketch_ = true;
}

void Cell::limit_values() {
  if (!sketch_ && values_.size() > limits::kCellExactValues) to_sketch();
  // Only values over more than eight decades fill this; then the smallest magnitudes share one.
  while (values_.size() > limits::kSketchMaxBuckets) {
    const auto smallest =
        std::min_element(values_.begin(), values_.end() - 1, [](const auto& a, const auto& b) {
          return std::fabs(a.first) < std::fabs(b.first);
        });
    (smallest + 1)->second += smallest->second;
    values_.erase(smallest);
  }
}

void Cell::save(ByteSink& out) const {
  out.u8(static_cast<std::uint8_t>((opaque_ ? 1 : 0) | (sketch_ ? 2 : 0) |
                                   (minimum_ == maximum_ ? 4 : 0)));
  out.f64(count_);
  out.f64(sum_);
  out.f64(minimum_);
  if (minimum_ != maximum_) out.f64(maximum_);
  out.varint(values_.size());
  for (const auto& [value, count] : values_) {
    out.f64(value);
    out.f64(count);
  }
}

Result<Cell> Cell::restore(ByteSource& in) {
  Cell cell;
  TM_TRY(const auto flags, in.u8());
  if (flags > 7) return fail(Errc::corrupt, "cell has unknown flags");
  cell.opaque_ = (flags & 1U) != 0;
  cell.sketch_ = (flags & 2U) != 0;
  TM_TRY(cell.count_, in.f64());
  TM_TRY(cell.sum_, in.f64());
  TM_TRY(cell.minimum_, in.f64());
  cell.maximum_ = cell.minimum_;
  if ((flags & 4U) == 0) {
    TM_TRY(cell.maximum_, in.f64());
  }
  const bool sane = std::isfinite(cell.sum_) && std::isfinite(cell.count_) && cell.count_ >= 0 &&
                    cell.minimum_ <= cell.maximum_;
  if (!sane) return fail(Errc::corrupt, "cell has no possible statistics");
  TM_TRY(const auto size, in.varint());
  if (size > limits::kSketchMaxBuckets) return fail(Errc::corrupt, "cell has too many values");
  for (std::uint64_t i = 0; i < size; ++i) {
    TM_TRY(const double value, in.f64());
    TM_TRY(const double count, in.f64());
    if (!cell.values_.empty() && !(cell.values_.back().first < value)) {
      return fail(Errc::corrupt, "cell values are not ascending");
    }
    cell.values_.emplace_back(value, count);
  }
  return cell;
}

}  // namespace tidemark
