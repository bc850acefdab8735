#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "learn/limits.h"
#include "learn/registry.h"

namespace tidemark::learn::tide {

/// What the forecast itself says of how far off it may be.
struct Circumstance {
  double move = 0;    ///< the step it foresees: forecast - newest value
  double height = 0;  ///< forecast - level, in usual distances of a value from the level
};

/// The usual absolute error of a forecast at a slot: a log-linear blend of the errors of the last
/// slot, of late, of the last hour or so, of the time of day (for daily slots: the weekday), of the
/// foreseen step and of the height of the forecast, against the error of a long time. The blend's
/// weights are learned, by gradient on the likelihood of Laplace errors.
class Spread {
 public:
  explicit Spread(const DetectorConfig& config);

  static constexpr std::size_t kTerms = 7;
  static constexpr std::size_t kTimeOfDay = 4;  ///< the term of the time of day or the weekday
  using Terms = std::array<double, kTerms>;
  /// What is blended, and the blend: > 0 and finite, at least the floor.
  struct Estimate {
    Terms terms{};
    double scale = 1;
  };
  [[nodiscard]] Estimate at(const Slot& slot, const Circumstance& here, double floor) const;
  /// `before`, which was made for this slot, with the errors that were learned since.
  [[nodiscard]] double again(const Estimate& before, double floor) const;
  /// The long-time scale alone, at least `floor`.
  [[nodiscard]] double usual(double floor) const { return usual_ > floor ? usual_ : floor; }
  /// Takes in an absolute error, finite; `before` is what at() said of the slot.
  void learn(const Slot& slot, const Estimate& before, double error, double floor);

  /// Errors are from now on about `error`, finite, whatever they were.
  void begin_anew(double error);

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    for (auto* v : {&self.last_, &self.brief_, &self.late_, &self.usual_})
      archive.real(*v, 0, 4 * kHuge);
    for (auto& v : self.blend_)
      archive.real(v, -4, 4);
    for (auto& v : self.ratio_)
      archive.real(v, 1e-9, 1e9);
    for (auto& v : self.visits_)
      archive.whole(v, 0, 65'535);
    for (auto& v : self.first_)
      archive.real(v, 0, 4 * kHuge);
    archive.whole(self.count_, 0, 1'000'000);
  }

 private:
  [[nodiscard]] std::size_t bucket(const Slot& slot) const;
  [[nodiscard]] double ratio(const Slot& slot) const;
  void settle(double error);
  void put_errors(double floor, Terms* terms) const;
  [[nodiscard]] double blend(const Terms& terms, double floor) const;
  void learn_blend(const Estimate& before, double error);

  bool daily_;
  double usual_rate_;
  double visits_a_pass_;
  double last_ = 0;  // running means of the errors, from the fastest to the slowest
  double brief_ = 0;
  double late_ = 0;
  double usual_ = 0;
  Terms blend_{};
  std::array<double, 12> first_{};  // errors, until there are enough to begin with
  std::vector<double> ratio_;       // of a bucket's error to the usual one
  std::vector<std::uint16_t> visits_;
  int count_ = 0;
};

}  // namespace tidemark::learn::tide
