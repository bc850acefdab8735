#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/worker.h"
#include "judge/always/tier.h"
#include "judge/detector_spec.h"
#include "judge/math/math_models.h"
#include "judge/period_learner.h"
#include "judge/run/by_metric.h"
#include "judge/run/model_run.h"
#include "judge/run/rebuild.h"
#include "judge/run/status_board.h"
#include "model/judged.h"
#include "model/shard.h"

namespace tidemark::judge {

/// What a batch brought that the alarm stage is to be told of.
struct Heard {
  std::vector<Judged> at_once;
  /// Series that metric math is made of: when its models have been told of the values.
  std::vector<Judged> after_math;
};

/// All models of one shard; touched by its worker alone. Detectors are known to every shard (which
/// one has the metric shows when its series come), models cost nothing until they see data.
class ShardModels {
 public:
  /// `background`: runs the replays of models that are made anew.
  ShardModels(StatusBoard& board, Worker& background, AlwaysOnOptions always_on = {})
      : board_(board), background_(background), math_(board, background), always_on_(always_on) {}

  /// Feeds the models of the batch's series, and the always-on tier.
  Heard on_batch(ShardAccess& shard, const EnteredBatch& batch);
  /// Makes a detector, or gives it other choices, marks or periods. Where history is stored its
  /// models are made anew in the background (begin_rebuild); the old ones go on meanwhile.
  void put(ShardAccess& shard, const DetectorSpec& spec, Timestamp now);
  void remove(const std::string& id);
  void advance(ShardAccess& shard, Timestamp now);
  /// Begins to make one model anew from the stored history; the old one goes on meanwhile. Where
  /// nobody chose its period it is learned anew, too: history that comes in any order teaches a
  /// wrong one first. Unknown, or begun already: nothing happens.
  void begin_rebuild(ShardAccess& shard, const std::string& id, Duration period, Timestamp now);
  /// Puts it in place; waits for it if it is not ready. Not begun: nothing happens. Findings of
  /// periods that had a band already stay as they were: they were judged by that band.
  std::vector<Judged> finish_rebuild(ShardAccess& shard,
                                     const std::string& id,
                                     Duration period,
                                     Timestamp now);
  /// The models of metric math, as far as they concern this shard.
  MathModels& math() { return math_; }
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

  /// Those of its choices and of what is there already, where a learned one that is being made
  /// anew stands for the one before it; else what the history teaches.
  static std::set<Duration> periods_of(Entry& entry, std::span<const Sample> history);
  void feed(ShardAccess& shard, Entry& entry, std::span<const Sample> samples, Timestamp now);
  void add_run(ShardAccess& shard,
               Entry& entry,
               Duration period,
               std::span<const Sample> history,
               Timestamp now);
  void start_rebuild(Entry& entry, Duration period, std::vector<Sample> history, Timestamp now);
  /// The models of learned periods that one of `period`, if it is learned, takes the place of.
  void retire_before(Entry& entry, Duration period);
  [[nodiscard]] ModelRun blank(const Entry& entry, Duration period) const;
  Result<void> restore_runs(Entry& entry, ByteSource& in);
  void restore_always_on(const ShardAccess& shard, ByteSource& in);
  void publish(const Entry& entry, const ModelRun& run);
  /// Keeps findings of the always-on tier, but of metrics that a detector watches.
  [[nodiscard]] AlwaysOnTier::Tell keep_found(ShardAccess& shard) const;
  void publish_always_on(const ShardAccess& shard);

  StatusBoard& board_;
  Worker& background_;
  MathModels math_;
  AlwaysOnTier always_on_;
  AlwaysOnStatus always_on_told_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;  // by detector id
  ByMetric<Entry> by_metric_;
};

}  // namespace tidemark::judge
