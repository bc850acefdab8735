#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "model/control_store.h"
#include "store/control/sqlite.h"

namespace tidemark::store::control {

/// One commit() of a caller: all of `changes` or none.
struct Commit {
  std::vector<ControlChange> changes;
  ControlStore::Done done;
};

struct Written {
  std::vector<Result<void>> results;  ///< one for each commit: durable, or why not
  bool unsynced = false;              ///< a sync failed: what the disk holds is not known
};

/// Writes the commits in one transaction with one sync, and says for each whether it is durable.
/// One that fails leaves nothing behind and does not touch its neighbours. When the transaction as
/// a whole fails (disk full, say), each commit is tried once more by itself.
Written write_together(Database& database, std::span<const Commit> commits);

/// Removes the rows of every table; what the database is, it stays.
Result<void> clear_tables(Database& database);

}  // namespace tidemark::store::control
