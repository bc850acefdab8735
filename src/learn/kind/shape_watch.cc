#include "learn/kind/shape_watch.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "learn/archive.h"
#include "learn/kind/limits.h"

namespace tidemark::learn::kind {
namespace {

constexpr int kCountMax = 1'000'000'000;
constexpr int kPassesMax = 8;  // weeks that the shape is a mean of
constexpr double kTame = 4;    // usual departures; more is not learned at once
constexpr double kUsualRate = 1.0 / 168;
constexpr double kRecordKept = 1 - 1.0 / 4000;  // a bucket: half is forgotten after four months

// A departure must be so many times the largest that the series has shown before. Chosen on the
// development data (docs/detection.md): the smaller, the more findings an ordinary series has.
constexpr double kBeyond = 1.5;
constexpr double kSwingBeyond = 2;
constexpr double kJitters = 5;      // ... and so many times what chance does to a mean
constexpr double kExplained = 0.5;  // a story leaves at most half unexplained
constexpr double kClearly = 0.8;    // ... and this much of what another story leaves
constexpr double kStep = 0.4;       // a step leaves less
// More of the squares of a turn than that in one bucket is a run that went wrong, and no season.
constexpr double kOneBucket = 0.7;
constexpr double kClearStep = 0.25;  // ... a clear one
constexpr double kWholeWay = 0.7;    // ... that goes so much of its way at once
constexpr std::size_t kEdge = 3;     // ... in the mean of so many buckets before and after it
constexpr double kShiftForce = 3;    // ... so many times as far as a drift begins at
constexpr int kShiftBuckets = 6;     // ... and it stays
constexpr std::size_t kStepBuckets = 4;
constexpr std::size_t kRampBuckets = 6;
constexpr std::size_t kLostBuckets = 12;
constexpr std::size_t kOldest = 3;  // a story from before these began earlier than they reach

/// Buckets that must have been compared before anything is said.
int mature(const Pace& pace) {
  return pace.buckets == 1 ? 26 : pace.is_daily() ? 42 : pace.buckets;
}

/// Buckets after which what is going on is what is usual.
int patience(const Pace& pace) {
  return pace.is_daily() ? 56 : pace.buckets == 1 ? 26 : 2 * pace.buckets;
}

bool is_of_one_bucket(std::span<const Departure> past) {
  const auto most = std::max_element(past.begin(), past.end(), [](const auto& a, const auto& b) {
    return std::abs(a.away) < std::abs(b.away);
  });
  return most->away * most->away > kOneBucket * sum_of_squares(past);
}

/// Who creeps, or walks about, has come a part of the way before, and has another part to go.
bool is_abrupt(std::span<const Departure> past, const Story& step) {
  if (step.from < kEdge || step.from + kEdge > past.size()) return false;
  const auto mean = [&](std::size_t from) {
    double sum = 0;
    for (const Departure& each : past.subspan(from, kEdge))
      sum += each.away;
    return sum / kEdge;
  };
  return std::abs(mean(step.from - kEdge)) < (1 - kWholeWay) * std::abs(step.size) &&
         mean(step.from) / step.size > kWholeWay;
}

template <typename T, std::size_t N>
void push(std::array<T, N>& ring, std::int32_t& filled, const T& item) {
  if (filled == static_cast<std::int32_t>(N)) {
    std::move(ring.begin() + 1, ring.end(), ring.begin());
    --filled;
  }
  ring[static_cast<std::size_t>(filled++)] = item;
}

}  // namespace

void ShapeWatch::note(const Slot& slot, const Pace& pace, double value) {
  const int place = pace.place(slot);
  const auto bucket_length = std::chrono::seconds(pace.bucket_s);
  const bool other = place != place_ || slot.start - opened_ >= bucket_length;
  if (count_ > 0 && other) close_bucket(pace);
  if (!started_) {
    middle_ = value;
    started_ = true;
  }
  if (count_ == 0) {
    // What lies behind a long gap cannot be told from what lies before it.
    if (filled_ > 0 && slot.start - opened_ > bucket_length * 24) filled_ = formers_ = 0;
    opened_ = slot.start;
    place_ = place;
  }
  sum_ += value - middle_;
  ++count_;
  if (pace.is_last(slot)) close_bucket(pace);
}

void ShapeWatch::close_bucket(const Pace& pace) {
  const double value = std::clamp(sum_ / count_, -kMost, kMost);
  sum_ = 0;
  count_ = 0;
  const auto place = static_cast<std::size_t>(place_);
  if (passes_[place] == 0) return learn(place, value, 0);
  const double usual = shape_[place];
  const double away = std::clamp(value - usual, -kMost, kMost);
  usual_away_ += (std::abs(away) - usual_away_) * std::max(kUsualRate, 1.0 / (known_ + 1));
  known_ = std::min(known_ + 1, kCountMax);
  settling_ = std::max(settling_ - 1, 0);
  remember({opened_, static_cast<float>(usual), static_cast<float>(away)});
  judge(pace);
  if (filled_ == 0) return;  // it begins anew
  const double left = recent_[static_cast<std::size_t>(filled_ - 1)].away;
  learn(place, shape_[place] + left, left);
}

void ShapeWatch::learn(std::size_t place, double value, double away) {
  auto& passes = passes_[place];
  passes = static_cast<std::uint8_t>(std::min<int>(passes + 1, kPassesMax));
  const double reach = kTame * usual_away_;
  if (passes > 2) away = std::clamp(away, -reach, reach);
  shape_[place] = static_cast<float>(passes == 1 ? value : shape_[place] + away / passes);
}

void ShapeWatch::remember(const Recent& recent) {
  push(recent_, filled_, recent);
  if (known_ % kFormerBuckets != 0 || filled_ < kFormerBuckets) return;
  const auto first = static_cast<std::size_t>(filled_ - kFormerBuckets);
  push(former_, formers_, {recent_[first].at, static_cast<float>(mean_of(kFormerBuckets))});
}

void ShapeWatch::judge(const Pace& pace) {
  if (filled_ < static_cast<std::int32_t>(kRecent)) return;
  const double mean = mean_of(static_cast<std::size_t>(pace.cycle));
  if (now_ != Case::none) return go_on(pace, mean);
  const auto past = departures();
  const double spread = std::sqrt(sum_of_squares(past) / kRecent);
  const bool beyond =
      std::abs(mean) > kBeyond * means_.most() || spread > kBeyond * spreads_.most();
  if (beyond && known_ >= mature(pace)) find_story(pace, mean, spread);
  if (now_ == Case::none && filled_ > 0) keep_records(pace, mean, spread);
}

void ShapeWatch::keep_records(const Pace& pace, double mean, double spread) {
  const int block = mature(pace) / 2;
  means_.note(std::abs(mean), kRecordKept, block);
  spreads_.note(spread, kRecordKept, block);
  if (known_ > mature(pace)) return;
  means_.settle();
  spreads_.settle();
}

void ShapeWatch::find_story(const Pace& pace, double mean, double spread) {
  const auto past = departures();
  const double all = sum_of_squares(past);
  const Story step = step_story(past, 2);
  const Story ramp = ramp_story(past, kRampBuckets);
  const Story lost = lost_story(past, kStepBuckets, spreads_.most());
  const bool shape_goes = lost.swing > 0 && lost.misfit < kClearly * step.misfit;
  if (shape_goes && lost.misfit < kClearly * ramp.misfit) {
    if (spread > kBeyond * spreads_.most() && lost.misfit < kExplained * all &&
        !is_of_one_bucket(past) && kRecent - lost.from >= kLostBuckets &&
        lost.swing > kSwingBeyond * spreads_.most()) {
      begin(
          Case::lost_season, recent_[lost.from].at, lost.swing / (kSwingBeyond * spreads_.most()));
    }
    return;
  }
  // Too early to tell them apart.
  if (lost.swing > 0 && kClearly * lost.misfit < ramp.misfit) return;
  if (step.misfit < kClearly * ramp.misfit) return take_step(step, past);
  // What is left of a step that was taken for too small looks like a ramp.
  if (settling_ > 0) return;
  Timestamp began;
  const double bar = kBeyond * means_.most();
  if (std::abs(mean) <= bar || !crept(pace, step, ramp, &began)) return;
  drift_side_ = mean > 0 ? 1 : -1;
  bar_ = bar;
  begin(Case::slow_drift, began, std::abs(mean) / std::max(bar, 1e-30));
}

void ShapeWatch::take_step(const Story& step, std::span<const Departure> past) {
  const double all = sum_of_squares(past);
  if (kRecent - step.from < kStepBuckets || step.misfit >= kStep * all) return;
  note_shift(step, step.misfit < kClearStep * all && is_abrupt(past, step));
  accept_level(step.size, step.from);
}

/// Is it a ramp, of the last turn or of many before it?
bool ShapeWatch::crept(const Pace& pace,
                       const Story& step,
                       const Story& ramp,
                       Timestamp* began) const {
  const auto cycle = static_cast<std::size_t>(pace.cycle);
  const double chance = jitter() / std::sqrt(static_cast<double>(cycle));
  if (std::abs(mean_of(cycle)) < kJitters * chance) return false;
  *began = recent_[ramp.from].at;
  const auto past = departures();
  if (ramp.from >= kOldest) {
    return ramp.misfit < kExplained * sum_of_squares(past) && ramp.misfit < kClearly * step.misfit;
  }
  std::array<Departure, kFormer> long_past;
  const auto formers = static_cast<std::size_t>(formers_);
  std::transform(former_.begin(), former_.begin() + formers_, long_past.begin(), [](const auto& f) {
    return Departure{0, f.away};
  });
  const std::span<const Departure> seen(long_past.data(), formers);
  const Story long_ramp = ramp_story(seen, kRampBuckets);
  const Story long_step = step_story(seen, kStepBuckets);
  if (formers < kRampBuckets || long_ramp.misfit >= kExplained * sum_of_squares(seen) ||
      long_ramp.misfit >= kClearly * long_step.misfit) {
    return false;
  }
  *began = former_[long_ramp.from].at;
  return true;
}

void ShapeWatch::begin(Case what, Timestamp began, double force) {
  now_ = what;
  began_ = began;
  force_ = std::clamp(force, 1.0, 1e6);
  going_on_ = 0;
  means_.drop_newest();
  spreads_.drop_newest();
}

void ShapeWatch::go_on(const Pace& pace, double mean) {
  ++going_on_;
  const bool long_enough = going_on_ >= patience(pace);
  if (now_ == Case::slow_drift) {
    if (long_enough) accept_level(mean, 0);
    if (long_enough || mean * drift_side_ < bar_ / 2) end();
  } else if (long_enough) {
    start_anew();
  } else if (going_on_ >= static_cast<std::int32_t>(kRecent) &&
             lost_story(departures(), kRecent, 0).swing == 0) {
    end();
  }
}

/// The way back is no departure to remember: what comes from here on is compared.
void ShapeWatch::end() {
  now_ = Case::none;
  filled_ = formers_ = 0;
}

/// A second step to the same side while the first one settles is what was left of it; one to the
/// other side, the way back.
void ShapeWatch::note_shift(const Story& step, bool is_clear) {
  const bool again = settling_ > 0 && shifted_ > 0;
  const double force = std::abs(step.size) / std::max(kBeyond * means_.most(), 1e-30);
  const bool is_back = again && std::abs(shift_.by + step.size) < std::abs(shift_.by) / 2;
  if (!again) shift_ = {recent_[step.from].at, 0, 1};
  shift_.by = std::clamp(shift_.by + step.size, -4 * kMost, 4 * kMost);
  shift_.force = std::clamp(force, 1.0, 1e6);
  is_clear = is_clear && force >= kShiftForce;
  if (!again) shifted_ = is_clear ? static_cast<std::int32_t>(kRecent - step.from) : 0;
  if (is_back) shifted_ = 0;
  settling_ = kRecent;
}

const ShapeWatch::Shift* ShapeWatch::shift() const {
  if (settling_ == 0 || shifted_ == 0 || filled_ < static_cast<std::int32_t>(kStepBuckets)) {
    return nullptr;
  }
  if (shifted_ + static_cast<std::int32_t>(kRecent) - settling_ < kShiftBuckets) return nullptr;
  // What is left of the way, now that the new level is taken for usual.
  return std::abs(mean_of(kStepBuckets)) < std::abs(shift_.by) / 2 ? &shift_ : nullptr;
}

void ShapeWatch::accept_level(double by, std::size_t from) {
  middle_ = std::clamp(middle_ + by, -4 * kMost, 4 * kMost);
  for (std::size_t i = from; i < kRecent; ++i)
    recent_[i].away = static_cast<float>(recent_[i].away - by);
  for (std::int32_t i = 0; i < formers_; ++i) {
    Former& former = former_[static_cast<std::size_t>(i)];
    if (former.at >= recent_[from].at) former.away = static_cast<float>(former.away - by);
  }
}

/// The shape is another one for good: nothing of the old one helps.
void ShapeWatch::start_anew() {
  *this = ShapeWatch();
}

std::array<Departure, ShapeWatch::kRecent> ShapeWatch::departures() const {
  std::array<Departure, kRecent> out;
  std::transform(recent_.begin(), recent_.end(), out.begin(), [](const Recent& each) {
    return Departure{each.usual, each.away};
  });
  return out;
}

/// Mean departure of so many newest buckets.
double ShapeWatch::mean_of(std::size_t newest) const {
  const auto end = recent_.begin() + filled_;
  const auto begin = end - static_cast<std::ptrdiff_t>(newest);
  return std::accumulate(
             begin, end, 0.0, [](double sum, const Recent& each) { return sum + each.away; }) /
         static_cast<double>(newest);
}

/// What chance does to one departure, from the steps between neighbours: a drift hardly shows
/// there.
double ShapeWatch::jitter() const {
  double sum = 0;
  for (std::size_t i = 1; i < kRecent; ++i) {
    const double step = double{recent_[i].away} - recent_[i - 1].away;
    sum += step * step;
  }
  return std::sqrt(sum / (2.0 * (kRecent - 1)));
}

template <typename Self, typename Archive>
void ShapeWatch::visit(Self& self, Archive& archive) {
  archive.real(self.middle_, -4 * kMost, 4 * kMost);
  for (auto& v : self.shape_)
    archive.real(v, -4e3 * kMost, 4e3 * kMost);
  for (auto& v : self.passes_)
    archive.whole(v, 0, kPassesMax);
  for (auto& v : self.recent_) {
    archive.time(v.at);
    archive.real(v.usual, -4e3 * kMost, 4e3 * kMost);
    archive.real(v.away, -4e3 * kMost, 4e3 * kMost);
  }
  for (auto& v : self.former_) {
    archive.time(v.at);
    archive.real(v.away, -4e3 * kMost, 4e3 * kMost);
  }
  archive.real(self.usual_away_, 0, 8e3 * kMost);
  Record::visit(self.means_, archive);
  Record::visit(self.spreads_, archive);
  archive.real(self.sum_, -1e10 * kMost, 1e10 * kMost);
  archive.time(self.opened_);
  archive.time(self.began_);
  archive.real(self.force_, 0, 1e6);
  archive.real(self.bar_, 0, 8e3 * kMost);
  archive.whole(self.place_, 0, kPlaces - 1);
  archive.whole(self.count_, 0, kCountMax);
  archive.whole(self.known_, 0, kCountMax);
  archive.whole(self.filled_, 0, kRecent);
  archive.whole(self.formers_, 0, kFormer);
  archive.whole(self.going_on_, 0, kCountMax);
  archive.whole(self.drift_side_, -1, 1);
  archive.whole(self.settling_, 0, kRecent);
  archive.time(self.shift_.began);
  archive.real(self.shift_.by, -4 * kMost, 4 * kMost);
  archive.real(self.shift_.force, 1, 1e6);
  archive.whole(self.shifted_, 0, kRecent);
  archive.whole(self.started_, 0, 1);
  archive.whole(self.now_, 0, 2);
}

template void ShapeWatch::visit(const ShapeWatch& self, StateWriter& archive);
template void ShapeWatch::visit(ShapeWatch& self, StateReader& archive);

}  // namespace tidemark::learn::kind
