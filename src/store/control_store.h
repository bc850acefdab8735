#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "model/control_store.h"

namespace tidemark::store {

/// The ControlStore of a data folder.
class ControlDatabase : public ControlStore {
 public:
  /// A few times a second: moves changes out of the write-ahead log once none came for a while, so
  /// that damage to that file costs the newest at most.
  virtual void tick(Instant now) = 0;
  /// UUID of the sample store that it belongs to; "": not known yet.
  virtual Result<std::string> samples() = 0;
  virtual Result<void> set_samples(const std::string& uuid) = 0;
  /// Transactions that were acknowledged before this start and are not there: its write-ahead log
  /// was damaged or lost.
  [[nodiscard]] virtual std::int64_t lost_commits() const = 0;
};

/// Opens (or creates, readable by its owner only) the control database at `path`: SQLite with a
/// write-ahead log, each commit synced to disk before its `done` is called. Commits that wait
/// together share one sync, each of them still whole or not at all. Reads see every commit whose
/// `done` was called, and may be made from any thread. One process at a time.
///
/// A database that a newer version wrote, or a file that is no control database, is refused in one
/// line and left as it is; so is, as `Errc::not_found`, with `must_exist` one that is missing or
/// empty. After a failed sync nothing more is written until the next start: what the disk holds is
/// not known then. Files: docs/formats/control.md.
Result<std::unique_ptr<ControlDatabase>> make_sqlite_control_store(const std::string& path,
                                                                   bool must_exist = false);

}  // namespace tidemark::store
