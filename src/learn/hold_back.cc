#include "learn/hold_back.h"

#include "learn/width.h"

namespace tidemark::learn {
namespace {

constexpr double kFarOut = 12;  // k

}  // namespace

bool is_held_back(double value, double score, const Outlook& outlook, Duration cadence) {
  if (are_days(cadence)) return side_of(value, edges_at(outlook, kHoldBackWidth)) != 0;
  return score >= kHoldBackScore || side_of(value, edges_at(outlook, kFarOut)) != 0;
}

}  // namespace tidemark::learn
