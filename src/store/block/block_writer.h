#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "store/block/block_format.h"

namespace tidemark::store {

/// Writes a block file from front to back.
class BlockWriter {
 public:
  static Result<std::unique_ptr<BlockWriter>> create(FileSystem& files,
                                                     const std::string& path,
                                                     BlockHeader header);
  /// Series in ascending order of id; `samples` not empty, strictly ascending in time.
  Result<void> add(const SeriesDefinition& definition, std::span<const Sample> samples);
  /// Writes index and footer, syncs and closes. `file.name` of the answer is empty.
  Result<BlockInfo> finish(std::uint64_t first_sequence, std::uint64_t last_sequence);

 private:
  BlockWriter(std::unique_ptr<WritableFile> file, BlockHeader header);
  Result<void> write_section(std::string_view section);
  Result<void> write(std::string_view bytes);
  Result<void> write_out();
  Result<void> finish_page();

  std::unique_ptr<WritableFile> file_;
  BlockHeader header_;
  std::string buffer_;
  std::uint64_t size_ = 0;  // with what is in buffer_
  std::uint32_t crc_ = 0;   // of what is written out
  std::vector<IndexedSeries> page_;
  std::vector<PageRef> pages_;
  BlockInfo info_;
};

}  // namespace tidemark::store
