#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/random.h"
#include "store/log/frame.h"

namespace tidemark::store {

/// A segment on disk.
struct LogSegment {
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;
  std::uint64_t last_sequence = 0;  // 0: it has no record
};

/// Where a store's log is.
struct LogPlace {
  FileSystem& files;
  Random& random;
  std::string directory;
  std::string store_uuid;
};

std::string segment_name(std::uint64_t number);
std::string segment_path(const LogPlace& place, std::uint64_t number);

/// Writes the log's newest segment. After any failure nothing may be written again: what the disk
/// holds is not known then (the next start finds out). Used by one thread; counts can be read by
/// all.
class LogWriter {
 public:
  /// `older`: the segments that are there, with numbers below `next_number`.
  LogWriter(LogPlace place,
            std::size_t segment_bytes,
            std::vector<LogSegment> older,
            std::uint64_t next_number);

  /// Closes the open segment, if any, and begins a new one, durable before this returns.
  Result<void> begin_segment(std::uint64_t first_sequence);
  /// True when the open segment is larger than wanted.
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] bool is_empty() const { return segments_.back().last_sequence == 0; }
  [[nodiscard]] std::uint32_t salt() const { return salt_; }
  /// `frames`: made by put_frame() with salt(); `last_sequence` of the last of them.
  Result<void> append(std::string_view frames, std::uint64_t last_sequence);
  Result<void> sync();
  Result<void> close();
  /// Removes closed segments that hold nothing newer than that.
  Result<void> trim(std::uint64_t up_to_sequence);

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t segments() const { return segment_count_; }

 private:
  LogPlace place_;
  const std::size_t segment_bytes_;
  std::vector<LogSegment> segments_;  // the last one is open
  std::uint64_t next_number_;
  std::unique_ptr<WritableFile> file_;
  std::uint32_t salt_ = 0;
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::size_t> segment_count_{0};
};

/// Writes a whole segment under its number, replacing one of that number: all or nothing.
Result<LogSegment> rewrite_segment(const LogPlace& place,
                                   std::uint64_t number,
                                   const std::vector<Record>& records);

}  // namespace tidemark::store
