#include "learn/tide/season.h"

#include <algorithm>
#include <cmath>

namespace tidemark::learn::tide {
namespace {

constexpr double kBaseMost = 4;  // times the size of the smallest mean

}  // namespace

Season::Season(int period_s, int bucket_s, double slot_s, double rate)
    : bucket_s_(bucket_s), interpolate_(slot_s * 1.5 < bucket_s), rate_(rate) {
  const auto buckets = static_cast<std::size_t>((period_s + bucket_s - 1) / bucket_s);
  means_.resize(buckets);
}

std::optional<double> Season::at(int place_s, int passes) const {
  const auto buckets = static_cast<int>(means_.size());
  const auto known = [&](int bucket) {
    return means_[static_cast<std::size_t>(bucket)].passes() >= passes;
  };
  const auto mean_of = [&](int bucket) { return mean(static_cast<std::size_t>(bucket)); };
  const int own = std::clamp(place_s / bucket_s_, 0, buckets - 1);
  if (!known(own)) return std::nullopt;
  if (!interpolate_) return mean_of(own);
  const double offset = static_cast<double>(place_s - own * bucket_s_) / bucket_s_ - 0.5;
  const int other = (own + (offset < 0 ? buckets - 1 : 1)) % buckets;
  if (!known(other)) return mean_of(own);
  return mean_of(own) + (mean_of(other) - mean_of(own)) * std::abs(offset);
}

void Season::learn(int place_s, double value) {
  const int bucket = std::clamp(place_s / bucket_s_, 0, static_cast<int>(means_.size()) - 1);
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
  std::fill(means_.begin(), means_.end(), PackedMean{});
  base_ = 0;
  begun_ = false;
  open_ = {};
  closed_ = {};
}

void Season::take_over(const Part& part) {
  if (part.bucket < 0 || part.count == 0) return;
  choose_base(part.mean);
  const auto at = static_cast<std::size_t>(part.bucket);
  const int passes = std::min(means_[at].passes() + 1, PackedMean::kPassesMax);
  const double before = mean(at);
  const double now = before + (part.mean - before) * std::max(rate_, 1.0 / passes);
  means_[at].set(now - base_, passes);
}

/// The first mean; none as soon as another is so much smaller that it would lose digits by it.
void Season::choose_base(double mean) {
  const double before = base_;
  if (!begun_) base_ = mean;
  begun_ = true;
  if (std::abs(base_) > kBaseMost * std::abs(mean)) base_ = 0;
  if (base_ == before) return;
  for (PackedMean& of : means_) {
    if (of.passes() > 0) of.set(before + of.mean() - base_, of.passes());
  }
}

}  // namespace tidemark::learn::tide
