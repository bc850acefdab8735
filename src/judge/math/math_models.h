#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "judge/detector_spec.h"
#include "judge/math/touches.h"
#include "judge/run/by_metric.h"
#include "judge/run/model_run.h"
#include "judge/run/notes.h"
#include "judge/run/rebuild.h"
#include "judge/run/status_board.h"
#include "model/judged.h"
#include "model/shard.h"

namespace tidemark::judge {

/// What one shard has to do with detectors on metric math: it remembers which periods samples of
/// its inputs came for, and owns the models of some of them. Their values come by notes of the log
/// (docs/decisions/0005), so all of this is a function of the log. Touched by the shard's worker
/// alone.
class MathModels {
 public:
  MathModels(StatusBoard& board, Worker& background) : board_(board), background_(background) {}

  /// Notes the periods that the batch's samples lie in. Returns the series that expressions use.
  std::set<SeriesId> on_batch(const ShardAccess& shard, const EnteredBatch& batch);
  /// Makes the detector known, or gives it other choices or marks: its model is then told to be
  /// made anew; the old one goes on meanwhile.
  void put(const ShardAccess& shard, const DetectorSpec& spec);
  void remove(const std::string& id);
  void clear();
  /// Judges the values that are new, judges those that are late once more.
  void tell(ShardAccess& shard, const MathNote& note, Timestamp now);
  /// Begins to make the model anew from these values, if this shard is the owner.
  void begin(ShardAccess& shard, const MathHistoryNote& note, Timestamp now);
  /// Puts it in place; waits for it if it is not ready. Returns the inputs that are in this shard,
  /// whose alarms must look again.
  std::vector<Judged> finish(ShardAccess& shard,
                             const std::string& id,
                             Duration period,
                             Timestamp now);
  /// Finds silences that have lasted too long by `now`.
  void advance(ShardAccess& shard, Timestamp now);

  /// Waits for the rebuilds that have begun.
  void save(ShardAccess& shard, ByteSink& out);
  Result<void> restore(const ShardAccess& shard, ByteSource& in);

 private:
  struct Entry {
    DetectorSpec spec;
    Duration period{0};
    std::vector<MetricRef> inputs;
    Touches touches;
    std::optional<MathPlace> place;  ///< this shard owns the model
    std::optional<ModelRun> run;
    std::optional<Rebuild> rebuild;
  };

  Entry* find(const std::string& id, Duration period);
  Entry& add(const DetectorSpec& spec);
  void feed(ShardAccess& shard, Entry& entry, const MathNote& note, Timestamp now);
  void start(Entry& entry, std::vector<Sample> history, Timestamp now);
  static Result<void> restore_model(Entry& entry, ByteSource& in);
  void publish(const ShardAccess& shard, Entry& entry);

  StatusBoard& board_;
  Worker& background_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;  // by detector id
  ByMetric<Entry> by_input_;
};

}  // namespace tidemark::judge
