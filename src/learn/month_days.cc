#include "learn/month_days.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "learn/limits.h"

namespace tidemark::learn {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::int64_t kADayS = 25 * 3600;  // with an hour that clocks may go back
constexpr int kTimes = 2;                   // in a row that make a day of the month one of its own
constexpr double kFar = 6;                  // usual distances of a day from its weekday
constexpr double kWhole = 0.8;  // part of the usual slots that make a day worth comparing
constexpr int kWeeks = 3;       // of a weekday before its days are compared
constexpr int kDays = 21;       // known before their scatter counts
constexpr int kDaysMax = 10'000;
constexpr int kNewWeekday = 4;  // ... weeks in a row: that is how the weekday is by now
constexpr int kNewLevel = 5;    // far days in a row are no days of the month
constexpr double kWeekRate = 0.2;
constexpr double kDayRate = 0.03;
constexpr double kLeast = 1e-6;  // scatter, as part of the mean
constexpr double kSlotsMax = 86'400'000;

/// A row of days on one side, below < 0 < above, with one more on `side`; no longer than `most`.
int longer(int row, int side, int most) {
  return row * side > 0 ? std::clamp(row + side, -most, most) : side;
}

}  // namespace

bool MonthDays::serves(const DetectorConfig& config) {
  return !are_days(config.cadence) && config.special_kinds + kOwnKinds <= SpecialDays::kKindsMax;
}

MonthDays::MonthDays(std::unique_ptr<Detector> inner, const DetectorConfig& config)
    : config_(config), inner_(std::move(inner)) {
  if (config.special_kinds > 0) wrap();
}

/// From now on the inner detector knows kinds of days: those of the calendars, then its own.
void MonthDays::wrap() {
  if (special_ != nullptr) return;
  DetectorConfig with = config_;
  with.special_kinds += kOwnKinds;
  auto made = std::make_unique<SpecialDays>(std::move(inner_), with);
  special_ = made.get();
  inner_ = std::move(made);
}

void MonthDays::unwrap() {
  if (special_ == nullptr || config_.special_kinds > 0) return;
  inner_ = special_->release();
  special_ = nullptr;
}

Slot MonthDays::told_apart(Slot at) const {
  if (at.special > 0 || special_ == nullptr) return at;
  const auto day = static_cast<std::size_t>(at.day_of_month);
  const bool is_last = at.day_of_month == at.days_in_month;
  for (int i = 0; i < kOwnKinds; ++i) {
    const std::size_t key = keys_[static_cast<std::size_t>(i)];
    const int kind = config_.special_kinds + i + 1;
    if (key == kLastDay && is_last) at.special = kind;
    if (key == day && at.special == 0) at.special = kind;
  }
  return at;
}

std::optional<Outlook> MonthDays::expect(Slot at) const {
  return inner_->expect(told_apart(at));
}

double MonthDays::score(Slot at, double value) const {
  return inner_->score(told_apart(at), value);
}

void MonthDays::learn(Slot at, double value, Teach how) {
  // A calendar's day says nothing of ordinary ones.
  const bool is_new = at.start.s() > today_.newest_s || today_.slots == 0;
  if (is_new && at.special == 0 && how != Teach::forget_slot && std::abs(value) <= kHuge)
    note(at, value);
  inner_->learn(told_apart(at), value, how);
}

bool MonthDays::begins(const Slot& at) const {
  return static_cast<std::size_t>(at.day_of_month) != today_.day_of_month ||
         at.start.s() - today_.newest_s > kADayS;
}

void MonthDays::note(const Slot& at, double value) {
  if (today_.slots > 0 && begins(at)) {
    close_day();
    today_.slots = 0;
  }
  if (today_.slots == 0) {
    today_ = {0,
              0,
              std::clamp(at.weekday, 0, 6),
              static_cast<std::size_t>(std::clamp(at.day_of_month, 1, 31)),
              at.day_of_month == at.days_in_month,
              0};
  }
  ++today_.slots;
  today_.mean += (value - today_.mean) / today_.slots;
  today_.newest_s = at.start.s();
}

/// A day is over: how far is it from what its weekday usually is?
void MonthDays::close_day() {
  const bool is_whole = today_.slots >= kWhole * slots_;
  slots_ += (today_.slots - slots_) * (slots_ == 0 ? 1 : kDayRate);
  if (!is_whole) return;
  const Usual& usual = usual_[static_cast<std::size_t>(today_.weekday)];
  const double distance = today_.mean - usual.mean;
  if (usual.days < kWeeks || days_ < kDays) return learn_usual(distance);
  const double least = kLeast * std::abs(usual.mean);
  const double departure = distance / std::max({scatter_, least, 1e-300});
  if (today_.is_last) note_key(kLastDay, departure);
  note_key(today_.day_of_month, departure);
  if (std::abs(departure) <= kFar) {
    far_days_ = 0;
    return learn_usual(distance);
  }
  pass_over(departure < 0 ? -1 : 1);
}

