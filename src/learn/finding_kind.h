#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "learn/detector.h"
#include "learn/kind/flat_watch.h"
#include "learn/kind/shape_watch.h"
#include "learn/kind/unrest_watch.h"
#include "learn/step_watch.h"
#include "model/finding.h"

namespace tidemark::learn {

/// The score that something beyond its bar by this force (1: just so, and more) deserves:
/// kAbnormalScore and more, below 1.
inline double score_of_force(double force) {
  return 1 - (1 - kAbnormalScore) / force;
}

/// Names what is odd about the newest value of a series, and since when, from it and the values
/// before it; and raises by itself what no single value shows: a value that is stuck, a season that
/// is gone, errors of another size, a slow drift. It compares with a memory of its own, months
/// long, because the model takes to a new state within hours. Bounded memory (2.3 kB); every value
/// that was compared with a band must pass.
class KindTracker {
 public:
  /// Values in a row on one side of the band that are a level and not a spike.
  static constexpr int kShiftValues = StepWatch::kValues;

  explicit KindTracker(Duration cadence);
  /// The slots to come are of this cadence. If it is another one, what was learned of the series'
  /// shape and errors is forgotten.
  void set_cadence(Duration cadence);

  /// The next value, in time order, the outlook it was compared with, and the limits of that at the
  /// width of findings.
  void note(const Slot& slot,
            double value,
            const std::optional<Outlook>& outlook,
            const std::optional<Edges>& usual);
  /// The next value as far as it makes rows of values; the memory of shape, errors and level is
  /// left as it is: the value lies in an incident or exclusion.
  void note_row(Timestamp at, double value, const std::optional<Edges>& usual);

  /// Of all that holds the first one: flat line, lost season, slow drift, changed variance (errors
  /// that became smaller: of values inside of the band), level shift, spike or dip, unusual level.
  /// A lost season, drift or variance that was told of names no value outside of its band.
  [[nodiscard]] FindingKind kind() const;
  /// When what kind() names is likely to have begun: the first value of its row.
  [[nodiscard]] Timestamp began() const;

  /// Something is going on that nobody was told of yet, though each of its values may lie inside of
  /// its band: the score it deserves, kAbnormalScore and more. Holds until told().
  [[nodiscard]] std::optional<double> raised() const;
  /// Nobody was told of any value since began().
  [[nodiscard]] bool is_news() const { return told_ < began(); }
  /// There is a finding of it: one an episode is enough.
  void told();
  /// The new level of step() was named, without a finding of it.
  void told_step() { step_.told(); }
  /// 1, -1: kind() has a direction, upwards or downwards; 0: it has none, or the value's own.
  [[nodiscard]] int direction() const;

  /// So many equal values in a row as never before, or so many on one side of the band.
  [[nodiscard]] bool is_flat() const { return flat_.is_row(); }
  [[nodiscard]] bool is_shifted() const { return outside() >= kShiftValues; }
  /// The newest values lie at a level of their own, by their band or by those before.
  [[nodiscard]] bool is_at_new_level() const { return is_shifted() || step_.side() != 0; }
  /// A new level whose band has followed it already: values() of them since began(), outside of the
  /// limits that it has left.
  [[nodiscard]] const StepWatch& step() const { return step_; }
  /// A new level that the shape of day and week tells, whose band has followed it already: the
  /// newest value is inside. nullptr: none within the last turn.
  [[nodiscard]] const kind::ShapeWatch::Shift* shift() const {
    return outside_ == 0 ? shape_.shift() : nullptr;
  }
  /// Values in a row on the newest one's side of the band; equal values in a row.
  [[nodiscard]] int outside() const { return outside_ < 0 ? -outside_ : outside_; }
  [[nodiscard]] int same() const { return flat_.same(); }
  /// The longest row of equal values that has ended.
  [[nodiscard]] int same_longest() const { return flat_.longest(); }
  /// changed_variance: the errors of late against usual ones.
  [[nodiscard]] double unrest() const { return unrest_.factor(); }

  void save(ByteSink& out) const;
  /// Errc::corrupt: not a state that save() wrote; the tracker is then as new.
  Result<void> restore(ByteSource& in);

 private:
  [[nodiscard]] std::optional<FindingKind> going_on() const;
  [[nodiscard]] std::optional<FindingKind> named() const;
  [[nodiscard]] double force_of_news() const;
  [[nodiscard]] Duration shift_settles_in() const;

  kind::Pace pace_;
  int outside_ = 0;  // values in a row outside of the band: below < 0 < above
  Timestamp outside_began_;
  Timestamp newest_;
  kind::FlatWatch flat_;
  kind::ShapeWatch shape_;
  kind::UnrestWatch unrest_;
  StepWatch step_;
  Timestamp told_;          // the newest value that somebody was told of
  Timestamp level_told_;    // ... as one of a level shift
  bool flat_told_ = false;  // of what is going on there
  bool shape_told_ = false;
  bool unrest_told_ = false;
};

}  // namespace tidemark::learn
