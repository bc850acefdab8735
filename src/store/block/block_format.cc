#include "store/block/block_format.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "base/crc32c.h"
#include "store/log/frame.h"

namespace tidemark::store {
namespace {

constexpr std::string_view kHeaderMagic = "TMBLK\r\n\x1a";
constexpr std::string_view kFooterMagic = "TMBEND\r\n";
constexpr std::uint32_t kVersion = 1;

void put_chunk_ref(const ChunkRef& chunk, std::uint64_t expected_offset, ByteSink& out) {
  out.varint(chunk.offset - expected_offset);
  out.varint(chunk.bytes);
  out.varint(chunk.samples);
  out.svarint(chunk.first.ns());
  out.varint(static_cast<std::uint64_t>(chunk.last.ns()) -
             static_cast<std::uint64_t>(chunk.first.ns()));
}

Result<ChunkRef> get_chunk_ref(ByteSource& in, std::uint64_t expected_offset) {
  ChunkRef chunk;
  TM_TRY(const std::uint64_t skip, in.varint());
  chunk.offset = expected_offset + skip;
  TM_TRY(chunk.bytes, in.varint());
  TM_TRY(chunk.samples, in.varint());
  TM_TRY(const std::int64_t first, in.svarint());
  TM_TRY(const std::uint64_t length, in.varint());
  const auto last = static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + length);
  if (last < first) return fail(Errc::corrupt, "index page has a wrong range of time");
  chunk.first = Timestamp::from_ns(first);
  chunk.last = Timestamp::from_ns(last);
  return chunk;
}

/// A definition whose key is not looked into yet.
struct RawDefinition {
  SeriesDefinition definition;
  std::string_view key;
};

Result<RawDefinition> get_raw_definition(ByteSource& in) {
  RawDefinition raw;
  TM_TRY(const std::uint64_t id, in.varint());
  TM_TRY(const std::uint8_t kind, in.u8());
  TM_TRY(const std::uint64_t shard, in.varint());
  TM_TRY(raw.key, in.text());
  if (kind >= kValueKinds || shard >= kMaxShards) {
    return fail(Errc::corrupt, "series of unknown kind or shard");
  }
  raw.definition.id = SeriesId{id};
  raw.definition.kind = static_cast<ValueKind>(kind);
  raw.definition.shard = static_cast<std::uint32_t>(shard);
  return raw;
}

/// `*end`: where the chunk before ends; moved on.
Result<std::vector<ChunkRef>> get_chunk_refs(ByteSource& in, std::uint64_t* end) {
  TM_TRY(const std::uint64_t count, in.varint());
  if (count > in.left()) return fail(Errc::corrupt, "index page has too many chunks");
  std::vector<ChunkRef> out;
  for (std::uint64_t i = 0; i < count; ++i) {
    TM_TRY(const ChunkRef chunk, get_chunk_ref(in, *end));
    *end = chunk.offset + chunk.bytes;
    out.push_back(chunk);
  }
  return out;
}

Result<std::uint64_t> get_page_size(ByteSource& in) {
  TM_TRY(const std::uint64_t count, in.varint());
  if (count > kPageSeries) return fail(Errc::corrupt, "index page has too many series");
  return count;
}

}  // namespace

void put_section(std::string_view section, std::uint32_t salt, ByteSink& out) {
  out.raw(section);
  out.u32(crc32c(section, salt));
}

Result<std::string_view> get_section(std::string_view bytes, std::uint32_t salt) {
  if (bytes.size() < 4) return fail(Errc::corrupt, "section is too short");
  const std::string_view section = bytes.substr(0, bytes.size() - 4);
  TM_TRY(const std::uint32_t crc, ByteSource(bytes.substr(section.size())).u32());
  if (crc != crc32c(section, salt)) return fail(Errc::corrupt, "checksum does not fit");
  return section;
}

void put_block_header(const BlockHeader& header, ByteSink& out) {
  TM_ASSERT(header.store_uuid.size() == kUuidBytes && header.block_uuid.size() == kUuidBytes);
  ByteSink section;
  section.raw(kHeaderMagic);
  section.u32(kVersion);
  section.u32(header.salt);
  section.raw(header.store_uuid);
  section.raw(header.block_uuid);
  put_section(section.view(), 0, out);
}

Result<BlockHeader> get_block_header(std::string_view bytes) {
  TM_TRY(const auto section, get_section(bytes, 0));
  ByteSource in(section);
  TM_TRY(const auto magic, in.raw(kHeaderMagic.size()));
  if (magic != kHeaderMagic) return fail(Errc::corrupt, "not a block");
  TM_TRY(const std::uint32_t version, in.u32());
  if (version != kVersion) {
    return fail(Errc::corrupt, fmt::format("block has format {}, known is {}", version, kVersion));
  }
  BlockHeader header;
  TM_TRY(header.salt, in.u32());
  TM_TRY(const auto store_uuid, in.raw(kUuidBytes));
  TM_TRY(const auto block_uuid, in.raw(kUuidBytes));
  header.store_uuid = store_uuid;
  header.block_uuid = block_uuid;
  if (!in.empty()) return fail(Errc::corrupt, "header has a wrong length");
  return header;
}

