#include "learn/tide/spread.h"

#include <algorithm>
#include <cmath>

namespace tidemark::learn::tide {
namespace {

constexpr int kDay = 86'400;
constexpr int kBuckets = 48;
constexpr double kLastRate = 0.7;
constexpr double kBriefRate = 1.0 / 8;
constexpr double kLateRate = 1.0 / 60;
// Errors above this many scales are cut, once some are known. The long-time scale is cut sooner: it
// is what all others are measured by.
constexpr double kCap = 50;
constexpr double kUsualCap = 8;
constexpr int kCapFrom = 12;
constexpr std::size_t kDropped = 2;  // largest of the first errors that do not count
constexpr double kTrimmed = 2;       // ... and what the mean of the others is multiplied by at most
constexpr double kTermMax = 5;       // a term is the logarithm of a ratio, within e^-5 to e^5
constexpr double kMoveMax = 100;     // usual errors of a foreseen step that count
constexpr double kHeightMax = 3;
constexpr double kStep = 0.01;      // of the blend's gradient
constexpr double kPriorVisits = 8;  // a bucket's ratio counts half after so many

Spread::Terms first_blend(bool daily) {
  if (daily) return {0, 0, 0.1, 0.2, 0.3, 0, 0};
  return {0, 0, 0.3, 0.2, 0.4, 0, 0};
}

}  // namespace

Spread::Spread(const DetectorConfig& config)
    : daily_(are_days(config.cadence)), blend_(first_blend(daily_)) {
  const double slot_s = std::chrono::duration<double>(config.cadence).count();
  const std::size_t buckets = daily_ ? 7 : kBuckets;
  ratio_.assign(buckets, 1);
  visits_.assign(buckets, 0);
  const double slots_a_day = kDay / slot_s;
  visits_a_pass_ = daily_ ? 1 : std::max(1.0, slots_a_day / kBuckets);
  usual_rate_ = daily_ ? 0.02 : 1 / std::max(300.0, 5 * slots_a_day);
}

std::size_t Spread::bucket(const Slot& slot) const {
  const int at = daily_ ? slot.weekday : slot.second_of_day * kBuckets / kDay;
  return static_cast<std::size_t>(std::clamp(at, 0, static_cast<int>(ratio_.size()) - 1));
}

double Spread::ratio(const Slot& slot) const {
  const std::size_t at = bucket(slot);
  const double trust = visits_[at] / (visits_[at] + kPriorVisits);
  return 1 + (ratio_[at] - 1) * trust;
}

void Spread::put_errors(double floor, Terms* terms) const {
  const double base = usual(floor);
  const auto against = [&](double v) {
    return std::clamp(std::log(std::max(v, floor) / base), -kTermMax, kTermMax);
  };
  (*terms)[1] = against(last_);
  (*terms)[2] = against(brief_);
  (*terms)[3] = against(late_);
}

double Spread::blend(const Terms& terms, double floor) const {
  double sum = 0;
  for (std::size_t i = 0; i < kTerms; ++i)
    sum += blend_[i] * terms[i];
  const double scale = usual(floor) * std::exp(std::clamp(sum, -kTermMax, kTermMax));
  return std::max(scale, floor);
}

Spread::Estimate Spread::at(const Slot& slot, const Circumstance& here, double floor) const {
  Estimate out;
  out.terms[0] = 1;
  put_errors(floor, &out.terms);
  out.terms[kTimeOfDay] = std::log(ratio(slot));
  out.terms[5] = std::log(1 + std::min(std::abs(here.move) / usual(floor), kMoveMax));
  out.terms[6] = std::clamp(here.height, -kHeightMax, kHeightMax);
  out.scale = blend(out.terms, floor);
  return out;
}

double Spread::again(const Estimate& before, double floor) const {
  Terms terms = before.terms;
  put_errors(floor, &terms);
  return blend(terms, floor);
}

/// Start-up values must not make the scale explode: it begins anew from a trimmed mean.
void Spread::settle(double error) {
  if (count_ > kCapFrom) return;
  first_[static_cast<std::size_t>(count_ - 1)] = error;
  if (count_ < kCapFrom) return;
  std::sort(first_.begin(), first_.end());
  double sum = 0;
  for (std::size_t i = 0; i + kDropped < first_.size(); ++i)
    sum += first_[i];
  const double mean = sum / static_cast<double>(first_.size() - kDropped);
  for (double* v : {&last_, &brief_, &late_, &usual_})
    *v = std::min(*v, kTrimmed * mean);
}

void Spread::learn_blend(const Estimate& before, double error) {
  double norm = 1;
  for (const double v : before.terms)
    norm += v * v;
  const double pull = std::min(error / before.scale, 5.0) - 1;
  for (std::size_t i = 0; i < kTerms; ++i) {
    const double weight = blend_[i] + kStep * pull * before.terms[i] / norm;
    blend_[i] = std::clamp(weight, i == 0 ? -1.0 : -0.2, 1.2);
  }
}

void Spread::begin_anew(double error) {
  for (double* v : {&last_, &brief_, &late_, &usual_})
    *v = error;
  blend_ = first_blend(daily_);
  count_ = std::min(count_, 2 * kCapFrom);
}

void Spread::learn(const Slot& slot, const Estimate& before, double error, double floor) {
  const double known = std::max(before.scale, usual(floor));
  if (count_ >= kCapFrom) error = std::min(error, kCap * known);
  if (count_ > 2 * kCapFrom) learn_blend(before, error);
  count_ = std::min(count_ + 1, 1'000'000);
  const auto move = [&](double& v, double to, double rate) {
    v += (to - v) * std::max(rate, 1.0 / count_);
  };
  move(last_, error, kLastRate);
  move(brief_, error, kBriefRate);
  move(late_, error, kLateRate);
  move(usual_, count_ > kCapFrom ? std::min(error, kUsualCap * known) : error, usual_rate_);
  settle(error);
  const std::size_t at_bucket = bucket(slot);
  if (visits_[at_bucket] < 65'535) ++visits_[at_bucket];
  const double rate = std::max(0.15 / visits_a_pass_, 1.0 / (visits_[at_bucket] + kPriorVisits));
  const double ratio_now = std::clamp(error / usual(floor), 0.0, 20.0);
  double& ratio = ratio_[at_bucket];
  ratio = std::clamp(ratio + (ratio_now - ratio) * std::min(rate, 1.0), 0.02, 20.0);
}

}  // namespace tidemark::learn::tide
