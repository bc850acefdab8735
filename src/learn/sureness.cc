#include "learn/sureness.h"

#include <algorithm>

#include "learn/width.h"

namespace tidemark::learn {
namespace {

constexpr double kFew = 20;            // periods that are worth half of what many are
constexpr double kHalfWeek = 0.5;      // weeks that are worth half of what many are
constexpr double kMissWeight = 10;     // misses beyond the promised share, as a share
constexpr double kBorrowedUntil = 16;  // periods after which half of the widths are its own

}  // namespace

double sureness_of(const Grounds& grounds) {
  const auto learned = static_cast<double>(grounds.learned);
  const double weeks = learned * (std::chrono::duration<double>(grounds.period) /
                                  std::chrono::duration<double>(std::chrono::hours(7 * 24)));
  const double known = learned / (learned + kFew) * (weeks / (weeks + kHalfWeek));
  const double promised = 1 - confidence_from_k(grounds.width);
  const double fared = 1 / (1 + kMissWeight * std::max(0.0, grounds.missed - promised));
  const double own = grounds.borrowed ? learned / (learned + kBorrowedUntil) : 1;
  return known * fared * (1 + own) / 2;
}

}  // namespace tidemark::learn
