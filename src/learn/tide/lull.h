#pragma once

#include <algorithm>

namespace tidemark::learn::tide {

/// Tells when bursts that used to come stay away: the lull since the last one becomes longer, by a
/// tenth, than any between two of them ever was. No rank of calm can say that, since a series that
/// bursts is calm most of the time.
class Lull {
 public:
  /// Whether the present lull becomes too long with this value, which is no burst.
  [[nodiscard]] bool begins(bool burst) const {
    return !burst && !told_ && times_ == kTimesLeast && gap_ + 1 >= kLonger * longest_;
  }
  void learn(bool burst) {
    told_ = !burst && (told_ || begins(burst));
    if (burst && gap_ >= kRest) {
      times_ = std::min(times_ + 1, kTimesLeast);
      longest_ = std::max(longest_, gap_);
    }
    gap_ = burst ? 0 : std::min(gap_ + 1, kGapMax);
  }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    archive.whole(self.gap_, 0, kGapMax);
    archive.whole(self.longest_, 0, kGapMax);
    archive.whole(self.times_, 0, kTimesLeast);
    archive.whole(self.told_, 0, 1);
  }

 private:
  static constexpr int kRest = 12;        // values; less between two bursts is one burst
  static constexpr int kTimesLeast = 20;  // lulls known before one can be too long
  static constexpr double kLonger = 1.1;  // times the longest
  static constexpr int kGapMax = 1'000'000;

  int gap_ = 0;      // values since the last burst
  int longest_ = 0;  // lull that a burst ended
  int times_ = 0;    // lulls so far
  bool told_ = false;
};

}  // namespace tidemark::learn::tide
