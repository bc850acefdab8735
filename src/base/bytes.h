#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tidemark {

/// Collects bytes of our own formats: little-endian, LEB128 varints, doubles by their bits.
class ByteSink {
 public:
  void u8(std::uint8_t v) { bytes_.push_back(static_cast<char>(v)); }
  void u32(std::uint32_t v) { fixed(v); }
  void u64(std::uint64_t v) { fixed(v); }
  void i64(std::int64_t v) { fixed(static_cast<std::uint64_t>(v)); }
  void f64(double v) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &v, sizeof bits);
    fixed(bits);
  }
  void varint(std::uint64_t v) {
    for (; v >= 0x80; v >>= 7U)
      u8(static_cast<std::uint8_t>(v | 0x80U));
    u8(static_cast<std::uint8_t>(v));
  }
  /// Zigzag, so that small negative numbers stay short.
  void svarint(std::int64_t v) {
    varint((static_cast<std::uint64_t>(v) << 1U) ^ static_cast<std::uint64_t>(v >> 63));
  }
  /// A varint length, then the bytes.
  void text(std::string_view v) {
    varint(v.size());
    raw(v);
  }
  void raw(std::string_view v) { bytes_.append(v); }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::string_view view() const { return bytes_; }
  [[nodiscard]] std::string take() && { return std::move(bytes_); }

 private:
  template <typename T>
  void fixed(T v) {
    char out[sizeof v];
    std::memcpy(out, &v, sizeof v);  // x86-64 and aarch64 are little-endian
    bytes_.append(out, sizeof v);
  }
  std::string bytes_;
};

/// Reads what ByteSink wrote. Every read checks the end: truncated or overlong input is
/// `Errc::corrupt`, never undefined behaviour. Does not own the bytes.
class ByteSource {
 public:
  explicit ByteSource(std::string_view bytes) : rest_(bytes), size_(bytes.size()) {}

  Result<std::uint8_t> u8();
  Result<std::uint32_t> u32();
  Result<std::uint64_t> u64();
  Result<std::int64_t> i64();
  Result<double> f64();
  Result<std::uint64_t> varint();
  Result<std::int64_t> svarint();
  /// The view points into the source's bytes. `max`: a longer text is corrupt.
  Result<std::string_view> text(std::size_t max = SIZE_MAX);
  Result<std::string_view> raw(std::size_t size);

  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  [[nodiscard]] std::size_t offset() const { return size_ - rest_.size(); }
  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  std::size_t size_;
};

}  // namespace tidemark
