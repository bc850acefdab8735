#include "store/engine/committer.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/crc32c.h"
#include "base/log.h"

namespace tidemark::store {
namespace {

constexpr const char* kLogFailed =
    "the log could not be written; nothing is taken until the next start";

}  // namespace

Committer::Committer(const StoreOptions& options,
                     const StoreDeps& deps,
                     Shards& shards,
                     std::unique_ptr<LogWriter> writer,
                     std::uint64_t last_sequence)
    : options_(options),
      clock_(deps.clock),
      meter_(deps.meter),
      shards_(shards),
      next_sequence_(last_sequence + 1),
      entered_(last_sequence),
      writer_(std::move(writer)),
      written_sequence_(last_sequence),
      worker_("tm-log") {}

Committer::~Committer() {
  stop();
}

template <typename F>
void Committer::for_each_shard_of(const LogRecord& record, F f) {
  if (record.type == RecordType::note) {
    for (const auto& shard : shards_)
      f(*shard, nullptr);
    return;
  }
  for (const RecordPart& part : record.parts)
    f(*shards_[part.shard], &part);
}

Result<void> Committer::submit(const RecordPtr& record) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return fail(Errc::unavailable, "the store is stopping");
  if (failed_) return fail(Errc::unavailable, kLogFailed);
  const std::size_t bytes = record->payload.size() + kFrameBytes;
  if (waiting_.size() >= options_.log_queue_records ||
      waiting_bytes_ + bytes > std::max(options_.log_queue_bytes, bytes)) {
    return fail(Errc::overloaded, "too many requests wait for the disk");
  }
  record->sequence = next_sequence_++;
  record->received_at = clock_.wall();
  waiting_.push_back(record);
  waiting_bytes_ += bytes;
  if (!scheduled_) {
    scheduled_ = true;
    worker_.post([this] { drain(); });
  }
  return {};
}

void Committer::drain() {
  std::vector<RecordPtr> records;
  {
    const std::lock_guard lock(mutex_);
    records.swap(waiting_);
    waiting_bytes_ = 0;
    scheduled_ = false;
  }
  if (records.empty()) return;
  if (failed_) return fail_all(records, {Errc::unavailable, kLogFailed});
  if (const auto written = write_out(records); !written) return fail_all(records, written.error());
  for (const RecordPtr& record : records)
    deliver(record);
}

Result<void> Committer::write_out(const std::vector<RecordPtr>& records) {
  if (writer_->is_full()) TM_TRY_VOID(roll());
  ByteSink frames;
  for (const RecordPtr& record : records) {
    put_frame({record->sequence, record->received_at, record->type, record->payload},
              record->payload_crc,
              writer_->salt(),
              frames);
  }
  unsynced_ = true;
  TM_TRY_VOID(writer_->append(frames.view(), records.back()->sequence));
  written_sequence_ = records.back()->sequence;
  if (options_.memory_ack) return {};
  return sync();
}

Result<void> Committer::sync() {
  const Instant start = clock_.now();
  TM_TRY_VOID(writer_->sync());
  unsynced_ = false;
  meter_.counter("tidemark_store_log_syncs_total").add();
  meter_.counter("tidemark_store_log_sync_seconds_total")
      .add(std::chrono::duration<double>(clock_.now() - start).count());
  return {};
}

void Committer::fail_all(const std::vector<RecordPtr>& records, const Error& cause) {
  // What the disk holds of these is not known: they are neither acknowledged nor tried again, and
  // the segment is never written or synced again.
  if (!failed_.exchange(true)) {
    log(LogLevel::error, "the log failed; the store is read-only", {{"why", cause.what}});
    meter_.counter("tidemark_store_log_failed").set(1);
  }
  const Error error{Errc::unavailable, kLogFailed};  // the cause names folders; clients read this
  for (const RecordPtr& record : records) {
    for_each_shard_of(*record, [](Shard& shard, const RecordPart*) { shard.worker().release(); });
    record->finish(*record, tl::unexpected(error));
  }
}

void Committer::deliver(const RecordPtr& record) {
  begin(record->sequence);
  const bool is_note = record->type == RecordType::note;
  const std::size_t shards = is_note ? shards_.size() : record->parts.size();
  if (shards == 0) {
    end(record->sequence);
    record->finish(*record, {});
    return;
  }
  record->shards_left = shards;
  for_each_shard_of(*record, [&](Shard& shard, const RecordPart* part) {
    shard.worker().post_reserved([this, record, part, owner = &shard] {
      if (part == nullptr) {
        owner->enter_note(*record, false);
      } else {
        owner->enter(*record, *part, false);
      }
      part_entered(record);
    });
  });
}

void Committer::part_entered(const RecordPtr& record) {
  if (record->shards_left.fetch_sub(1) != 1) return;
  end(record->sequence);
  record->finish(*record, {});
}

void Committer::begin(std::uint64_t sequence) {
  const std::lock_guard lock(progress_mutex_);
  in_flight_.push_back({sequence, false});
}

void Committer::end(std::uint64_t sequence) {
  const std::lock_guard lock(progress_mutex_);
  const auto at = std::lower_bound(
      in_flight_.begin(), in_flight_.end(), sequence, [](const Pending& each, std::uint64_t value) {
        return each.sequence < value;
      });
  at->finished = true;
  while (!in_flight_.empty() && in_flight_.front().finished) {
    entered_ = in_flight_.front().sequence;
    in_flight_.pop_front();
  }
}

Result<void> Committer::roll() {
  if (writer_->is_empty()) return {};
  if (unsynced_) TM_TRY_VOID(sync());
  return writer_->begin_segment(written_sequence_ + 1);
}

Result<std::uint64_t> Committer::cut(const std::function<void()>& at_cut) {
  return worker_.ask([&]() -> Result<std::uint64_t> {
    drain();
    if (failed_ || ended_) return fail(Errc::unavailable, failed_ ? kLogFailed : "stopped");
    if (const auto rolled = roll(); !rolled) {
      fail_all({}, rolled.error());
      return tl::unexpected(rolled.error());
    }
    at_cut();
    return written_sequence_;
  });
}

Result<void> Committer::trim(std::uint64_t up_to_sequence) {
  return worker_.ask([&] { return writer_->trim(up_to_sequence); });
}

void Committer::sync_soon() {
  worker_.post([this] {
    if (!unsynced_ || failed_) return;
    if (const auto synced = sync(); !synced) fail_all({}, synced.error());
  });
}

void Committer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  worker_.ask([this] {
    drain();
    if (ended_ || failed_) return;
    ended_ = true;
    ByteSink frame;
    const Record close{written_sequence_ + 1, clock_.wall(), RecordType::close, {}};
    put_frame(close, crc32c({}), writer_->salt(), frame);
    auto closed = writer_->append(frame.view(), close.sequence);
    if (closed) closed = sync();
    if (closed) closed = writer_->close();
    if (!closed) log(LogLevel::error, "the log was not closed", {{"why", closed.error().what}});
  });
}

}  // namespace tidemark::store
