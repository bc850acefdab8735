#include "learn/finding_kind.h"

#include <algorithm>

namespace tidemark::learn {
namespace {

constexpr int kMost = 1'000'000;

}  // namespace

void KindTracker::note(Timestamp at, double value, int side) {
  newest_ = at;
  if (last_ && *last_ == value) {
    same_ = std::min(same_ + 1, kMost);
  } else {
    same_longest_ = std::max(same_longest_, same_);
    same_ = 1;
    same_began_ = at;
  }
  last_ = value;
  if (side * outside_ > 0) {
    outside_ = std::clamp(outside_ + side, -kMost, kMost);
  } else {
    outside_ = side;
    outside_began_ = at;
  }
}

bool KindTracker::is_flat() const {
  return same_ >= kFlatValues && same_ > 2 * same_longest_;
}

FindingKind KindTracker::kind() const {
  if (is_flat()) return FindingKind::flat_line;
  if (outside_ == 0) return FindingKind::unusual_level;
  if (is_shifted()) return FindingKind::level_shift;
  return outside_ > 0 ? FindingKind::spike : FindingKind::dip;
}

Timestamp KindTracker::began() const {
  if (is_flat()) return same_began_;
  return outside_ != 0 ? outside_began_ : newest_;
}

void KindTracker::save(ByteSink& out) const {
  out.u8(last_ ? 1 : 0);
  out.f64(last_.value_or(0));
  for (const int count : {outside_, same_, same_longest_})
    out.i64(count);
  for (const Timestamp at : {outside_began_, same_began_, newest_})
    out.i64(at.ns());
}

Result<void> KindTracker::restore(ByteSource& in) {
  TM_TRY(const auto there, in.u8());
  TM_TRY(const auto last, in.f64());
  last_ = there != 0 ? std::optional(last) : std::nullopt;
  for (int* count : {&outside_, &same_, &same_longest_}) {
    TM_TRY(const auto read, in.i64());
    if (read < -kMost || read > kMost) return fail(Errc::corrupt, "impossible count of values");
    *count = static_cast<int>(read);
  }
  for (Timestamp* at : {&outside_began_, &same_began_, &newest_}) {
    TM_TRY(const auto ns, in.i64());
    *at = Timestamp::from_ns(ns);
  }
  return {};
}

}  // namespace tidemark::learn
