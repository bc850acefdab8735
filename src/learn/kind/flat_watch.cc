#include "learn/kind/flat_watch.h"

#include <algorithm>
#include <cmath>

namespace tidemark::learn::kind {
namespace {

// Values, and the time they span, from which it is known how often a value repeats.
constexpr std::int32_t kKnown = 30;
constexpr Duration kSpan = std::chrono::hours(24);
// A row this many times as long as the longest before. What is quiet each night is so at weekends.
constexpr std::int32_t kLonger = 3;
// Log of how unlikely a row must be that begins at any of the values seen: one in a million.
constexpr double kUnlikely = 14;
// Where the share of repeats is halved, so that it follows a series that has changed its ways.
constexpr std::int32_t kHalveAt = 20'000;

}  // namespace

void FlatWatch::note(Timestamp at, double value) {
  if (!std::isfinite(value)) return;
  if (known_ == 0) first_at_ = at;
  if (known_ > 0 && last_ == value) {
    same_ = std::min(same_ + 1, kMost);
  } else {
    end_row();
    same_ = 1;
    began_ = at;
  }
  known_ = std::min(known_ + 1, kMost);
  last_ = value;
  newest_ = at;
}

void FlatWatch::end_row() {
  if (same_ == 0) return;
  Rows& rows = last_ == 0 ? zeros_ : others_;
  rows.longest = std::max(rows.longest, same_);
  rows.ended = std::min(rows.ended + same_, kMost);
  rows.repeats = std::min(rows.repeats + same_ - 1, kMost);
  if (rows.ended < kHalveAt) return;
  rows.ended /= 2;
  rows.repeats /= 2;
}

/// Of zeros that never were before nothing is known: one in two.
double FlatWatch::chance_of_repeat() const {
  if (last_ == 0) return (zeros_.repeats + 1.0) / (zeros_.ended + 2.0);
  return (others_.repeats + 0.5) / (others_.ended + 1.0);
}

double FlatWatch::force() const {
  if (same_ < kValues || same_ < kLonger * longest()) return 0;
  const std::int32_t ended = zeros_.ended + others_.ended;
  if (ended < kKnown || newest_ - first_at_ < kSpan) return 0;
  const double row = (same_ - 1) * -std::log(chance_of_repeat());
  const double force = row / (kUnlikely + std::log(ended));
  return force >= 1 ? force : 0;
}

}  // namespace tidemark::learn::kind
