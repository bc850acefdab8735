#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/worker.h"
#include "store/block/block_writer.h"
#include "store/block/manifest.h"
#include "store/catalog/invocations.h"
#include "store/engine/committer.h"
#include "store/engine/layout.h"

namespace tidemark::store {

/// What a flusher works with; all of it outlives it.
struct FlusherDeps {
  const StoreOptions& options;
  const StoreDeps& store;
  Catalog& catalog;
  Invocations& invocations;
  Shards& shards;
  Committer& committer;
};

/// Moves samples from heads to blocks and keeps the manifest. One worker does all of it, one thing
/// after another; the public functions wait for it.
class Flusher {
 public:
  /// `blocks` are those of the manifest. `save_catalog`: the catalog's files are damaged or not all
  /// there: write all of it at the next flush.
  Flusher(const FlusherDeps& deps,
          Manifest manifest,
          std::shared_ptr<const BlockSet> blocks,
          bool save_catalog);
  ~Flusher();
  Flusher(const Flusher&) = delete;
  Flusher& operator=(const Flusher&) = delete;

  Result<void> flush();
  Result<void> remove_before(Timestamp before);
  /// Empties the store. No record may be submitted meanwhile.
  Result<void> clear();
  Result<void> verify() const;
  /// Starts what is due in the background.
  void tick();

  [[nodiscard]] std::shared_ptr<const BlockSet> blocks() const;
  [[nodiscard]] std::uint64_t checkpoint_sequence() const { return checkpoint_sequence_; }

 private:
  struct Cut {
    std::uint64_t sequence = 0;
    std::vector<ShardCut> shards;
  };
  Result<void> flush_now();
  Result<void> remove_before_now(Timestamp before);
  Result<void> clear_now();
  void do_what_is_due();
  [[nodiscard]] bool flush_is_due() const;
  Result<Cut> cut();
  void take_new_series(const Cut& cut);
  /// Writes all that the cut brings and makes it count. `next`: what of the manifest stays.
  Result<void> save(const Cut& cut, Manifest next);
  /// Makes one block of several small ones, if there are enough. An error is logged.
  void merge_now();
  Result<void> merge(std::size_t begin, std::size_t end);
  /// Writes and opens a block; `fill` gives it its samples.
  Result<std::shared_ptr<const Block>> write_block(
      std::uint64_t generation, const std::function<Result<BlockInfo>(BlockWriter&)>& fill);
  Result<BlockInfo> fill_block(BlockWriter& writer, const Cut& cut) const;
  Result<void> write_state(const Cut& cut, Manifest* next);
  /// Makes `next` count. `added`: the block that is new in it, or nullptr; `frozen`: how many
  /// layers of each shard are in it.
  Result<void> publish(Manifest next,
                       const std::shared_ptr<const Block>& added,
                       const std::vector<std::size_t>& frozen);
  void remove_unreferenced() const;

  FlusherDeps deps_;
  const Layout layout_;

  // The worker's own.
  Manifest manifest_;
  std::uint64_t generation_;  // of the last try; files are named after it
  std::vector<SeriesDefinition> unsaved_series_;
  bool save_catalog_;
  Instant last_flush_;

  mutable std::mutex mutex_;                // guards blocks_
  std::shared_ptr<const BlockSet> blocks_;  // of manifest_
  std::atomic<std::uint64_t> checkpoint_sequence_;
  std::atomic<bool> busy_{false};
  Worker worker_;  // last: its tasks use all above
};

}  // namespace tidemark::store
