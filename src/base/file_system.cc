#include "base/file_system.h"

#include <fmt/format.h>

namespace tidemark {
namespace {

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<std::string> read_file(FileSystem& files, const std::string& path, std::size_t max_bytes) {
  TM_TRY(const auto file, files.open(path));
  if (file->size() > max_bytes) {
    return fail(Errc::limit,
                fmt::format("{} has {} bytes, limit {}", path, file->size(), max_bytes));
  }
  return file->read(0, file->size());
}

Result<void> write_file_atomically(FileSystem& files,
                                   const std::string& path,
                                   std::string_view bytes) {
  const std::string temporary = path + ".tmp";
  TM_TRY(const auto file, files.create(temporary));
  TM_TRY_VOID(file->append(bytes));
  TM_TRY_VOID(file->sync());
  TM_TRY_VOID(file->close());
  TM_TRY_VOID(files.rename(temporary, path));
  return files.sync_dir(directory_of(path));
}

}  // namespace tidemark
