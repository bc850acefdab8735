#include "learn/tide/tide.h"

#include <algorithm>
#include <cmath>

#include "learn/archive.h"
#include "learn/limits.h"

namespace tidemark::learn::tide {
namespace {

constexpr std::uint8_t kVersion = 14;
constexpr int kSettled = 12;           // values before errors of Guess::far count
constexpr int kBandFrom = 4;           // values before the first band
constexpr int kWarmUp = 8;             // ... and before the first score
constexpr double kFloor = 1e-8;        // least scale, as part of the level
constexpr double kLeastFloor = 1e-12;  // ... and where the level is 0
constexpr double kStay = 0.97;         // a slot without value: what the newest value still says
constexpr double kFilledRate = 1.0 / 40;
constexpr int kCountMax = 1'000'000;
constexpr int kCountedMisses = 3;     // in a row; more held back values widen nothing
constexpr double kHeldStretch = 1.5;  // a held back error counts at most as this part of k = 3
constexpr double kFarOut = 2;         // times k = 3: an incident, which counts once
constexpr double kGoesOn = 0.5;       // of the error before: as far off
constexpr double kFarRate = 0.001;
constexpr double kMost = std::numeric_limits<double>::max() / 8;
constexpr double kDistanceRate = 0.001;
constexpr double kReachKept = 1 - 1e-4;
constexpr double kRoom = 1.1;          // no half-width is beyond this part of the largest error ...
constexpr double kEarlyRoom = 300;     // ... and, of n values, this / n more
constexpr double kFarthestDays = 200;  // that the largest error of daily slots is remembered
constexpr double kUnheardAgain = 0.25;  // of a wild error: so large a one is unheard of no more
constexpr double kFarthestAnew = 8;     // usual errors: the largest one that new errors may have
constexpr double kWild = 16;       // largest errors so far: nothing takes in more than that ...
constexpr double kWildGrowth = 8;  // ... which becomes so many times as much with each wild value

constexpr double kBeyondShare = 0.6;  // more than 100 % of something
constexpr double kMinorScore = 0.49;  // just no finding

constexpr Misses kUnknown{
    {{Miss::unknown, Miss::unknown, Miss::unknown}, {Miss::unknown, Miss::unknown, Miss::unknown}}};

double slots_a_day(const DetectorConfig& config) {
  return 86'400 / std::chrono::duration<double>(config.cadence).count();
}

double memory_of(const DetectorConfig& config) {
  return std::clamp(7 * slots_a_day(config), 1000.0, 5000.0);
}

/// A quarter of daily runs says how far off they are, and a year would keep one incident that long.
double farthest_memory(const DetectorConfig& config) {
  return are_days(config.cadence) ? kFarthestDays : memory_of(config);
}

std::unique_ptr<Forecast> forecast_for(const DetectorConfig& config) {
  return are_days(config.cadence) ? make_daily_forecast(config) : make_recent_forecast(config);
}

/// How many values on one side make a new level.
int shift_after(Filtering filtering) {
  if (filtering == Filtering::minimal) return 3;
  return filtering == Filtering::strict ? 10 : 5;
}

double finite(double value, double otherwise) {
  return std::isfinite(value) ? value : otherwise;
}

}  // namespace

Tide::Tide(const DetectorConfig& config)
    : config_(config),
      forecast_(forecast_for(config)),
      spread_(config),
      residuals_(memory_of(config)),
      echo_(are_days(config.cadence)),
      evidence_(slots_a_day(config)),
      farthest_(farthest_memory(config)),
      farthest_here_(farthest_memory(config)) {}

double Tide::floor() const {
  return std::max(std::abs(forecast_->level()) * kFloor, kLeastFloor);
}

bool Tide::sparse() const {
  return filled_ < 0.5;
}

double Tide::clip() const {
  if (config_.periodic_spikes) return 1e6;
  if (config_.filtering == Filtering::minimal) return 6;
  return config_.filtering == Filtering::strict ? 2 : 3.5;
}

Tide::View Tide::view(const Slot& at) const {
  const Guess guess = forecast_->guess(at, sparse());
  View out;
  out.centre = finite(guess.value, 0);
  out.far = finite(guess.far, out.centre);
  out.lift = guess.lift;
  out.unrest = guess.unrest;
  const double flat = out.centre - out.lift;
  const double height = distance_ > 0 ? (flat - forecast_->level()) / distance_ : 0;
  out.spread = spread_.at(at, {flat - newest_value_, height}, floor());
  out.usual_here = out.unrest * std::exp(out.spread.terms[Spread::kTimeOfDay]);
  out.scale = std::max(out.spread.scale * out.unrest, floor());
  // In sparse series the order of events counts, not the empty slots between them.
  const double empty =
      sparse() ? 0.0 : static_cast<double>(at.index) - static_cast<double>(newest_) - 1;
  if (empty >= 1) {
    const double stay = std::pow(kStay, empty);
    out.centre += (out.far - out.centre) * (1 - stay);
    out.scale += (std::max(far_error_, out.scale) - out.scale) * (1 - stay);
  }
  return out;
}

const Tide::View& Tide::kept_view(const Slot& at) const {
  if (!kept_ || kept_->first != at) kept_.emplace(at, view(at));
  return kept_->second;
}

std::optional<Outlook> Tide::expect(Slot at) const {
  if (count_ < kBandFrom) return std::nullopt;
  return bounded(raw(kept_view(at)));
}

/// The band as the errors alone would have it. Where a series rests most of the time, an error is
/// thousands of the scale that rest has, and while it bursts a quantile in scales means nothing: no
/// side goes far beyond the largest error there was.
Outlook Tide::raw(const View& seen) const {
  const Outlook& shape = residuals_.shape();
  const double room = kRoom + kEarlyRoom / std::max(count_, 1);
  const double most = std::min(room * reach_, kMost);
  Outlook out;
  out.expected = std::clamp(seen.centre + seen.scale * shape.expected, -kMost, kMost);
  // Errors are counted from the centre; the widths from their median.
  const double off = seen.scale * shape.expected;
  for (std::size_t i = 0; i < 3; ++i) {
    out.below[i] = std::min(seen.scale * shape.below[i], std::max(most + off, 0.0));
    out.above[i] = std::min(seen.scale * shape.above[i], std::max(most - off, 0.0));
  }
  return out;
}

double Tide::least_half_width(double expected) const {
  return std::max(
      {config_.min_deviation, config_.min_relative_deviation * std::abs(expected), floor() / 2});
}

Outlook Tide::bounded(const Outlook& raw) const {
  double low = config_.domain.lower.value_or(std::numeric_limits<double>::lowest() / 2);
  const double high =
      share_.cap(config_.domain.upper.value_or(std::numeric_limits<double>::max() / 2));
  if (!negative_) low = std::min(std::max(low, 0.0), high);
  Outlook out;
  out.expected = std::max(std::min(raw.expected, high), low);
  const double least = least_half_width(out.expected);
  double below = 0;
  double above = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const double lower = lower_rim_.snap(raw.expected - raw.below[i], i);
    const double upper = upper_rim_.snap(raw.expected + raw.above[i], i);
    below = std::max({below, least, out.expected - lower});
    above = std::max({above, least, upper - out.expected});
    out.below[i] = std::min(below, out.expected - low);
    out.above[i] = std::min(above, high - out.expected);
  }
  return out;
}

