#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tidemark::store::control {

/// How many transactions a control database has had, in a file beside it (docs/formats/control.md).
/// Written after each of them and never synced: what the kernel has, it keeps also when the
/// process is killed. After a power cut the number may be an older one; it is never a newer one
/// than the database had. So a database that has fewer has lost some.
class CommitCount {
 public:
  /// A file that cannot be opened is warned of: then nothing is kept.
  explicit CommitCount(const std::string& path);
  ~CommitCount();
  CommitCount(const CommitCount&) = delete;
  CommitCount& operator=(const CommitCount&) = delete;

  /// nullopt: not known.
  [[nodiscard]] std::optional<std::int64_t> read() const;
  void write(std::int64_t count) const;

 private:
  int file_ = -1;
};

}  // namespace tidemark::store::control
