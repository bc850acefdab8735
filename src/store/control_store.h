#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "model/control_store.h"

namespace tidemark::store {

/// Opens (or creates, readable by its owner only) the control database at `path`: SQLite with a
/// write-ahead log, each commit synced to disk before its `done` is called. Commits that wait
/// together share one sync, each of them still whole or not at all. Reads see every commit whose
/// `done` was called, and may be made from any thread. One process at a time.
///
/// A database that a newer version wrote, or a file that is no control database, is refused in one
/// line and left as it is. After a failed sync nothing more is written until the next start: what
/// the disk holds is not known then.
Result<std::unique_ptr<ControlStore>> make_sqlite_control_store(const std::string& path);

}  // namespace tidemark::store