Misses Tide::misses(const View& seen, double value) const {
  const Outlook free = raw(seen);
  const Outlook issued = bounded(free);
  Misses out{};
  for (std::size_t i = 0; i < 3; ++i) {
    const Edges own = edges_at(free, kFitted[i]);
    const Edges edges = edges_at(issued, kFitted[i]);
    // Rounding must not decide whether an edge is the errors' own or was pulled in by the domain.
    const double slack = 1e-9 * (own.upper - own.lower);
    const auto fared = [](bool pulled_in, bool miss) {
      if (pulled_in) return Miss::unknown;
      return miss ? Miss::yes : Miss::no;
    };
    out[0][i] = fared(edges.lower > own.lower + slack, value < edges.lower);
    out[1][i] = fared(edges.upper<own.upper - slack, value> edges.upper);
  }
  return out;
}

double Tide::score(Slot at, double value) const {
  if (count_ < kWarmUp || !std::isfinite(value)) return 0;
  value = std::clamp(value, -kHuge, kHuge);
  const View& seen = kept_view(at);
  double score = evidence_.score(at.index, sight(value, seen));
  if (share_.is_beyond(value)) score = std::max(score, kBeyondShare);
  return score >= kAbnormalScore && is_minor(value, seen) ? kMinorScore : score;
}

