#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "store/block/block_info.h"
#include "store/block/chunk.h"
#include "store/catalog/catalog.h"

namespace tidemark::store {

/// Sections of a block file: docs/formats/block.md. Every section ends with a CRC-32C seeded with
/// the block's salt.
inline constexpr std::size_t kBlockHeaderBytes = 92;
inline constexpr std::size_t kBlockFooterBytes = 112;
inline constexpr std::size_t kPageSeries = 128;
inline constexpr std::size_t kBlockChunkSamples = 480;

struct BlockHeader {
  std::uint32_t salt = 0;
  std::string store_uuid, block_uuid;
};

/// Where a chunk is. `bytes` without its checksum.
struct ChunkRef {
  std::uint64_t offset = 0, bytes = 0, samples = 0;
  Timestamp first, last;
};

struct IndexedSeries {
  SeriesDefinition definition;
  std::vector<ChunkRef> chunks;  // ascending in time, not overlapping
};

/// Where an index page is. `bytes` without its checksum.
struct PageRef {
  std::uint64_t first_id = 0, last_id = 0;
  std::uint64_t offset = 0, bytes = 0;
};

struct BlockFooter {
  std::uint64_t directory_offset = 0, directory_bytes = 0;
  std::uint64_t series = 0, samples = 0;
  Timestamp first, last;
  std::uint64_t first_sequence = 0, last_sequence = 0;
  std::string block_uuid;
};

void put_block_header(const BlockHeader& header, ByteSink& out);
Result<BlockHeader> get_block_header(std::string_view bytes);
void put_block_footer(const BlockFooter& footer, std::uint32_t salt, ByteSink& out);
Result<BlockFooter> get_block_footer(std::string_view bytes, std::uint32_t salt);

std::string encode_page(const std::vector<IndexedSeries>& series);
Result<std::vector<IndexedSeries>> decode_page(std::string_view bytes);
/// One series of a page, without reading the keys of the others; nullopt: it is not there.
Result<std::optional<IndexedSeries>> find_in_page(std::string_view bytes, SeriesId id);
std::string encode_directory(const std::vector<PageRef>& pages);
Result<std::vector<PageRef>> decode_directory(std::string_view bytes);

void put_definition(const SeriesDefinition& definition, ByteSink& out);
Result<SeriesDefinition> get_definition(ByteSource& in);

/// `section` with its checksum behind it, or without it if it passes (else `Errc::corrupt`).
void put_section(std::string_view section, std::uint32_t salt, ByteSink& out);
Result<std::string_view> get_section(std::string_view bytes, std::uint32_t salt);

}  // namespace tidemark::store
