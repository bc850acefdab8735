#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "learn/always_on/lanes.h"

namespace tidemark::learn::always_on {

/// Recursive least squares with forgetting, of five inputs of order one, in single precision. Of
/// the covariance the lower triangle is kept, row by row. Trivially copyable.
struct LeastSquares {
  static constexpr std::size_t kInputs = 5;
  using Inputs = std::array<float, kInputs>;

  [[nodiscard]] float predict(const Inputs& x) const {
    return sum(load(theta.data()) * load(x.data())) + theta[4] * x[4];
  }

  /// `error`: target - predict(x). `doubt` > 0: 1 for an ordinary lesson, more for one that counts
  /// less.
  void learn(const Inputs& x, float error, float doubt) {
    const Matrix p = unpacked();
    const Floats inputs = load(x.data());
    const Floats px = (p.rows[0] * x[0] + p.rows[1] * x[1]) +
                      (p.rows[2] * x[2] + p.rows[3] * x[3]) + p.rows[4] * x[4];
    const float px_end = sum(p.rows[4] * inputs) + p.corner * x[4];
    const float spread = sum(inputs * px) + x[4] * px_end;
    const float part = 1 / (kForget * doubt + spread);
    const float grow = sum(p.diagonal()) + p.corner < kTraceMax ? 1 / kForget : 1;
    const Floats gain = px * part;
    const float gain_end = px_end * part;
    Matrix next;
    for (std::size_t i = 0; i < 4; ++i)
      next.rows[i] = (p.rows[i] - gain[i] * px) * grow;
    next.rows[4] = (p.rows[4] - gain_end * px) * grow;
    next.corner = (p.corner - gain_end * px_end) * grow;
    const Floats weights = load(theta.data()) + gain * error;
    const float weight_end = theta[4] + gain_end * error;
    if (!are_sane(weights, weight_end, next)) return reset();
    store(weights, theta.data());
    theta[4] = weight_end;
    pack(next);
  }

  void reset() {
    theta = {};
    covariance = {};
    for (std::size_t i = 0; i < kInputs; ++i)
      covariance[place(i, i)] = kPrior;
  }

  /// Whether the numbers are ones that learning can go on from.
  [[nodiscard]] bool sane() const { return are_sane(load(theta.data()), theta[4], unpacked()); }

  Inputs theta{};
  std::array<float, kInputs*(kInputs + 1) / 2> covariance{};

 private:
  static constexpr float kPrior = 0.1F;
  static constexpr float kForget = 1 - 1.0F / 2000;
  static constexpr float kTraceMax = 50;
  static constexpr std::int32_t kThetaMax = std::bit_cast<std::int32_t>(1e4F);
  static constexpr std::int32_t kCovarianceMax = std::bit_cast<std::int32_t>(1e5F);

  /// The covariance with both triangles: four columns of five rows, and the last column's end.
  struct Matrix {
    std::array<Floats, kInputs> rows{};
    float corner = 0;
    [[nodiscard]] Floats diagonal() const {
      return Floats{rows[0][0], rows[1][1], rows[2][2], rows[3][3]};
    }
  };
  static constexpr std::size_t place(std::size_t i, std::size_t j) { return i * (i + 1) / 2 + j; }

  [[nodiscard]] Matrix unpacked() const {
    const Floats start = load(&covariance[0]);                               // 00 10 11 20
    const Floats third = load(&covariance[3]);                               // 20 21 22 30
    const Floats fourth = load(&covariance[6]);                              // 30 31 32 33
    const Floats ends = __builtin_shufflevector(third, fourth, 0, 4, 1, 5);  // 20 30 21 31
    return {{__builtin_shufflevector(start, ends, 0, 1, 4, 5),
             __builtin_shufflevector(start, ends, 1, 2, 6, 7),
             __builtin_shufflevector(third, fourth, 0, 1, 2, 6),
             fourth,
             load(&covariance[10])},
            covariance[14]};
  }

  void pack(const Matrix& p) {
    // In this order: what a row writes beyond the diagonal, the next one overwrites.
    for (std::size_t i = 0; i < kInputs; ++i)
      store(p.rows[i], &covariance[place(i, 0)]);
    covariance[14] = p.corner;
  }

  // The bits of a float without its sign rise with its size, and those of NaN are above all others.
  static std::int32_t magnitude(float v) { return std::bit_cast<std::int32_t>(v) & 0x7FFFFFFF; }
  static Whole magnitude(Floats v) { return std::bit_cast<Whole>(v) & 0x7FFFFFFF; }

  static bool are_sane(Floats weights, float weight_end, const Matrix& p) {
    Whole bad = (magnitude(weights) > kThetaMax) | (p.diagonal() < 0);
    for (const Floats& row : p.rows)
      bad |= magnitude(row) > kCovarianceMax;
    const auto halves = std::bit_cast<Sides>(bad);
    return (halves[0] | halves[1]) == 0 && magnitude(weight_end) <= kThetaMax &&
           magnitude(p.corner) <= kCovarianceMax && p.corner >= 0;
  }
};

}  // namespace tidemark::learn::always_on
