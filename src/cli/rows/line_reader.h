#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "cli/rows/byte_input.h"

namespace tidemark::cli::rows {

/// The lines of an input, without their "\n" or "\r\n" and without a UTF-8 byte order mark. A last
/// line without an end counts. Memory: one line, at most kLineMaxBytes.
class LineReader {
 public:
  static constexpr std::size_t kLineMaxBytes = std::size_t{1} << 20U;

  explicit LineReader(ByteInput& in) : in_(in) {}
  /// The next line, valid until the next call; nullopt: the end. Errc::limit: too long a line.
  Result<std::optional<std::string_view>> next();
  /// Number of the line that came last, from 1.
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  /// A line that takes up `bytes` of the buffer.
  std::string_view take(std::string_view line, std::size_t bytes);
  Result<void> fill();

  ByteInput& in_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t line_ = 0;
  bool ended_ = false;
};

}  // namespace tidemark::cli::rows
