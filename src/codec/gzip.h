#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tidemark::codec {

/// The most a compressed request body may become.
inline constexpr std::size_t kMaxInflatedBytes = std::size_t{32} << 20U;

/// Decompresses gzip (several members in a row too) and zlib streams piece by piece. What came out
/// never takes more than `max_bytes` of memory: the limit is checked while decompressing, whatever
/// sizes the stream claims.
class Inflater {
 public:
  explicit Inflater(std::size_t max_bytes = kMaxInflatedBytes);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Errc::limit: "decompressed size exceeds 32 MiB"; Errc::invalid: not gzip or zlib, a wrong
  /// checksum, or bytes after the end. After a failure the object is of no further use.
  Result<void> feed(std::string_view compressed);
  /// The decompressed bytes; Errc::invalid if the stream is cut off.
  Result<std::string> finish() &&;

  /// Bytes of memory the output takes now.
  [[nodiscard]] std::size_t capacity() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Compresses to gzip piece by piece.
class Deflater {
 public:
  Deflater();
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void feed(std::string_view bytes);
  std::string finish() &&;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Decompresses a whole gzip or zlib body; errors as Inflater.
Result<std::string> inflate(std::string_view compressed, std::size_t max_bytes = kMaxInflatedBytes);
/// Compresses to one gzip member; the same input gives the same bytes (no time in the header).
std::string deflate(std::string_view bytes);

}  // namespace tidemark::codec
