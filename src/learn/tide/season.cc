#include "learn/tide/season.h"

#include <algorithm>
#include <cmath>

namespace tidemark::learn::tide {

Season::Season(int period_s, int bucket_s, double slot_s, double rate)
    : bucket_s_(bucket_s), interpolate_(slot_s * 1.5 < bucket_s), rate_(rate) {
  const auto buckets = static_cast<std::size_t>((period_s + bucket_s - 1) / bucket_s);
  mean_.resize(buckets);
  passes_.resize(buckets);
}

std::optional<double> Season::at(int place_s, int passes) const {
  const auto buckets = static_cast<int>(mean_.size());
  const auto known = [&](int bucket) {
    return passes_[static_cast<std::size_t>(bucket)] >= passes;
  };
  const auto mean = [&](int bucket) { return mean_[static_cast<std::size_t>(bucket)]; };
  const int own = std::clamp(place_s / bucket_s_, 0, buckets - 1);
  if (!known(own)) return std::nullopt;
  if (!interpolate_) return mean(own);
  const double offset = static_cast<double>(place_s - own * bucket_s_) / bucket_s_ - 0.5;
  const int other = (own + (offset < 0 ? buckets - 1 : 1)) % buckets;
  if (!known(other)) return mean(own);
  return mean(own) + (mean(other) - mean(own)) * std::abs(offset);
}

void Season::learn(int place_s, double value) {
  const int bucket = std::clamp(place_s / bucket_s_, 0, static_cast<int>(mean_.size()) - 1);
  if (!interpolate_) return take_over({bucket, value, 1});
  if (bucket != open_.bucket) {
    take_over(closed_);
    closed_ = open_;
    open_ = {bucket, 0, 0};
  }
  if (open_.count < INT32_MAX) ++open_.count;
  open_.mean += (value - open_.mean) / open_.count;
}

void Season::forget() {
  std::fill(mean_.begin(), mean_.end(), 0);
  std::fill(passes_.begin(), passes_.end(), std::uint8_t{0});
  open_ = {};
  closed_ = {};
}

void Season::take_over(const Part& part) {
  if (part.bucket < 0 || part.count == 0) return;
  const auto at = static_cast<std::size_t>(part.bucket);
  if (passes_[at] < kPassesMax) ++passes_[at];
  mean_[at] += (part.mean - mean_[at]) * std::max(rate_, 1.0 / passes_[at]);
}

}  // namespace tidemark::learn::tide
