#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "judge/detector_spec.h"
#include "judge/period_learner.h"
#include "judge/run/model_run.h"
#include "model/judged.h"
#include "model/shard.h"

namespace tidemark::judge {

/// What others may know of one model, published after every change.
struct ModelStatus {
  TrainingState state = TrainingState::pending_training;
  std::uint64_t learned = 0;
  bool stale = false;
  std::optional<Timestamp> next_due;
};

/// Where a shard publishes to; safe from several shards' workers.
class StatusBoard {
 public:
  virtual ~StatusBoard() = default;
  virtual void publish(const std::string& detector_id,
                       Duration period,
                       const ModelStatus& status) = 0;
  /// `spec`: the detector as this shard now has it; nullptr: it is gone.
  virtual void register_detector(const std::string& id, const DetectorSpec* spec) = 0;
};

/// All models of one shard; touched by its worker alone. Detectors are known to every shard (which
/// one has the metric shows when its series come), models cost nothing until they see data.
class ShardModels {
 public:
  explicit ShardModels(StatusBoard& board) : board_(board) {}

  /// Feeds the models of the batch's series; returns what the alarm stage is to be told.
  std::vector<Judged> on_batch(ShardAccess& shard, const EnteredBatch& batch);
  /// Makes or remakes a detector with all its models, from the stored history.
  std::vector<Judged> put(ShardAccess& shard, const DetectorSpec& spec, Timestamp now);
  void remove(const std::string& id);
  void advance(ShardAccess& shard, Timestamp now);
  /// Makes one model anew from the stored history. Unknown: nothing happens.
  std::vector<Judged> rebuild(ShardAccess& shard,
                              const std::string& id,
                              Duration period,
                              Timestamp now);
  void clear();

  void save(ByteSink& out) const;
  Result<void> restore(ByteSource& in);

 private:
  struct Entry {
    DetectorSpec spec;
    std::vector<ModelRun> runs;
    PeriodLearner cadence;  ///< until the first period is known
  };
  using Entries = std::vector<Entry*>;

  const Entries& entries_of(const EnteredSeries& series);
  void feed(ShardAccess& shard, Entry& entry, std::span<const Sample> samples, Timestamp now);
  void add_run(ShardAccess& shard,
               Entry& entry,
               Duration period,
               std::span<const Sample> history,
               Timestamp now);
  void replay_into(ShardAccess& shard,
                   const Entry& entry,
                   ModelRun& run,
                   std::span<const Sample> history,
                   Timestamp now);
  void put_issued(ShardAccess& shard, const Entry& entry, ModelRun& run);
  void publish(const Entry& entry, const ModelRun& run);

  StatusBoard& board_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;        // by detector id
  std::unordered_map<std::string, Entries> by_metric_;           // by to_text(MetricRef)
  std::unordered_map<std::uint64_t, const Entries*> by_series_;  // cache, cleared on change
};

}  // namespace tidemark::judge