/// Whether the value is off by no more than what the user has called no matter.
bool Tide::is_minor(double value, const View& seen) const {
  if (!(config_.min_deviation > 0) && !(config_.min_relative_deviation > 0)) return false;
  const double expected = bounded(raw(seen)).expected;
  return std::abs(value - expected) <= least_half_width(expected);
}

/// In a series with one large run a day an error is large at the other hours; in one of few values,
/// whatever the hour.
double Tide::times_farthest(double error, const View& seen) const {
  const double here = error / seen.usual_here;
  return std::max(std::abs(error) / std::max(farthest_.on_the_side_of(error), floor()),
                  std::abs(here) / std::max(farthest_here_.on_the_side_of(error), floor()));
}

/// So large an error is not unheard of any more.
void Tide::allow(double error, const View& seen) {
  farthest_.allow(error);
  farthest_here_.allow(error / seen.usual_here);
}

Sight Tide::sight(double value, const View& seen) const {
  const double least = floor();
  const double error = value - seen.centre;
  const Outlook& shape = residuals_.shape();
  const double wide = seen.scale * (error < 0 ? shape.below[2] : shape.above[2]);
  return {value,
          error / seen.unrest,
          spread_.usual(least),
          seen.scale / seen.unrest,
          value - seen.far,
          std::max(far_error_, least),
          least,
          std::abs(error) > wide ? times_farthest(error, seen) : 0};
}

void Tide::learn(Slot at, double value, Teach how) {
  if (how == Teach::forget_slot || !(std::abs(value) <= kHuge)) return;
  if (count_ > 0 && at.index <= newest_) return;
  const View seen = kept_view(at);
  kept_.reset();
  const bool fresh = count_ >= kWarmUp;
  if (!fresh || !set_aside(at, value, how, seen)) {
    held_ = 0;
    held_side_ = 0;
    echo_.note(at, 0);
    learn_value(at, value, seen, fresh);
  }
  note_slot(at);
}

bool Tide::set_aside(const Slot& at, double value, Teach how, const View& seen) {
  const double calm = how != Teach::accept ? calmed(value, seen) : value;
  evidence_.learn(at.index, sight(value, seen), sight(calm, seen));
  if (forecast_->recurs(at, value, seen.scale)) {
    forecast_->skip(at, seen.centre, {value, value, seen.scale, clip(), sparse()});
    return true;
  }
  const bool is_ordinary = calm == value && (how == Teach::accept || !goes_on(value, seen));
  if (how != Teach::hold_back && is_ordinary) return false;
  // What comes wild again and again, with others in between, is the series' own at last.
  const double wilder = kWildGrowth * std::max(reach_, seen.scale);
  if (calm != value) allow(kUnheardAgain * (value - seen.centre), seen);
  hold_back(at, value, calm, seen);
  if (how == Teach::learn && held_ == 1) {
    reach_ = std::max(reach_, wilder);
    allow(std::copysign(wilder, value - seen.centre), seen);
  }
  return true;
}

/// Whether what was held back goes on: outside of k = 3 on the same side, not much less far off.
/// The score is low by then, since the first has begun the finding; learned in full, an incident of
/// four hours would be the band of the next day.
bool Tide::goes_on(double value, const View& seen) const {
  const double error = value - seen.centre;
  if (held_ == 0 || held_side_ * error <= 0) return false;
  return is_beyond(1, error, seen) && std::abs(error) > kGoesOn * std::abs(held_errors_[0]);
}

/// Further off than so many times the band at k = 3, as the errors alone have it.
bool Tide::is_beyond(double times, double error, const View& seen) const {
  const Outlook& shape = residuals_.shape();
  const double off = error - seen.scale * shape.expected;
  return std::abs(off) > times * seen.scale * (off < 0 ? shape.below[2] : shape.above[2]);
}

/// The value, but no further off than kWild times the largest error so far. One that is says how
/// wild a single value can be and nothing of how large errors are, so nothing that is remembered
/// may take in all of it; a caller that teaches by score does not hold back the second in a row.
double Tide::calmed(double value, const View& seen) const {
  const double most = kWild * std::max(reach_, seen.scale);
  const double centre = std::clamp(seen.centre, -kHuge, kHuge);
  return std::clamp(value, centre - most, centre + most);
}

