#include "store/block/checkpoint.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "store/block/block_format.h"

namespace tidemark::store {
namespace {

constexpr std::string_view kCheckpointMagic = "TMCHK\r\n\x1a";
constexpr std::string_view kCatalogMagic = "TMCAT\r\n\x1a";
constexpr std::uint32_t kVersion = 1;

Result<ByteSource> open_section(std::string_view bytes, std::string_view magic) {
  TM_TRY(const auto section, get_section(bytes, 0));
  ByteSource in(section);
  TM_TRY(const auto found, in.raw(magic.size()));
  TM_TRY(const std::uint32_t version, in.u32());
  if (found != magic || version != kVersion) {
    return fail(Errc::corrupt, fmt::format("not of the kind or format wanted ({})", kVersion));
  }
  return in;
}

}  // namespace

std::string encode_checkpoint(const Checkpoint& checkpoint) {
  ByteSink section;
  section.raw(kCheckpointMagic);
  section.u32(kVersion);
  section.varint(checkpoint.sequence);
  section.varint(checkpoint.next_id);
  section.varint(checkpoint.invocations.size());
  for (const auto& known : checkpoint.invocations) {
    section.text(known.id);
    section.i64(known.received_at.ns());
    section.varint(known.sequence);
  }
  section.varint(checkpoint.guest.size());
  for (const std::string& bytes : checkpoint.guest)
    section.text(bytes);
  ByteSink out;
  put_section(section.view(), 0, out);
  return std::move(out).take();
}

Result<Checkpoint> decode_checkpoint(std::string_view bytes) {
  TM_TRY(ByteSource in, open_section(bytes, kCheckpointMagic));
  Checkpoint checkpoint;
  TM_TRY(checkpoint.sequence, in.varint());
  TM_TRY(checkpoint.next_id, in.varint());
  TM_TRY(const std::uint64_t invocations, in.varint());
  for (std::uint64_t i = 0; i < invocations; ++i) {
    Invocations::Known known;
    TM_TRY(const auto id, in.text());
    known.id = id;
    TM_TRY(const std::int64_t at, in.i64());
    known.received_at = Timestamp::from_ns(at);
    TM_TRY(known.sequence, in.varint());
    checkpoint.invocations.push_back(std::move(known));
  }
  TM_TRY(const std::uint64_t shards, in.varint());
  for (std::uint64_t i = 0; i < shards; ++i) {
    TM_TRY(const auto guest, in.text());
    checkpoint.guest.emplace_back(guest);
  }
  if (!in.empty()) return fail(Errc::corrupt, "checkpoint has bytes behind its end");
  return checkpoint;
}

std::string encode_catalog(const std::vector<SeriesDefinition>& definitions) {
  ByteSink section;
  section.raw(kCatalogMagic);
  section.u32(kVersion);
  section.varint(definitions.size());
  for (const SeriesDefinition& definition : definitions)
    put_definition(definition, section);
  ByteSink out;
  put_section(section.view(), 0, out);
  return std::move(out).take();
}

Result<std::vector<SeriesDefinition>> decode_catalog(std::string_view bytes) {
  TM_TRY(ByteSource in, open_section(bytes, kCatalogMagic));
  TM_TRY(const std::uint64_t count, in.varint());
  std::vector<SeriesDefinition> out;
  for (std::uint64_t i = 0; i < count; ++i) {
    TM_TRY(auto definition, get_definition(in));
    out.push_back(std::move(definition));
  }
  if (!in.empty()) return fail(Errc::corrupt, "catalog has bytes behind its end");
  return out;
}

}  // namespace tidemark::store
