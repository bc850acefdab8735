#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
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
    const auto low = static_cast<std::uint32_t>(word);
    const auto high = static_cast<std::uint32_t>(word >> kHighBits);
    std::memcpy(bytes_.data(), &low, sizeof low);
    std::memcpy(bytes_.data() + kHighAt, &high, sizeof high);
  }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    archive.bytes(self.bytes_, [](const Bytes& read) {
      PackedMean out;
      out.bytes_ = read;
      return std::abs(out.mean()) <= 2 * kHuge;
    });
  }

 private:
  static_assert(std::endian::native == std::endian::little, "the first bytes are the lowest");
  using Bytes = std::array<std::uint8_t, 7>;
  static constexpr int kPassesBits = 6;
  static constexpr int kCutBits = 14;  // 64 - 7 * 8 + kPassesBits
  static constexpr std::size_t kHighAt = 3;
  static constexpr int kHighBits = 24;

  /// By two halves that share a byte: seven bytes at once are moved through memory, which waits.
  [[nodiscard]] std::uint64_t word() const {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, bytes_.data(), sizeof low);
    std::memcpy(&high, bytes_.data() + kHighAt, sizeof high);
    return low | (std::uint64_t{high} << kHighBits);
  }

  Bytes bytes_{};
};

}  // namespace tidemark::learn::tide
