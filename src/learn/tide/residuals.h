#pragma once

#include <array>
#include <cstddef>

#include "learn/detector.h"
#include "learn/tide/rim.h"

namespace tidemark::learn::tide {

/// A decayed histogram of magnitudes relative to a scale, in bins of a quarter octave. A value's
/// weight is split between the two bins it lies between, so the histogram is a continuous
/// function of what it was given.
class Histogram {
 public:
  static constexpr std::size_t kBins = 64;

  void add(double magnitude, double weight);
  /// Multiplies all weights so far by `keep` in (0, 1].
  void decay(double keep);
  [[nodiscard]] double total() const { return total_ / gain_; }
  /// Weight of what lies above `magnitude`.
  [[nodiscard]] double above(double magnitude) const;

  /// Reads magnitudes that a given weight lies above of, for ascending weights, in one pass.
  class Tails {
   public:
    explicit Tails(const Histogram& of);
    double next(double weight);

   private:
    static constexpr std::size_t kBlock = 8;
    const Histogram& of_;
    std::array<double, kBins / kBlock> blocks_{};
    std::size_t at_ = kBins;  // bins from here on are in sum_
    double sum_ = 0;
  };

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    for (auto& v : self.bins_)
      archive.real(v, 0, 1e12);
    archive.real(self.total_, 0, 1e14);
    archive.real(self.gain_, 1, 1e9);
  }

 private:
  std::array<double, kBins> bins_{};
  double total_ = 0;
  double gain_ = 1;  // what a weight of 1 is entered as: instead of decaying all, the new ones grow
};

/// Whether a value fell outside of an issued band; unknown where that says nothing of the tail
/// level: no band, or an edge that the domain set.
enum class Miss { no, yes, unknown };
/// Below and above, at the k of kFitted.
using Misses = std::array<std::array<Miss, 3>, 2>;

/// How errors, divided by their scale, are distributed: below and above the forecast apart, with
/// the tail levels corrected until the bands of kFitted are missed as often as they should
/// (adaptive conformal inference, Gibbs and Candès 2021, here on the logarithm of the level).
class Residuals {
 public:
  /// `memory`: number of values after which a value's weight has fallen to 1/e.
  explicit Residuals(double memory);

  /// Half-widths and centre in scales: `expected` is the median error.
  [[nodiscard]] const Outlook& shape() const { return shape_; }
  /// `z`: error / scale of a value; `misses`: how the band issued for it fared.
  void learn(double z, const Misses& misses);
  /// Chance of an error at least as large as `z` in absolute value.
  [[nodiscard]] double tail(double z) const;

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    Histogram::visit(self.below_, archive);
    Histogram::visit(self.above_, archive);
    for (auto& side : self.level_) {
      for (auto& v : side)
        archive.real(v, -4, 4);
    }
    for (auto& side : self.missed_) {
      for (auto& v : side)
        archive.real(v, 0, 1);
    }
  }
  /// To be called after the state was read.
  void refresh() { shape_ = make_shape(); }

 private:
  [[nodiscard]] Outlook make_shape() const;
  void note_missed(const Misses& misses);
  [[nodiscard]] double target(std::size_t side, std::size_t i) const;

  double keep_;
  double missed_rate_;
  Histogram below_;
  Histogram above_;
  std::array<std::array<double, 3>, 2> level_{};               // log corrections: below, above
  std::array<std::array<double, 3>, 2> missed_{kTail, kTail};  // share of values outside, of late
  Outlook shape_;
};

/// Chance that a Student t variable of 4 degrees of freedom (mean absolute value 1) exceeds x >= 0
/// in absolute value: what is assumed of errors before any were seen.
double prior_tail(double x);

}  // namespace tidemark::learn::tide