void put_block_footer(const BlockFooter& footer, std::uint32_t salt, ByteSink& out) {
  ByteSink section;
  section.u64(footer.directory_offset);
  section.u64(footer.directory_bytes);
  section.u64(footer.series);
  section.u64(footer.samples);
  section.i64(footer.first.ns());
  section.i64(footer.last.ns());
  section.u64(footer.first_sequence);
  section.u64(footer.last_sequence);
  section.raw(footer.block_uuid);
  section.raw(kFooterMagic);
  put_section(section.view(), salt, out);
}

Result<BlockFooter> get_block_footer(std::string_view bytes, std::uint32_t salt) {
  TM_TRY(const auto section, get_section(bytes, salt));
  ByteSource in(section);
  BlockFooter footer;
  TM_TRY(footer.directory_offset, in.u64());
  TM_TRY(footer.directory_bytes, in.u64());
  TM_TRY(footer.series, in.u64());
  TM_TRY(footer.samples, in.u64());
  TM_TRY(const std::int64_t first, in.i64());
  TM_TRY(const std::int64_t last, in.i64());
  footer.first = Timestamp::from_ns(first);
  footer.last = Timestamp::from_ns(last);
  TM_TRY(footer.first_sequence, in.u64());
  TM_TRY(footer.last_sequence, in.u64());
  TM_TRY(const auto uuid, in.raw(kUuidBytes));
  footer.block_uuid = uuid;
  TM_TRY(const auto magic, in.raw(kFooterMagic.size()));
  if (magic != kFooterMagic || !in.empty()) return fail(Errc::corrupt, "not a block's end");
  return footer;
}

void put_definition(const SeriesDefinition& definition, ByteSink& out) {
  out.varint(static_cast<std::uint64_t>(definition.id));
  out.u8(static_cast<std::uint8_t>(definition.kind));
  out.varint(definition.shard);
  out.text(encode_series_key(definition.key));
}

Result<SeriesDefinition> get_definition(ByteSource& in) {
  TM_TRY(RawDefinition raw, get_raw_definition(in));
  TM_TRY(raw.definition.key, decode_series_key(raw.key));
  return std::move(raw.definition);
}

std::string encode_page(const std::vector<IndexedSeries>& series) {
  ByteSink out;
  out.varint(series.size());
  std::uint64_t end = 0;
  for (const IndexedSeries& each : series) {
    put_definition(each.definition, out);
    out.varint(each.chunks.size());
    for (const ChunkRef& chunk : each.chunks) {
      put_chunk_ref(chunk, end, out);
      end = chunk.offset + chunk.bytes;
    }
  }
  return std::move(out).take();
}

Result<std::vector<IndexedSeries>> decode_page(std::string_view bytes) {
  ByteSource in(bytes);
  TM_TRY(const std::uint64_t count, get_page_size(in));
  std::vector<IndexedSeries> out(count);
  std::uint64_t end = 0;
  for (IndexedSeries& each : out) {
    TM_TRY(each.definition, get_definition(in));
    TM_TRY(each.chunks, get_chunk_refs(in, &end));
  }
  if (!in.empty()) return fail(Errc::corrupt, "index page has bytes behind its end");
  return out;
}

Result<std::optional<IndexedSeries>> find_in_page(std::string_view bytes, SeriesId id) {
  ByteSource in(bytes);
  TM_TRY(const std::uint64_t count, get_page_size(in));
  std::uint64_t end = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    TM_TRY(RawDefinition raw, get_raw_definition(in));
    TM_TRY(auto chunks, get_chunk_refs(in, &end));
    if (raw.definition.id != id) continue;
    TM_TRY(raw.definition.key, decode_series_key(raw.key));
    return IndexedSeries{std::move(raw.definition), std::move(chunks)};
  }
  return std::nullopt;
}

std::string encode_directory(const std::vector<PageRef>& pages) {
  ByteSink out;
  out.varint(pages.size());
  for (const PageRef& page : pages) {
    out.varint(page.first_id);
    out.varint(page.last_id);
    out.varint(page.offset);
    out.varint(page.bytes);
  }
  return std::move(out).take();
}

Result<std::vector<PageRef>> decode_directory(std::string_view bytes) {
  ByteSource in(bytes);
  TM_TRY(const std::uint64_t count, in.varint());
  if (count > in.left()) return fail(Errc::corrupt, "directory has too many pages");
  std::vector<PageRef> out(count);
  for (PageRef& page : out) {
    TM_TRY(page.first_id, in.varint());
    TM_TRY(page.last_id, in.varint());
    TM_TRY(page.offset, in.varint());
    TM_TRY(page.bytes, in.varint());
  }
  if (!in.empty()) return fail(Errc::corrupt, "directory has bytes behind its end");
  return out;
}

}  // namespace tidemark::store
