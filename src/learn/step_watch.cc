#include "learn/step_watch.h"

#include <algorithm>
#include <cmath>

namespace tidemark::learn {
namespace {

// Within fixed limits are so many values at least, and so much of what is known.
constexpr std::int32_t kRest = 30;
constexpr double kRestPart = 0.75;
// Values are near each other within this part of their distance from the limits.
constexpr double kNear = 0.5;
// How far a level is against the width of the limits says no more beyond this.
constexpr double kForceMost = 4;

bool is_within(double value, const Edges& edges) {
  return edges.lower <= value && value <= edges.upper;
}

}  // namespace

void StepWatch::note(Timestamp at, double value, const std::optional<Edges>& usual) {
  if (!usual || !(std::abs(value) <= kind::kMost)) return;
  if (told_ != 0 || values() == kPatience) settle();
  if (known_ == 0) usual_ = {value, value};
  known_ = std::min(known_ + 1, kKnownMost);
  if (!is_within(value, usual_) && !takes_in(value, *usual)) return leave(at, value, *usual);
  row_ = away_ = 0;
  calm_ = std::min(calm_ + 1, known_);
}

/// What is usual and lies between limits no wider than the band belongs there.
bool StepWatch::takes_in(double value, const Edges& usual) {
  if (row_ != 0 || !is_within(value, usual)) return false;
  const Edges wider{std::min(usual_.lower, value), std::max(usual_.upper, value)};
  if (wider.upper - wider.lower > usual.upper - usual.lower) return false;
  usual_ = wider;
  return true;
}

void StepWatch::leave(Timestamp at, double value, const Edges& usual) {
  const int side = value > usual_.upper ? 1 : -1;
  away_ = std::min(away_ + 1, kValues);
  if (row_ * side > 0 && joins(value, side)) {
    row_ += side;
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
    return;
  }
  row_ = rests() && side_of(value, usual) == side ? side : 0;
  if (row_ != 0) {
    edge_ = std::clamp(side > 0 ? usual.upper : usual.lower, -kind::kMost, kind::kMost);
    low_ = high_ = value;
    began_ = at;
  } else if (away_ == kValues) {
    usual_ = {value, value};
    calm_ = away_ = 0;
  }
}

bool StepWatch::rests() const {
  return calm_ >= kRest && calm_ >= kRestPart * known_;
}

/// How far values from `low` to `high` are outside of the band as it was, and of the values.
double StepWatch::away(double low, double high, int side) const {
  return side > 0 ? low - std::max(edge_, usual_.upper) : std::min(edge_, usual_.lower) - high;
}

bool StepWatch::joins(double value, int side) const {
  const double low = std::min(low_, value);
  const double high = std::max(high_, value);
  const double far = away(low, high, side);
  return far > 0 && high - low <= std::max(kNear * far, usual_.upper - usual_.lower);
}

/// The new level is where the series keeps, and nothing is known but its values.
void StepWatch::settle() {
  usual_ = {low_, high_};
  known_ = calm_ = kRest;
  row_ = away_ = told_ = 0;
}

double StepWatch::force() const {
  if (!is_step()) return 0;
  const double far = away(low_, high_, side());
  const double width = usual_.upper - usual_.lower;
  return far < kForceMost * width ? std::max(1.0, far / width) : kForceMost;
}

bool StepWatch::is_sane() const {
  const auto within = [](double v) { return std::abs(v) <= kind::kMost; };
  return within(usual_.lower) && within(usual_.upper) && within(edge_) && within(low_) &&
         within(high_) && known_ >= 0 && known_ <= kKnownMost && calm_ >= 0 &&
         calm_ <= kKnownMost && std::abs(row_) <= kPatience && away_ >= 0 && away_ <= kValues &&
         told_ >= 0 && told_ <= 1 && unused_ == 0;
}

}  // namespace tidemark::learn
