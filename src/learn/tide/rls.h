#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

namespace tidemark::learn::tide {

/// Recursive least squares with forgetting (Haykin, Adaptive Filter Theory, ch. 10), of fixed
/// size. Inputs are dimensionless, of order one.
class Rls {
 public:
  static constexpr std::size_t kInputs = 10;
  using Inputs = std::array<double, kInputs>;

  Rls() { reset(); }

  [[nodiscard]] double predict(const Inputs& x) const;
  /// `weight` > 0 bounds an outlier's pull; `forget` just below 1.
  void learn(const Inputs& x, double target, double weight, double forget);
  /// Back to "nothing is known": every prediction is 0.
  void reset();

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    for (auto& v : self.theta_)
      archive.real(v, -1e6, 1e6);
    for (std::size_t i = 0; i < kInputs; ++i) {
      for (std::size_t j = i; j < kInputs; ++j) {
        auto& v = self.p_[i * kInputs + j];
        archive.real(v, -1e12, 1e12);
        if constexpr (!std::is_const_v<Self>) self.p_[j * kInputs + i] = v;
      }
    }
  }

 private:
  [[nodiscard]] bool sane() const;

  Inputs theta_{};
  std::array<double, kInputs * kInputs> p_{};  // covariance of theta_, row by row; symmetric
};

}  // namespace tidemark::learn::tide
