#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <type_traits>

#include "learn/flat_model.h"
#include "learn/step_watch.h"
#include "learn/sureness.h"
#include "model/sample.h"

namespace tidemark::judge {

/// What the always-on tier makes of a period: the last value of a gauge, the rate a second of a
/// counter, the sum of cells.
enum class WatchForm : std::uint8_t { gauge, counter, cell };
/// Of a series that has sent `first`. Counters are told by the endings that Prometheus and
/// OpenMetrics give them: _total, _count, _sum, _bucket. nullopt: a derived value.
std::optional<WatchForm> watch_form_of(const SeriesKey& key, const Value& first);
/// "last", "rate", "Sum".
std::string_view to_text(WatchForm form);

/// The part of the state that says which period is open; 80 bytes without a gap, kept in a
/// checkpoint as they lie (docs/formats/state.md). query::PeriodCloser needs 400 and more: it holds
/// several open periods with all their values. This one holds a single number of a period, and of
/// cells, which have more than one sender, also of the period behind it: what comes early waits
/// there while the usual count may still be reached. A sample further ahead closes both, even when
/// its period has not begun yet. Doubles come from one sender in the order of time, so there a
/// later one closes.
struct WatchHead {
  static constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::min();
  static constexpr std::size_t kCounts = 10;

  std::uint64_t series = 0;
  double open_value = 0;  // sum of cells, increase of a counter
  double newest = 0;      // value of the newest sample; of cells the sum of the period behind
  std::int64_t newest_at = std::numeric_limits<std::int64_t>::min();
  double open_count = 0;            // observations in the open period; 0: it is closed
  float open_span_s = 0;            // of the samples that the increase is of; of cells the
                                    // observations of the period behind the open one
  std::int32_t period_s = 0;        // 0: still learning how often the series reports
  std::int32_t open_slot = kNever;  // the open period, or the newest that was closed
  std::uint32_t due_s = 0;          // when the open period closes by itself; 0: none is open
  std::uint32_t queued_s = 0;       // the newest instant that the owner looks at it for that
  std::int32_t told_slot = kNever;  // of the last finding
  std::array<std::uint8_t, kCounts> counts{};  // of closed periods, newest last; 255: that or more
  std::uint8_t usual = 0;                      // count that closes a period; 0: none does
  WatchForm form = WatchForm::gauge;
  std::int8_t outside = 0;    // periods in a row outside of the band; below < 0 < above
  std::uint8_t crowded = 0;   // periods in a row with so many samples that they are too long
  std::uint8_t advances = 0;  // samples newer than all before, in the open period
  std::uint8_t young = 0;     // first samples that are kept where the model will be
};
static_assert(sizeof(WatchHead) == 80 && std::is_trivially_copyable_v<WatchHead>);

/// Everything the tier keeps of one series.
struct WatchedSeries {
  WatchHead head;
  learn::FlatState model;  // while head.period_s is 0: the first samples
  learn::StepWatch step;
  learn::MissRate missed;  // of the band at k = 3
};
static_assert(sizeof(WatchedSeries) == 672 && std::is_trivially_copyable_v<WatchedSeries>);

/// One closed period, and what was held likely of it.
struct WatchedPeriod {
  Timestamp start;
  Duration period{0};
  double value = 0;
  int side = 0;     ///< 1 above the band at k = 3, -1 below, 0 inside or no band yet
  Timestamp began;  ///< of the first of the row that is outside on this side, or at a new level
  FindingKind kind = FindingKind::spike;
  bool is_step = false;   ///< the fifth value at a new level
  double confidence = 0;  ///< as Finding::confidence
  learn::FlatVerdict verdict;
};

/// Who is told of closed periods.
class WatchSink {
 public:
  virtual ~WatchSink() = default;
  virtual void on_period(WatchedSeries& series, const WatchedPeriod& closed) = 0;
};

/// The always-on tier for one series at a time: finds its period, closes periods, judges and
/// learns. All that differs from series to series is in WatchedSeries, so it is a function of the
/// samples and of the instants at which they were received.
class SeriesWatch {
 public:
  /// Samples further in the future than this, or than a period, are left out.
  static constexpr Duration kEarlyMax = std::chrono::minutes(10);
  /// Distinct times from which the period is learned.
  static constexpr std::uint8_t kYoung = 8;

  struct LeftOut {
    std::uint64_t late = 0;   ///< of a period that was closed already
    std::uint64_t early = 0;  ///< too far in the future
  };

  /// One sample; those of a record in time order. Records in log order, `now` (data time at which
  /// they were received) does not go back. NaN, infinity and derived values count for nothing.
  void feed(WatchedSeries& series, const Sample& sample, Timestamp now, WatchSink& sink);
  /// Closes the open period if that is due: end + grace (a period that opens later than that waits
  /// one grace more), rounded up to 10 s.
  void close_due(WatchedSeries& series, Timestamp now, WatchSink& sink);

  [[nodiscard]] const LeftOut& left_out() const { return left_out_; }
  /// Whether these bytes can be gone on from.
  [[nodiscard]] static bool is_sane(const WatchedSeries& series);

 private:
  struct Piece {
    double value = 0;
    double count = 0;
  };
  static std::optional<Piece> piece_of(WatchForm form, const Value& value);
  void feed_young(
      WatchedSeries& series, Timestamp at, const Piece& piece, Timestamp now, WatchSink& sink);
  void take(
      WatchedSeries& series, Timestamp at, const Piece& piece, Timestamp now, WatchSink& sink);
  void close(WatchedSeries& series, Timestamp now, WatchSink& sink);
  void judge(WatchedSeries& series, double value, WatchSink& sink);
  static void take_step(WatchedSeries& series, WatchedPeriod* out);
  learn::FlatModel& model_of(std::int32_t period_s);

  std::map<std::int32_t, learn::FlatModel> models_;  // by period; scratch, not state
  LeftOut left_out_;
};

}  // namespace tidemark::judge
