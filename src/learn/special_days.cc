#include "learn/special_days.h"

#include <algorithm>
#include <cmath>

#include "learn/limits.h"

namespace tidemark::learn {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr int kDay = 86'400;
constexpr int kHour = 3600;
constexpr int kForeseenFrom = 2;   // whole days of a kind before it is foreseen
constexpr int kDaysKept = 5;       // of a kind: what is older fades
constexpr int kUsualDays = 28;     // ... of ordinary ones
constexpr double kFollow = 0.3;    // how fast a day's own level is followed while it runs
constexpr double kFollowMost = 3;  // ... usual errors of one value, at most
constexpr double kClearly = 0.7;   // of the other base's error: so few make a day a usual one
constexpr double kPartMax = 1e6;
constexpr double kErrorMax = 20;    // sizes; one wild day says nothing of the next
constexpr double kTodayMax = 4;     // sizes
constexpr double kHeldBack = 0.25;  // weight of a value that is held back
constexpr double kFewDays = 2;      // of n days the band is wider by this / n
constexpr int kFreshSlots = 3;      // of a day: later ones know how the day goes
constexpr int kCountMax = 1'000'000;
// Half-widths at k = 1, 2, 3 in mean absolute errors: those of a normal distribution are 1.25, 2.5
// and 3.76; with a few days known the tails are heavier.
constexpr std::array<double, 3> kWidths{1.3, 2.9, 5};

void move(double& mean, double to, double rate) {
  mean += (to - mean) * rate;
}

}  // namespace

SpecialDays::SpecialDays(std::unique_ptr<Detector> inner, const DetectorConfig& config)
    : inner_(std::move(inner)), config_(config) {
  const std::size_t hours = are_days(config.cadence) ? 1 : kDay / kHour;
  kinds_.resize(static_cast<std::size_t>(std::min(config.special_kinds, kKindsMax)));
  for (Kind& kind : kinds_)
    kind.hours.resize(hours);
  usual_.resize(hours);
}

std::size_t SpecialDays::index_of(const Slot& at) const {
  return std::min(static_cast<std::size_t>(at.special), kinds_.size()) - 1;
}

/// Slots of a part of the day.
double SpecialDays::slots_an_hour() const {
  const double span = usual_.size() == 1 ? kDay : kHour;
  return std::max(1.0, span / std::chrono::duration<double>(config_.cadence).count());
}

SpecialDays::Base SpecialDays::better(const Kind& kind) {
  return kind.loss[usual] < kClearly * kind.loss[foreseen] ? usual : foreseen;
}

std::size_t SpecialDays::hour_of(const Slot& at) const {
  return std::min(static_cast<std::size_t>(std::max(at.second_of_day, 0) / kHour),
                  usual_.size() - 1);
}

bool SpecialDays::begins(const Kind& kind, const Slot& at) {
  return kind.slots == 0 || at.day_of_month != kind.day_of_month ||
         at.start.s() - kind.start > 25 * kHour;
}

/// Volumes grow in proportion; what can be below 0 has no proportions.
double SpecialDays::applied(double part, double base, double size) const {
  return std::clamp(negative_ ? base + part * size : base * part, -kHuge, kHuge);
}

std::optional<SpecialDays::View> SpecialDays::view(const Slot& at) const {
  const auto ordinary = inner_->expect(at);
  if (!ordinary) return std::nullopt;
  const Kind& kind = kinds_[index_of(at)];
  const std::size_t hour = hour_of(at);
  View out;
  out.ordinary = *ordinary;
  out.base = {ordinary->expected, ordinary->expected};
  if (usual_[hour].count > 0) out.base[usual] = usual_[hour].part[0];
  const double noise = ordinary->below[0] + ordinary->above[0];
  out.size = std::clamp(
      std::max({std::abs(out.base[foreseen]), std::abs(out.base[usual]), noise}), 1e-300, kHuge);
  const bool begin = begins(kind, at);
  out.fresh = begin || kind.slots < kFreshSlots;
  out.today = begin ? 0 : kind.today;
  const Hour& known = kind.hours[hour].count > 0 ? kind.hours[hour] : kind.all;
  for (const Base base : {foreseen, usual})
    out.centre[base] = std::clamp(
        applied(known.part[base], out.base[base], out.size) + out.today * out.size, -kHuge, kHuge);
  const int days = kind.days + (begin && kind.slots > 0 ? 1 : 0);
  out.own = days >= kForeseenFrom ? own(kind, out) : *ordinary;
  return out;
}

