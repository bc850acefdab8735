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

  [[nodiscard]] float predict(const Five& x) const {
    return sum(load(theta.data()) * x.start) + theta[4] * x.end;
  }

  /// `error`: target - predict(x). `doubt` > 0: 1 for an ordinary lesson, more for one that counts
  /// less.
  void learn(const Five& x, float error, float doubt) {
    const Matrix p = unpacked();
    Five px;
    px.start = (p.rows[0] * x.start[0] + p.rows[1] * x.start[1]) +
               (p.rows[2] * x.start[2] + p.rows[3] * x.start[3]) + p.rows[4] * x.end;
    px.end = sum(p.rows[4] * x.start) + p.corner * x.end;
    const float spread = sum(x.start * px.start) + x.end * px.end;
    const float part = 1 / (kForget * doubt + spread);
    const float grow = sum(p.diagonal) + p.corner < kTraceMax ? 1 / kForget : 1;
    const Five gain{px.start * part, px.end * part};
    const Packed less = by_row(gain);
    const Packed of = by_column(px);
    Packed next = packed();
    for (std::size_t i = 0; i < next.size(); ++i)
      next[i] = (next[i] - less[i] * of[i]) * grow;
    const Five weights{load(theta.data()) + gain.start * error, theta[4] + gain.end * error};
    if (!are_sane(weights, next)) return reset();
    store(weights.start, theta.data());
    theta[4] = weights.end;
    for (std::size_t i = 0; i < next.size(); ++i)
      store(next[i], &covariance[kFrom[i]]);
  }

  void reset() {
    theta = {};
    covariance = {};
    for (std::size_t i = 0; i < kInputs; ++i)
      covariance[place(i, i)] = kPrior;
  }

  /// Whether the numbers are ones that learning can go on from.
  [[nodiscard]] bool sane() const { return are_sane({load(theta.data()), theta[4]}, packed()); }

  std::array<float, kInputs> theta{};
  std::array<float, kInputs*(kInputs + 1) / 2> covariance{};

 private:
  static constexpr float kPrior = 0.1F;
  static constexpr float kForget = 1 - 1.0F / 2000;
  static constexpr float kTraceMax = 50;
  static constexpr std::int32_t kThetaMax = std::bit_cast<std::int32_t>(1e4F);
  static constexpr float kCovarianceMax = 1e5F;

  /// The covariance with both triangles: four columns of five rows, and the last column's end.
  struct Matrix {
    std::array<Floats, kInputs> rows{};
    float corner = 0;
    Floats diagonal{};  // without the corner
  };
  /// As it is kept: 00 10 11 20, 21 22 30 31, 32 33 40 41, and 41 (once more) 42 43 44. Half of the
  /// work of both triangles.
  using Packed = std::array<Floats, 4>;
  static constexpr std::array<std::size_t, 4> kFrom{0, 4, 8, 11};
  static constexpr std::size_t place(std::size_t i, std::size_t j) { return i * (i + 1) / 2 + j; }

  [[nodiscard]] Packed packed() const {
    return {load(&covariance[kFrom[0]]),
            load(&covariance[kFrom[1]]),
            load(&covariance[kFrom[2]]),
            load(&covariance[kFrom[3]])};
  }

  [[nodiscard]] Matrix unpacked() const {
    const Floats start = load(&covariance[0]);                               // 00 10 11 20
    const Floats third = load(&covariance[3]);                               // 20 21 22 30
    const Floats fourth = load(&covariance[6]);                              // 30 31 32 33
    const Floats ends = __builtin_shufflevector(third, fourth, 0, 4, 1, 5);  // 20 30 21 31
    const Floats last = __builtin_shufflevector(third, fourth, 2, 2, 7, 7);  // 22 22 33 33
    return {{__builtin_shufflevector(start, ends, 0, 1, 4, 5),
             __builtin_shufflevector(start, ends, 1, 2, 6, 7),
             __builtin_shufflevector(third, fourth, 0, 1, 2, 6),
             fourth,
             load(&covariance[10])},
            covariance[14],
            __builtin_shufflevector(start, last, 0, 2, 4, 6)};
  }

  /// For each number of Packed that of `v` for its row, and for its column.
  static Packed by_row(const Five& v) {
    const Floats end = all_four(v.end);
    return {__builtin_shufflevector(v.start, v.start, 0, 1, 1, 2),
            __builtin_shufflevector(v.start, v.start, 2, 2, 3, 3),
            __builtin_shufflevector(v.start, end, 3, 3, 4, 4),
            end};
  }
  static Packed by_column(const Five& v) {
    const Floats end = all_four(v.end);
    return {__builtin_shufflevector(v.start, v.start, 0, 0, 1, 0),
            __builtin_shufflevector(v.start, v.start, 1, 2, 0, 1),
            __builtin_shufflevector(v.start, v.start, 2, 3, 0, 1),
            __builtin_shufflevector(v.start, end, 1, 2, 3, 4)};
  }

  // The bits of a float without its sign rise with its size, and those of NaN are above all others.
  static std::int32_t magnitude(float v) { return std::bit_cast<std::int32_t>(v) & 0x7FFFFFFF; }
  static Whole magnitude(Floats v) { return std::bit_cast<Whole>(v) & 0x7FFFFFFF; }

  static bool are_sane(const Five& weights, const Packed& p) {
    constexpr float kMost = kCovarianceMax;
    // Nothing on the diagonal is below 0.
    constexpr std::array<Floats, 4> kLeast{Floats{0, -kMost, 0, -kMost},
                                           Floats{-kMost, 0, -kMost, -kMost},
                                           Floats{-kMost, 0, -kMost, -kMost},
                                           Floats{-kMost, -kMost, -kMost, 0}};
    Whole good = magnitude(weights.start) <= kThetaMax;
    for (std::size_t i = 0; i < p.size(); ++i)
      good &= (p[i] >= kLeast[i]) & (p[i] <= kMost);  // false of NaN
    const auto halves = std::bit_cast<Sides>(good);
    return (halves[0] & halves[1]) == -1 && magnitude(weights.end) <= kThetaMax;
  }
};

}  // namespace tidemark::learn::always_on
