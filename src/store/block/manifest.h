#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "store/block/block_info.h"

namespace tidemark::store {

/// What belongs to the store: the one place that says so (docs/formats/block.md). Kept twice, in
/// MANIFEST and MANIFEST.2; the valid one of the higher generation counts.
struct Manifest {
  std::string store_uuid;
  std::uint32_t shards = 0;
  std::uint64_t generation = 0;  // rises with every write
  /// Blocks hold the samples of the log up to this sequence; checkpoint and catalogs belong to it.
  std::uint64_t sequence = 0;
  std::optional<FileRef> checkpoint;
  std::vector<FileRef> catalogs;
  std::vector<BlockInfo> blocks;  // oldest first
};

std::string encode_manifest(const Manifest& manifest);
Result<Manifest> decode_manifest(std::string_view bytes);

struct LoadedManifest {
  Manifest manifest;
  /// False: one copy is older, damaged or missing; write both again.
  bool copies_agree = false;
};
/// nullopt: neither file exists. `Errc::corrupt`: no valid one.
Result<std::optional<LoadedManifest>> load_manifest(FileSystem& files,
                                                    const std::string& directory);
/// Writes both files, each atomically. After an error either the old or the new one counts.
Result<void> save_manifest(FileSystem& files,
                           const std::string& directory,
                           const Manifest& manifest);

/// The file's bytes, after size and checksum were compared.
Result<std::string> read_checked(FileSystem& files,
                                 const std::string& directory,
                                 const FileRef& file);
/// Writes `directory`/`name` atomically.
Result<FileRef> write_referenced(FileSystem& files,
                                 const std::string& directory,
                                 const std::string& name,
                                 std::string_view bytes);

}  // namespace tidemark::store
