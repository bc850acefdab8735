#include "judge/always/board.h"

namespace tidemark::judge {

void AlwaysOnBoard::publish(std::size_t shard, const AlwaysOnStatus& status, Meter& meter) {
  AlwaysOnStatus& known = shards_[shard];
  const auto count = [&](const char* name, auto AlwaysOnCounts::* member) {
    // A difference: the sum of all shards is told.
    meter.counter(name).add(static_cast<double>(status.counts.*member) -
                            static_cast<double>(known.counts.*member));
  };
  count("tidemark_always_on_series", &AlwaysOnCounts::series);
  count("tidemark_always_on_left_out_total{reason=\"late\"}", &AlwaysOnCounts::late);
  count("tidemark_always_on_left_out_total{reason=\"early\"}", &AlwaysOnCounts::early);
  count("tidemark_always_on_left_out_total{reason=\"limit\"}", &AlwaysOnCounts::refused);
  known = status;
}

std::optional<Timestamp> AlwaysOnBoard::earliest(std::optional<Timestamp> other) const {
  for (const auto& [shard, status] : shards_) {
    if (status.next_due && (!other || *status.next_due < *other)) other = status.next_due;
  }
  return other;
}

}  // namespace tidemark::judge
