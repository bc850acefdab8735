#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tidemark {

/// A file being written front to back.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  /// Appends all bytes or fails (`Errc::io`, with errno's text). After a failure the file's end is
  /// not known: the caller must not append again.
  virtual Result<void> append(std::string_view bytes) = 0;
  /// fdatasync. After a failure the bytes may be lost although they can still be read: never
  /// acknowledge on it, never sync the same file again (Rebello et al., USENIX ATC 2020).
  virtual Result<void> sync() = 0;
  virtual Result<void> close() = 0;
};

/// A file read by offset. Safe to use from several threads.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  /// Exactly `size` bytes from `offset`; fewer there: `Errc::corrupt`.
  [[nodiscard]] virtual Result<std::string> read(std::uint64_t offset, std::size_t size) const = 0;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
};

/// Held until destroyed; see FileSystem::lock.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

/// Every byte the store keeps goes through this, so that tests can cut the power at any write.
/// Paths are plain; relative to the process or absolute. Directories end without a slash.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  /// Creates or empties the file. It survives a power cut only after sync() and sync_dir().
  virtual Result<std::unique_ptr<WritableFile>> create(const std::string& path) = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<ReadableFile>> open(const std::string& path) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& path) = 0;
  /// Removes a directory with all that is in it.
  virtual Result<void> remove_all(const std::string& path) = 0;
  /// Creates missing parents too; an existing directory is fine.
  virtual Result<void> make_dirs(const std::string& path) = 0;
  /// Makes creations, renames and removals in `path` durable.
  virtual Result<void> sync_dir(const std::string& path) = 0;
  /// Names (not paths) in `path`, sorted.
  [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
  [[nodiscard]] virtual bool exists(const std::string& path) = 0;
  /// True if others than the file's owner and group may read it: no place for a secret.
  [[nodiscard]] virtual Result<bool> others_may_read(const std::string& path) = 0;
  /// True if it is a file that this process may run as a program.
  [[nodiscard]] virtual bool may_execute(const std::string& path) = 0;
  /// An exclusive lock on `path` (created if absent); held by another process: `Errc::exists`
  /// with the holder's pid in `what`.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
  /// Bytes a non-root user may still write on the disk that holds `path`.
  [[nodiscard]] virtual Result<std::uint64_t> free_bytes(const std::string& path) = 0;
  /// Size of that disk.
  [[nodiscard]] virtual Result<std::uint64_t> total_bytes(const std::string& path) = 0;
};

std::unique_ptr<FileSystem> make_posix_file_system();

/// Whole file as text. Larger than `max_bytes`: `Errc::limit`.
Result<std::string> read_file(FileSystem& files,
                              const std::string& path,
                              std::size_t max_bytes = std::size_t{1} << 30U);
/// Writes `path`.tmp, syncs, renames over `path`, syncs the directory: all of it or none of it.
Result<void> write_file_atomically(FileSystem& files,
                                   const std::string& path,
                                   std::string_view bytes);

}  // namespace tidemark
