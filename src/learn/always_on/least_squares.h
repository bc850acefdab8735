#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

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
    std::int32_t beyond = 0;
    for (const float v : theta)
      beyond |= magnitude(v) > kThetaMax;
    for (const float p : covariance)
      beyond |= magnitude(p) > kCovarianceMax;
    for (std::size_t i = 0; i < kInputs; ++i)
      beyond |= at(i, i) < 0;
    return beyond == 0;
  }

  Inputs theta{};
  std::array<float, kInputs*(kInputs + 1) / 2> covariance{};

 private:
  static constexpr float kPrior = 0.1F;
  static constexpr float kForget = 1 - 1.0F / 2000;
  static constexpr float kTraceMax = 50;
  // The bits of a float without its sign rise with its size, and those of NaN are above all others:
  // one comparison of whole numbers each, which all processors do four at a time.
  static constexpr std::int32_t magnitude(float v) {
    return std::bit_cast<std::int32_t>(v) & 0x7FFFFFFF;
  }
  static constexpr std::int32_t kThetaMax = std::bit_cast<std::int32_t>(1e4F);
  static constexpr std::int32_t kCovarianceMax = std::bit_cast<std::int32_t>(1e5F);
  static constexpr std::size_t place(std::size_t i, std::size_t j) {
    return i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i;
  }
  [[nodiscard]] float at(std::size_t i, std::size_t j) const { return covariance[place(i, j)]; }
};

}  // namespace tidemark::learn::always_on
