#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "judge/detector_spec.h"
#include "judge/math/status.h"
#include "judge/run/notes.h"
#include "model/band_source.h"
#include "query/metric_data.h"

namespace tidemark::judge {

/// Finds out what the log is to be told of expressions: the values of periods that have closed
/// since it was told, those that late samples changed, and whole histories for models that are to
/// be made. Holds what the shards said of them; reads values through the query stage, which sees
/// all shards. One work() at a time; all else is safe from any thread.
class MathRounds {
 public:
  /// The detector as the log has it; others than on metric math are not looked at.
  void know(const DetectorSpec& spec);
  void forget(const std::string& id);
  void publish(std::size_t shard, const std::string& id, MathStatus status);

  /// When a period closes at the latest that is expected to have a value; nullopt: none is.
  [[nodiscard]] std::optional<Timestamp> next_due() const;

  /// Newest record of the log that brought something to look at.
  [[nodiscard]] std::uint64_t newest() const;

  struct Work {
    std::vector<Note> notes;
    bool begins_anew = false;  ///< one of them begins to make a model anew
  };
  /// What is to be told at `now`. `sequence`: of the record up to which `deps` surely sees all.
  /// `shards`: how many there are. An expression that cannot be read is logged, and looked at again
  /// with its next sample.
  Work work(const query::MetricDataDeps& deps,
            Timestamp now,
            std::uint64_t sequence,
            std::size_t shards);
  /// What work() gave did not get into the log: it is to be given again.
  void retry();

 private:
  struct Item {
    DetectorSpec spec;
    BandIdentity identity;
    std::map<std::size_t, MathStatus> shards;
    std::uint64_t looked_at = 0;  ///< newest record of a touch that work() has seen
    bool failed = false;          ///< not looked at before the next touch

    [[nodiscard]] std::optional<MathPlace> place() const;
    /// By start, of all shards.
    [[nodiscard]] std::map<Timestamp, Touch> touched() const;
    [[nodiscard]] std::uint64_t newest_touch() const;
    [[nodiscard]] bool wants_history() const;
    [[nodiscard]] std::optional<Timestamp> due() const;
    [[nodiscard]] bool has_work(Timestamp now) const;
  };
  static Result<Work> work_on(const Item& item,
                              const query::MetricDataDeps& deps,
                              Timestamp now,
                              std::uint64_t sequence,
                              std::size_t shards);

  mutable std::mutex mutex_;
  std::map<std::string, Item> items_;  // by detector id; guarded by mutex_
};

}  // namespace tidemark::judge
