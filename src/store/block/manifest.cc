#include "store/block/manifest.h"

#include <array>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "base/log.h"
#include "store/block/block_format.h"
#include "store/log/frame.h"

namespace tidemark::store {
namespace {

constexpr std::string_view kMagic = "TMMAN\r\n\x1a";
constexpr std::uint32_t kVersion = 1;
constexpr std::array<const char*, 2> kNames{"/MANIFEST", "/MANIFEST.2"};
constexpr std::size_t kNameMaxBytes = 255;

void put_file(const FileRef& file, ByteSink& out) {
  out.text(file.name);
  out.varint(file.size_bytes);
  out.u32(file.crc);
}

Result<FileRef> get_file(ByteSource& in) {
  FileRef file;
  TM_TRY(const auto name, in.text(kNameMaxBytes));
  if (name.empty() || name.find('/') != std::string_view::npos) {
    return fail(Errc::corrupt, "manifest names a file with a slash or without a name");
  }
  file.name = name;
  TM_TRY(file.size_bytes, in.varint());
  TM_TRY(file.crc, in.u32());
  return file;
}

void put_block(const BlockInfo& block, ByteSink& out) {
  put_file(block.file, out);
  out.text(block.uuid);
  out.i64(block.first.ns());
  out.i64(block.last.ns());
  out.varint(block.first_sequence);
  out.varint(block.last_sequence);
  out.varint(block.series);
  out.varint(block.samples);
}

Result<BlockInfo> get_block(ByteSource& in) {
  BlockInfo block;
  TM_TRY(block.file, get_file(in));
  TM_TRY(const auto uuid, in.text(kUuidBytes));
  block.uuid = uuid;
  TM_TRY(const std::int64_t first, in.i64());
  TM_TRY(const std::int64_t last, in.i64());
  block.first = Timestamp::from_ns(first);
  block.last = Timestamp::from_ns(last);
  TM_TRY(block.first_sequence, in.varint());
  TM_TRY(block.last_sequence, in.varint());
  TM_TRY(block.series, in.varint());
  TM_TRY(block.samples, in.varint());
  return block;
}

}  // namespace

std::string encode_manifest(const Manifest& manifest) {
  ByteSink section;
  section.raw(kMagic);
  section.u32(kVersion);
  section.text(manifest.store_uuid);
  section.varint(manifest.shards);
  section.varint(manifest.generation);
  section.varint(manifest.sequence);
  section.u8(manifest.checkpoint ? 1 : 0);
  if (manifest.checkpoint) put_file(*manifest.checkpoint, section);
  section.varint(manifest.catalogs.size());
  for (const FileRef& file : manifest.catalogs)
    put_file(file, section);
  section.varint(manifest.blocks.size());
  for (const BlockInfo& block : manifest.blocks)
    put_block(block, section);
  ByteSink out;
  put_section(section.view(), 0, out);
  return std::move(out).take();
}

Result<Manifest> decode_manifest(std::string_view bytes) {
  TM_TRY(const auto section, get_section(bytes, 0));
  ByteSource in(section);
  TM_TRY(const auto magic, in.raw(kMagic.size()));
  if (magic != kMagic) return fail(Errc::corrupt, "not a manifest");
  TM_TRY(const std::uint32_t version, in.u32());
  if (version != kVersion) {
    return fail(Errc::corrupt,
                fmt::format("manifest has format {}, known is {}", version, kVersion));
  }
  Manifest manifest;
  TM_TRY(const auto uuid, in.text(kUuidBytes));
  manifest.store_uuid = uuid;
  TM_TRY(const std::uint64_t shards, in.varint());
  if (uuid.size() != kUuidBytes || shards == 0 || shards > kMaxShards) {
    return fail(Errc::corrupt, "manifest has a wrong store id or number of shards");
  }
  manifest.shards = static_cast<std::uint32_t>(shards);
  TM_TRY(manifest.generation, in.varint());
  TM_TRY(manifest.sequence, in.varint());
  TM_TRY(const std::uint8_t has_checkpoint, in.u8());
  if (has_checkpoint > 1) return fail(Errc::corrupt, "manifest has an unknown flag");
  if (has_checkpoint == 1) {
    TM_TRY(manifest.checkpoint, get_file(in));
  }
  TM_TRY(const std::uint64_t catalogs, in.varint());
  for (std::uint64_t i = 0; i < catalogs; ++i) {
    TM_TRY(auto file, get_file(in));
    manifest.catalogs.push_back(std::move(file));
  }
  TM_TRY(const std::uint64_t blocks, in.varint());
  for (std::uint64_t i = 0; i < blocks; ++i) {
    TM_TRY(auto block, get_block(in));
    manifest.blocks.push_back(std::move(block));
  }
  if (!in.empty()) return fail(Errc::corrupt, "manifest has bytes behind its end");
  return manifest;
}

Result<std::optional<LoadedManifest>> load_manifest(FileSystem& files,
                                                    const std::string& directory) {
  std::optional<LoadedManifest> best;
  std::optional<Error> fault;
  for (const char* name : kNames) {
    const std::string path = directory + name;
    if (!files.exists(path)) continue;
    auto manifest = read_file(files, path).and_then(decode_manifest);
    if (!manifest) {
      fault = Error{manifest.error().code, path + ": " + manifest.error().what};
      log(LogLevel::error, "a copy of the manifest is damaged", {{"why", fault->what}});
    } else if (!best) {
      best = LoadedManifest{std::move(*manifest), false};
    } else if (manifest->generation == best->manifest.generation) {
      best->copies_agree = true;
    } else if (manifest->generation > best->manifest.generation) {
      best->manifest = std::move(*manifest);
    }
  }
  if (!best && fault) return tl::unexpected(*fault);
  return best;
}

Result<void> save_manifest(FileSystem& files,
                           const std::string& directory,
                           const Manifest& manifest) {
  const std::string bytes = encode_manifest(manifest);
  for (const char* name : kNames)
    TM_TRY_VOID(write_file_atomically(files, directory + name, bytes));
  return {};
}

Result<std::string> read_checked(FileSystem& files,
                                 const std::string& directory,
                                 const FileRef& file) {
  const std::string path = directory + "/" + file.name;
  TM_TRY(auto bytes, read_file(files, path));
  if (bytes.size() != file.size_bytes || crc32c(bytes) != file.crc) {
    return fail(Errc::corrupt, path + ": the file's checksum does not fit");
  }
  return bytes;
}

Result<FileRef> write_referenced(FileSystem& files,
                                 const std::string& directory,
                                 const std::string& name,
                                 std::string_view bytes) {
  TM_TRY_VOID(write_file_atomically(files, directory + "/" + name, bytes));
  return FileRef{name, bytes.size(), crc32c(bytes)};
}

}  // namespace tidemark::store
