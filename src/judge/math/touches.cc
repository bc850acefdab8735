#include "judge/math/touches.h"

#include <algorithm>

namespace tidemark::judge {

void Touches::add(Timestamp start, std::uint64_t sequence, Timestamp at) {
  periods_.try_emplace(start, Touch{sequence, at}).first->second.sequence = sequence;
  if (periods_.size() <= kMost) return;
  overflown_ = std::max(overflown_, periods_.begin()->second.sequence);
  periods_.erase(periods_.begin());
}

void Touches::settle(Timestamp end, std::uint64_t sequence) {
  std::erase_if(periods_, [&](const auto& item) {
    return item.first < end && item.second.sequence <= sequence;
  });
}

void Touches::made_anew(std::uint64_t sequence) {
  if (overflown_ <= sequence) overflown_ = 0;
}

void Touches::save(ByteSink& out) const {
  out.varint(periods_.size());
  for (const auto& [start, touch] : periods_) {
    out.i64(start.ns());
    out.varint(touch.sequence);
    out.i64(touch.first_at.ns());
  }
  out.varint(overflown_);
}

Result<void> Touches::restore(ByteSource& in) {
  TM_TRY(const auto count, in.varint());
  if (count > kMost) return fail(Errc::corrupt, "too many periods of metric math wait");
  periods_.clear();
  for (std::uint64_t i = 0; i < count; ++i) {
    TM_TRY(const auto start, in.i64());
    Touch touch;
    TM_TRY(touch.sequence, in.varint());
    TM_TRY(const auto first_at, in.i64());
    touch.first_at = Timestamp::from_ns(first_at);
    periods_[Timestamp::from_ns(start)] = touch;
  }
  TM_TRY(overflown_, in.varint());
  return {};
}

}  // namespace tidemark::judge