/// What is far off is an incident or a day of the month, and not how that weekday is; but for those
/// that go on, where the series is at another level, or that weekday is another one.
void MonthDays::pass_over(int side) {
  far_days_ = longer(far_days_, side, kNewLevel);
  Usual& usual = usual_[static_cast<std::size_t>(today_.weekday)];
  if (++usual.far >= kNewWeekday) usual = {};
  if (std::abs(far_days_) < kNewLevel) return;
  usual_ = {};
  scatter_ = 0;
  days_ = far_days_ = 0;
}

void MonthDays::learn_usual(double distance) {
  Usual& usual = usual_[static_cast<std::size_t>(today_.weekday)];
  usual.far = 0;
  usual.days = std::min(usual.days + 1, kDaysMax);
  usual.mean =
      std::clamp(usual.mean + distance * std::max(kWeekRate, 1.0 / usual.days), -kHuge, kHuge);
  if (usual.days == 1) return;
  days_ = std::min(days_ + 1, kDaysMax);
  scatter_ += (std::min(std::abs(distance), kHuge) - scatter_) * std::max(kDayRate, 1.0 / days_);
}

void MonthDays::note_key(std::size_t key, double departure) {
  std::int8_t& far = far_[key];
  const bool is_far = std::abs(departure) > kFar;
  far = is_far ? static_cast<std::int8_t>(longer(far, departure < 0 ? -1 : 1, kTimes)) : 0;
  if (std::abs(far) == kTimes) {
    give_kind(key);
  } else {
    take_kind(key);
  }
}

void MonthDays::give_kind(std::size_t key) {
  if (std::find(keys_.begin(), keys_.end(), key) != keys_.end()) return;
  // The 31st is always the last: one kind is enough for both.
  if (key == 31 && std::find(keys_.begin(), keys_.end(), kLastDay) != keys_.end()) return;
  const auto free = std::find(keys_.begin(), keys_.end(), kNoKey);
  if (free == keys_.end()) return;
  wrap();
  special_->forget_kind(config_.special_kinds + static_cast<int>(free - keys_.begin()) + 1);
  *free = key;
}

void MonthDays::take_kind(std::size_t key) {
  const auto mine = std::find(keys_.begin(), keys_.end(), key);
  if (mine != keys_.end()) *mine = kNoKey;
}

template <typename Self, typename Archive>
void MonthDays::visit(Self& self, Archive& archive) {
  archive.real(self.today_.mean, -kHuge, kHuge);
  archive.whole(self.today_.slots, 0, static_cast<std::int64_t>(kSlotsMax));
  archive.whole(self.today_.weekday, 0, 6);
  archive.whole(self.today_.day_of_month, 1, 31);
  archive.whole(self.today_.is_last, 0, 1);
  archive.whole(self.today_.newest_s, INT64_MIN, INT64_MAX);
  for (auto& usual : self.usual_) {
    archive.real(usual.mean, -kHuge, kHuge);
    archive.whole(usual.days, 0, kDaysMax);
    archive.whole(usual.far, 0, kNewWeekday);
  }
  archive.real(self.scatter_, 0, kHuge);
  archive.real(self.slots_, 0, kSlotsMax);
  archive.whole(self.days_, 0, kDaysMax);
  archive.whole(self.far_days_, -kNewLevel, kNewLevel);
  for (auto& far : self.far_)
    archive.whole(far, -kTimes, kTimes);
  for (auto& key : self.keys_)
    archive.whole(key, 0, kNoKey);
}

void MonthDays::save(ByteSink& out) const {
  out.u8(kVersion);
  StateWriter writer(out);
  visit(*this, writer);
  out.u8(special_ != nullptr ? 1 : 0);
  inner_->save(out);
}

/// As if it had learned nothing; the inner detector is not asked.
void MonthDays::forget() {
  unwrap();
  today_ = {};
  usual_ = {};
  scatter_ = slots_ = 0;
  days_ = far_days_ = 0;
  far_ = {};
  keys_.fill(kNoKey);
}

Result<void> MonthDays::restore(ByteSource& in) {
  forget();
  const auto version = in.u8();
  StateReader reader(in);
  if (version && *version == kVersion) visit(*this, reader);
  const auto wrapped = in.u8();
  const bool good = version && *version == kVersion && reader.ok() && wrapped && *wrapped <= 1;
  if (good && *wrapped == 1) wrap();
  const bool has_kinds =
      std::any_of(keys_.begin(), keys_.end(), [](auto k) { return k != kNoKey; });
  if (!good || (special_ != nullptr) != (*wrapped == 1) || (has_kinds && *wrapped == 0)) {
    forget();
    // What is left of the input belongs to nobody: the inner detector is as new, too.
    ByteSource nothing("");
    return inner_->restore(nothing);
  }
  auto restored = inner_->restore(in);
  if (!restored) forget();
  return restored;
}

}  // namespace tidemark::learn
