#include "store/log/recovery.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/log.h"
#include "store/log/log_end.h"

namespace tidemark::store {
namespace {

constexpr std::size_t kSegmentMaxBytes = std::size_t{4} << 30U;

class Recovery {
 public:
  Recovery(const LogPlace& place,
           const std::string& quarantine,
           std::uint64_t after,
           const std::function<Result<void>(const Record&)>& visit)
      : place_(place), quarantine_(quarantine), visit_(visit), end_(load_log_end(place)) {
    out_.last_sequence = after;
  }

  Result<RecoveredLog> run(bool accept_loss) {
    TM_TRY(const auto numbers, list_segments());
    TM_TRY_VOID(check_end(numbers, accept_loss));
    for (const std::uint64_t number : numbers) {
      out_.highest_number = std::max(out_.highest_number, number);
      TM_TRY_VOID(take_segment(number, number == numbers.back()));
    }
    return std::move(out_);
  }

 private:
  /// Ascending; leftovers of unfinished writes are removed.
  Result<std::vector<std::uint64_t>> list_segments() {
    TM_TRY(const auto names, place_.files.list(place_.directory));
    std::vector<std::uint64_t> numbers;
    for (const std::string& name : names) {
      std::uint64_t number = 0;
      std::from_chars(name.data(), name.data() + name.size(), number);
      if (name == segment_name(number)) {
        numbers.push_back(number);
      } else if (name.ends_with(".tmp")) {
        TM_TRY_VOID(place_.files.remove(place_.directory + "/" + name));
      }
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  }

  Result<void> check_end(const std::vector<std::uint64_t>& numbers, bool accept_loss) {
    if (!end_ || (!numbers.empty() && numbers.back() >= end_->number)) return {};
    const std::string path = segment_path(place_, end_->number);
    if (!accept_loss) {
      return fail(Errc::corrupt,
                  fmt::format("{} is missing: samples that were acknowledged are in it. Put it "
                              "back, or start once with --accept-loss to go on without them",
                              path));
    }
    log(LogLevel::error,
        "the newest log segment is missing; its records are lost",
        {{"file", path}, {"first", fmt::format("{}", end_->first_sequence)}});
    out_.end_is_missing = true;
    ++out_.lost_records;  // how many more is not known
    out_.highest_number = end_->number;
    return {};
  }

  Result<void> take_segment(std::uint64_t number, bool is_last) {
    const std::string path = segment_path(place_, number);
    TM_TRY(const std::string bytes, read_file(place_.files, path, kSegmentMaxBytes));
    const auto scan = scan_segment(bytes, place_.store_uuid);
    if (!scan) {
      log(LogLevel::error,
          "log segment is unreadable; its records are lost",
          {{"file", path}, {"why", scan.error().what}, {"copy_in", quarantine_}});
      ++out_.damaged_segments;
      TM_TRY_VOID(put_in_quarantine(number, bytes));
      return drop(number);
    }
    const bool damaged = scan->damaged_bytes > 0 || (scan->tail_bytes > 0 && !is_last);
    if (damaged) TM_TRY_VOID(keep_damaged(number, *scan, bytes));
    if (!damaged && scan->tail_bytes > 0) note_torn_tail(path, scan->tail_bytes);
    const std::uint64_t lost_before = out_.lost_records;
    TM_TRY(const auto kept, visit_records(scan->records));
    if (kept.empty()) return drop(number);
    const bool unsure = is_last && kept.back().type != RecordType::close;
    if (damaged || unsure || scan->tail_bytes > 0 || out_.lost_records != lost_before) {
      TM_TRY(const LogSegment segment, rewrite_segment(place_, number, kept));
      out_.segments.push_back(segment);
    } else {
      out_.segments.push_back({number, bytes.size(), kept.back().sequence});
    }
    return {};
  }

  Result<void> keep_damaged(std::uint64_t number, const SegmentScan& scan, std::string_view bytes) {
    log(LogLevel::error,
        "log segment is damaged; what can be read is kept",
        {{"file", segment_path(place_, number)},
         {"bytes", fmt::format("{}", scan.damaged_bytes + scan.tail_bytes)},
         {"copy_in", quarantine_}});
    ++out_.damaged_segments;
    return put_in_quarantine(number, bytes);
  }

  void note_torn_tail(const std::string& path, std::size_t bytes) {
    out_.torn_bytes += bytes;
    log(LogLevel::warn,
        "cut an unfinished write off the end of the log",
        {{"file", path}, {"bytes", fmt::format("{}", bytes)}});
  }

  /// The records that are still wanted, with a gap record in front of each jump.
  Result<std::vector<Record>> visit_records(const std::vector<Record>& records) {
    std::vector<Record> kept;
    for (const Record& record : records) {
      if (record.sequence <= out_.last_sequence) continue;
      const std::uint64_t lost = record.sequence - out_.last_sequence - 1;
      if (record.type != RecordType::gap && lost > 0) {
        out_.lost_records += lost;
        log(LogLevel::error,
            "records of the log are lost",
            {{"first", fmt::format("{}", out_.last_sequence + 1)},
             {"last", fmt::format("{}", record.sequence - 1)}});
        kept.push_back({record.sequence - 1, record.received_at, RecordType::gap, {}});
      }
      out_.last_sequence = record.sequence;
      kept.push_back(record);
      TM_TRY_VOID(visit_(record));
    }
    return kept;
  }

  Result<void> put_in_quarantine(std::uint64_t number, std::string_view bytes) {
    TM_TRY_VOID(place_.files.make_dirs(quarantine_));
    return write_file_atomically(place_.files, quarantine_ + "/" + segment_name(number), bytes);
  }

  Result<void> drop(std::uint64_t number) {
    // First, so that a crash in between does not make it a missing one.
    if (end_ && number >= end_->number) TM_TRY_VOID(forget_log_end(place_));
    TM_TRY_VOID(place_.files.remove(segment_path(place_, number)));
    return place_.files.sync_dir(place_.directory);
  }

  const LogPlace& place_;
  const std::string& quarantine_;
  const std::function<Result<void>(const Record&)>& visit_;
  const std::optional<LogEnd> end_;
  RecoveredLog out_;
};

}  // namespace

Result<RecoveredLog> recover_log(const LogPlace& place,
                                 const std::string& quarantine,
                                 std::uint64_t after,
                                 bool accept_loss,
                                 const std::function<Result<void>(const Record&)>& visit) {
  return Recovery(place, quarantine, after, visit).run(accept_loss);
}

}  // namespace tidemark::store
