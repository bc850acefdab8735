#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace tidemark::learn::always_on {

/// Recursive least squares with forgetting, of five inputs of order one, in single precision and
/// with the lower triangle of the covariance only. Trivially copyable.
struct LeastSquares {
  static constexpr std::size_t kInputs = 5;
  using Inputs = std::array<float, kInputs>;

  [[nodiscard]] float predict(const Inputs& x) const {
    float out = 0;
    for (std::size_t i = 0; i < kInputs; ++i)
      out += theta[i] * x[i];
    return out;
  }

  /// `error`: target - predict(x). `doubt` > 0: 1 for an ordinary lesson, more for one that counts
  /// less.
  void learn(const Inputs& x, float error, float doubt) {
    Inputs px{};
    for (std::size_t i = 0; i < kInputs; ++i) {
      for (std::size_t j = 0; j < kInputs; ++j)
        px[i] += at(i, j) * x[j];
    }
    float spread = 0;
    float trace = 0;
    for (std::size_t i = 0; i < kInputs; ++i) {
      spread += x[i] * px[i];
      trace += at(i, i);
    }
    const float part = 1 / (kForget * doubt + spread);
    constexpr float kGrow = 1 / kForget;
    const float grow = trace < kTraceMax ? kGrow : 1;
    for (std::size_t i = 0; i < kInputs; ++i) {
      const float gain = px[i] * part;
      theta[i] += gain * error;
      for (std::size_t j = 0; j <= i; ++j) {
        float& p = covariance[place(i, j)];
        p = (p - gain * px[j]) * grow;
      }
    }
    if (!sane()) reset();
  }

  void reset() {
    theta = {};
    covariance = {};
    for (std::size_t i = 0; i < kInputs; ++i)
      covariance[place(i, i)] = kPrior;
  }

  /// Whether the numbers are ones that learning can go on from.
  [[nodiscard]] bool sane() const {
    bool good = true;
    for (std::size_t i = 0; i < kInputs; ++i) {
      const float own = at(i, i);
      good = good && std::abs(theta[i]) < 1e4F && own >= 0 && own < 1e5F;
    }
    for (const float p : covariance)
      good = good && std::abs(p) < 1e5F;
    return good;
  }

  Inputs theta{};
  std::array<float, kInputs*(kInputs + 1) / 2> covariance{};

 private:
  static constexpr float kPrior = 0.1F;
  static constexpr float kForget = 1 - 1.0F / 2000;
  static constexpr float kTraceMax = 50;
  static constexpr std::size_t place(std::size_t i, std::size_t j) {
    return i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i;
  }
  [[nodiscard]] float at(std::size_t i, std::size_t j) const { return covariance[place(i, j)]; }
};

}  // namespace tidemark::learn::always_on
