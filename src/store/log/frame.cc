#include "store/log/frame.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "base/crc32c.h"

namespace tidemark::store {
namespace {

constexpr std::string_view kSegmentMagic = "TMLOG\r\n\x1a";
constexpr std::string_view kFrameMagic = "\xf5TMr";  // no UTF-8 text holds its first byte
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderCopyBytes = kSegmentHeaderBytes / 2;

Result<SegmentHeader> get_header_copy(std::string_view bytes) {
  ByteSource in(bytes);
  TM_TRY(const auto magic, in.raw(kSegmentMagic.size()));
  SegmentHeader header;
  TM_TRY(const std::uint32_t version, in.u32());
  TM_TRY(header.salt, in.u32());
  TM_TRY(header.number, in.u64());
  TM_TRY(header.first_sequence, in.u64());
  TM_TRY(const auto uuid, in.raw(kUuidBytes));
  header.store_uuid = uuid;
  TM_TRY(const std::uint32_t crc, in.u32());
  if (magic != kSegmentMagic || crc != crc32c(bytes.substr(0, kHeaderCopyBytes - 4))) {
    return fail(Errc::corrupt, "log segment's header fails its checksum");
  }
  if (version != kVersion) {
    return fail(Errc::corrupt,
                fmt::format("log segment has format {}, known is {}", version, kVersion));
  }
  return header;
}

}  // namespace

void put_segment_header(const SegmentHeader& header, ByteSink& out) {
  TM_ASSERT(header.store_uuid.size() == kUuidBytes);
  ByteSink copy;
  copy.raw(kSegmentMagic);
  copy.u32(kVersion);
  copy.u32(header.salt);
  copy.u64(header.number);
  copy.u64(header.first_sequence);
  copy.raw(header.store_uuid);
  copy.u32(crc32c(copy.view()));
  TM_ASSERT(copy.size() == kHeaderCopyBytes);
  out.raw(copy.view());
  out.raw(copy.view());
}

Result<SegmentHeader> get_segment_header(std::string_view bytes) {
  auto first = get_header_copy(bytes.substr(0, kHeaderCopyBytes));
  if (first || bytes.size() < kSegmentHeaderBytes) return first;
  return get_header_copy(bytes.substr(kHeaderCopyBytes, kHeaderCopyBytes));
}

void put_frame(const Record& record, std::uint32_t payload_crc, std::uint32_t salt, ByteSink& out) {
  TM_ASSERT(record.payload.size() <= kPayloadMaxBytes);
  ByteSink header;
  header.raw(kFrameMagic);
  header.u32(static_cast<std::uint32_t>(record.payload.size()));
  header.u64(record.sequence);
  header.i64(record.received_at.ns());
  header.u8(static_cast<std::uint8_t>(record.type));
  header.u8(0);  // flags
  header.u8(0);
  header.u8(0);
  header.u32(crc32c(header.view(), salt));
  out.raw(header.view());
  out.raw(record.payload);
  out.u32(payload_crc + salt);
}

std::optional<Record> get_frame(std::string_view segment,
                                std::size_t offset,
                                std::uint32_t salt,
                                std::size_t* bytes) {
  const std::string_view rest = segment.substr(offset);
  if (rest.size() < kFrameBytes || !rest.starts_with(kFrameMagic)) return std::nullopt;
  ByteSource in(rest);
  (void)in.raw(kFrameMagic.size());
  const std::size_t size = in.u32().value();
  Record record;
  record.sequence = in.u64().value();
  record.received_at = Timestamp::from_ns(in.i64().value());
  const std::uint8_t type = in.u8().value();
  (void)in.raw(3);
  const std::uint32_t header_crc = in.u32().value();
  if (header_crc != crc32c(rest.substr(0, kFrameHeaderBytes - 4), salt)) return std::nullopt;
  if (type < 1 || type > 4 || size > rest.size() - kFrameBytes) return std::nullopt;
  record.type = static_cast<RecordType>(type);
  record.payload = in.raw(size).value();
  const std::uint32_t payload_crc = in.u32().value();
  if (payload_crc != crc32c(record.payload) + salt) return std::nullopt;
  *bytes = kFrameBytes + size;
  return record;
}

Result<SegmentScan> scan_segment(std::string_view bytes, std::string_view store_uuid) {
  SegmentScan scan;
  TM_TRY(scan.header, get_segment_header(bytes));
  if (scan.header.store_uuid != store_uuid) {
    return fail(Errc::corrupt, "log segment belongs to store " + scan.header.store_uuid);
  }
  std::size_t good_end = kSegmentHeaderBytes;
  std::size_t offset = good_end;
  std::uint64_t last = 0;
  while (offset < bytes.size()) {
    std::size_t size = 0;
    const auto record = get_frame(bytes, offset, scan.header.salt, &size);
    if (record && record->sequence > last) {
      scan.damaged_bytes += offset - good_end;
      scan.records.push_back(*record);
      last = record->sequence;
      offset += size;
      good_end = offset;
      continue;
    }
    // Searched byte by byte: after a bad length nothing says where the next record begins.
    offset = bytes.find(kFrameMagic, offset + 1);
    if (offset == std::string_view::npos) break;
  }
  scan.tail_bytes = bytes.size() - good_end;
  return scan;
}

}  // namespace tidemark::store
