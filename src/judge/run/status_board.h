#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "judge/always/board.h"
#include "judge/detector_spec.h"
#include "judge/math/status.h"
#include "judge/run/model_run.h"
#include "judge/run/run_days.h"

namespace tidemark::judge {

/// What others may know of one model, published after every change.
struct ModelStatus {
  TrainingState state = TrainingState::pending_training;
  std::uint64_t learned = 0;
  bool stale = false;  ///< should be made anew, and nobody is at it
  std::optional<Timestamp> next_due;
  std::optional<Seed> seed;  ///< what it lends to siblings
  /// Whose days its periods are, where that is not their start's.
  std::optional<RunDays> days;
};

/// Where a shard publishes to; safe from several shards' workers.
class StatusBoard {
 public:
  virtual ~StatusBoard() = default;
  virtual void publish(const std::string& detector_id,
                       Duration period,
                       const ModelStatus& status) = 0;
  /// A model is no more; its detector goes on.
  virtual void retire(const std::string& /*detector_id*/, Duration /*period*/) {}
  virtual void publish_always_on(std::size_t shard, const AlwaysOnStatus& status) = 0;
  virtual void publish_math(std::size_t /*shard*/,
                            const std::string& /*detector_id*/,
                            const MathStatus& /*status*/) {}
  /// A model that was made anew waits to be put in place. Called in the background.
  virtual void rebuilt(const std::string& detector_id, Duration period) = 0;
  /// `spec`: the detector as this shard now has it; nullptr: it is gone.
  virtual void register_detector(const std::string& id, const DetectorSpec* spec) = 0;
};

}  // namespace tidemark::judge
