#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace tidemark::store {

/// Bytes of the log: docs/formats/log.md.
enum class RecordType : std::uint8_t {
  batch = 1,
  note = 2,
  gap = 3,    ///< records before this sequence are lost; that has been reported
  close = 4,  ///< the store was stopped in order; last of its segment
};

/// One record; `payload` points into somebody else's bytes.
struct Record {
  std::uint64_t sequence = 0;
  Timestamp received_at;
  RecordType type = RecordType::batch;
  std::string_view payload;
};

inline constexpr std::size_t kUuidBytes = 36;
inline constexpr std::size_t kSegmentHeaderBytes = 2 * 72;  // two equal copies
inline constexpr std::size_t kFrameHeaderBytes = 32;
inline constexpr std::size_t kFrameBytes = kFrameHeaderBytes + 4;  // without the payload
inline constexpr std::size_t kPayloadMaxBytes = std::size_t{1} << 30U;

struct SegmentHeader {
  std::string store_uuid;
  std::uint64_t number = 0;
  std::uint64_t first_sequence = 0;
  /// Goes into every checksum of the segment, so that bytes of another one never pass.
  std::uint32_t salt = 0;
};

void put_segment_header(const SegmentHeader& header, ByteSink& out);
/// Either of the two copies will do.
Result<SegmentHeader> get_segment_header(std::string_view bytes);

/// `payload_crc`: crc32c(record.payload), so that it can be reckoned before the segment is known.
void put_frame(const Record& record, std::uint32_t payload_crc, std::uint32_t salt, ByteSink& out);
/// The record that begins at `offset`; nullopt: none that passes its checksums. `*bytes` is set to
/// its length.
std::optional<Record> get_frame(std::string_view segment,
                                std::size_t offset,
                                std::uint32_t salt,
                                std::size_t* bytes);

/// What a segment holds.
struct SegmentScan {
  SegmentHeader header;
  std::vector<Record> records;  // ascending by sequence; they point into the scanned bytes
  /// Bytes in front of a valid record that are no record: corruption.
  std::size_t damaged_bytes = 0;
  /// Bytes behind the last record: a torn write, unless later segments have records.
  std::size_t tail_bytes = 0;
};

/// `Errc::corrupt`: no copy of the header passes, or the segment belongs to another store.
Result<SegmentScan> scan_segment(std::string_view bytes, std::string_view store_uuid);

}  // namespace tidemark::store
