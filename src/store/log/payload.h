#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "model/sample.h"
#include "store/catalog/catalog.h"

namespace tidemark::store {

/// One series of a batch record.
struct LoggedSeries {
  SeriesId id{};
  ValueKind kind = ValueKind::number;
  std::vector<Sample> samples;
};

/// Payload of a record of type `batch` (docs/formats/log.md).
struct LoggedBatch {
  std::string invocation_id;
  /// All series the batch uses that had not entered when it was written.
  std::vector<SeriesDefinition> definitions;  // `shard` is not logged: see shard_of()
  std::vector<LoggedSeries> series;
};

/// Writes a batch payload without copying samples: begin, then one add_series() for each series.
class BatchEncoder {
 public:
  BatchEncoder(std::string_view invocation_id,
               std::span<const SeriesEntry* const> definitions,
               std::size_t series);
  void add_series(SeriesId id, ValueKind kind, std::span<const Sample> samples);
  [[nodiscard]] std::string take() && { return std::move(out_).take(); }

 private:
  ByteSink out_;
  std::int64_t last_ns_ = 0;
};

Result<LoggedBatch> decode_batch(std::string_view payload);

}  // namespace tidemark::store
