#include "cli/detect/lately.h"

#include <algorithm>
#include <cmath>

namespace tidemark::cli::detect {
namespace {

constexpr double kUsualRate = 1.0 / 1000;
constexpr int kCountMost = 1'000'000;

}  // namespace

void Lately::note(double value, double expected) {
  const double leaves = std::abs(newest_[next_]);
  const int behind = count_ + 1 - static_cast<int>(kValues);  // values older than the newest ones
  if (behind > 0) usual_ += (leaves - usual_) * std::max(kUsualRate, 1.0 / behind);
  newest_[next_] = value - expected;
  next_ = (next_ + 1) % kValues;
  count_ = std::min(count_ + 1, kCountMost);
}

std::optional<Lately::Offset> Lately::offset() const {
  if (count_ < kLeast) return std::nullopt;
  Offset out;
  out.usual = usual_;
  for (const double away : newest_) {
    out.mean += away / kValues;
    out.size += std::abs(away) / kValues;
  }
  return out;
}

}  // namespace tidemark::cli::detect
