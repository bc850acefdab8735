#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "model/sample.h"
#include "model/shard.h"
#include "store/catalog/catalog.h"
#include "store/log/frame.h"

namespace tidemark::store {

/// The part of a batch that belongs to one shard, in the batch's order.
struct RecordPart {
  std::uint32_t shard = 0;
  std::vector<SeriesEntry*> entries;
  std::vector<EnteredSeries> series;  // beside entries; points into LogRecord::batch
};

/// A record on its way from the client (or from the log, in replay) to the shards.
struct LogRecord {
  RecordType type = RecordType::batch;
  std::uint64_t sequence = 0;  // set when it gets its place in the log
  Timestamp received_at;       // set with it
  std::string payload;         // of the log record; a note's bytes
  std::uint32_t payload_crc = 0;
  Batch batch;
  std::vector<RecordPart> parts;
  /// Called once: the record has entered everywhere, or was never acknowledged.
  std::function<void(const LogRecord&, const Result<void>&)> finish;
  std::atomic<std::size_t> shards_left{0};
};

using RecordPtr = std::shared_ptr<LogRecord>;

/// Adds the samples of `entry` (they must live in record->batch) to its shard's part.
void add_to_part(LogRecord* record, SeriesEntry* entry, std::span<const Sample> samples);

}  // namespace tidemark::store
