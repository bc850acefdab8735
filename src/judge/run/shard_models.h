#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/worker.h"
#include "judge/always/board.h"
#include "judge/always/tier.h"
#include "judge/detector_spec.h"
#include "judge/period_learner.h"
#include "judge/run/model_run.h"
#include "judge/run/rebuild.h"
#include "model/judged.h"
#include "model/shard.h"

namespace tidemark::judge {

/// What others may know of one model, published after every change.
struct ModelStatus {
  TrainingState state = TrainingState::pending_training;
  std::uint64_t learned = 0;
  bool stale = false;  ///< should be made anew, and nobody is at it
  std::optional<Timestamp> next_due;
  std::optional<Seed> seed;  ///< what it lends to siblings
};

/// Where a shard publishes to; safe from several shards' workers.
class StatusBoard {
 public:
  virtual ~StatusBoard() = default;
  virtual void publish(const std::string& detector_id,
                       Duration period,
                       const ModelStatus& status) = 0;
  virtual void publish_always_on(std::size_t shard, const AlwaysOnStatus& status) = 0;
  /// A model that was made anew waits to be put in place. Called in the background.
  virtual void rebuilt(const std::string& detector_id, Duration period) = 0;
  /// `spec`: the detector as this shard now has it; nullptr: it is gone.
  virtual void register_detector(const std::string& id, const DetectorSpec* spec) = 0;
};

/// All models of one shard; touched by its worker alone. Detectors are known to every shard (which
/// one has the metric shows when its series come), models cost nothing until they see data.
class ShardModels {
 public:
  /// `background`: runs the replays of models that are made anew.
  ShardModels(StatusBoard& board, Worker& background, AlwaysOnOptions always_on = {})
      : board_(board), background_(background), always_on_(always_on) {}

  /// Feeds the models of the batch's series, and the always-on tier; returns what the alarm stage
  /// is to be told.
  std::vector<Judged> on_batch(ShardAccess& shard, const EnteredBatch& batch);
  /// Makes a detector, or gives it other choices, marks or periods. Where history is stored its
  /// models are made anew in the background (begin_rebuild); the old ones go on meanwhile.
  void put(ShardAccess& shard, const DetectorSpec& spec, Timestamp now);
  void remove(const std::string& id);
  void advance(ShardAccess& shard, Timestamp now);
  /// Begins to make one model anew from the stored history; the old one goes on meanwhile.
  /// Unknown, or begun already: nothing happens.
  void begin_rebuild(ShardAccess& shard, const std::string& id, Duration period, Timestamp now);
  /// Puts it in place; waits for it if it is not ready. Not begun: nothing happens. Findings of
  /// periods that had a band already stay as they were: they were judged by that band.
  std::vector<Judged> finish_rebuild(ShardAccess& shard, const std::string& id, Duration period);
  void clear();

  /// Waits for the rebuilds that have begun.
  void save(ShardAccess& shard, ByteSink& out);
  /// Where only the always-on tier cannot be read, that begins anew, and the log says so.
  Result<void> restore(const ShardAccess& shard, ByteSource& in);

 private:
  struct Entry {
    DetectorSpec spec;
    std::vector<ModelRun> runs;
    std::vector<Rebuild> rebuilds;
    PeriodLearner cadence;  ///< until the first period is known
  };
  using Entries = std::vector<Entry*>;

  /// Those of its choices and of what is there already; else what the history teaches.
  static std::set<Duration> periods_of(Entry& entry, std::span<const Sample> history);
  const Entries& entries_of(const EnteredSeries& series);
  void feed(ShardAccess& shard, Entry& entry, std::span<const Sample> samples, Timestamp now);
  void add_run(ShardAccess& shard,
               Entry& entry,
               Duration period,
               std::span<const Sample> history,
               Timestamp now);
  void start_rebuild(Entry& entry, Duration period, std::vector<Sample> history, Timestamp now);
  [[nodiscard]] ModelRun blank(const Entry& entry, Duration period) const;
  Result<void> restore_runs(Entry& entry, ByteSource& in);
  void restore_always_on(const ShardAccess& shard, ByteSource& in);
  void put_issued(ShardAccess& shard,
                  const Entry& entry,
                  Duration period,
                  std::vector<Sample> issued);
  void put_found(ShardAccess& shard,
                 const Entry& entry,
                 Duration period,
                 std::vector<Sample> found);
  /// What a rebuild has made so far; waits for its replay.
  void put_rebuilt(ShardAccess& shard, const Entry& entry, Rebuild& rebuild);
  /// What the run has issued and found since the last call.
  void put_made(ShardAccess& shard, const Entry& entry, ModelRun& run);
  void publish(const Entry& entry, const ModelRun& run);
  /// Keeps findings of the always-on tier, but of metrics that a detector watches.
  [[nodiscard]] AlwaysOnTier::Tell keep_found(ShardAccess& shard) const;
  void publish_always_on(const ShardAccess& shard);

  StatusBoard& board_;
  Worker& background_;
  AlwaysOnTier always_on_;
  AlwaysOnStatus always_on_told_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;        // by detector id
  std::unordered_map<std::string, Entries> by_metric_;           // by to_text(MetricRef)
  std::unordered_map<std::uint64_t, const Entries*> by_series_;  // cache, cleared on change
};

}  // namespace tidemark::judge