void Tide::note_held(double error, bool is_wild) {
  const int side = error < 0 ? -1 : 1;
  held_ = std::min(held_ + 1, kCountMax);
  // Beside it, those before were next to ordinary, and it is the first of its kind.
  if (is_wild && std::abs(held_errors_[0]) < std::abs(error) / kWild) held_side_ = 0;
  held_side_ = held_side_ * side > 0 ? std::clamp(held_side_ + side, -kCountMax, kCountMax) : side;
  std::shift_right(held_errors_.begin(), held_errors_.end(), 1);
  held_errors_[0] = std::clamp(error, -kHuge, kHuge);
}

void Tide::hold_back(const Slot& at, double value, double calm, const View& seen) {
  const double error = value - seen.centre;
  const bool is_wild = calm != value;
  note_held(error, is_wild);
  // Of days one in twenty is held back by chance, and repeats nothing.
  const int kind = is_wild ? 2 : is_beyond(1, error, seen) ? 1 : 0;
  const int mark = error < 0 ? -kind : kind;
  const bool repeats = echo_.repeats(at, mark);
  echo_.note(at, mark);
  const int enough = shift_after(config_.filtering);
  if (std::abs(held_side_) == enough) {
    forecast_->shift(held_level(enough));
    return learn_value(at, value, view(at), false);
  }
  const bool again = repeats && !is_wild;
  // Of one wilder than anything that is known there is no value to go on from, so what comes next
  // is not held against it; the third of them may be less wild.
  if (repeats && !again) {
    reach_ = std::max(reach_, std::abs(calm - seen.centre));
    allow(calm - seen.centre, seen);
  }
  if (again || held_ > 2 * enough || std::abs(held_side_) > enough) {
    return learn_value(at, calm, seen, true);
  }
  const bool incident = is_wild || (std::abs(held_side_) > 1 && is_beyond(kFarOut, error, seen));
  if (held_ <= (incident ? 1 : kCountedMisses)) count_miss(value, seen);
  forecast_->skip(
      at, std::clamp(seen.centre, -kHuge, kHuge), {value, calm, seen.scale, clip(), sparse()});
}

/// By how much the level has moved, after so many values in a row on one side.
double Tide::held_level(int enough) const {
  std::array<double, 10> sorted = held_errors_;
  const auto middle = sorted.begin() + enough / 2;
  std::nth_element(sorted.begin(), middle, sorted.begin() + enough);
  // A few wild values and ordinary ones after them are no level: the newest says where it is.
  const bool over = std::abs(held_errors_[0]) < std::abs(*middle) / 2;
  return over ? held_errors_[0] : *middle;
}

/// The band was missed, however far.
void Tide::count_miss(double value, const View& seen) {
  const Outlook& shape = residuals_.shape();
  const double low = shape.expected - kHeldStretch * shape.below[2];
  const double high = shape.expected + kHeldStretch * shape.above[2];
  const double error = (value - seen.centre) / seen.scale;
  residuals_.learn(std::clamp(error, low, high), misses(seen, value));
}

void Tide::learn_value(const Slot& at, double value, const View& seen, bool judged) {
  const double least = floor();
  const double error = value - seen.centre;
  if (count_ > 0) {
    learn_far(value, seen);
    if (count_ >= 3) {
      Misses fared = kUnknown;
      if (judged) fared = misses(seen, value);
      residuals_.learn(std::clamp(error / seen.scale, -1e6, 1e6), fared);
      const Outlook free = raw(seen);
      lower_rim_.learn(value,
                       {free.expected - free.below[0],
                        free.expected - free.below[1],
                        free.expected - free.below[2]});
      upper_rim_.learn(value,
                       {free.expected + free.above[0],
                        free.expected + free.above[1],
                        free.expected + free.above[2]});
    }
    reach_ = std::max(reach_ * kReachKept, std::abs(error));
    farthest_.learn(error);
    farthest_here_.learn(error / seen.usual_here);
    spread_.learn(at, seen.spread, std::abs(error) / seen.unrest, least);
    const double distance = std::abs(value - seen.lift - forecast_->level());
    distance_ += (distance - distance_) * std::max(kDistanceRate, 1.0 / count_);
  }
  newest_value_ = value - seen.lift;
  const double scale = count_ > 0 ? spread_.again(seen.spread, least) * seen.unrest : 0;
  const double reach = clip() * scale;
  const double centre = std::clamp(seen.centre, -kHuge, kHuge);
  const double tame = judged ? std::clamp(value, centre - reach, centre + reach) : value;
  const auto anew = forecast_->learn(at, {value, tame, scale, clip(), sparse()});
  if (anew) begin_errors_anew(*anew);
  count_ = std::min(count_ + 1, kCountMax);
  if (value < 0) negative_ = true;
  share_.learn(value);
}

