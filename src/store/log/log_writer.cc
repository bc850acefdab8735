#include "store/log/log_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/crc32c.h"
#include "store/log/log_end.h"

namespace tidemark::store {

std::string segment_name(std::uint64_t number) {
  return fmt::format("{:016}.log", number);
}

std::string segment_path(const LogPlace& place, std::uint64_t number) {
  return place.directory + "/" + segment_name(number);
}

LogWriter::LogWriter(LogPlace place,
                     std::size_t segment_bytes,
                     std::vector<LogSegment> older,
                     std::uint64_t next_number)
    : place_(std::move(place)),
      segment_bytes_(segment_bytes),
      segments_(std::move(older)),
      next_number_(next_number) {
  for (const LogSegment& segment : segments_)
    bytes_ += segment.bytes;
  segment_count_ = segments_.size();
}

Result<void> LogWriter::begin_segment(std::uint64_t first_sequence) {
  TM_TRY_VOID(close());
  const std::uint64_t number = next_number_++;
  SegmentHeader header;
  header.store_uuid = place_.store_uuid;
  header.number = number;
  header.first_sequence = first_sequence;
  header.salt = static_cast<std::uint32_t>(place_.random.next());
  ByteSink bytes;
  put_segment_header(header, bytes);

  // Renamed only when the header is durable: a segment without a good header is always corruption.
  const std::string path = segment_path(place_, number);
  TM_TRY(auto file, place_.files.create(path + ".tmp"));
  TM_TRY_VOID(file->append(bytes.view()));
  TM_TRY_VOID(file->sync());
  TM_TRY_VOID(place_.files.rename(path + ".tmp", path));
  TM_TRY_VOID(place_.files.sync_dir(place_.directory));
  TM_TRY_VOID(save_log_end(place_, {number, first_sequence}));
  file_ = std::move(file);
  salt_ = header.salt;
  segments_.push_back({number, bytes.size(), 0});
  bytes_ += bytes.size();
  segment_count_ = segments_.size();
  return {};
}

bool LogWriter::is_full() const {
  return segments_.back().bytes > segment_bytes_;
}

Result<void> LogWriter::append(std::string_view frames, std::uint64_t last_sequence) {
  TM_ASSERT(file_ != nullptr);
  TM_TRY_VOID(file_->append(frames));
  segments_.back().bytes += frames.size();
  segments_.back().last_sequence = last_sequence;
  bytes_ += frames.size();
  return {};
}

Result<void> LogWriter::sync() {
  TM_ASSERT(file_ != nullptr);
  return file_->sync();
}

Result<void> LogWriter::close() {
  if (file_ == nullptr) return {};
  const auto file = std::move(file_);
  return file->close();
}

Result<void> LogWriter::trim(std::uint64_t up_to_sequence) {
  bool removed = false;
  while (segments_.size() > 1 && segments_.front().last_sequence <= up_to_sequence) {
    TM_TRY_VOID(place_.files.remove(segment_path(place_, segments_.front().number)));
    bytes_ -= segments_.front().bytes;
    segments_.erase(segments_.begin());
    segment_count_ = segments_.size();
    removed = true;
  }
  if (removed) return place_.files.sync_dir(place_.directory);
  return {};
}

Result<LogSegment> rewrite_segment(const LogPlace& place,
                                   std::uint64_t number,
                                   const std::vector<Record>& records) {
  TM_ASSERT(!records.empty());
  SegmentHeader header;
  header.store_uuid = place.store_uuid;
  header.number = number;
  header.first_sequence = records.front().sequence;
  header.salt = static_cast<std::uint32_t>(place.random.next());
  ByteSink bytes;
  put_segment_header(header, bytes);
  for (const Record& record : records)
    put_frame(record, crc32c(record.payload), header.salt, bytes);
  TM_TRY_VOID(write_file_atomically(place.files, segment_path(place, number), bytes.view()));
  return LogSegment{number, bytes.size(), records.back().sequence};
}

}  // namespace tidemark::store
