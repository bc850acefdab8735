#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "learn/limits.h"

namespace tidemark::learn::tide {

/// A mean, and how many passes it is made of, in 7 bytes: a thousand of them are half of a model.
/// Of the mean the first 50 bits are kept, cut towards zero: it is right to 4e-12 of itself, and to
/// the bit what it was if all values are multiplied by a power of two.
class PackedMean {
 public:
  static constexpr int kPassesMax = 63;

  [[nodiscard]] double mean() const {
    return std::bit_cast<double>((word() >> kPassesBits) << kCutBits);
  }
  [[nodiscard]] int passes() const { return static_cast<int>(word() & kPassesMax); }
  /// `mean` finite; `passes` 0 to kPassesMax.
  void set(double mean, int passes) {
    const std::uint64_t kept = std::bit_cast<std::uint64_t>(mean) >> kCutBits;
    const std::uint64_t word = (kept << kPassesBits) | static_cast<std::uint64_t>(passes);
    std::memcpy(bytes_.data(), &word, bytes_.size());
  }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    archive.bytes(self.bytes_, [](const Bytes& read) {
      PackedMean out;
      out.bytes_ = read;
      return std::abs(out.mean()) <= kHuge;
    });
  }

 private:
  static_assert(std::endian::native == std::endian::little, "the first bytes are the lowest");
  using Bytes = std::array<std::uint8_t, 7>;
  static constexpr int kPassesBits = 6;
  static constexpr int kCutBits = 14;  // 64 - 7 * 8 + kPassesBits

  [[nodiscard]] std::uint64_t word() const {
    std::uint64_t out = 0;
    std::memcpy(&out, bytes_.data(), bytes_.size());
    return out;
  }

  Bytes bytes_{};
};

}  // namespace tidemark::learn::tide