void Tide::learn_far(double value, const View& seen) {
  if (count_ < kSettled) {
    far_error_ = 2 * spread_.usual(0);
    return;
  }
  const double far = std::abs(value - seen.far);
  const double cap = 8 * std::max(far_error_, seen.scale);
  far_error_ += (std::min(far, cap) - far_error_) * std::max(kFarRate, 1.0 / count_);
}

/// The errors so far were those of a forecast that did not know what it knows now.
void Tide::begin_errors_anew(double error) {
  spread_.begin_anew(error);
  residuals_ = Residuals(memory_of(config_));
  evidence_.begin_errors_anew(error);
  far_error_ = std::min(far_error_, 2 * error);
  farthest_.bound(kFarthestAnew * error);
  farthest_here_.bound(kFarthestAnew * error);
}

void Tide::note_slot(const Slot& at) {
  if (count_ > 1 || held_ > 0) {
    const double step = std::max(1.0, static_cast<double>(at.index) - static_cast<double>(newest_));
    // One long silence is a gap, not a sparse series: it counts as 20 slots at most.
    filled_ += (1 / std::min(step, 20.0) - filled_) * kFilledRate;
  }
  newest_ = at.index;
}

template <typename Self, typename Archive>
void Tide::visit(Self& self, Archive& archive) {
  Spread::visit(self.spread_, archive);
  Residuals::visit(self.residuals_, archive);
  Evidence::visit(self.evidence_, archive);
  Echo::visit(self.echo_, archive);
  Rim::visit(self.lower_rim_, archive);
  Rim::visit(self.upper_rim_, archive);
  ShareEnd::visit(self.share_, archive);
  archive.real(self.far_error_, 0, 4 * kHuge);
  archive.real(self.reach_, 0, 4 * kHuge);
  Farthest::visit(self.farthest_, archive);
  Farthest::visit(self.farthest_here_, archive);
  archive.real(self.newest_value_, -kHuge, kHuge);
  archive.real(self.distance_, 0, 4 * kHuge);
  archive.real(self.filled_, 0, 1);
  archive.whole(self.newest_, INT64_MIN, INT64_MAX);
  archive.whole(self.count_, 0, kCountMax);
  archive.whole(self.negative_, 0, 1);
  archive.whole(self.held_, 0, kCountMax);
  archive.whole(self.held_side_, -kCountMax, kCountMax);
  for (auto& v : self.held_errors_)
    archive.real(v, -kHuge, kHuge);
}

void Tide::save(ByteSink& out) const {
  out.u8(kVersion);
  out.i64(config_.cadence.count());
  StateWriter writer(out);
  forecast_->save(writer);
  visit(*this, writer);
}

Result<void> Tide::restore(ByteSource& in) {
  const auto fresh = [this] {
    forecast_ = forecast_for(config_);
    *this = Tide(config_);
  };
  fresh();
  TM_TRY(const auto version, in.u8());
  TM_TRY(const auto cadence, in.i64());
  if (version != kVersion || cadence != config_.cadence.count()) {
    return fail(Errc::corrupt, "detector state is of another version or cadence");
  }
  StateReader reader(in);
  forecast_->restore(reader);
  visit(*this, reader);
  if (!reader.ok()) {
    fresh();
    return fail(Errc::corrupt, "detector state is damaged");
  }
  residuals_.refresh();
  return {};
}

Result<std::unique_ptr<Detector>> make(const DetectorConfig& config) {
  return std::make_unique<Tide>(config);
}

}  // namespace tidemark::learn::tide
