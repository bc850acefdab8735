#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"

namespace tidemark::store {

/// A file the manifest names, with what it must be like.
struct FileRef {
  std::string name;  // in its directory
  std::uint64_t size_bytes = 0;
  std::uint32_t crc = 0;  // CRC-32C of the whole file
};

/// What the manifest says of a block.
struct BlockInfo {
  FileRef file;
  std::string uuid;
  Timestamp first, last;  // of its samples, both inclusive
  std::uint64_t first_sequence = 0, last_sequence = 0;
  std::uint64_t series = 0, samples = 0;
};

}  // namespace tidemark::store
