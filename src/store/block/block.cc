#include "store/block/block.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/crc32c.h"
#include "base/log.h"
#include "store/head/head_series.h"

namespace tidemark::store {
namespace {

constexpr std::uint64_t kSectionMaxBytes = std::uint64_t{1} << 30U;
constexpr std::size_t kVerifyBytes = std::size_t{4} << 20U;

/// Of the series that were received, not of those derived from them; nullopt is before all times.
std::optional<Timestamp> newest_received(const std::vector<IndexedSeries>& page) {
  std::optional<Timestamp> out;
  for (const IndexedSeries& each : page) {
    if (is_derived(each.definition.id) || each.chunks.empty()) continue;
    out = std::max(out, std::optional(each.chunks.back().last));
  }
  return out;
}

}  // namespace

std::shared_ptr<const Block> Block::open(FileSystem& files,
                                         const std::string& directory,
                                         const std::string& store_uuid,
                                         BlockInfo info) {
  std::shared_ptr<Block> block(new Block(files, directory, std::move(info)));
  if (const auto loaded = block->load(files, store_uuid); !loaded) {
    block->fault_ = block->wrap(loaded.error());
  }
  return block;
}

Block::Block(FileSystem& /*files*/, const std::string& directory, BlockInfo info)
    : info_(std::move(info)), path_(directory + "/" + info_.file.name) {}

Error Block::wrap(const Error& cause) const {
  const Errc code = cause.code == Errc::not_found ? Errc::corrupt : cause.code;
  const Error out{code,
                  fmt::format("block {} ({} to {}) cannot be read: {}",
                              info_.file.name,
                              format_rfc3339(info_.first),
                              format_rfc3339(info_.last),
                              code == Errc::corrupt ? "it is damaged" : "the disk fails")};
  {
    const std::lock_guard lock(mutex_);
    if (damage_) return out;
    damage_ = out;
  }
  log(LogLevel::error,
      "a block cannot be read; the rest is served",
      {{"file", path_},
       {"from", format_rfc3339(info_.first)},
       {"to", format_rfc3339(info_.last)},
       {"why", cause.what}});
  return out;
}

std::optional<Error> Block::damage() const {
  const std::lock_guard lock(mutex_);
  return damage_;
}

Result<void> Block::load(FileSystem& files, const std::string& store_uuid) {
  TM_TRY(file_, files.open(path_));
  if (file_->size() != info_.file.size_bytes ||
      file_->size() < kBlockHeaderBytes + kBlockFooterBytes) {
    return fail(Errc::corrupt, fmt::format("has {} bytes", file_->size()));
  }
  TM_TRY(const auto header_bytes, file_->read(0, kBlockHeaderBytes));
  TM_TRY(const auto header, get_block_header(header_bytes));
  salt_ = header.salt;
  TM_TRY(const auto footer_bytes,
         file_->read(file_->size() - kBlockFooterBytes, kBlockFooterBytes));
  TM_TRY(const auto footer, get_block_footer(footer_bytes, salt_));
  if (header.store_uuid != store_uuid || header.block_uuid != info_.uuid ||
      footer.block_uuid != info_.uuid || footer.first != info_.first || footer.last != info_.last) {
    return fail(Errc::corrupt, "it is another block than the manifest names");
  }
  TM_TRY(const auto directory, section(footer.directory_offset, footer.directory_bytes));
  TM_TRY(pages_, decode_directory(directory));
  return {};
}

Result<std::string> Block::section(std::uint64_t offset, std::uint64_t bytes) const {
  if (bytes > kSectionMaxBytes) return fail(Errc::corrupt, "section is too long");
  TM_TRY(auto raw, file_->read(offset, bytes + 4));
  if (const auto checked = get_section(raw, salt_); !checked) {
    return fail(Errc::corrupt,
                fmt::format("{} bytes at offset {}: {}", bytes, offset, checked.error().what));
  }
  raw.resize(bytes);
  return raw;
}

Result<std::optional<IndexedSeries>> Block::find(SeriesId id) const {
  const auto wanted = static_cast<std::uint64_t>(id);
  const auto page = std::lower_bound(
      pages_.begin(), pages_.end(), wanted, [](const PageRef& each, std::uint64_t value) {
        return each.last_id < value;
      });
  if (page == pages_.end() || page->first_id > wanted) return std::nullopt;
  TM_TRY(const auto bytes, section(page->offset, page->bytes));
  return find_in_page(bytes, id);
}

Result<std::vector<Sample>> Block::read(SeriesId id, Timestamp from, Timestamp to) const {
  if (fault_) return tl::unexpected(*fault_);
  const auto series = find(id);
  if (!series) return tl::unexpected(wrap(series.error()));
  std::vector<Sample> out;
  if (!*series) return out;
  for (const ChunkRef& chunk : (*series)->chunks) {
    if (chunk.first >= to || chunk.last < from) continue;
    const auto bytes = section(chunk.offset, chunk.bytes);
    if (!bytes) return tl::unexpected(wrap(bytes.error()));
    auto samples = decode_chunk(*bytes);
    if (!samples) return tl::unexpected(wrap(samples.error()));
    cut_to_range(&*samples, from, to);
    out.insert(out.end(),
               std::make_move_iterator(samples->begin()),
               std::make_move_iterator(samples->end()));
  }
  return out;
}

Result<std::optional<std::pair<Timestamp, Timestamp>>> Block::range(SeriesId id) const {
  if (fault_) return tl::unexpected(*fault_);
  const auto series = find(id);
  if (!series) return tl::unexpected(wrap(series.error()));
  if (!*series || (*series)->chunks.empty()) return std::nullopt;
  return std::make_pair((*series)->chunks.front().first, (*series)->chunks.back().last);
}

Result<std::optional<Timestamp>> Block::newest_sample() const {
  if (fault_) return tl::unexpected(*fault_);
  std::optional<Timestamp> out;
  for (const PageRef& page : pages_) {
    // Ids ascend, and those of derived series are the highest.
    if (is_derived(SeriesId{page.first_id})) break;
    const auto bytes = section(page.offset, page.bytes);
    if (!bytes) return tl::unexpected(wrap(bytes.error()));
    const auto series = decode_page(*bytes);
    if (!series) return tl::unexpected(wrap(series.error()));
    out = std::max(out, newest_received(*series));
  }
  return out;
}

Result<void> Block::for_each_series(
    const std::function<Result<void>(const SeriesDefinition&)>& visit) const {
  if (fault_) return tl::unexpected(*fault_);
  for (const PageRef& page : pages_) {
    const auto bytes = section(page.offset, page.bytes);
    if (!bytes) return tl::unexpected(wrap(bytes.error()));
    const auto series = decode_page(*bytes);
    if (!series) return tl::unexpected(wrap(series.error()));
    for (const IndexedSeries& each : *series)
      TM_TRY_VOID(visit(each.definition));
  }
  return {};
}

Result<void> Block::verify() const {
  if (fault_) return tl::unexpected(*fault_);
  std::uint32_t crc = 0;
  for (std::uint64_t offset = 0; offset < file_->size();) {
    const auto size = std::min<std::uint64_t>(kVerifyBytes, file_->size() - offset);
    const auto bytes = file_->read(offset, size);
    if (!bytes) return tl::unexpected(wrap(bytes.error()));
    crc = crc32c(*bytes, crc);
    offset += size;
  }
  if (crc != info_.file.crc) {
    return tl::unexpected(wrap({Errc::corrupt, "the file's checksum does not fit"}));
  }
  return {};
}

}  // namespace tidemark::store
