#pragma once

#include <string>

#include "base/result.h"
#include "store/control/sqlite.h"

namespace tidemark::store::control {

/// Number kept in the database header (user_version); rises with each change of the tables.
inline constexpr int kSchemaVersion = 2;

/// Opens the database for writing, creates or brings up its tables, and sets durability. `path` is
/// created with mode 0600 when absent.
Result<Database> open_writer(const std::string& path);
/// A second connection that cannot write. After open_writer.
Result<Database> open_reader(const std::string& path);

}  // namespace tidemark::store::control
