#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/meter.h"
#include "base/random.h"
#include "judge/always_on.h"
#include "judge/calendar_ranges.h"
#include "judge/detector_audit.h"
#include "judge/detector_spec.h"
#include "judge/shared_calendar.h"
#include "model/band_source.h"
#include "model/control_store.h"
#include "model/judged.h"
#include "model/shard.h"
#include "store/reader.h"

namespace tidemark::judge {

/// A detector as people see it.
struct DetectorView {
  DetectorSpec spec;
  TrainingState state = TrainingState::pending_training;
  std::uint64_t trained_periods = 0;  ///< most of its models' learned periods
};

/// A shared calendar as people see it.
struct CalendarView {
  SharedCalendar calendar;
  std::size_t detectors = 0;  ///< that inherit it
  std::size_t pending = 0;    ///< that have not taken it over yet as it is
};

struct DetectorFilter {
  std::vector<std::string> ids;  ///< empty = all
  std::optional<std::string> metric_namespace;
  std::optional<std::string> metric_name;
  std::vector<Label> dimensions;  ///< all of them must be there
  bool single_metric = true;
  bool metric_math = false;
  std::string account, region;  ///< "" = all
};

/// Runs models over series (decisions 3 to 6, 9 to 11) and answers for their bands. As ShardGuest
/// it lives on the shards' workers, where all model state is a function of the log; its commands
/// may be called from any other thread.
///
/// Life of a detector: put() keeps its document in the ControlStore, then appends a note to the
/// log; in its place of the log's order every shard that has the metric makes the models and
/// replays the stored history through them. From then on each closed period is judged by the band
/// that was issued before, learned, and the next band issued. The values of metric math, whose
/// inputs may lie in several shards, are put into the log by the judge itself, soon after the
/// samples that close a period, and at tick() (docs/decisions/0004).
class Judge : public ShardGuest, public BandSource {
 public:
  struct Deps {
    const Clock& clock;
    Random& random;
    ControlStore& control;
    Meter& meter;
    JudgedSink* judged = nullptr;  ///< may be set later by set_judged_sink
    AlwaysOnOptions always_on{};   ///< of each shard
  };
  explicit Judge(Deps deps);
  ~Judge() override;
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  /// Wiring: the store is opened with this guest, then handed in. Loads the documents of kept
  /// detectors and brings the shards' models in line with them.
  Result<void> start(NoteLog& log, const store::Reader& reader);
  void set_judged_sink(JudgedSink* sink);
  void stop();

  // Commands. ---------------------------------------------------------------------------------
  /// Creates the detector, or replaces the choices of the one with the same target. Returns when
  /// its models have replayed the history. `periods`: added to those it has; empty: the learned
  /// cadence of the metric, at least a minute. Metric math has one period, that of its metrics;
  /// `Errc::invalid`: it cannot be watched. `who` stands in the audit.
  Result<DetectorSpec> put(DetectorTarget target,
                           DetectorChoices choices,
                           const std::vector<Duration>& periods,
                           const std::string& who = kByUser);
  /// `Errc::not_found`: no such detector.
  Result<void> remove(const std::string& id);
  /// Sets a mark, in place of those of the same subject (if it has one); nullopt as `mark` takes
  /// them away. The models learn anew with it; returns when they have. `Errc::limit`: too many.
  Result<DetectorSpec> mark(const std::string& id,
                            const std::string& subject,
                            std::optional<Mark> mark);
  /// Keeps a calendar for all detectors that match it, now and later, in place of the one of its
  /// name. Returns when it is kept; detectors take it over one after the other in the background,
  /// each as any change of its choices. `Errc::exists`: the configuration file has one of that
  /// name; `limit`: too many.
  Result<void> put_calendar(SharedCalendar calendar);
  /// `Errc::not_found`, or `exists` as above.
  Result<void> remove_calendar(const std::string& name);
  /// The calendars of the configuration file, in place of those it had before and of any of the
  /// same names.
  Result<void> set_configured_calendars(const std::vector<SharedCalendar>& calendars);
  [[nodiscard]] SharedCalendars shared_calendars() const;
  /// By name.
  [[nodiscard]] std::vector<CalendarView> calendar_views() const;
  [[nodiscard]] std::optional<DetectorView> find(const DetectorTarget& target) const;
  [[nodiscard]] std::optional<DetectorView> find_id(const std::string& id) const;
  /// Sorted by target.
  [[nodiscard]] std::vector<DetectorView> list(const DetectorFilter& filter) const;
  /// When its calendars hold, own and inherited, as its models of that period count days.
  [[nodiscard]] std::vector<CalendarRange> calendar_ranges(const DetectorSpec& spec,
                                                           Duration period,
                                                           Timestamp from,
                                                           Timestamp to) const;
  /// Makes sure that models for this identity exist, with default choices if there is no detector
  /// yet. Returns at once; the judged sink is told of the metric when the bands are there. Of
  /// metric math none are made: without a detector bands() replays.
  void need_band(const BandIdentity& identity);
  /// Closes what has become due by data time `now`, begins to make anew the models that late data
  /// made stale, and puts in place those that are ready: puts notes into the log where there is
  /// something to do. Waits until they have entered, not for the replays.
  Result<void> tick(Timestamp now);
  /// Waits for calendars to be taken over, for the values of metric math and for all models that
  /// are being made anew, puts them in place, and for those that need_band() asked for: for a data
  /// time that moves only when told to.
  Result<void> settle();
  /// The next instant at which tick() has periods to close; nullopt: none open.
  [[nodiscard]] std::optional<Timestamp> next_due() const;
  /// Forgets all detectors and shared calendars (test API).
  Result<void> clear();

  // BandSource. -------------------------------------------------------------------------------
  [[nodiscard]] Result<BandSeries> bands(const BandIdentity& identity,
                                         Timestamp from,
                                         Timestamp to) override;

  // ShardGuest. -------------------------------------------------------------------------------
  void on_batch(ShardAccess& shard, const EnteredBatch& batch, bool replaying) override;
  void on_note(ShardAccess& shard, const EnteredNote& note, bool replaying) override;
  std::string save(ShardAccess& shard) override;
  Result<void> restore(ShardAccess& shard, std::string_view bytes) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tidemark::judge
