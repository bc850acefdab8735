#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "learn/registry.h"
#include "learn/tide/archive.h"

namespace tidemark::learn::tide {

/// The usual absolute error of a forecast at a slot: a log-linear blend of the errors of late, of
/// a long time, and of the time of day (for daily slots: the weekday). The blend's weights are
/// learned, by gradient on the likelihood of Laplace errors.
class Spread {
 public:
  explicit Spread(const DetectorConfig& config);

  /// > 0 and finite, at least `floor`.
  [[nodiscard]] double at(const Slot& slot, double floor) const;
  /// The long-time scale alone, at least `floor`.
  [[nodiscard]] double usual(double floor) const;
  /// Takes in an absolute error, finite.
  void learn(const Slot& slot, double error, double floor);

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    for (auto* v : {&self.brief_, &self.late_, &self.usual_})
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
  static constexpr std::size_t kTerms = 4;
  using Terms = std::array<double, kTerms>;
  [[nodiscard]] std::size_t bucket(const Slot& slot) const;
  [[nodiscard]] double ratio(const Slot& slot) const;
  void settle(double error);
  [[nodiscard]] Terms terms(const Slot& slot, double floor) const;

  bool daily_;
  double usual_rate_;
  double visits_a_pass_;
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
