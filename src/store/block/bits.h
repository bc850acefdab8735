#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidemark::store {

/// Writes numbers of any width of bits, the lowest bit first, filling bytes from their lowest bit.
class BitWriter {
 public:
  /// `bits` 0 to 64; higher bits of `value` must be 0.
  void put(std::uint64_t value, unsigned bits) {
    while (bits > 0) {
      if (used_ == 0) bytes_.push_back('\0');
      const unsigned room = 8 - used_;
      const unsigned now = bits < room ? bits : room;
      const auto part = static_cast<unsigned>(value & ((1U << now) - 1));
      bytes_.back() = static_cast<char>(static_cast<unsigned char>(bytes_.back()) | part << used_);
      used_ = (used_ + now) % 8;
      value >>= now;
      bits -= now;
    }
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  unsigned used_ = 0;  // bits of the last byte, 0 = full
};

/// Reads what BitWriter wrote. Reading past the end gives zeros and clears ok().
class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t get(unsigned bits) {
    std::uint64_t out = 0;
    for (unsigned done = 0; done < bits;) {
      if (at_ / 8 >= bytes_.size()) {
        ok_ = false;
        return 0;
      }
      const unsigned used = at_ % 8;
      const unsigned now = bits - done < 8 - used ? bits - done : 8 - used;
      const unsigned byte = static_cast<unsigned char>(bytes_[at_ / 8]);
      out |= static_cast<std::uint64_t>((byte >> used) & ((1U << now) - 1)) << done;
      done += now;
      at_ += now;
    }
    return out;
  }
  [[nodiscard]] bool ok() const { return ok_; }
  /// Whole bytes touched so far.
  [[nodiscard]] std::size_t bytes_read() const { return (at_ + 7) / 8; }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;  // in bits
  bool ok_ = true;
};

}  // namespace tidemark::store
