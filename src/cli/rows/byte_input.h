#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tidemark::cli::rows {

/// Bytes read front to back: a file, a pipe, or a text in tests.
class ByteInput {
 public:
  virtual ~ByteInput() = default;
  /// Reads up to `size` bytes into `to`; 0: the end. Errc::io: reading failed.
  virtual Result<std::size_t> read(char* to, std::size_t size) = 0;
};

/// The file at `path`, or standard input for "-". Errc::invalid: it cannot be opened.
Result<std::unique_ptr<ByteInput>> open_input(const std::string& path);

/// Bytes of the file at `path`; nullopt: "-", or not a plain file.
std::optional<std::uint64_t> size_of(const std::string& path);

/// `text`, at most `piece` bytes a read.
std::unique_ptr<ByteInput> text_input(std::string_view text, std::size_t piece = SIZE_MAX);

}  // namespace tidemark::cli::rows
