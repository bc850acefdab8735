#include "learn/always_on/always_on.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "learn/always_on/rough_log2.h"

namespace tidemark::learn::always_on {
namespace {

constexpr std::uint8_t kVersion = 2;
constexpr std::uint32_t kBandFrom = 4;     // values before the first band
constexpr std::uint32_t kWarmUp = 8;       // ... and before the first score
constexpr std::uint32_t kNaiveUntil = 12;  // ... before the model may correct the last value
constexpr std::uint32_t kFitFrom = 3;      // ... before the first least squares step
constexpr std::uint32_t kSettled = 64;     // ... before quantiles are read less often
constexpr std::uint32_t kRefreshEarly = 4;
constexpr std::uint32_t kRefreshEach = 16;
constexpr std::uint32_t kCountMax = std::uint32_t{1} << 31U;

constexpr double kMost = std::numeric_limits<double>::max() / 8;
constexpr double kFloor = 1e-6;        // least scale, as part of the level
constexpr double kLeastFloor = 1e-12;  // ... and where the level is 0

constexpr double kInputMax = 1e3;  // usual errors; inputs are clipped here
constexpr float kBeyond = 3;       // usual errors a forecast may leave the range of its inputs by
constexpr float kLossRate = 0.02F;
constexpr float kLossCap = 7;
constexpr float kGuard = 2;     // the model starts anew when its loss passes this part of naive's
constexpr double kClip = 3.5;   // errors beyond that many scales lose weight
constexpr double kStay = 0.97;  // a slot without value: what the newest value still says

constexpr double kSizeMax = 1e6;     // scales of an error
constexpr double kCap = 20;          // errors are cut here, in scales ...
constexpr double kUsualCap = 8;      // ... for the long-time scale here ...
constexpr double kReachPart = 0.1;   // ... but never below this part of the largest: bursts count
constexpr double kLatestRate = 0.5;  // of the running means of errors
constexpr double kBriefRate = 1.0 / 12;
constexpr double kDistanceRate = 0.001;
constexpr double kHoursMax = 20;  // error of some hours against the usual one
constexpr float kHoursMin = 0.02F;
constexpr float kBlendStep = 0.01F;
constexpr float kBlendMin = -0.2F;
constexpr float kBlendMax = 1.2F;
constexpr int kTermMax = 12;  // octaves
constexpr double kTiny = 0x1p-12;

constexpr double kReachKept = 1 - 1e-4;
constexpr double kReachGrowth = 4;  // at most, by one value that is held back
constexpr double kRoom = 1.1;       // no width is beyond this part of the largest error ...
constexpr double kEarlyRoom = 300;  // ... and, of n values, this / n more
// A finding is far outside of the band, large against the usual error, and nearly a record.
constexpr double kFindingWidths = 1.5;
constexpr double kFindingErrors = 6;
constexpr double kFindingReach = 0.7;
constexpr int kShiftAfter = 5;     // values held back in a row on one side are a new level
constexpr int kCountedMisses = 3;  // of them; more widen nothing

// The widths are fitted at k = 1, 1.96 (95 %) and 2.576 (99 %) and carried on to 2 and 3.
constexpr double kToTwo = 1 / 0.959963984540054;
constexpr double kToThree = 1 / 0.5758293035489004;

}  // namespace

AlwaysOn::AlwaysOn(const DetectorConfig& config) : config_(config), pattern_(config.cadence) {
  state_->model.reset();
  state_->blend = {0.1F, 0.3F, 0.4F, 0, 0};
  state_->hours.fill(1);
}

/// No stored byte may bring in NaN.
bool AlwaysOn::is_sane(const State& s) {
  const auto within = [](double v, double low, double high) { return v >= low && v <= high; };
  bool good = true;
  for (const double v : {s.last[0], s.last[1], s.last[2], s.before, s.level})
    good = good && within(v, -kHuge, kHuge);
  for (const double v : {s.distance, s.usual, s.brief, s.latest, s.reach})
    good = good && within(v, 0, 4 * kHuge);
  for (const float v : s.loss)
    good = good && within(v, 0, kLossCap);
  for (const float v : s.blend)
    good = good && within(v, kBlendMin, kBlendMax);
  for (const float v : s.hours)
    good = good && within(v, kHoursMin, kHoursMax);
  const std::uint32_t since = (s.count + kRefreshEach - 1) % kRefreshEach + 1;
  return good && within(s.filled, 0, 1) && s.count < kCountMax && std::abs(s.held) < kShiftAfter &&
         s.negative <= 1 && s.share.is_sane() && s.season.sane() && s.model.sane() &&
         s.tails.sane(since);
}

void AlwaysOn::work_on(State* state) {
  state_ = state;
  viewed_ = false;
}

double AlwaysOn::floor() const {
  return std::max(std::abs(state_->level) * kFloor, kLeastFloor);
}

std::size_t AlwaysOn::hours_of(const Slot& at) const {
  const int bucket = pattern_.bucket_s >= 86'400 ? at.weekday : at.second_of_day / 10'800;
  return static_cast<std::size_t>(std::clamp(bucket, 0, 7));
}

void AlwaysOn::look(const Slot& at) const {
  viewed_ = true;
  View& out = view_;
  out.index = at.index;
  out.second_of_day = at.second_of_day;
  out.weekday = at.weekday;
  out.least = floor();
  out.usual = std::max(state_->usual, out.least);
  out.one = 1 / out.usual;
  guess(at, &out);
  out.hours = hours_of(at);
  spread(&out);
  cross_gap(at, &out);
  const auto widths = state_->tails.widths();
  for (std::size_t i = 0; i < 3; ++i)
    out.widths[i] = out.scale * widths[i];
}

void AlwaysOn::guess(const Slot& at, View* out) const {
  const double last = state_->last[0];
  const auto now = state_->season.at(pattern_, pattern_.place(at));
  out->season = now.value_or(last);
  out->far = now.value_or(state_->level);
  const auto input = [&](double value) {
    return static_cast<float>(std::clamp((value - last) * out->one, -kInputMax, kInputMax));
  };
  const float second = input(state_->last[1]);
  const float third = input(state_->last[2]);
  const float level = input(state_->level);
  const float before = now ? input(state_->before) : 0;
  const float season = now ? input(*now) : 0;
  out->inputs.start = Floats{second, third, season, before};
  out->inputs.end = level;
  // What the season says is worked out last, so that nothing waits for it which need not.
  const Floats others{second, third, level, before};
  const float low = std::min(season, least_of(lesser(others, Floats{}))) - kBeyond;
  const float high = std::max(season, most_of(greater(others, Floats{}))) + kBeyond;
  out->correction = kept_within(state_->model.predict(out->inputs), low, high);
  out->centre = last;
  if (state_->count >= kNaiveUntil) out->centre += out->correction * out->usual;
  out->centre = kept_within(out->centre, -kHuge, kHuge);
}

void AlwaysOn::spread(View* out) const {
  const Pair late = greater(Pair{state_->latest, state_->brief}, both(out->least)) * out->one;
  const Pair within = lesser(greater(late, both(kTiny)), both(1 / kTiny));
  const double height = state_->distance > 0 ? (out->centre - state_->level) / state_->distance : 0;
  out->terms.start = rough_log2(Floats{static_cast<float>(within[0]),
                                       static_cast<float>(within[1]),
                                       state_->hours[out->hours],
                                       1 + std::min(std::abs(out->correction), 100.0F)});
  out->terms.end = static_cast<float>(std::min(std::max(height, -3.0), 3.0));
  const Floats parts = load(state_->blend.data()) * out->terms.start;
  const float sum = parts[0] + parts[1] + parts[2] + parts[3] + state_->blend[4] * out->terms.end;
  constexpr float kMax = kTermMax;
  out->blended = rough_exp2(std::clamp(sum, -kMax, kMax));
  out->scale = kept_above(out->usual * out->blended, out->least);
}

/// The longer nothing came, the more season and level alone say.
void AlwaysOn::cross_gap(const Slot& at, View* out) const {
  const double empty = static_cast<double>(at.index) - static_cast<double>(state_->newest) - 1;
  if (!(empty >= 1) || state_->filled < 0.5F) return;
  const double stay = std::pow(kStay, empty);
  out->centre += (out->far - out->centre) * (1 - stay);
  out->scale += (std::max(state_->distance, out->scale) - out->scale) * (1 - stay);
}

Outlook AlwaysOn::bounded(const View& seen) const {
  double low = config_.domain.lower.value_or(-kMost * 4);
  const double high = state_->share.cap(config_.domain.upper.value_or(kMost * 4));
  if (state_->negative == 0) low = std::min(std::max(low, 0.0), high);
  Outlook out;
  out.expected = std::max(std::min(seen.centre, high), low);
  const double least = std::max({config_.min_deviation,
                                 config_.min_relative_deviation * std::abs(out.expected),
                                 seen.least / 2});
  const double room = kRoom + kEarlyRoom / std::max<double>(state_->count, 1);
  const double most = std::max(least, std::min(room * state_->reach, kMost));
  const Pair limit = greater(Pair{}, Pair{out.expected - low, high - out.expected});
  const Pair off{out.expected - seen.centre, seen.centre - out.expected};
  // None of them is near the largest number there is, so their differences are numbers.
  static_assert(4 * kHuge * (1 << kTermMax) * (Tails::kQuantileMax * Tails::kFactorMax) < kMost);
  const Pair at_68 = seen.widths[0];
  const Pair at_95 = greater(seen.widths[1], at_68);
  const Pair at_99 = greater(seen.widths[2], at_95);
  const Pair at_two = at_68 + (at_95 - at_68) * kToTwo;
  const Pair at_three = at_two + greater(at_99 - at_two, Pair{}) * kToThree;
  const Pair one = greater(both(least), lesser(at_68, both(most)) + off);
  const Pair two = greater(one, lesser(at_two, both(most)) + off);
  const Pair three = greater(two, lesser(at_three, both(most)) + off);
  const Pair to_one = lesser(one, limit);
  const Pair to_two = lesser(two, limit);
  const Pair to_three = lesser(three, limit);
  out.below = {to_one[0], to_two[0], to_three[0]};
  out.above = {to_one[1], to_two[1], to_three[1]};
  return out;
}

std::optional<Outlook> AlwaysOn::expect(Slot at) const {
  if (state_->count < kBandFrom) return std::nullopt;
  return bounded(view(at));
}

double AlwaysOn::score(Slot at, double value) const {
  if (state_->count < kWarmUp || !std::isfinite(value)) return 0;
  const View& seen = view(at);
  const double error = std::clamp(value, -kHuge, kHuge) - seen.centre;
  const auto side = static_cast<std::size_t>(error < 0 ? 0 : 1);
  const double wide = seen.widths[2][side];
  const double least =
      std::max({kFindingWidths * wide, kFindingErrors * seen.usual, kFindingReach * state_->reach});
  const double times = std::abs(error) / least;
  return times < 1 ? 0.5 * times : 1 - 0.5 / times;
}

void AlwaysOn::learn(Slot at, double value, Teach how) {
  if (how == Teach::forget_slot || !(std::abs(value) <= kHuge)) return;
  if (state_->count > 0 && at.index <= state_->newest) return;
  const View& seen = view(at);
  const bool judged = state_->count >= kWarmUp;
  if (how == Teach::hold_back && judged && hold_back(value, seen)) {
    push(seen.centre, seen);
  } else {
    state_->held = 0;
    learn_value(at, value, seen, judged);
  }
  note_slot(at);
  viewed_ = false;
}

/// Whether the value is held back indeed: too many in a row on one side are a new level.
bool AlwaysOn::hold_back(double value, const View& seen) {
  const bool above = value > seen.centre;
  const int side = above ? 1 : -1;
  const int now = state_->held * side > 0 ? state_->held + side : side;
  if (std::abs(now) >= kShiftAfter) return false;
  state_->held = static_cast<std::int8_t>(now);
  // What was held back once is less of a surprise the next time.
  const double size = std::abs(value - seen.centre);
  state_->reach =
      std::max(state_->reach, std::min(size, kReachGrowth * std::max(state_->reach, seen.scale)));
  if (std::abs(now) <= kCountedMisses) correct(seen, value);
  return true;
}

/// The widths' factors follow how the band fared. A side that ends at a limit is not missed; the
/// other may then use its share.
void AlwaysOn::correct(const View& seen, double value) {
  const double error = value - seen.centre;
  const double low =
      std::max(config_.domain.lower.value_or(-kMost), state_->negative != 0 ? -kMost : 0.0);
  const double high = state_->share.cap(config_.domain.upper.value_or(kMost));
  const Pair errors{-error, error};
  const Pair room{seen.centre - low, high - seen.centre};
  const auto& w = seen.widths;
  state_->tails.correct({errors > w[0], errors > w[1], errors > w[2]},
                        {w[0] >= room, w[1] >= room, w[2] >= room});
}

void AlwaysOn::learn_value(const Slot& at, double value, const View& seen, bool judged) {
  State& s = *state_;
  const double error = value - seen.centre;
  const double clip = kClip * seen.scale;
  const double tame = judged ? std::clamp(value, seen.centre - clip, seen.centre + clip) : value;
  const double early = s.count > 0 ? 1.0 / s.count : 1.0;
  if (s.count >= kFitFrom) {
    const auto z = static_cast<float>(std::clamp(error / seen.scale, -kSizeMax, kSizeMax));
    if (judged) correct(seen, value);
    s.tails.add(z);
    if ((s.count & ((s.count < kSettled ? kRefreshEarly : kRefreshEach) - 1)) == 0)
      s.tails.refresh();
    fit(value, std::abs(z), seen, static_cast<float>(early));
    if (s.count >= 2 * kNaiveUntil) learn_blend(std::abs(z), seen);
  }
  if (s.count > 0) learn_error(std::abs(error), seen, early);
  s.season.learn(
      pattern_, pattern_.place(at), tame, seen.usual, static_cast<std::uint64_t>(at.index));
  if (++s.count == kCountMax) s.count /= 2;
  s.level += (tame - s.level) * std::max(pattern_.level_rate, std::min(early, 1.0));
  if (value < 0) s.negative = 1;
  s.share.learn(value);
  push(value, seen);
}

void AlwaysOn::fit(double value, float z, const View& seen, float early) {
  State& s = *state_;
  const auto target =
      static_cast<float>(std::clamp((value - s.last[0]) * seen.one, -kInputMax, kInputMax));
  const float off = target - seen.correction;
  const float rate = std::max(kLossRate, early);
  s.loss[0] += (std::min(std::abs(off), kLossCap) - s.loss[0]) * rate;
  s.loss[1] += (std::min(std::abs(target), kLossCap) - s.loss[1]) * rate;
  // An error of a calm hour says more than one of a busy hour, and an outlier little.
  const float doubt =
      std::clamp(seen.blended, 0.2F, 20.0F) * std::max(1.0F, z * static_cast<float>(1 / kClip));
  s.model.learn(seen.inputs, off, doubt);
  if (s.count > 2 * kNaiveUntil && s.loss[0] > kGuard * s.loss[1]) {
    s.model.reset();
    s.loss[0] = s.loss[1];
  }
}

/// One step of gradient on the likelihood of Laplace errors.
void AlwaysOn::learn_blend(float z, const View& seen) {
  const auto& [four, end] = seen.terms;
  const Floats squares = four * four;
  const float norm = 1 + squares[0] + squares[1] + squares[2] + squares[3] + end * end;
  const float step = kBlendStep * (std::min(z, 5.0F) - 1) / norm;
  auto& blend = state_->blend;
  const Floats next = load(blend.data()) + step * four;
  store(lesser(greater(next, all_four(kBlendMin)), all_four(kBlendMax)), blend.data());
  blend[4] = std::clamp(blend[4] + step * end, kBlendMin, kBlendMax);
}

void AlwaysOn::learn_error(double size, const View& seen, double early) {
  State& s = *state_;
  s.reach = std::max(s.reach * kReachKept, size);
  const double known = std::max(seen.scale, seen.usual);
  const double cap = std::max(kUsualCap * known, kReachPart * s.reach);
  if (s.count >= kNaiveUntil) size = std::min(size, std::max(kCap * known, cap));
  // Two at once, which lie beside each other.
  const auto move = [&](double& first, double& second, Pair to, Pair rate) {
    const Pair from{first, second};
    const Pair next = from + (to - from) * greater(rate, both(early));
    first = next[0];
    second = next[1];
  };
  move(s.brief, s.latest, both(size), Pair{kBriefRate, kLatestRate});
  const double tamed = s.count > kNaiveUntil ? std::min(size, cap) : size;
  move(s.distance,
       s.usual,
       Pair{std::abs(s.last[0] - s.level), tamed},
       Pair{kDistanceRate, pattern_.usual_rate});
  float& hours = s.hours[seen.hours];
  const auto part = static_cast<float>(std::min(size * seen.one, kHoursMax));
  hours = std::max(hours + (part - hours) * pattern_.hours_rate, kHoursMin);
}

void AlwaysOn::push(double value, const View& seen) {
  state_->before = state_->count <= 1 ? value : seen.season;
  if (state_->count <= 1) state_->last.fill(value);
  state_->last = {value, state_->last[0], state_->last[1]};
}

void AlwaysOn::note_slot(const Slot& at) {
  if (state_->count > 1) {
    const double step =
        std::max(1.0, static_cast<double>(at.index) - static_cast<double>(state_->newest));
    // One long silence is a gap, not a sparse series: it counts as 20 slots at most.
    // Mostly there is nothing to move, and a division is slow.
    const float now = step > 1 ? 1 / static_cast<float>(std::min(step, 20.0)) : 1;
    if (now != state_->filled) state_->filled += (now - state_->filled) / 40;
  }
  state_->newest = at.index;
}

/// The state as it lies in memory, little-endian.
void AlwaysOn::save(ByteSink& out) const {
  out.u8(kVersion);
  out.i64(config_.cadence.count());
  out.raw({reinterpret_cast<const char*>(state_), sizeof *state_});
}

Result<void> AlwaysOn::restore(ByteSource& in) {
  *state_ = AlwaysOn(config_).state();
  viewed_ = false;
  TM_TRY(const auto version, in.u8());
  TM_TRY(const auto cadence, in.i64());
  if (version != kVersion || cadence != config_.cadence.count()) {
    return fail(Errc::corrupt, "detector state is of another version or cadence");
  }
  TM_TRY(const auto bytes, in.raw(sizeof(State)));
  State read;
  std::memcpy(&read, bytes.data(), sizeof read);
  if (!is_sane(read)) return fail(Errc::corrupt, "detector state is damaged");
  *state_ = read;
  return {};
}

Result<std::unique_ptr<Detector>> make(const DetectorConfig& config) {
  return std::make_unique<AlwaysOn>(config);
}

}  // namespace tidemark::learn::always_on
