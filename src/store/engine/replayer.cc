#include "store/engine/replayer.h"

#include <fmt/format.h>

#include "base/log.h"

namespace tidemark::store {
namespace {

/// Records that may wait in the shards' queues while reading goes on.
constexpr std::size_t kWindowRecords = 256;

}  // namespace

Result<void> Replayer::replay(const Record& record) {
  if (record.type == RecordType::batch) replay_batch(record);
  if (record.type == RecordType::note) replay_note(record);
  if (++unwaited_ >= kWindowRecords) finish();
  return {};
}

void Replayer::finish() {
  wait_for(shards_);
  unwaited_ = 0;
}

void Replayer::lose(const Record& record, const std::string& why) {
  meter_.counter("tidemark_store_log_lost_records_total").add();
  log(LogLevel::error,
      "a record of the log, or a part of it, cannot be replayed",
      {{"sequence", fmt::format("{}", record.sequence)}, {"why", why}});
}

SeriesEntry* Replayer::entry_of(const LoggedSeries& series) {
  SeriesEntry* entry = catalog_.by_id(series.id);
  if (entry == nullptr) {
    // Its definition was in a record that is lost. The id stays used up.
    catalog_.keep_ids_below(static_cast<std::uint64_t>(series.id) + 1);
    return nullptr;
  }
  return entry->definition.kind == series.kind ? entry : nullptr;
}

void Replayer::replay_batch(const Record& record) {
  auto batch = decode_batch(record.payload);
  if (!batch) return lose(record, batch.error().what);
  for (SeriesDefinition& definition : batch->definitions) {
    definition.shard = shard_of(definition.key, catalog_.shards());
    const auto restored = catalog_.restore(std::move(definition));
    if (!restored) lose(record, restored.error().what);
  }
  auto entered = std::make_shared<LogRecord>();
  entered->sequence = record.sequence;
  entered->received_at = record.received_at;
  entered->batch.series.resize(batch->series.size());
  for (std::size_t i = 0; i < batch->series.size(); ++i) {
    LoggedSeries& series = batch->series[i];
    SeriesEntry* entry = entry_of(series);
    if (entry == nullptr) {
      lose(record, fmt::format("series {} is unknown", static_cast<std::uint64_t>(series.id)));
      continue;
    }
    entered->batch.series[i].samples = std::move(series.samples);
    add_to_part(entered.get(), entry, entered->batch.series[i].samples);
  }
  post(entered);
  if (!batch->invocation_id.empty()) {
    (void)invocations_.accept({batch->invocation_id, record.received_at, record.sequence});
  }
}

void Replayer::replay_note(const Record& record) {
  auto entered = std::make_shared<LogRecord>();
  entered->type = RecordType::note;
  entered->sequence = record.sequence;
  entered->received_at = record.received_at;
  entered->payload = record.payload;
  for (const auto& shard : shards_) {
    shard->worker().post([entered, owner = shard.get()] { owner->enter_note(*entered, true); });
  }
}

void Replayer::post(const RecordPtr& record) {
  for (const RecordPart& part : record->parts) {
    Shard& shard = *shards_[part.shard];
    shard.worker().post([record, &part, &shard] { shard.enter(*record, part, true); });
  }
}

}  // namespace tidemark::store
