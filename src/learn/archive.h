#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/time.h"

namespace tidemark::learn {

inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;

/// A part of a model lists its fields once, in `visit(self, archive)`, for both directions. Every
/// number has a range; what is read outside of it makes the whole state corrupt, so that no stored
/// byte can bring NaN or an unbounded number into a model.
class StateWriter {
 public:
  explicit StateWriter(ByteSink& out) : out_(out) {}
  void real(const double& value, double, double) { out_.f64(value); }
  void real(const float& value, double, double) { out_.u32(std::bit_cast<std::uint32_t>(value)); }
  template <typename T>
  void whole(const T& value, std::int64_t, std::int64_t) {
    out_.svarint(static_cast<std::int64_t>(value));
  }
  /// As seconds since the time before it.
  void time(const Timestamp& at) {
    out_.svarint(at.s() - before_s_);
    out_.varint(static_cast<std::uint64_t>((at.ns() % kNsPerSecond + kNsPerSecond) % kNsPerSecond));
    before_s_ = at.s();
  }
  template <std::size_t kCount, typename Fits>
  void bytes(const std::array<std::uint8_t, kCount>& value, Fits) {
    for (const std::uint8_t byte : value)
      out_.u8(byte);
  }

 private:
  ByteSink& out_;
  std::int64_t before_s_ = 0;
};

class StateReader {
 public:
  explicit StateReader(ByteSource& in) : in_(in) {}
  void real(double& value, double low, double high) {
    const auto got = in_.f64();
    ok_ = ok_ && got && *got >= low && *got <= high;
    if (ok_) value = *got;
  }
  void real(float& value, double low, double high) {
    const auto got = in_.u32();
    const float read = got ? std::bit_cast<float>(*got) : 0;
    ok_ = ok_ && got && read >= low && read <= high;
    if (ok_) value = read;
  }
  template <typename T>
  void whole(T& value, std::int64_t low, std::int64_t high) {
    const auto got = in_.svarint();
    ok_ = ok_ && got && *got >= low && *got <= high;
    if (ok_) value = static_cast<T>(*got);
  }
  void time(Timestamp& at) {
    const auto passed_s = in_.svarint();
    const auto more_ns = in_.varint();
    ok_ = ok_ && passed_s && more_ns && *more_ns < std::uint64_t{kNsPerSecond};
    ok_ = ok_ && !__builtin_add_overflow(before_s_, *passed_s, &before_s_);
    // Towards zero first: the least time is no whole second.
    const std::int64_t up = before_s_ < 0 ? 1 : 0;
    std::int64_t ns = 0;
    ok_ = ok_ && !__builtin_mul_overflow(before_s_ + up, kNsPerSecond, &ns) &&
          !__builtin_add_overflow(ns, static_cast<std::int64_t>(*more_ns) - up * kNsPerSecond, &ns);
    if (ok_) at = Timestamp::from_ns(ns);
  }
  /// `fits`: whether these bytes mean something.
  template <std::size_t kCount, typename Fits>
  void bytes(std::array<std::uint8_t, kCount>& value, Fits fits) {
    std::array<std::uint8_t, kCount> read{};
    for (std::uint8_t& byte : read) {
      const auto got = in_.u8();
      ok_ = ok_ && got;
      if (ok_) byte = *got;
    }
    ok_ = ok_ && fits(read);
    if (ok_) value = read;
  }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  ByteSource& in_;
  std::int64_t before_s_ = 0;
  bool ok_ = true;
};

}  // namespace tidemark::learn
