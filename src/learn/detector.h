#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace tidemark::learn {

/// What a detector holds likely for one slot, made before the slot's value is known. `below` and
/// `above` are half-widths at k = 1, 2, 3, where k means the central coverage of a normal
/// distribution at k sigma (68.27, 95.45, 99.73 %). Always finite, never negative, ascending in k.
struct Outlook {
  double expected = 0;
  std::array<double, 3> below{};
  std::array<double, 3> above{};
  friend bool operator==(const Outlook&, const Outlook&) = default;
};

/// One step of the learned cadence. The caller fills the civil fields in the detector's time zone
/// (learn/calendar.h), so that a detector needs neither a clock nor a time zone database.
struct Slot {
  std::int64_t index = 0;  ///< floor(start / cadence); slots that follow each other differ by one
  Timestamp start;
  int second_of_day = 0;  ///< 0 to 86,399, local
  int weekday = 0;        ///< 0 = Sunday, local
  int day_of_month = 1;   ///< 1 to 31, local
  int days_in_month = 31;
  /// Kind of a day unlike others, 1 to DetectorConfig::special_kinds; 0: ordinary.
  int special = 0;
  friend bool operator==(const Slot&, const Slot&) = default;
};

/// Whether slots of this length are taken for days: 20 hours and more, so that one which a change
/// of the clocks shortens is one too.
constexpr bool are_days(Duration cadence) {
  return cadence >= std::chrono::hours(20);
}

/// What a detector may take from a value.
enum class Teach {
  learn,        ///< an ordinary value: learn all of it, unless it is wilder than anything before
  hold_back,    ///< judged abnormal: count it as a miss, leave the forecast alone (bounded)
  forget_slot,  ///< inside an incident or exclusion: as if the slot had no value
  accept,       ///< a person calls it ordinary: learn all of it, however wild
};

/// From this score on a value deserves a finding. One threshold serves all series: it stands for a
/// rarity among the series' own history, not for a distance.
inline constexpr double kAbnormalScore = 0.5;

/// Guidance for callers that teach by score and not by band: from here on hold a value back. It
/// is further out than a finding, since a forecast that follows too little goes wrong for longer
/// than one that follows too much.
inline constexpr double kHoldBackScore = 0.7;

/// An online model of one series. Judge, then learn: `expect` and `score` first, `learn` after.
/// The same calls give the same answers to the last bit; state is bounded; no I/O, no clock.
class Detector {
 public:
  virtual ~Detector() = default;

  /// The band for a slot after the newest learned one (older slots: as for the next one).
  /// nullopt: still learning.
  [[nodiscard]] virtual std::optional<Outlook> expect(Slot at) const = 0;
  /// How unusual `value` would be: 0 ordinary to 1. 0 while still learning and for NaN.
  [[nodiscard]] virtual double score(Slot at, double value) const = 0;
  /// Takes in the value of a slot. Slots come in ascending order; one that is not newer than the
  /// newest learned, NaN and infinity are left out.
  virtual void learn(Slot at, double value, Teach how) = 0;
  /// Appends the whole state. A detector of the same configuration that restores it goes on bit
  /// for bit as this one would.
  virtual void save(ByteSink& out) const = 0;
  /// Errc::corrupt: not a state of this detector and configuration; the detector is then as new.
  virtual Result<void> restore(ByteSource& in) = 0;
};

}  // namespace tidemark::learn
