#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/worker.h"
#include "judge/always/board.h"
#include "judge/detectors.h"
#include "judge/math/rounds.h"
#include "judge/run/math_bands.h"
#include "judge/run/notes.h"
#include "judge/run/shard_models.h"

namespace tidemark::judge {

/// What the judge knows outside of the shards: what they published, the kept documents, and what is
/// to be put into the log.
struct Judge::State final : StatusBoard {
  State(Deps d, BandSource& source) : deps(d), bands(source) {}

  using ModelKey = std::pair<std::string, Duration>;

  // StatusBoard, from the shards' workers. ------------------------------------------------------
  void publish(const std::string& id, Duration period, const ModelStatus& status) override;
  void retire(const std::string& id, Duration period) override;
  void publish_always_on(std::size_t index, const AlwaysOnStatus& status) override;
  void publish_math(std::size_t index, const std::string& id, const MathStatus& status) override;
  void rebuilt(const std::string& id, Duration period) override;
  void register_detector(const std::string& id, const DetectorSpec* spec) override;

  // The log. ------------------------------------------------------------------------------------
  /// Puts notes into the log and waits until every shard has taken them.
  Result<void> append(const std::vector<Note>& notes);
  Result<void> put_in_place(const std::set<ModelKey>& made);
  /// Begins to make anew what is stale and puts in place what was ready. False: there was nothing.
  Result<bool> rebuild_what_is_due();
  /// Puts models in place that the log began to make and that have none before them to answer.
  Result<void> finish_new_models();
  /// Waits for the models that are being made anew and puts them in place.
  Result<void> finish_rebuilds();
  /// Keeps the document, and in the same transaction `audit`, then tells the shards, and waits
  /// until their models are as it says.
  Result<void> keep(const DetectorSpec& spec, std::optional<AddAudit> audit);
  /// Tells the log what expressions have come to by `now`, then the alarms of what brought that
  /// about. True: models have begun to be made anew.
  Result<bool> round(Timestamp now);
  /// Has round() run soon; `judged`: what the alarms are to be told of behind it.
  void round_soon(std::uint64_t sequence, std::vector<Judged> judged);

  void tell(std::uint64_t sequence, std::vector<Judged> judged, bool replaying);

  /// Whether an expression can be watched, at these periods: `invalid`, saying why not.
  Result<void> check_math(const DetectorTarget& target, const std::vector<Duration>& periods);

  // Shared calendars (shared_calendars.cc). ---------------------------------------------------
  Result<void> load_calendars();
  /// What a detector of that target and those choices takes over.
  std::vector<CalendarUse> inherited_by(const DetectorTarget& target,
                                        const DetectorChoices& choices);
  /// Has the detectors that do not have them yet as they are take them over soon, one by one: each
  /// waits for its models, so that no more than one history is in memory for it.
  void spread_calendars();

  // Questions. ----------------------------------------------------------------------------------
  ShardModels& shard(std::size_t index);
  /// By identity_key().
  std::optional<DetectorSpec> find(const std::string& key);
  bool has_model(const DetectorTarget& target, Duration period);
  /// What the nearest of the target's trained siblings lend, one a period.
  std::vector<Seed> seeds_for(const DetectorTarget& target, const Tags& tags);
  DetectorView view(const DetectorSpec& spec);  // with the mutex held
  /// When models have something to do; without those of metric math.
  std::optional<Timestamp> models_due();

  Deps deps;
  BandSource& bands;
  NoteLog* log = nullptr;
  const store::Reader* reader = nullptr;
  std::atomic<JudgedSink*> sink{nullptr};
  std::mutex commands;  // one command at a time; taken before `rounds`
  std::mutex rounds;    // one round at a time; taken before `mutex`
  std::mutex mutex;
  std::map<std::string, DetectorSpec> detectors;      // by identity_key; guarded by mutex
  SharedCalendars calendars;                          // guarded by mutex
  std::map<std::string, DetectorSpec> in_log;         // as the shards have them; guarded by mutex
  std::map<ModelKey, ModelStatus> models;             // guarded by mutex
  std::set<std::pair<Timestamp, ModelKey>> due;       // of models; guarded by mutex
  std::set<ModelKey> stale;                           // of models; guarded by mutex
  std::set<ModelKey> ready;                           // made anew, not in place; guarded by mutex
  AlwaysOnBoard always_on;                            // guarded by mutex
  std::vector<std::unique_ptr<ShardModels>> shards;   // the vector is guarded by mutex
  std::map<std::uint64_t, std::vector<Judged>> held;  // by record, told after round(); by mutex
  bool round_is_posted = false;                       // guarded by mutex
  bool learns_anew = false;  // a shard could not read what it had learned; guarded by mutex
  MathRounds math_rounds;
  MathBands math;
  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> spreading{0};  // changes of calendars that are being taken over
  std::atomic<bool> calendars_wait{
      false};                       // one could not be taken over: the next tick tries again
  std::set<std::string> wanted;     // need_band under way; guarded by mutex
  Worker background{"tm-rebuild"};  // replays of models that are made anew
  std::unique_ptr<Worker> worker;   // runs what need_band() and round_soon() ask for

 private:
  using Waiting = std::shared_ptr<std::deque<std::string>>;  // ids
  void spread_next(const Waiting& waiting);
  void take_over_calendars(const std::string& id);
  void forget(const ModelKey& key);  // with the mutex held
  std::set<ModelKey> ready_models();
};

/// Adds those that are not there; ascending.
void add_periods(std::vector<Duration>* to, const std::vector<Duration>& more);

/// The collection of detectors' documents in the control store.
inline constexpr const char* kDetectorCollection = "detector";
/// ... and of shared calendars.
inline constexpr const char* kCalendarCollection = "calendar";

}  // namespace tidemark::judge
