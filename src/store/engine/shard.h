#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/meter.h"
#include "base/worker.h"
#include "model/shard.h"
#include "store/block/block.h"
#include "store/catalog/series_index.h"
#include "store/engine/log_record.h"
#include "store/head/head_series.h"

namespace tidemark::store {

/// Samples of a shard that are in no block.
struct HeadData {
  std::unordered_map<std::uint64_t, HeadSeries> series;  // by id
};
using FrozenHead = std::shared_ptr<const HeadData>;

/// What a reader needs of a shard to read one series by itself.
struct ReadView {
  std::shared_ptr<const BlockSet> blocks;
  std::vector<FrozenHead> frozen;  // oldest first
  std::vector<std::shared_ptr<const Chunk>> chunks;
  std::vector<Sample> open;
  std::optional<std::pair<Timestamp, Timestamp>> head_range;
};
/// Samples of [from, to) of a view made for that series and range.
Result<std::vector<Sample>> read_view(ReadView view, SeriesId id, Timestamp from, Timestamp to);

/// A shard's state at one place of the log.
struct ShardCut {
  std::vector<FrozenHead> frozen;              // all that is in no block, oldest first
  std::vector<const SeriesEntry*> new_series;  // entered since the last cut
  std::string guest;
};

/// One worker and what it owns: head, index and guest state of the series that hash to it.
class Shard final : public ShardAccess {
 public:
  Shard(std::uint32_t number,
        Catalog& catalog,
        ShardGuest* guest,
        Meter& meter,
        std::size_t queue_batches);

  [[nodiscard]] Worker& worker() { return worker_; }
  [[nodiscard]] const SeriesIndex& index() const { return index_; }
  [[nodiscard]] std::uint64_t head_samples() const { return head_samples_; }
  /// Of the samples that have entered, derived ones not counted; `Timestamp::min()`: none.
  [[nodiscard]] Timestamp newest() const { return Timestamp::from_ns(newest_ns_); }

  // All below: on the worker only.
  void enter(const LogRecord& record, const RecordPart& part, bool replaying);
  void enter_note(const LogRecord& record, bool replaying);
  /// Makes a series of the last checkpoint known.
  void restore_series(SeriesEntry* entry);
  void note_newest(Timestamp at);
  Result<void> restore_guest(std::string_view bytes);
  ShardCut cut();
  /// The oldest `frozen` layers are in `blocks` now.
  void publish(std::shared_ptr<const BlockSet> blocks, std::size_t frozen);
  void clear();
  [[nodiscard]] ReadView view(SeriesId id, Timestamp from, Timestamp to) const;

  [[nodiscard]] std::size_t shard() const override { return number_; }
  [[nodiscard]] std::optional<SeriesId> find(const SeriesKey& key) const override;
  [[nodiscard]] std::optional<SeriesKey> key(SeriesId id) const override;
  [[nodiscard]] std::vector<std::pair<SeriesId, SeriesKey>> select(
      const std::vector<Matcher>& matchers) const override;
  [[nodiscard]] Result<std::vector<Sample>> read(SeriesId id,
                                                 Timestamp from,
                                                 Timestamp to) const override;
  void put_derived(const SeriesKey& key, std::vector<Sample> samples) override;

 private:
  void make_known(SeriesEntry* entry);
  void add_samples(SeriesEntry* entry, std::span<const Sample> samples);
  SeriesEntry* derived_entry(const SeriesKey& key, const std::vector<Sample>& samples);

  const std::uint32_t number_;
  Catalog& catalog_;
  ShardGuest* const guest_;
  Meter& meter_;
  SeriesIndex index_;
  std::unique_ptr<HeadData> head_ = std::make_unique<HeadData>();
  std::vector<FrozenHead> frozen_;
  std::vector<std::uint64_t> frozen_samples_;  // beside frozen_
  std::vector<const SeriesEntry*> new_series_;
  std::shared_ptr<const BlockSet> blocks_ = std::make_shared<const BlockSet>();
  std::uint64_t active_samples_ = 0;
  std::atomic<std::uint64_t> head_samples_{0};  // with the frozen ones
  std::atomic<std::int64_t> newest_ns_{Timestamp::min().ns()};
  Worker worker_;  // last: its tasks use all above
};

using Shards = std::vector<std::unique_ptr<Shard>>;

/// Waits until each shard has done what it was given before.
void wait_for(const Shards& shards);

}  // namespace tidemark::store
