#pragma once

#include <future>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/worker.h"
#include "judge/run/model_run.h"

namespace tidemark::judge {

/// A model that is made anew from the stored history while the old one goes on answering
/// (decision 10). It begins at one place of the log and is put in place at a later one; what comes
/// in between is kept for it. So the model that is put in place is a function of the log, however
/// long the replay took. Belongs to the shard's worker, which waits for the replay only when it has
/// to: at the place where the log puts it in place, at a checkpoint, and when too much has come in.
class Rebuild {
 public:
  /// More samples than that are not kept: the shard waits for the replay.
  static constexpr std::size_t kKeptMaxSamples = 100'000;

  /// Begins at data time `now`: replays `history` through `fresh` on `background`, then calls
  /// `on_ready` there.
  Rebuild(ModelRun fresh,
          std::vector<Sample> history,
          Timestamp now,
          Worker& background,
          std::function<void()> on_ready);
  /// One that save() kept; `blank` as `fresh` was.
  static Result<Rebuild> restore(ByteSource& in, ModelRun blank);

  /// As ModelRun's, for what comes in meanwhile.
  void feed(std::span<const Sample> samples, Timestamp received_at);
  void advance(Timestamp now);

  /// Waits for the replay and takes in what came meanwhile; then the bands of periods from before
  /// the beginning, which no other model issues any more. Each is given once.
  std::vector<Sample> catch_up();
  /// The findings of the replay and of what came meanwhile; each is given once.
  std::vector<Sample> take_found() { return run().take_found(); }
  /// After catch_up(): the model, and the bands of later periods. Ends this rebuild.
  struct Done {
    ModelRun run;
    std::vector<Sample> issued;
    Timestamp from, to;  ///< oldest and newest sample that was replayed
  };
  Done finish() &&;
  /// After catch_up().
  void save(ByteSink& out) const;

  [[nodiscard]] Duration period() const { return period_; }

 private:
  struct Step {
    std::vector<Sample> samples;
    Timestamp at;
    bool is_feed = false;
  };
  Rebuild(ModelRun run, Timestamp began)
      : period_(run.period()), began_(began), run_(std::move(run)) {}
  ModelRun& run();
  void sort_issued();

  Duration period_;
  Timestamp began_;  ///< start of the period in which it began
  std::future<ModelRun> replay_;
  std::optional<ModelRun> run_;  ///< once the replay is done
  std::vector<Step> steps_;      ///< since the beginning, until the replay is done
  std::size_t kept_samples_ = 0;
  std::vector<Sample> earlier_, later_;
  Timestamp from_, to_;  ///< oldest and newest sample of the history
};

}  // namespace tidemark::judge
