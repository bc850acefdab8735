#pragma once

#include <cstddef>

namespace tidemark::codec {

/// What a reader of a self-describing message takes before it refuses (Errc::limit). `values`
/// bounds memory: sixteen million one-byte items would cost 40 bytes each once read.
struct ReadLimits {
  std::size_t bytes = std::size_t{16} << 20U;
  std::size_t depth = 64;
  std::size_t values = 1'000'000;
  bool beyond_double = false;  ///< a number too large for a double is infinite, not refused
};

}  // namespace tidemark::codec
