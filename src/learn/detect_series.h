#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/zone.h"
#include "learn/cadence.h"
#include "learn/registry.h"
#include "learn/width.h"

namespace tidemark::learn {

struct DetectOptions {
  std::string detector = "tide";
  /// `cadence` is used only when `cadence_known`; otherwise it is learned from the gaps.
  DetectorConfig config{};
  bool cadence_known = false;
  double k = 1.959963984540054;  ///< width of the band, see k_from_confidence
  std::string timezone;          ///< where the series' days begin: IANA name, "" is UTC
  /// Is the slot that begins at `at`, `offset_s` east of UTC, to be kept out of learning, as if it
  /// had no value? Empty: none is.
  std::function<bool(Timestamp at, Duration cadence, int offset_s)> excluded;
  /// Slot::special of the slot that begins at `at`; asked where `config.special_kinds` > 0.
  std::function<int(Timestamp at, Duration cadence, int offset_s)> special;
};

/// What became of a row.
enum class RowFate {
  learning,  ///< learned, but there was no band yet
  judged,    ///< compared with its band, then learned or held back
  missing,   ///< had no finite value; the band says what was expected
  repeated,  ///< the time of the row before: compared with that row's band, not learned
  late,      ///< older than the newest row: neither band nor score, not learned
};

/// The answer to a row, made before its value was seen.
struct DetectRow {
  RowFate fate = RowFate::learning;
  bool has_band = false;
  double lower = 0;
  double expected = 0;
  double upper = 0;
  double score = 0;  ///< in [0, 1]; kAbnormalScore is the threshold
};

/// Runs a detector over the rows of a series in the order they come, one pass, bounded memory.
/// Learns the cadence (the band starts after CadenceLearner::kGapsMin + 1 values), judges, then
/// learns; holds back from kHoldBackScore on. Times count relative to the first row, so jitter of
/// less than half a slot does no harm; rows closer together than a slot follow each other as
/// slots. When the cadence changes for good the detector starts anew from the newest rows.
class SeriesDetector {
 public:
  /// Errc::not_found, Errc::invalid: as make_detector.
  static Result<SeriesDetector> make(DetectOptions options);

  /// The next row. `value`: nullopt, NaN or infinity is a missing point.
  DetectRow next(Timestamp at, std::optional<double> value);
  /// nullopt: still unknown.
  [[nodiscard]] std::optional<Duration> cadence() const;
  /// Seconds that the series' time zone is east of UTC at that instant.
  [[nodiscard]] int offset_s(Timestamp at) { return zone_.offset_s(at); }

 private:
  struct Point {
    Timestamp at;
    double value = 0;
  };
  explicit SeriesDetector(DetectOptions options)
      : options_(std::move(options)), zone_(options_.timezone) {}
  DetectRow judge(Timestamp at, std::optional<double> value);
  void remember(const Point& point);
  void start(Duration cadence);
  [[nodiscard]] Slot slot_of(Timestamp at);
  /// As the clocks of the zone show it, written as UTC.
  [[nodiscard]] Timestamp local(Timestamp at) { return at + std::chrono::seconds(offset_s(at)); }
  [[nodiscard]] Duration from_usual(Timestamp local_at) const;
  void learn_usual_time();
  [[nodiscard]] DetectRow repeat(double value) const;
  void take(const Slot& slot, double value, Teach how);

  DetectOptions options_;
  Zone zone_;
  CadenceLearner gaps_;
  std::unique_ptr<Detector> detector_;  // null: the cadence is unknown
  Duration cadence_{0};
  Timestamp origin_;           // middle of slot 0
  Timestamp usual_;            // when a row comes, by the clocks of the zone; others by whole slots
  std::vector<Point> recent_;  // newest last, at most CadenceLearner::kGapsMax + 1
  std::optional<std::int64_t> newest_slot_;
  std::optional<Timestamp> newest_;
  Slot last_slot_;
  DetectRow last_;
};

}  // namespace tidemark::learn