/// A special day is no less noisy than an ordinary one, in proportion, and as uncertain as the days
/// of its kind were.
Outlook SpecialDays::own(const Kind& kind, const View& seen) const {
  double low = config_.domain.lower.value_or(-kHuge);
  if (!negative_) low = std::max(low, 0.0);
  const double high = std::max(low, config_.domain.upper.value_or(kHuge));
  Outlook out;
  out.expected = std::clamp(seen.centre[better(kind)], low, high);
  const double size = std::abs(seen.ordinary.expected);
  const double part = negative_ || size == 0 ? 1 : std::min(1.0, std::abs(out.expected) / size);
  const double few = 1 + kFewDays / std::max(1, kind.days);
  const double error = kind.error[seen.fresh ? 0 : 1] * few * seen.size;
  const double least =
      std::max(config_.min_deviation, config_.min_relative_deviation * std::abs(out.expected));
  for (std::size_t k = 0; k < 3; ++k) {
    const double own = std::max(std::min(kWidths[k] * error, kHuge), least);
    const double below = std::max(part * seen.ordinary.below[k], own);
    const double above = std::max(part * seen.ordinary.above[k], own);
    out.below[k] = std::min(below, out.expected - low);
    out.above[k] = std::min(above, high - out.expected);
  }
  return out;
}

std::optional<Outlook> SpecialDays::expect(Slot at) const {
  if (at.special <= 0) return inner_->expect(at);
  const auto seen = view(at);
  if (!seen) return std::nullopt;
  return seen->own;
}

/// Ranks are those of ordinary days: the value is put where it would be in an ordinary band.
double SpecialDays::score(Slot at, double value) const {
  if (at.special <= 0 || !std::isfinite(value)) return inner_->score(at, value);
  const auto seen = view(at);
  if (!seen) return inner_->score(at, value);
  const double off = value - seen->own.expected;
  const double own = off < 0 ? seen->own.below[1] : seen->own.above[1];
  const double other = off < 0 ? seen->ordinary.below[1] : seen->ordinary.above[1];
  const double scaled = own > 0 ? off * (other / own) : off;
  return inner_->score(at, seen->ordinary.expected + scaled);
}

void SpecialDays::learn(Slot at, double value, Teach how) {
  const bool known = std::abs(value) <= kHuge && how != Teach::forget_slot;
  const auto seen = at.special > 0 && known ? view(at) : std::nullopt;
  if (seen) {
    learn_kind(at, value, how, *seen);
    how = Teach::forget_slot;
  } else if (known && how != Teach::hold_back) {
    learn_usual(at, value);
  }
  inner_->learn(at, value, how);
}

void SpecialDays::learn_usual(const Slot& at, double value) {
  if (value < 0 && !negative_) {
    forget_kinds();  // their parts were proportions
    negative_ = true;
  }
  Hour& hour = usual_[hour_of(at)];
  hour.count = std::min(hour.count + 1, kCountMax);
  move(hour.part[0], value, std::max(1 / (kUsualDays * slots_an_hour()), 1.0 / hour.count));
}

void SpecialDays::learn_kind(const Slot& at, double value, Teach how, const View& seen) {
  Kind& kind = kinds_[index_of(at)];
  if (begins(kind, at)) {
    if (kind.slots > 0) kind.days = std::min(kind.days + 1, kCountMax);
    kind.slots = 0;
    kind.today = 0;
  }
  const double weight = how == Teach::hold_back && kind.days >= kForeseenFrom ? kHeldBack : 1;
  if (kind.days > 0 || kind.slots > 0) learn_error(value, weight, seen, &kind);
  Hour& hour = kind.hours[hour_of(at)];
  learn_part(value, weight, seen, slots_an_hour(), &hour);
  learn_part(value, weight, seen, slots_an_hour() * static_cast<double>(usual_.size()), &kind.all);
  kind.slots = std::min(kind.slots + 1, kCountMax);
  kind.day_of_month = at.day_of_month;
  kind.start = at.start.s();
}

