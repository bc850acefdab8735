#include "store/block/block_writer.h"

#include <algorithm>

#include "base/assert.h"
#include "base/crc32c.h"

namespace tidemark::store {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20U;

}  // namespace

Result<std::unique_ptr<BlockWriter>> BlockWriter::create(FileSystem& files,
                                                         const std::string& path,
                                                         BlockHeader header) {
  TM_TRY(auto file, files.create(path));
  std::unique_ptr<BlockWriter> writer(new BlockWriter(std::move(file), std::move(header)));
  ByteSink bytes;
  put_block_header(writer->header_, bytes);
  TM_ASSERT(bytes.size() == kBlockHeaderBytes);
  TM_TRY_VOID(writer->write(bytes.view()));
  return writer;
}

BlockWriter::BlockWriter(std::unique_ptr<WritableFile> file, BlockHeader header)
    : file_(std::move(file)), header_(std::move(header)) {
  info_.uuid = header_.block_uuid;
  info_.first = Timestamp::max();
  info_.last = Timestamp::min();
}

Result<void> BlockWriter::write(std::string_view bytes) {
  buffer_.append(bytes);
  size_ += bytes.size();
  if (buffer_.size() >= kBufferBytes) return write_out();
  return {};
}

Result<void> BlockWriter::write_out() {
  crc_ = crc32c(buffer_, crc_);
  TM_TRY_VOID(file_->append(buffer_));
  buffer_.clear();
  return {};
}

Result<void> BlockWriter::write_section(std::string_view section) {
  ByteSink bytes;
  put_section(section, header_.salt, bytes);
  return write(bytes.view());
}

Result<void> BlockWriter::add(const SeriesDefinition& definition, std::span<const Sample> samples) {
  TM_ASSERT(!samples.empty());
  IndexedSeries series{definition, {}};
  info_.first = std::min(info_.first, samples.front().at);
  info_.last = std::max(info_.last, samples.back().at);
  info_.samples += samples.size();
  ++info_.series;
  while (!samples.empty()) {
    const std::size_t count = std::min(samples.size(), kBlockChunkSamples);
    const Chunk chunk = encode_chunk(samples.first(count));
    series.chunks.push_back({size_, chunk.bytes.size(), count, chunk.first, chunk.last});
    TM_TRY_VOID(write_section(chunk.bytes));
    samples = samples.subspan(count);
  }
  page_.push_back(std::move(series));
  if (page_.size() == kPageSeries) return finish_page();
  return {};
}

Result<void> BlockWriter::finish_page() {
  const std::string bytes = encode_page(page_);
  pages_.push_back({static_cast<std::uint64_t>(page_.front().definition.id),
                    static_cast<std::uint64_t>(page_.back().definition.id),
                    size_,
                    bytes.size()});
  page_.clear();
  return write_section(bytes);
}

Result<BlockInfo> BlockWriter::finish(std::uint64_t first_sequence, std::uint64_t last_sequence) {
  if (!page_.empty()) TM_TRY_VOID(finish_page());
  BlockFooter footer;
  const std::string directory = encode_directory(pages_);
  footer.directory_offset = size_;
  footer.directory_bytes = directory.size();
  TM_TRY_VOID(write_section(directory));
  footer.series = info_.series;
  footer.samples = info_.samples;
  footer.first = info_.first;
  footer.last = info_.last;
  footer.first_sequence = info_.first_sequence = first_sequence;
  footer.last_sequence = info_.last_sequence = last_sequence;
  footer.block_uuid = header_.block_uuid;
  ByteSink bytes;
  put_block_footer(footer, header_.salt, bytes);
  TM_ASSERT(bytes.size() == kBlockFooterBytes);
  TM_TRY_VOID(write(bytes.view()));
  TM_TRY_VOID(write_out());
  TM_TRY_VOID(file_->sync());
  TM_TRY_VOID(file_->close());
  info_.file.size_bytes = size_;
  info_.file.crc = crc_;
  return info_;
}

}  // namespace tidemark::store
