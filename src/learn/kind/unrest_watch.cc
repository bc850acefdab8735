#include "learn/kind/unrest_watch.h"

#include <algorithm>
#include <cmath>

#include "learn/archive.h"
#include "learn/kind/limits.h"

namespace tidemark::learn::kind {
namespace {

constexpr int kCountMax = 1'000'000'000;
constexpr double kCap = 3;             // log2: eight times; one wild value is not unrest
constexpr int kHourKnown = 20;         // errors from which on an hour has a usual size of its own
constexpr double kFloor = 1.0 / 1024;  // of the mean error; a smaller one is as none
constexpr double kUsualRate = 1.0 / 5000;
constexpr double kRecordKept = 1 - 1.0 / 100'000;

// Chosen on the development data, as in shape_watch.cc.
constexpr double kBeyond = 1.5;  // times the largest so far
constexpr double kTwice = 1;     // log2
constexpr double kSided = 0.7;   // errors of one side only are a level, not unrest
constexpr int kBlock = 4;        // windows, of its record
constexpr int kSameMost = 3;     // equal values say nothing about errors

/// Slots that unrest is a mean of.
int window(const Pace& pace) {
  return std::clamp(Pace::kDay / pace.slot_s, 12, 96);
}

/// log2 of the factor that chance does not make of that many errors: five times the standard
/// deviation of their running mean. A log2 of an error has one of 1.5, whatever law it follows.
double least_bar(const Pace& pace) {
  return std::max(kTwice, 5 * 1.5 / std::sqrt(2.0 * window(pace)));
}

/// Slots that must have been compared before anything is said: a week, of daily slots three months.
int mature(const Pace& pace) {
  return std::max(8 * window(pace), 7 * Pace::kDay / pace.slot_s);
}

}  // namespace

double UnrestWatch::factor() const {
  return std::exp2(late_);
}

void UnrestWatch::note(const Slot& slot, const Pace& pace, double value, double expected) {
  same_ = count_ > 0 && value == last_ ? std::min(same_ + 1, kCountMax) : 0;
  if (count_ > 0 && same_ < kSameMost) judge(slot, pace, value, expected);
  last_ = value;
  count_ = std::min(count_ + 1, kCountMax);
}

double UnrestWatch::size_against_usual(const Slot& slot, double error) {
  mean_error_ += (std::min(error, count_ < kHourKnown ? error : 20 * mean_error_) - mean_error_) *
                 std::max(kUsualRate, 1.0 / count_);
  const double size = std::log2(std::max({error, kFloor * mean_error_, 1e-300}));
  const auto hour = static_cast<std::size_t>(std::clamp(slot.second_of_day / 3600, 0, 23));
  const bool known = seen_[hour] >= kHourKnown;
  const double out = std::clamp(size - (known ? usual_[hour] : all_), -kCap, kCap);
  const double tame = count_ < kHourKnown ? size : (known ? usual_[hour] : all_) + out;
  all_ += (tame - all_) * std::max(kUsualRate, 1.0 / count_);
  seen_[hour] = std::min(seen_[hour] + 1, kCountMax);
  usual_[hour] +=
      static_cast<float>((tame - usual_[hour]) * std::max(kUsualRate, 1.0 / seen_[hour]));
  return count_ < kHourKnown ? 0 : out;
}

void UnrestWatch::judge(const Slot& slot, const Pace& pace, double value, double expected) {
  const double error = std::min(std::abs(value - expected), std::abs(value - last_));
  const double rate = 1.0 / window(pace);
  late_ += (size_against_usual(slot, error) - late_) * rate;
  balance_ += ((value > expected ? 1 : -1) - balance_) * rate;
  if (now_ != 0) return go_on(pace);
  const double above = std::max(least_bar(pace), kBeyond * larger_.most());
  const double below = -std::max(least_bar(pace), kBeyond * smaller_.most());
  if (late_ < above / 4 || count_ == 1) calm_[0] = slot.start;
  if (late_ > below / 4 || count_ == 1) calm_[1] = slot.start;
  if (count_ >= mature(pace) && std::abs(balance_) < kSided) {
    if (late_ > above) return begin(1, calm_[0], late_ / above);
    if (late_ < below) return begin(-1, calm_[1], late_ / below);
  }
  larger_.note(late_, kRecordKept, kBlock * window(pace));
  smaller_.note(-late_, kRecordKept, kBlock * window(pace));
  if (count_ > mature(pace)) return;
  larger_.settle();
  smaller_.settle();
}

void UnrestWatch::begin(int side, Timestamp began, double force) {
  now_ = side;
  began_ = began;
  bar_ = peak_ = std::abs(late_);
  force_ = force;
  going_on_ = 0;
  larger_.drop_newest();
  smaller_.drop_newest();
}

void UnrestWatch::go_on(const Pace& pace) {
  peak_ = std::max(peak_, late_ * now_);
  ++going_on_;
  const bool long_enough = going_on_ >= mature(pace);
  if (!long_enough && late_ * now_ > bar_ / 2) return;
  // The same once more is nothing new.
  (now_ > 0 ? larger_ : smaller_).raise(peak_);
  now_ = 0;
  if (!long_enough) return;
  for (float& v : usual_)
    v += static_cast<float>(late_);
  all_ += late_;
  late_ = 0;
}

template <typename Self, typename Archive>
void UnrestWatch::visit(Self& self, Archive& archive) {
  for (auto& v : self.usual_)
    archive.real(v, -4000, 4000);
  for (auto& v : self.seen_)
    archive.whole(v, 0, kCountMax);
  archive.real(self.all_, -4000, 4000);
  archive.real(self.mean_error_, 0, 4 * kMost);
  archive.real(self.last_, -kMost, kMost);
  archive.real(self.late_, -kCap, kCap);
  Record::visit(self.larger_, archive);
  Record::visit(self.smaller_, archive);
  archive.real(self.balance_, -1, 1);
  archive.real(self.force_, 0, 1e6);
  archive.real(self.bar_, 0, kCap);
  archive.real(self.peak_, 0, kCap);
  for (auto* v : {&self.calm_[0], &self.calm_[1], &self.began_})
    archive.time(*v);
  for (auto* v : {&self.count_, &self.same_, &self.going_on_})
    archive.whole(*v, 0, kCountMax);
  archive.whole(self.now_, -1, 1);
}

template void UnrestWatch::visit(const UnrestWatch& self, StateWriter& archive);
template void UnrestWatch::visit(UnrestWatch& self, StateReader& archive);

}  // namespace tidemark::learn::kind
