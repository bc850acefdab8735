#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "store/control/sqlite.h"

namespace tidemark::store::control {

/// Number kept in the database header (user_version); rises with each change of the tables.
inline constexpr int kSchemaVersion = 3;

/// Opens the database for writing, creates or brings up its tables, and sets durability. `path` is
/// created with mode 0600 when absent. `must_exist`: one that is absent or has no tables is
/// `Errc::not_found` and left as it is, with its write-ahead log.
Result<Database> open_writer(const std::string& path, bool must_exist);
/// A second connection that cannot write. After open_writer.
Result<Database> open_reader(const std::string& path);

/// Moves what the write-ahead log holds into the database and empties it. False: a reader was in
/// the way, try again.
Result<bool> empty_log(Database& database);
/// Bytes of the write-ahead log.
std::uint64_t log_bytes(const std::string& path);

}  // namespace tidemark::store::control
