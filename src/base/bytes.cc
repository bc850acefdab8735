#include "base/bytes.h"

#include <fmt/format.h>

namespace tidemark {
namespace {

template <typename T>
Result<T> read_fixed(ByteSource& source) {
  TM_TRY(const auto bytes, source.raw(sizeof(T)));
  T value{};
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

}  // namespace

Result<std::string_view> ByteSource::raw(std::size_t size) {
  if (size > rest_.size()) {
    return fail(
        Errc::corrupt,
        fmt::format(
            "needs {} bytes at offset {}, only {} are there", size, offset(), rest_.size()));
  }
  const std::string_view out = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return out;
}

Result<std::uint8_t> ByteSource::u8() {
  return read_fixed<std::uint8_t>(*this);
}
Result<std::uint32_t> ByteSource::u32() {
  return read_fixed<std::uint32_t>(*this);
}
Result<std::uint64_t> ByteSource::u64() {
  return read_fixed<std::uint64_t>(*this);
}
Result<std::int64_t> ByteSource::i64() {
  return read_fixed<std::int64_t>(*this);
}
Result<double> ByteSource::f64() {
  return read_fixed<double>(*this);
}

Result<std::uint64_t> ByteSource::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    TM_TRY(const std::uint8_t byte, u8());
    if (shift == 63 && byte > 1) break;
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80) return value;
  }
  return fail(Errc::corrupt, fmt::format("varint longer than 64 bits before offset {}", offset()));
}

Result<std::int64_t> ByteSource::svarint() {
  TM_TRY(const std::uint64_t v, varint());
  return static_cast<std::int64_t>((v >> 1U) ^ (0 - (v & 1U)));
}

Result<std::string_view> ByteSource::text(std::size_t max) {
  TM_TRY(const std::uint64_t size, varint());
  if (size > max) {
    return fail(Errc::corrupt, fmt::format("text of {} bytes, limit {}", size, max));
  }
  return raw(size);
}

}  // namespace tidemark
