#include "store/log/log_end.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/log.h"
#include "store/block/block_format.h"

namespace tidemark::store {
namespace {

constexpr std::string_view kMagic = "TMEND\r\n\x1a";
constexpr std::uint32_t kVersion = 1;

/// Beside the log's directory, so that a lost directory is noticed, too.
std::string path_of(const LogPlace& place) {
  return place.directory + ".end";
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

Result<LogEnd> decode(std::string_view bytes, const std::string& store_uuid) {
  TM_TRY(const auto section, get_section(bytes, 0));
  ByteSource in(section);
  TM_TRY(const auto magic, in.raw(kMagic.size()));
  TM_TRY(const std::uint32_t version, in.u32());
  if (magic != kMagic || version != kVersion) return fail(Errc::corrupt, "of an unknown format");
  TM_TRY(const auto uuid, in.text(kUuidBytes));
  if (uuid != store_uuid) return fail(Errc::corrupt, "it belongs to another store");
  LogEnd end;
  TM_TRY(end.number, in.varint());
  TM_TRY(end.first_sequence, in.varint());
  if (!in.empty()) return fail(Errc::corrupt, "bytes behind its end");
  return end;
}

}  // namespace

std::optional<LogEnd> load_log_end(const LogPlace& place) {
  const std::string path = path_of(place);
  if (!place.files.exists(path)) return std::nullopt;
  const auto end = read_file(place.files, path).and_then([&](const std::string& bytes) {
    return decode(bytes, place.store_uuid);
  });
  if (end) return *end;
  log(LogLevel::warn,
      "where the log ends is not known: a missing end would not be noticed at this start",
      {{"file", path}, {"why", end.error().what}});
  return std::nullopt;
}

Result<void> save_log_end(const LogPlace& place, const LogEnd& end) {
  ByteSink section;
  section.raw(kMagic);
  section.u32(kVersion);
  section.text(place.store_uuid);
  section.varint(end.number);
  section.varint(end.first_sequence);
  ByteSink bytes;
  put_section(section.view(), 0, bytes);
  return write_file_atomically(place.files, path_of(place), bytes.view());
}

Result<void> forget_log_end(const LogPlace& place) {
  const std::string path = path_of(place);
  if (!place.files.exists(path)) return {};
  TM_TRY_VOID(place.files.remove(path));
  return place.files.sync_dir(parent_of(path));
}

}  // namespace tidemark::store
