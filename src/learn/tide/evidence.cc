#include "learn/tide/evidence.h"

#include <algorithm>
#include <cmath>

namespace tidemark::learn::tide {
namespace {

constexpr double kUnrestRate = 1.0 / 10;
constexpr double kJoltRate = 1.0 / 3;
constexpr double kDisplacementRate = 1.0 / 20;
constexpr double kStrayRate = 1.0 / 288;
constexpr double kSwingRate = 1.0 / 30;
constexpr double kSurpriseRate = 1.0 / 5;
constexpr double kUsualRate = 1.0 / 1000;  // of what a size is compared with
constexpr double kErrorCap = 20;           // usual errors; one wild value is not unrest
constexpr double kFarCap = 8;              // usual distances from season and level
constexpr double kMeanCap = 10;            // usual distances from the mean, once some are known
constexpr int kMeanCapFrom = 10;
constexpr double kSizeMax = 1e9;

// Weights, bar and quiet time: chosen on NAB's files and the KPI together, see docs/detection.md.
constexpr double kUnrestWeight = 2;  // of how odd it is here; each of four others weighs 1

// A view's weight: how rare it must be, against level.
constexpr double kStrayView = 0.7;
constexpr double kSurpriseView = 0.6;
constexpr double kFarView = 0.6;
constexpr double kMissView = 0.6;  // of severity only: alone it is no finding

constexpr double kThreshold = 2.72;        // rarity after a thousand values
constexpr double kThresholdGrowth = 0.74;  // ... more for ten times as many values
constexpr int kThresholdFrom = 200;
constexpr double kOddLeast = 1.9;  // times the threshold: less odd here is no finding

constexpr double kRecordView = 0.2;   // rarer by so much for each octave of a record
constexpr double kRecordUnit = 0.05;  // of the range: one octave beyond it
constexpr double kRecordKept = 0.7;   // ... what is left of them after a value
constexpr double kBurst = 10;         // usual errors

constexpr double kOutright = 8.5;           // so odd is a finding whatever was before
constexpr double kOutrightMore = 1;         // ... and so much more after each
constexpr double kOutrightKept = 1 - 5e-4;  // ... what is left of that after a value
constexpr int kOutrightApart = 10;          // values between two of them

constexpr double kUnheardOf = 4;    // times the largest error so far is a finding whatever else is
constexpr double kFewErrors = 60;   // known so far: it takes twice as much
constexpr double kUnheardMore = 1;  // octaves more after each
// Below kHoldBackScore: what may be a new level, and is calmed where it is wilder than that.
constexpr double kUnheardSevere = 1.6;
constexpr int kErrorsLeast = 30;  // of fewer the largest says nothing

constexpr double kFewValues = 10;      // known so far: the threshold is twice as high
constexpr double kBarLeast = 0.55;     // what the bar comes down to
constexpr double kBarFall = 0.5;       // ... when so much of history has passed since a finding
constexpr int kHistoryLeast = 500;     // ... which counts as so many values at least
constexpr double kQuietShare = 0.065;  // of history
constexpr double kSameTime = 0.05;     // of a day; no slots of hours or more
constexpr double kReopenFactor = 1.5;
constexpr double kReopenMore = 0.5;

constexpr double kHalfWay = 7;  // how odd it must be to score a quarter

double against(double size, double usual) {
  return std::min(size / usual, kSizeMax);
}

double bounded(double value) {
  return std::clamp(value, -kHuge, kHuge);
}

bool burst(const Sight& seen) {
  return std::abs(seen.error) > kBurst * seen.usual;
}

void move(double& mean, double value, double rate) {
  mean += (value - mean) * rate;
}

}  // namespace

Evidence::Means Evidence::means_with(const Sight& seen) const {
  Means out = now_;
  const double far = bounded(seen.far);
  const double error = std::min({std::abs(seen.error), kErrorCap * seen.usual, kHuge});
  move(out.unrest, error, std::max(kUnrestRate, 1.0 / (count_ + 1)));
  move(out.jolt, error, std::max(kJoltRate, 1.0 / (count_ + 1)));
  move(out.displacement, far, kDisplacementRate);
  move(out.stray, std::min(std::abs(far), kFarCap * seen.far_usual), kStrayRate);
  const double rate = std::max(kSwingRate, 1.0 / (count_ + 1));
  move(out.middle, seen.value, rate);
  move(out.swing, std::abs(seen.value - out.middle), rate);
  move(out.surprise, steps_.of(seen.value), kSurpriseRate);
  out.record =
      std::max(kRecordKept * out.record, std::log2(1 + steps_.beyond(seen.value) / kRecordUnit));
  return out;
}

Evidence::PerView Evidence::sizes(const Sight& seen, const Means& means) const {
  const double far_usual = std::max(seen.far_usual, seen.floor);
  const double distance = count_ > 0 ? std::abs(seen.value - mean_) : 0;
  const double usual_swing = count_ > 0 ? usual_swing_ : means.swing;
  return {against(means.unrest, seen.usual),
          against(std::abs(means.displacement), far_usual),
          against(distance, std::max(mean_distance_, seen.floor)),
          against(means.stray, far_usual),
          against(means.swing, std::max(usual_swing, seen.floor)),
          against(std::abs(seen.far), far_usual),
          against(std::abs(seen.error), std::max(seen.scale, seen.floor)),
          means.surprise};
}

const Evidence::Appraisal& Evidence::appraise(const Sight& seen) const {
  if (kept_ && kept_->seen == seen) return *kept_;
  Appraisal out;
  out.seen = seen;
  out.means = means_with(seen);
  out.sizes = sizes(seen, out.means);
  for (std::size_t i = 0; i < views; ++i)
    out.shares[i] = ranks_[i].share_above(out.sizes[i]);
  out.threshold = threshold();
  out.found = rarity(out);
  kept_ = out;
  return *kept_;
}

Evidence::Rarity Evidence::rarity(const Appraisal& of) {
  const Sight& seen = of.seen;
  const Means& means = of.means;
  PerView ranks{};
  std::transform(of.shares.begin(), of.shares.end(), ranks.begin(), Ranks::rarity);
  double here = (kUnrestWeight - 1) * ranks[unrest_view] * ranks[unrest_view];
  for (const View view : {unrest_view, swing_view, miss_view, surprise_view, distance_view})
    here += ranks[view] * ranks[view];
  here = std::sqrt(here / (kUnrestWeight + 4));
  // Every series has its rarest values. How large they are tells which of them are incidents.
  const double sizes =
      (1 + against(means.unrest, seen.usual)) * (1 + against(means.jolt, seen.usual));
  const double odd = here + std::log2(sizes);
  const double level =
      (ranks[unrest_view] + ranks[displacement_view] + ranks[distance_view] + ranks[swing_view]) /
      4;
  // A new order of values and a season that is lost for long are no matter of one error's size.
  double finding = std::max(kSurpriseView * ranks[surprise_view], kStrayView * ranks[stray_view]);
  if (odd >= kOddLeast * of.threshold) {
    // Ranks of means lag behind; a value that never was before is worth more than its rank says.
    const double large = std::max(level, kFarView * ranks[far_view]);
    finding = std::max(finding, large + kRecordView * means.record);
  }
  return {odd, finding, std::max(finding, kMissView * ranks[miss_view])};
}

/// The longer a series is known, the rarer must be what deserves a finding. Of a few values nothing
/// is known yet.
double Evidence::threshold() const {
  const double known = std::max(count_, kThresholdFrom) / 1000.0;
  return (kThreshold + kThresholdGrowth * std::log10(known)) * (1 + kFewValues / (errors_ + 1)) *
         young();
}

double Evidence::young() const {
  const double part = 0.5 * day_ / (count_ + 1);
  return 1 + part * part;
}

/// Who was told nothing for half of a series' history hears of less than who has just been told.
double Evidence::bar(double threshold) const {
  const double passed = under_ / (kBarFall * std::max(count_, kHistoryLeast));
  return threshold * std::max(kBarLeast, 1 - (1 - kBarLeast) * passed);
}

double Evidence::outright_bar() const {
  return (kOutright + outright_more_) * (1 + kFewValues / (errors_ + 1)) * young();
}

/// The first of a run of values so odd that neither the bar nor the time of day matters; a finding
/// that has just begun speaks for the run.
bool Evidence::outright(double odd) const {
  return std::min(calm_, since_) >= kOutrightApart && odd >= outright_bar();
}

/// How many times further off than all before a value is than what is a matter for a finding.
double Evidence::far_beyond(const Sight& seen) const {
  if (errors_ < kErrorsLeast) return 0;
  return seen.beyond / (kUnheardOf * (1 + kFewErrors / errors_));
}

/// So far off that no rank can tell how far, the first of a run. Ranks of a series that rests or
/// keeps to two values say that any event is rare, and nothing of one a hundred times as large.
bool Evidence::unheard_of(const Sight& seen) const {
  return std::min(familiar_, since_) >= kOutrightApart &&
         far_beyond(seen) > std::exp2(unheard_more_);
}

/// Bursts stay away for longer than they ever did; no news while a finding is.
bool Evidence::lulled(const Sight& seen) const {
  return since_ >= pause_ && lull_.begins(burst(seen));
}

/// What comes back a day later is a season being learned, not an incident.
bool Evidence::same_time_next_day(std::int64_t slot) const {
  const double passed = static_cast<double>(slot) - static_cast<double>(marked_);
  return kSameTime * day_ >= 1 && std::abs(passed - day_) <= kSameTime * day_;
}

bool Evidence::quiet(std::int64_t slot, double found) const {
  return (since_ < pause_ || same_time_next_day(slot)) &&
         found <= kReopenFactor * peak_ + kReopenMore;
}

double Evidence::score(std::int64_t slot, const Sight& seen) const {
  const Appraisal& now = appraise(seen);
  const Rarity& found = now.found;
  const bool begins = found.finding >= bar(now.threshold) && !quiet(slot, found.finding);
  const double beyond = unheard_of(seen) ? far_beyond(seen) : 0;
  if (!begins && beyond == 0 && !outright(found.odd) && !lulled(seen))
    return 0.5 * found.odd / (found.odd + kHalfWay);
  return 1 - 0.5 / std::max({1.0, found.severe / now.threshold, std::min(beyond, kUnheardSevere)});
}

void Evidence::learn(std::int64_t slot, const Sight& seen, const Sight& calm) {
  const Appraisal now = appraise(seen);
  kept_.reset();
  const Rarity& found = now.found;
  for (std::size_t i = 0; i < views; ++i)
    ranks_[i].enter(now.sizes[i], now.shares[i]);
  note_beyond(seen);
  const bool far_out = outright(found.odd);
  const bool lull = lulled(seen);
  if (far_out || lull || found.finding >= bar(now.threshold))
    note_finding(slot, found.finding, far_out || lull);
  note_odd(found.odd, far_out);
  since_ = std::min(since_ + 1, kCountMax);
  under_ = std::min(under_ + 1, kCountMax);
  const bool wild = calm.value != seen.value;
  now_ = wild ? means_with(calm) : now.means;
  steps_.learn(calm.value);
  lull_.learn(burst(seen));
  count_ = std::min(count_ + 1, kCountMax);
  errors_ = std::min(errors_ + 1, kCountMax);
  learn_usual(calm, now_);
}

void Evidence::begin_errors_anew(double error) {
  kept_.reset();
  now_.unrest = now_.jolt = now_.stray = error;
  now_.displacement = 0;
  for (const View view : {unrest_view, displacement_view, stray_view, far_view, miss_view})
    ranks_[view] = {};
  errors_ = 0;
}

void Evidence::note_odd(double odd, bool first) {
  calm_ = odd >= outright_bar() ? 0 : std::min(calm_ + 1, kCountMax);
  outright_more_ = kOutrightKept * (outright_more_ + (first ? kOutrightMore : 0));
}

void Evidence::note_beyond(const Sight& seen) {
  if (unheard_of(seen)) unheard_more_ += kUnheardMore;
  familiar_ = far_beyond(seen) > 1 ? 0 : std::min(familiar_ + 1, kCountMax);
  unheard_more_ *= kOutrightKept;
}

void Evidence::note_finding(std::int64_t slot, double found, bool outright) {
  under_ = 0;
  if (!outright && quiet(slot, found)) {
    peak_ = std::max(peak_, found);
    if (since_ >= pause_) marked_ = slot;
    return;
  }
  peak_ = found;
  marked_ = slot;
  since_ = 0;
  pause_ = static_cast<int>(std::min({kQuietShare * count_, day_, 1.0 * kCountMax}));
}

void Evidence::learn_usual(const Sight& seen, const Means& means) {
  const double rate = std::max(kUsualRate, 1.0 / count_);
  double distance = count_ > 1 ? std::abs(seen.value - mean_) : 0;
  mean_ = bounded(mean_ + (seen.value - mean_) * rate);
  if (count_ > kMeanCapFrom)
    distance = std::min(distance, kMeanCap * std::max(mean_distance_, seen.floor));
  move(mean_distance_, distance, rate);
  move(usual_swing_, means.swing, rate);
}

}  // namespace tidemark::learn::tide
