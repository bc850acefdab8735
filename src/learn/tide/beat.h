#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "learn/limits.h"
#include "learn/tide/lags.h"

namespace tidemark::learn::tide {

/// A season of 4 to 127 slots, found by itself: a job every 15 minutes in a series of minutes. A
/// period that stands out of the autocorrelation is on trial until it has foreseen values it had
/// not seen clearly better than the forecast did, period after period; then it is known, until it
/// no longer foresees them. Places in it are counted from slot number 0, so that gaps and restarts
/// change nothing; the clock's time does not matter.
class Beat {
 public:
  /// A slot by its number, and by that of the slot which the clocks of the time zone show then.
  struct At {
    std::int64_t slot = 0;
    std::int64_t local = 0;
  };
  /// A value as it passes by, in the order of slots.
  struct Seen {
    At at;
    double value = 0;  ///< as it came
    double tame = 0;  ///< pulled to within an outlier's distance of the forecast; held: no wild one
    double expected = 0;  ///< what the forecast said
    double scale = 1;     ///< usual absolute error of the forecast there
    double clip = 3;      ///< errors beyond clip * scale are far off
    bool held = false;    ///< held back: not to be learned, unless it comes back
    [[nodiscard]] double calm() const { return held ? tame : value; }
  };
  /// What happened with a value.
  enum class Turn { none, moved, found, lost };  ///< moved: it shifted, what was far off is a run

  explicit Beat(double slot_s);

  [[nodiscard]] bool known() const { return known_; }
  /// In slots; 0: none, not even on trial.
  [[nodiscard]] int period() const { return period_; }
  /// By how much a value there is above the others of its period, 0 while nothing is known.
  [[nodiscard]] double lift(const At& at) const;
  /// How large errors are there, against those of the whole period; 1 while nothing is known.
  [[nodiscard]] double unrest(const At& at) const;
  Turn learn(const Seen& seen);
  /// Usual absolute error that is to be expected after a turn.
  [[nodiscard]] double error() const { return error_; }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    Lags::visit(self.lags_, archive);
    archive.whole(self.period_, 0, self.lags_.most() - 1);
    if constexpr (!std::is_const_v<Self>)
      self.places_.resize(static_cast<std::size_t>(self.period_));
    for (auto& place : self.places_) {
      archive.real(place.lift, -kLiftMax, kLiftMax);
      archive.real(place.error, 0, kLiftMax);
      archive.whole(place.passes, 0, kPassesMax);
      archive.whole(place.far, -2, 2);
    }
    for (auto* v : {&self.last_, &self.mean_, &self.base_})
      archive.real(*v, -kHuge, kHuge);
    for (auto* v : {&self.step_, &self.unit_})
      archive.real(*v, 0, 4 * kHuge);
    archive.real(self.usual_, -kLogMax, kLogMax);
    archive.real(self.typical_, -kLiftMax, kLiftMax);
    for (auto& v : self.losses_)
      archive.real(v, 0, 1e10);
    archive.whole(self.newest_, INT64_MIN, INT64_MAX);
    archive.whole(self.count_, 0, kCountMax);
    archive.whole(self.passed_, -2 * Lags::kMost, kCountMax);
    archive.whole(self.trust_, 0, kTrustMax);
    archive.whole(self.known_, 0, self.period_ > 0 ? 1 : 0);
  }

 private:
  static constexpr double kLiftMax = 1e6;  // units
  static constexpr double kLogMax = 30;
  static constexpr int kPassesMax = 12;
  static constexpr int kCountMax = 1'000'000;
  static constexpr int kTrustMax = 6;

  /// One place of the period; numbers in units.
  struct Place {
    float lift = 0;           // mean of value - base
    float error = 0;          // usual absolute error of the forecast
    std::uint8_t passes = 0;  // that both are means of
    std::int8_t far = 0;      // how many of the last values there were far off: below < 0 < above
  };
  /// Ways to foresee a value, whose squared errors are compared.
  enum Way : std::size_t { by_forecast, by_mean, by_last, by_season, by_step, ways };

  [[nodiscard]] bool goes_by_clocks() const;
  [[nodiscard]] std::size_t place(const At& at) const;
  [[nodiscard]] double lift_of(const Place& at) const;
  [[nodiscard]] int enough() const;
  void hear(const Seen& seen, std::int64_t gap);
  void compare(const Seen& seen, std::int64_t gap);
  bool fold(const Seen& seen);
  bool fold_far(const Seen& seen, Place* at);
  static void take_in(double lift, Place* at);
  void move_base(const Seen& seen, const Place& at);
  [[nodiscard]] bool of_its_height(double value) const;
  void take_in_error(double error, Place* at) const;
  [[nodiscard]] double usual_error(double loss) const;
  void note_places();
  Turn judge();
  void start(int period);
  void widen(int period);

  double slot_s_;
  Lags lags_;
  std::vector<Place> places_;  // of the period
  double last_ = 0;            // newest value
  double mean_ = 0;            // running mean of the values
  double base_ = 0;            // ... of the values without their lift
  double step_ = 0;            // usual absolute step from one value to the next
  double unit_ = 0;            // the same when the period was put on trial
  double usual_ = 0;           // mean logarithm of the places' errors, when losses were compared
  double typical_ = 0;         // middle one of their lifts then, in units
  double error_ = 0;           // of the turn just made, so nothing to be kept
  std::array<double, ways> losses_{};
  std::int64_t newest_ = 0;  // slot
  int count_ = 0;            // values
  int passed_ = 0;           // slots since losses were last compared; below 0: first pass
  int period_ = 0;
  int trust_ = 0;  // periods that speak for it
  bool known_ = false;
};

}  // namespace tidemark::learn::tide
