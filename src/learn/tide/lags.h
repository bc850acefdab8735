#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tidemark::learn::tide {

/// Running autocorrelation of a series of steps, for each distance up to most() slots: what comes
/// back after so many slots. Old steps fade, so a new rhythm is heard within a few hundred slots.
class Lags {
 public:
  static constexpr int kLeast = 4;  ///< shortest period: the newest values say what is shorter
  static constexpr int kMost = 338;

  /// `most`: longest distance, up to kMost.
  explicit Lags(int most)
      : newest_(static_cast<std::size_t>(most)), sums_(static_cast<std::size_t>(most)) {}
  [[nodiscard]] int most() const { return static_cast<int>(sums_.size()); }

  /// The next slot's step, bounded by the caller: of order one, an outlier no more than some tens.
  void add(double step);
  /// `slots` without a known step.
  void skip(std::int64_t slots);
  /// Autocorrelation at `lag` (1 to most()): 1 what always comes back, 0 nothing.
  [[nodiscard]] double at(int lag) const;
  /// The period that explains most, the shortest among equals; 0: none stands out.
  [[nodiscard]] int period() const;
  /// The multiple of `period` that explains clearly more than it; 0: none does.
  [[nodiscard]] int better_multiple(int period) const;

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    for (auto& v : self.newest_)
      archive.real(v, -kBound, kBound);
    for (auto& v : self.sums_)
      archive.real(v, -1e12, 1e12);
    archive.real(self.power_, 0, 1e12);
    archive.real(self.gain_, 1, 1e4);
    archive.whole(self.seen_, 0, kSeenMax);
  }

 private:
  static constexpr double kBound = 100;
  static constexpr int kSeenMax = 1'000'000;

  [[nodiscard]] int known() const;
  [[nodiscard]] bool peaks(int lag) const;

  std::vector<float> newest_;  // steps, newest first
  std::vector<float> sums_;    // of products, of steps a lag apart: [0] is lag 1
  double power_ = 0;           // the same of lag 0
  double gain_ = 1;            // what a product is entered as: instead of fading the old
  int seen_ = 0;               // slots
};

}  // namespace tidemark::learn::tide
