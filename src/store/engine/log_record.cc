#include "store/engine/log_record.h"

#include <algorithm>

namespace tidemark::store {

void add_to_part(LogRecord* record, SeriesEntry* entry, std::span<const Sample> samples) {
  const std::uint32_t shard = entry->definition.shard;
  auto part = std::find_if(record->parts.begin(), record->parts.end(), [&](const RecordPart& each) {
    return each.shard == shard;
  });
  if (part == record->parts.end()) {
    record->parts.push_back({shard, {}, {}});
    part = record->parts.end() - 1;
  }
  part->entries.push_back(entry);
  part->series.push_back({entry->definition.id, &entry->definition.key, samples});
}

}  // namespace tidemark::store
