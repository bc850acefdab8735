#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "model/sample.h"
#include "store/block/chunk.h"

namespace tidemark::store {

/// Samples of one series that are in no block yet: sealed chunks, oldest first, and an open run of
/// few. Chunks may overlap in time (late data), so reading merges them.
class HeadSeries {
 public:
  explicit HeadSeries(ValueKind kind);

  /// Of the series' kind. An instant that is there: see merge_layers().
  void add(const Sample& sample);
  /// Appends the layers that hold samples of [from, to), oldest first; the open run is copied, the
  /// chunks are shared (cut them to the range when decoded).
  void view(Timestamp from,
            Timestamp to,
            std::vector<std::shared_ptr<const Chunk>>* chunks,
            std::vector<Sample>* open) const;
  /// Samples of [from, to), merged.
  [[nodiscard]] std::vector<Sample> read(Timestamp from, Timestamp to) const;
  /// Times of the oldest and newest sample; nullopt: empty.
  [[nodiscard]] std::optional<std::pair<Timestamp, Timestamp>> range() const;

 private:
  using Values = std::variant<std::vector<double>,
                              std::vector<Cell>,
                              std::vector<IssuedBand>,
                              std::vector<Finding>>;
  [[nodiscard]] Sample open_sample(std::size_t i) const;
  /// All but the newest sample, which is the one most likely to be merged into again.
  void seal();

  std::vector<std::shared_ptr<const Chunk>> sealed_;
  std::vector<std::int64_t> times_;  // ascending
  Values values_;                    // beside times_
};

/// Appends the samples of [from, to) in `chunk` as one layer. The chunk is one of ours, from
/// memory.
void add_chunk_layer(const Chunk& chunk,
                     Timestamp from,
                     Timestamp to,
                     std::vector<std::vector<Sample>>* layers);
/// Drops what is outside [from, to) from samples in time order.
void cut_to_range(std::vector<Sample>* samples, Timestamp from, Timestamp to);

}  // namespace tidemark::store
