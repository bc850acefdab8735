#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "store/log/log_writer.h"

namespace tidemark::store {

struct RecoveredLog {
  std::vector<LogSegment> segments;  // what is on disk now, all of it durable and without faults
  std::uint64_t last_sequence = 0;   // at least `after`
  std::uint64_t highest_number = 0;  // of any segment seen
  std::uint64_t lost_records = 0;    // found lost now, not in earlier recoveries
  std::uint64_t torn_bytes = 0;      // cut off behind the last record
  std::size_t damaged_segments = 0;
  bool end_is_missing = false;  // only with `accept_loss`
};

/// Reads the log in order and hands each record newer than `after` to `visit`. A torn tail is cut
/// off; corruption with valid records behind it is skipped, logged as an error, and the segment
/// copied to `quarantine` first. What is not known to be durable (the last segment, unless the
/// store was stopped in order) and what was damaged is written anew: never synced again as it is
/// (Rebello et al., USENIX ATC 2020). The newest segment is missing: `Errc::corrupt`, or, with
/// `accept_loss`, an error in the program's log.
Result<RecoveredLog> recover_log(const LogPlace& place,
                                 const std::string& quarantine,
                                 std::uint64_t after,
                                 bool accept_loss,
                                 const std::function<Result<void>(const Record&)>& visit);

}  // namespace tidemark::store
