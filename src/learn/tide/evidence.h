#pragma once

#include <algorithm>
#include <cstdint>

#include "learn/tide/archive.h"
#include "learn/tide/residuals.h"

namespace tidemark::learn::tide {

/// What a value looks like from each side that the score goes by.
struct Sight {
  double value = 0;
  double error = 0;      ///< value - forecast of this slot
  double usual = 1;      ///< usual absolute error of that forecast, > 0
  double far = 0;        ///< value - what season and level alone say
  double far_usual = 1;  ///< usual absolute size of that, > 0
  double floor = 0;      ///< least size that counts as one, > 0
};

/// How unusual the newest values are, against the whole history of the series: the ranks of three
/// plain sizes, none of them divided by the volatility of the moment. Unrest: running mean of the
/// absolute errors. Displacement: running mean of the distance from season and level. Distance:
/// from the long mean of the values. After an alarm it is quiet for a while, in proportion to
/// history and a day at most, unless something clearly larger comes.
class Evidence {
 public:
  /// `slots_a_day`: bounds the quiet time.
  explicit Evidence(double slots_a_day) : quiet_most_(std::max(1.0, slots_a_day)) {}

  /// [0, 1]: from 0.5 on an alarm; in the quiet time after one 0.4 to 0.5.
  [[nodiscard]] double score(std::int64_t slot, const Sight& seen) const;
  /// Every value that is learned or held back passes here, in the order of slots.
  void learn(std::int64_t slot, const Sight& seen);

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    Histogram::visit(self.unrests_, archive);
    Histogram::visit(self.displacements_, archive);
    Histogram::visit(self.distances_, archive);
    archive.real(self.unrest_, 0, 4 * kHuge);
    archive.real(self.displacement_, -2 * kHuge, 2 * kHuge);
    archive.real(self.mean_, -kHuge, kHuge);
    archive.real(self.mean_error_, 0, 4 * kHuge);
    archive.whole(self.count_, 0, 1'000'000);
    archive.whole(self.quiet_until_, INT64_MIN, INT64_MAX);
    archive.real(self.peak_, 0, 1000);
  }

 private:
  /// Sizes of the three, each against its usual one, with the value taken in.
  struct Sizes {
    double unrest = 0;
    double displacement = 0;
    double distance = 0;
  };
  [[nodiscard]] double unrest_with(const Sight& seen) const;
  [[nodiscard]] double displacement_with(const Sight& seen) const;
  [[nodiscard]] Sizes sizes(const Sight& seen) const;
  [[nodiscard]] double rarity(const Sizes& sizes) const;
  [[nodiscard]] double threshold() const;
  [[nodiscard]] bool quiet(std::int64_t slot, double rarity) const;

  double quiet_most_;
  Histogram unrests_;
  Histogram displacements_;
  Histogram distances_;
  double unrest_ = 0;
  double displacement_ = 0;
  double mean_ = 0;
  double mean_error_ = 0;
  int count_ = 0;
  std::int64_t quiet_until_ = INT64_MIN;
  double peak_ = 0;  // largest rarity since the last alarm began
};

}  // namespace tidemark::learn::tide
