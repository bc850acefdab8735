#include "learn/tide/spread.h"

#include <algorithm>

namespace tidemark::learn::tide {
namespace {

constexpr int kDay = 86'400;
constexpr int kBuckets = 48;
constexpr double kBriefRate = 1.0 / 8;
constexpr double kLateRate = 1.0 / 60;
constexpr double kCap = 8;  // errors above this many scales are cut, once some are known
constexpr int kCapFrom = 12;
constexpr std::size_t kDropped = 2;  // largest of the first errors that do not count
constexpr double kTrimmed = 2;       // ... and what the mean of the others is multiplied by at most
constexpr double kTermMax = 4;       // a term is the logarithm of a ratio, within e^-4 to e^4
constexpr double kStep = 0.01;       // of the blend's gradient
constexpr double kPriorVisits = 8;   // a bucket's ratio counts half after so many

}  // namespace

Spread::Spread(const DetectorConfig& config)
    : daily_(config.cadence >= std::chrono::hours(20)), blend_{0, 0.3, 0.2, 0.4} {
  if (daily_) blend_ = {0, 0.1, 0.2, 0.3};
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

Spread::Terms Spread::terms(const Slot& slot, double floor) const {
  const double base = usual(floor);
  const auto against = [&](double v) {
    return std::clamp(std::log(std::max(v, floor) / base), -kTermMax, kTermMax);
  };
  return {1, against(brief_), against(late_), std::log(ratio(slot))};
}

double Spread::usual(double floor) const {
  return std::max(usual_, floor);
}

double Spread::at(const Slot& slot, double floor) const {
  const Terms x = terms(slot, floor);
  double sum = 0;
  for (std::size_t i = 0; i < kTerms; ++i)
    sum += blend_[i] * x[i];
  const double scale = usual(floor) * std::exp(std::clamp(sum, -kTermMax, kTermMax));
  return std::max(scale, floor);
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
  for (double* v : {&brief_, &late_, &usual_})
    *v = std::min(*v, kTrimmed * mean);
}

void Spread::learn(const Slot& slot, double error, double floor) {
  const double before = at(slot, floor);
  if (count_ >= kCapFrom) error = std::min(error, kCap * std::max(before, usual(floor)));
  if (count_ > 2 * kCapFrom) {
    const Terms x = terms(slot, floor);
    double norm = 1;
    for (const double v : x)
      norm += v * v;
    const double pull = std::min(error / before, 5.0) - 1;
    for (std::size_t i = 0; i < kTerms; ++i) {
      blend_[i] = std::clamp(blend_[i] + kStep * pull * x[i] / norm, i == 0 ? -1.0 : -0.2, 1.2);
    }
  }
  count_ = std::min(count_ + 1, 1'000'000);
  const auto move = [&](double& v, double rate) {
    v += (error - v) * std::max(rate, 1.0 / count_);
  };
  move(brief_, kBriefRate);
  move(late_, kLateRate);
  move(usual_, usual_rate_);
  settle(error);
  const std::size_t at_bucket = bucket(slot);
  if (visits_[at_bucket] < 65'535) ++visits_[at_bucket];
  const double rate = std::max(0.15 / visits_a_pass_, 1.0 / (visits_[at_bucket] + kPriorVisits));
  const double ratio_now = std::clamp(error / usual(floor), 0.0, 20.0);
  double& ratio = ratio_[at_bucket];
  ratio = std::clamp(ratio + (ratio_now - ratio) * std::min(rate, 1.0), 0.02, 20.0);
}

}  // namespace tidemark::learn::tide
