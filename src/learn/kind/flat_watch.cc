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
  longest_ = std::max(longest_, same_);
  ended_ = std::min(ended_ + same_, kMost);
  repeats_ = std::min(repeats_ + same_ - 1, kMost);
  if (ended_ < kHalveAt) return;
  ended_ /= 2;
  repeats_ /= 2;
}

double FlatWatch::force() const {
  if (last_ == 0 || same_ < kValues || same_ < kLonger * longest_) return 0;
  if (ended_ < kKnown || newest_ - first_at_ < kSpan) return 0;
  const double chance = (repeats_ + 0.5) / (ended_ + 1.0);
  const double row = (same_ - 1) * -std::log(chance);
  const double force = row / (kUnlikely + std::log(ended_));
  return force >= 1 ? force : 0;
}

}  // namespace tidemark::learn::kind
