#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/file_system.h"
#include "base/meter.h"
#include "base/random.h"
#include "base/time.h"

namespace tidemark::store {

/// Everything about a SampleStore that can be chosen. The defaults suit a small server.
struct StoreOptions {
  /// Where all files go; created if absent. One process at a time.
  std::string directory;
  /// Workers that own the heads. Fixed when the directory is created; later values are ignored.
  std::size_t shards = 2;
  /// UUID of the store that the rest of the data folder belongs to; "": any. Another one, or none
  /// here, is `Errc::corrupt`.
  std::string expected_uuid;
  /// Go on where what was acknowledged is known to be missing (`--accept-loss`).
  bool accept_loss = false;
  /// Answer before the log record is synced (trust.md 3.1, `memory`). A power cut then loses what
  /// came since the last tick().
  bool memory_ack = false;

  /// Batches that may wait for a shard, and records and bytes that may wait for the disk. Beyond:
  /// `Errc::overloaded`.
  std::size_t shard_queue_batches = 4096;
  std::size_t log_queue_records = 4096;
  std::size_t log_queue_bytes = std::size_t{64} << 20U;
  /// A log segment is closed once it is larger than this.
  std::size_t log_segment_bytes = std::size_t{64} << 20U;

  /// Series, derived ones not counted, that may exist. Beyond: `Errc::limit`.
  std::size_t series_max = 1'000'000;
  std::size_t batch_samples_max = 500'000;
  /// Of a batch's log record.
  std::size_t batch_bytes_max = std::size_t{32} << 20U;
  std::size_t invocation_id_max_bytes = 256;
  std::size_t note_bytes_max = std::size_t{8} << 20U;
  /// How long a request's invocation id is known again (data time).
  Duration invocation_memory = std::chrono::minutes(15);
  /// More than that many: the oldest are forgotten early.
  std::size_t invocation_ids_max = 1'000'000;

  /// Blocks whose newest sample is older than this (data time) are removed by tick(); 0 = never.
  Duration retention{0};
  /// tick() starts a flush in the background when one of these is reached; 0 = not for this reason.
  std::uint64_t flush_log_bytes = std::uint64_t{256} << 20U;
  std::uint64_t flush_head_samples = 20'000'000;
  Duration flush_interval = std::chrono::hours(2);  // machine time

  /// Writes are refused (`Errc::unavailable`, "disk full: …") while less than the larger of the two
  /// is free, and a tenth more once they are. Looked at once a second at most.
  std::uint64_t disk_reserve_bytes = std::uint64_t{1} << 30U;
  double disk_reserve_fraction = 0.02;
};

/// What a store is given from outside; all of it must outlive the store.
struct StoreDeps {
  FileSystem& files;
  const Clock& clock;
  Random& random;
  Meter& meter;
};

/// Room on the disk as it was last looked at.
struct DiskState {
  std::uint64_t free_bytes = 0;
  std::uint64_t needed_bytes = 0;  ///< below it, samples are refused
  bool is_full = false;
};

/// How much there is, for people and metrics.
struct StoreStatistics {
  std::size_t series = 0;
  std::size_t derived_series = 0;
  std::uint64_t log_bytes = 0;
  std::size_t log_segments = 0;
  std::size_t blocks = 0;
  std::uint64_t block_bytes = 0;
  std::uint64_t head_samples = 0;
  std::uint64_t sequence = 0;             ///< see Reader::sequence
  std::uint64_t checkpoint_sequence = 0;  ///< everything up to it is durable in blocks
  /// The log could not be written or synced: no write is taken until the next start.
  bool log_failed = false;
  DiskState disk;
};

}  // namespace tidemark::store