void SpecialDays::learn_error(double value, double weight, const View& seen, Kind* kind) {
  const double rate = 1.0 / (kDaysKept * kFreshSlots);
  std::array<double, bases> off{};
  for (const Base base : {foreseen, usual}) {
    off[base] = std::clamp((value - seen.centre[base]) / seen.size, -kErrorMax, kErrorMax);
    move(kind->loss[base], std::abs(off[base]), rate);
  }
  const double error = off[better(*kind)];
  const std::size_t phase = seen.fresh ? 0 : 1;
  // One odd value is not how the day goes.
  const double most = kind->days < kForeseenFrom ? kErrorMax : kFollowMost * kind->error[phase];
  if (usual_.size() > 1) {
    const double step = kFollow * std::clamp(error, -most, most);
    kind->today = std::clamp(kind->today + step, -kTodayMax, kTodayMax);
  }
  kind->errors[phase] = std::min(kind->errors[phase] + 1, kCountMax);
  move(kind->error[phase], std::abs(error), weight * std::max(rate, 1.0 / kind->errors[phase]));
}

void SpecialDays::learn_part(
    double value, double weight, const View& seen, double slots_a_day, Hour* hour) const {
  hour->count = std::min(hour->count + 1, kCountMax);
  const double rate = weight * std::max(1 / (kDaysKept * slots_a_day), 1.0 / hour->count);
  for (const Base base : {foreseen, usual}) {
    double part = 1;
    if (negative_) {
      part = (value - seen.base[base]) / seen.size;
    } else if (seen.base[base] > 0) {
      part = value / seen.base[base];
    }
    move(hour->part[base], std::clamp(part, -kPartMax, kPartMax), rate);
  }
}

template <typename Self, typename Archive>
void SpecialDays::visit(Self& self, Archive& archive) {
  const auto visit_hour = [&archive](auto& hour, double most) {
    for (auto& part : hour.part)
      archive.real(part, -most, most);
    archive.whole(hour.count, 0, kCountMax);
  };
  for (auto& kind : self.kinds_) {
    for (auto& hour : kind.hours)
      visit_hour(hour, kPartMax);
    visit_hour(kind.all, kPartMax);
    for (auto* each : {&kind.loss, &kind.error}) {
      for (auto& v : *each)
        archive.real(v, 0, kErrorMax);
    }
    for (auto& v : kind.errors)
      archive.whole(v, 0, kCountMax);
    archive.whole(kind.days, 0, kCountMax);
    archive.whole(kind.day_of_month, 0, 31);
    archive.whole(kind.slots, 0, kCountMax);
    archive.whole(kind.start, INT64_MIN, INT64_MAX);
    archive.real(kind.today, -kTodayMax, kTodayMax);
  }
  for (auto& hour : self.usual_)
    visit_hour(hour, kHuge);
  archive.whole(self.negative_, 0, 1);
}

void SpecialDays::save(ByteSink& out) const {
  out.u8(kVersion);
  StateWriter writer(out);
  visit(*this, writer);
  inner_->save(out);
}

void SpecialDays::forget_kind(int kind) {
  Kind& known = kinds_.at(static_cast<std::size_t>(kind) - 1);
  known = {};
  known.hours.resize(usual_.size());
}

void SpecialDays::forget_kinds() {
  for (std::size_t i = 0; i < kinds_.size(); ++i)
    forget_kind(static_cast<int>(i) + 1);
}

Result<void> SpecialDays::restore(ByteSource& in) {
  const auto fresh = [this] {
    forget_kinds();
    usual_.assign(usual_.size(), {});
    negative_ = false;
  };
  fresh();
  const auto version = in.u8();
  StateReader reader(in);
  if (version && *version == kVersion) visit(*this, reader);
  if (!version || *version != kVersion || !reader.ok()) {
    fresh();
    // What is left of the input belongs to nobody: the inner detector is as new, too.
    ByteSource nothing("");
    return inner_->restore(nothing);
  }
  auto restored = inner_->restore(in);
  if (!restored) fresh();
  return restored;
}

}  // namespace tidemark::learn
