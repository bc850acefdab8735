#include "learn/tide/beat.h"

#include <algorithm>
#include <cmath>

namespace tidemark::learn::tide {
namespace {

constexpr double kDay = 86400;
constexpr double kWeek = 7 * kDay;
constexpr double kHalfHour = 1800;
constexpr int kShortLags = 128;
constexpr double kOutlier = 16;          // usual steps: what a single one counts as at most
constexpr double kStepRate = 1.0 / 256;  // of the usual step
constexpr int kMeanSlots = 32;           // that the running means span at least ...
constexpr int kMeanPeriods = 2;          // ... and of the period
constexpr int kLookEvery = 16;           // values, for a period to put on trial
constexpr int kCompareSlots = 16;        // at least, before ways to foresee are compared
constexpr int kCompareRuns = 3;          // ... at least, once the period is known
constexpr double kRate = 0.15;           // of a place's means
constexpr double kLossMax = 4096;        // units, squared
constexpr double kErrorOutlier = 5;      // usual errors there ...
constexpr double kHeights = 8;           // of the highest place: no job's run is higher
constexpr int kMoved = 3;                // far off in a row on one side: a run that moved
constexpr double kNewBase = 4;           // usual errors that the forecast is off the mean
constexpr int kErrorPasses = 2;          // ... once so many are known
constexpr double kClearly = 0.2;         // of the squared errors without it: so few speak for it
constexpr double kStill = 0.8;           // of the best without it: so few keep it
constexpr double kComesBack = 0.65;      // autocorrelation, or runs come early and late too often
constexpr int kFound = 4;                // periods in favour
constexpr int kAgainst = 2;              // ... that one against it outweighs
constexpr int kWidenedPasses = 3;        // that a place counts as once the period is a multiple
constexpr double kTwoDeviations = 6.25;  // (2 * 1.25)^2: of normal errors, from their mean size
constexpr double kUnrestLeast = 0.5;     // logarithm of a ratio that may be chance
constexpr double kErrorLeast = 1e-6;     // units

/// What is left of `size` when what chance alone may make of it is `least`: 0 below that, nearly
/// all of what is far above.
double beyond_chance(double size, double least_squared) {
  const double square = size * size;
  return square > least_squared ? size * (1 - least_squared / square) : 0;
}

double units(double value, double unit, double most) {
  return std::clamp(value / std::max(unit, 1e-300), -most, most);
}

double log_error(double error) {
  return std::log(std::max(error, kErrorLeast));
}

/// Distances in slots that are listened to. A week of minutes would not fit; one of hours does, and
/// what comes once a week for one of them no mean of the week would know in half a year.
int most_lags(double slot_s) {
  return slot_s < kHalfHour ? kShortLags
                            : std::max(kShortLags, static_cast<int>(kWeek / slot_s) + 2);
}

}  // namespace

Beat::Beat(double slot_s) : slot_s_(slot_s), lags_(most_lags(slot_s)) {}

/// A period that a day consists of, or that consists of days, is that of a schedule by the clock;
/// any other one passes by a change of the clocks.
bool Beat::goes_by_clocks() const {
  const double seconds = period_ * slot_s_;
  return std::fmod(kDay, seconds) == 0 || std::fmod(seconds, kDay) == 0;
}

std::size_t Beat::place(const At& at) const {
  // Without a time zone the numbers are the same, and a place is asked for many times a value.
  const bool is_moved = at.local != at.slot && goes_by_clocks();
  const std::int64_t place = (is_moved ? at.local : at.slot) % period_;
  return static_cast<std::size_t>(place < 0 ? place + period_ : place);
}

double Beat::lift_of(const Place& at) const {
  if (at.passes == 0) return unit_ * typical_;
  const double chance = kTwoDeviations * at.error * at.error / at.passes;
  return unit_ * (typical_ + beyond_chance(at.lift - typical_, chance));
}

double Beat::lift(const At& at) const {
  return known_ ? lift_of(places_[place(at)]) : 0;
}

double Beat::unrest(const At& at) const {
  if (!known_) return 1;
  const double ratio = log_error(places_[place(at)].error) - usual_;
  const double chance = kUnrestLeast * kUnrestLeast / (ratio * ratio + 1e-9);
  return chance < 1 ? std::exp(std::clamp(ratio * (1 - chance * chance), -3.0, 5.0)) : 1;
}

Beat::Turn Beat::learn(const Seen& seen) {
  const std::int64_t gap = count_ > 0 ? std::max<std::int64_t>(seen.at.slot - newest_ - 1, 0) : 0;
  bool moved = false;
  if (period_ > 0) {
    if (passed_ >= 0) compare(seen, gap);
    moved = fold(seen);
  }
  hear(seen, gap);
  newest_ = seen.at.slot;
  if (period_ > 0) {
    passed_ = static_cast<int>(std::min<std::int64_t>(passed_ + gap + 1, kCountMax));
    if (passed_ >= enough() && !seen.held) {
      const Turn turn = judge();
      if (turn != Turn::none) return turn;
    }
    return moved ? Turn::moved : Turn::none;
  }
  if (count_ % kLookEvery == 0) start(lags_.period());
  return Turn::none;
}

/// Slots before ways to foresee are compared: of three runs one may be missed; while on trial, each
/// speaks for itself.
int Beat::enough() const {
  const int least = known_ ? kCompareRuns * period_ : kCompareSlots;
  return (std::max(least, kCompareSlots) + period_ - 1) / period_ * period_;
}

/// What every value says, whether there is a period or not.
void Beat::hear(const Seen& seen, std::int64_t gap) {
  const double step = seen.value - last_;
  if (count_ > 0 && gap == 0) {
    double size = std::abs(step);
    if (count_ > kMeanSlots && step_ > 0) size = std::min(size, kOutlier * step_);
    step_ += (size - step_) * std::max(kStepRate, 1.0 / count_);
    lags_.add(step_ > 0 ? units(step, step_, kOutlier) : 0);
  } else {
    lags_.skip(gap + 1);
  }
  last_ = seen.value;
  count_ = std::min(count_ + 1, kCountMax);
  const double rate = 1.0 / std::clamp(count_, 1, std::max(kMeanSlots, kMeanPeriods * period_));
  mean_ += (seen.calm() - mean_) * rate;
  if (period_ == 0) base_ = mean_;
}

void Beat::compare(const Seen& seen, std::int64_t gap) {
  const double here = lift_of(places_[place(seen.at)]);
  const double before = gap == 0 ? lift_of(places_[place({newest_, seen.at.local - 1})]) : 0;
  const double season = base_ + here;
  const std::array<double, ways> foreseen{
      seen.expected, mean_, last_, season, gap == 0 ? last_ + here - before : season};
  std::array<double, ways> squares{};
  std::transform(foreseen.begin(), foreseen.end(), squares.begin(), [&](double by) {
    const double error = units(seen.value - by, unit_, kLossMax);
    return std::min(error * error, kLossMax);
  });
  // What no way foresees, such as an outlier, says nothing of which one is better.
  const double far = units(seen.clip * seen.scale, unit_, kLossMax);
  const double least = *std::min_element(squares.begin(), squares.end());
  const double common = least > far * far ? least : 0;
  for (std::size_t i = 0; i < ways; ++i)
    losses_[i] += squares[i] - common;
}

/// Whether the place took over a value that was far off.
bool Beat::fold(const Seen& seen) {
  Place& at = places_[place(seen.at)];
  if (!known_) {
    const double lift = units(seen.value - base_, unit_, kLiftMax);
    take_in_error(lift - at.lift, &at);
    take_in(lift, &at);
    move_base(seen, at);
    return false;
  }
  if (seen.held && seen.calm() != seen.value && !of_its_height(seen.value)) return false;
  // A new level: running means would smear it over the places of the next periods.
  const double flat = seen.expected - lift_of(at);
  const bool new_level = !seen.held && std::abs(flat - base_) > kNewBase * unit_ * std::exp(usual_);
  if (new_level) base_ = std::clamp(flat, -kHuge, kHuge);
  const double error = seen.value - seen.expected;
  take_in_error(units(error, unit_, kLiftMax), &at);
  if (std::abs(error) > seen.clip * seen.scale) {
    // While the forecast is on its way to it, nobody knows how far above it the value is.
    return !new_level && fold_far(seen, &at);
  }
  at.far = 0;
  take_in(units(seen.tame - base_, unit_, kLiftMax), &at);
  move_base(seen, at);
  return false;
}

/// What is far off counts from the third time on that it is so on the same side: of runs that are
/// missed now and then two follow each other.
bool Beat::fold_far(const Seen& seen, Place* at) {
  const int side = seen.value < seen.expected ? -1 : 1;
  at->far = static_cast<std::int8_t>(at->far * side > 0 ? at->far + side : side);
  if (std::abs(at->far) < kMoved) {
    if (!seen.held) take_in(units(seen.tame - base_, unit_, kLiftMax), at);
    return false;
  }
  at->far = 0;
  at->lift = static_cast<float>(units(seen.value - base_, unit_, kLiftMax));
  at->passes = 1;
  move_base(seen, *at);
  return true;
}

void Beat::take_in(double lift, Place* at) {
  at->lift += static_cast<float>((lift - at->lift) * std::max(kRate, 1.0 / (at->passes + 1)));
  if (at->passes < kPassesMax) ++at->passes;
}

void Beat::move_base(const Seen& seen, const Place& at) {
  const double flat = seen.calm() - lift_of(at);
  base_ += (flat - base_) / std::max(kMeanSlots, kMeanPeriods * period_);
  base_ = std::clamp(base_, -kHuge, kHuge);
}

/// Whether a wild value may be a run of the job at another time. Any other one says nothing of the
/// season, not even when two of them fall on the same place.
bool Beat::of_its_height(double value) const {
  float highest = 0;
  for (const Place& at : places_)
    highest = std::max(highest, std::abs(at.lift));
  return std::abs(units(value - base_, unit_, kLiftMax)) <= kHeights * highest;
}

void Beat::take_in_error(double error, Place* at) const {
  if (at->passes == 0) return;
  double size = std::min(std::abs(error), kLiftMax);
  if (at->passes > kErrorPasses) {
    const double usual = std::max<double>(at->error, std::exp(usual_));
    size = std::min(size, kErrorOutlier * usual);
  }
  at->error += static_cast<float>((size - at->error) * std::max(kRate, 1.0 / at->passes));
}

/// The usual absolute error, of normal ones, of what had this loss since losses were compared.
double Beat::usual_error(double loss) const {
  return 0.8 * unit_ * std::sqrt(loss / passed_);
}

/// The usual error, and the typical place: where little is known of one, it is like most others,
/// and not like the mean of all, which peaks pull up.
void Beat::note_places() {
  usual_ = 0;
  std::array<float, Lags::kMost> lifts{};
  for (std::size_t i = 0; i < static_cast<std::size_t>(period_); ++i) {
    usual_ += log_error(places_[i].error) / period_;
    lifts[i] = places_[i].lift;
  }
  const auto middle = lifts.begin() + period_ / 2;
  std::nth_element(lifts.begin(), middle, lifts.begin() + period_);
  typical_ = *middle;
}

/// At the end of a period, or of several short ones: does it foresee what nothing else does?
Beat::Turn Beat::judge() {
  const double with = std::min(losses_[by_season], losses_[by_step]);
  const double without = std::min(losses_[by_mean], losses_[by_last]);
  const bool better =
      known_ ? with < kStill * without : with < kClearly * std::min(without, losses_[by_forecast]);
  note_places();
  trust_ = std::clamp(trust_ + (better ? 1 : -kAgainst), 0, kTrustMax);
  const bool lost = known_ && trust_ == 0;
  error_ = usual_error(lost ? without : with);
  losses_ = {};
  passed_ = 0;
  if (lost) {
    // What comes after it is found sooner where the old one is no longer heard.
    start(0);
    lags_ = Lags(lags_.most());
    return Turn::lost;
  }
  if (known_) {
    const int more = trust_ == kTrustMax ? lags_.better_multiple(period_) : 0;
    if (more > 0) widen(more);
    return Turn::none;
  }
  if (trust_ == 0) {
    // Anew, also with the same period: what spoke against it may be a single value in the means.
    start(lags_.period());
  }
  known_ = trust_ >= kFound && lags_.at(period_) >= kComesBack;
  return known_ ? Turn::found : Turn::none;
}

void Beat::start(int period) {
  if (period == 0 && period_ == 0) return;
  period_ = period;
  places_.assign(static_cast<std::size_t>(period), {});
  losses_ = {};
  unit_ = step_;
  base_ = mean_;
  usual_ = 0;
  typical_ = 0;
  passed_ = -period;
  trust_ = 0;
  known_ = false;
}

void Beat::widen(int period) {
  const auto before = static_cast<std::size_t>(period_);
  places_.resize(static_cast<std::size_t>(period));
  for (std::size_t i = before; i < static_cast<std::size_t>(period); ++i)
    places_[i] = places_[i - before];
  for (Place& at : places_)
    at.passes = std::min<std::uint8_t>(at.passes, kWidenedPasses);
  period_ = period;
  passed_ = 0;
}

}  // namespace tidemark::learn::tide
