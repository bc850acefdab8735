#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/meter.h"
#include "base/worker.h"
#include "store/engine/log_record.h"
#include "store/engine/shard.h"
#include "store/log/log_writer.h"
#include "store/store_options.h"

namespace tidemark::store {

/// Gives records their place in the log, makes them durable together and hands them to the shards
/// in that order. One worker writes; all records that wait for it share one fdatasync.
class Committer {
 public:
  Committer(const StoreOptions& options,
            const StoreDeps& deps,
            Shards& shards,
            std::unique_ptr<LogWriter> writer,
            std::uint64_t last_sequence);
  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  /// Takes a record for whose shards queue places are reserved. An error (`overloaded`,
  /// `unavailable`): it was not taken, the places are the caller's again, finish is not called.
  Result<void> submit(const RecordPtr& record);
  /// See Reader::sequence.
  [[nodiscard]] std::uint64_t entered() const { return entered_; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] const LogWriter& writer() const { return *writer_; }

  /// Between two records: calls `at_cut`, which posts to the shards, and returns the sequence of
  /// the record before. Everything up to it is durable and in closed segments then.
  Result<std::uint64_t> cut(const std::function<void()>& at_cut);
  Result<void> trim(std::uint64_t up_to_sequence);
  /// Syncs what is not synced (memory mode) in the background.
  void sync_soon();
  /// Refuses new records, finishes those taken, ends the log. Safe twice.
  void stop();

 private:
  struct Pending {
    std::uint64_t sequence;
    bool finished;
  };
  void drain();
  Result<void> write_out(const std::vector<RecordPtr>& records);
  Result<void> sync();
  /// Begins a new segment, unless the open one is empty; what is in the old one is durable then.
  Result<void> roll();
  void fail_all(const std::vector<RecordPtr>& records, const Error& cause);
  void deliver(const RecordPtr& record);
  void part_entered(const RecordPtr& record);
  void begin(std::uint64_t sequence);
  void end(std::uint64_t sequence);
  template <typename F>
  void for_each_shard_of(const LogRecord& record, F f);

  const StoreOptions& options_;
  const Clock& clock_;
  Meter& meter_;
  Shards& shards_;

  std::mutex mutex_;  // guards the five below
  std::vector<RecordPtr> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::uint64_t next_sequence_;
  bool scheduled_ = false;
  bool stopping_ = false;

  std::mutex progress_mutex_;  // guards in_flight_
  std::deque<Pending> in_flight_;
  std::atomic<std::uint64_t> entered_;

  // The worker's own.
  std::unique_ptr<LogWriter> writer_;
  bool unsynced_ = false;
  bool ended_ = false;
  std::uint64_t written_sequence_;
  std::atomic<bool> failed_{false};
  Worker worker_;  // last: its tasks use all above
};

}  // namespace tidemark::store
