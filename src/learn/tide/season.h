#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "learn/limits.h"
#include "learn/tide/packed_mean.h"

namespace tidemark::learn::tide {

/// The shape of a day or a week: one mean value a bucket, told apart by the place in the period.
/// Where several slots share a bucket, values between bucket centres are interpolated, and a
/// bucket's mean is taken over when the bucket after it is complete too, so that the values around
/// a place always stem from the same pass.
class Season {
 public:
  /// `period_s`, `bucket_s` in seconds; `slot_s` is the distance of two slots. `rate`: weight of a
  /// new pass against the mean so far; 1 keeps the newest pass only.
  Season(int period_s, int bucket_s, double slot_s, double rate);

  /// The value at `place_s` seconds into the period; nullopt when its bucket was passed fewer than
  /// `passes` times.
  [[nodiscard]] std::optional<double> at(int place_s, int passes) const;
  void learn(int place_s, double value);
  /// As if it had learned nothing.
  void forget();
  [[nodiscard]] std::size_t buckets() const { return means_.size(); }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    archive.real(self.base_, -kHuge, kHuge);
    archive.whole(self.begun_, 0, 1);
    for (auto& mean : self.means_)
      PackedMean::visit(mean, archive);
    const auto last = static_cast<std::int64_t>(self.means_.size()) - 1;
    archive.whole(self.open_.bucket, -1, last);
    archive.real(self.open_.mean, -kHuge, kHuge);
    archive.whole(self.open_.count, 0, INT32_MAX);
    archive.whole(self.closed_.bucket, -1, last);
    archive.real(self.closed_.mean, -kHuge, kHuge);
    archive.whole(self.closed_.count, 0, INT32_MAX);
  }

 private:
  struct Part {
    int bucket = -1;
    double mean = 0;
    std::int32_t count = 0;
  };
  void take_over(const Part& part);
  void choose_base(double mean);
  [[nodiscard]] double mean(std::size_t bucket) const { return base_ + means_[bucket].mean(); }

  int bucket_s_;
  bool interpolate_;
  double rate_;
  // The means are kept as what they are above base_, so that a height that all of them have in
  // common costs none of their digits.
  double base_ = 0;
  bool begun_ = false;
  std::vector<PackedMean> means_;  // no rate is below 1 / kPassesMax
  Part open_;                      // the bucket being filled
  Part closed_;                    // complete, not yet taken over
};

}  // namespace tidemark::learn::tide
