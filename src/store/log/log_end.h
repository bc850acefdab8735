#pragma once

#include <cstdint>
#include <optional>

#include "store/log/log_writer.h"

namespace tidemark::store {

/// Which segment was begun last: kept beside the log, since a log that is missing its end looks
/// whole by itself (docs/formats/log.md).
struct LogEnd {
  std::uint64_t number = 0;
  std::uint64_t first_sequence = 0;
};

/// nullopt: not known. A damaged file is warned of, and is then as one that is not there.
std::optional<LogEnd> load_log_end(const LogPlace& place);
/// Once the segment is durable, and before anything is written to it.
Result<void> save_log_end(const LogPlace& place, const LogEnd& end);
/// Before that segment is removed.
Result<void> forget_log_end(const LogPlace& place);

}  // namespace tidemark::store
