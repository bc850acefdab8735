#pragma once

#include <memory>
#include <optional>

#include "learn/archive.h"
#include "learn/limits.h"
#include "learn/registry.h"

namespace tidemark::learn::tide {

/// What a forecast says of a slot.
struct Guess {
  double value = 0;   ///< finite, of the next slot as far as the model knows the slots before it
  double far = 0;     ///< what it would say if the newest values were unknown: season and level
  double lift = 0;    ///< what a season shorter than a day adds to both; 0: none is known
  double unrest = 1;  ///< how large errors are at this place of it, against the whole of it
};

/// What a forecast learns from: the value, and how far it may be trusted.
struct Lesson {
  double value = 0;     ///< as it came
  double tame = 0;      ///< pulled to within an outlier's distance of the forecast
  double scale = 1;     ///< usual absolute error of the forecast here; 0: still unknown
  double clip = 3;      ///< errors beyond clip * scale lose weight
  bool sparse = false;  ///< most slots are empty: a season needs more passes to count
};

/// The centre of the band. Two kinds: by the newest values and the seasons of day and week, and
/// for slots of about a day and more by level, trend, weekday and day of the month.
class Forecast {
 public:
  virtual ~Forecast() = default;
  [[nodiscard]] virtual Guess guess(const Slot& at, bool sparse) const = 0;
  /// What errors begin anew with, if this value made the forecast another one, so that earlier
  /// errors say nothing of those to come: a season was found.
  virtual std::optional<double> learn(const Slot& at, const Lesson& lesson) = 0;
  /// The slot's value is held back: go on as if it had been `expected`. Only what comes back at
  /// such a slot may be learned of it, such as the last day of a month.
  virtual void skip(const Slot& at, double expected, const Lesson& held) = 0;
  /// Whether so unusual a value is a season that is not known well enough yet to be foreseen: it
  /// says nothing of how far off the forecast is at other slots.
  [[nodiscard]] virtual bool recurs(const Slot&, double /*value*/, double /*scale*/) const {
    return false;
  }
  /// The series has moved by `by` for good.
  virtual void shift(double by) = 0;
  /// An estimate of how large the values are, for floors of a scale.
  [[nodiscard]] virtual double level() const = 0;
  virtual void save(StateWriter& out) const = 0;
  virtual void restore(StateReader& in) = 0;
};

std::unique_ptr<Forecast> make_recent_forecast(const DetectorConfig& config);
std::unique_ptr<Forecast> make_daily_forecast(const DetectorConfig& config);

}  // namespace tidemark::learn::tide
