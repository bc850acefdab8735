#include "judge/run/run_days.h"

#include <algorithm>
#include <cmath>

#include "base/duration.h"
#include "query/period_stats.h"

namespace tidemark::judge {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr double kRate = 1.0 / 20;
// Mean distance of runs from their usual time: up to the first there is one, from the second on
// there is none any more.
constexpr double kRegularMost = 3600;
constexpr double kIrregularFrom = 2 * kRegularMost;
// One run at noon does not move the usual time of three in the morning.
constexpr double kStepMost = 3600;

// The usual time lies within a quarter of the period around it, a zone up to 14 hours from UTC.
constexpr std::int64_t kReach = 2;

std::int64_t floor_to(std::int64_t value, std::int64_t unit) {
  const std::int64_t rest = value % unit;
  return value - (rest < 0 ? rest + unit : rest);
}

}  // namespace

RunDays::RunDays(const std::string& zone, Duration period)
    : zone_(zone),
      period_s_(whole_seconds(period)),
      possible_(!zone.empty() && period_s_ >= kDay && period_s_ % kDay == 0) {}

/// The same place of the circle, at most half a turn away from 0.
double RunDays::wrap(double offset) const {
  const auto turn = static_cast<double>(period_s_);
  return offset - turn * std::round(offset / turn);
}

void RunDays::begin(Timestamp first) {
  if (begun_ || !possible_) return;
  begun_ = true;
  local_.mean = static_cast<double>(first.s() + zone_.offset_s(first));
  utc_.mean = static_cast<double>(first.s());
  move_inside();
}

/// From now on a run belongs to the day in which its usual time lies now.
void RunDays::move_inside() {
  const auto turn = static_cast<double>(period_s_);
  for (Usual* usual : {&local_, &utc_})
    usual->mean -= turn * std::floor(usual->mean / turn);
  day_s_ = floor_to(static_cast<std::int64_t>(local_.mean), kDay);
}

void RunDays::learn(Timestamp first, Timestamp last) {
  begin(first);
  if (!begun_) return;
  const Timestamp start = query::period_start(first, std::chrono::seconds(period_s_));
  if (known() && runs_in(start) > 1) return;  // its last sample is another run
  const auto length = static_cast<double>(last.s() - first.s());
  ++runs_;
  const double off_local =
      step(local_, static_cast<double>(first.s() + zone_.offset_s(first)), length);
  const double off_utc = step(utc_, static_cast<double>(first.s()), length);
  if (known()) note_shift(start, off_local, off_utc);
  clock_.compare(off_local, off_utc);
  const double spread = std::min(local_.spread, utc_.spread);
  if (regular_ && spread > kIrregularFrom) {
    regular_ = false;
    runs_ = 1;  // the time that it has from now on is learned quickly
  } else if (!regular_ && spread <= kRegularMost) {
    regular_ = true;
    move_inside();
  }
}

/// Returns how far the run was from the usual time.
double RunDays::step(Usual& usual, double at, double length) {
  const double away = wrap(at - usual.mean);
  const double rate = std::max(kRate, 1.0 / static_cast<double>(runs_));
  const auto turn = static_cast<double>(period_s_);
  const double most = regular_ ? kStepMost : turn;
  usual.mean += std::clamp(away, -most, most) * rate;
  if (usual.mean < -turn / 4) usual.mean += turn;
  if (usual.mean > turn * 5 / 4) usual.mean -= turn;
  usual.spread += (std::max(std::abs(away), length) - usual.spread) * rate;
  return std::abs(away);
}

/// A job that turns out to go by UTC keeps the weekdays that it was learned with.
void RunDays::note_shift(Timestamp start, double off_local, double off_utc) {
  if (clock_.is_utc() || off_local > off_utc + ClockGuess::kSure) return;
  shift_s_ = date_of(start).s() - start.s();
}

std::int64_t RunDays::index_of(Timestamp start) const {
  return floor_to(start.s(), period_s_) / period_s_;
}

/// When that run is due by the clocks of the zone.
Timestamp RunDays::usual_at(std::int64_t index) const {
  return zone_.at_local(index * period_s_ + std::llround(local_.mean));
}

int RunDays::runs_in(Timestamp start) const {
  if (clock_.is_utc()) return 1;
  const std::int64_t index = index_of(start);
  const Timestamp end = start + std::chrono::seconds(period_s_);
  int out = 0;
  for (std::int64_t near = index - kReach; near <= index + kReach; ++near) {
    const Timestamp at = usual_at(near);
    out += at >= start && at < end ? 1 : 0;
  }
  return out;
}

/// Of the first run in the period; if there is none, of the first one after it.
Timestamp RunDays::date_of(Timestamp start) const {
  if (clock_.is_utc()) return start + std::chrono::seconds(shift_s_);
  std::int64_t index = index_of(start) - kReach;
  while (usual_at(index) < start)
    ++index;
  return Timestamp::from_s(index * period_s_ + day_s_);
}

Timestamp RunDays::run_at(Timestamp sample) {
  if (clock_.is_utc()) {
    return query::period_start(sample, std::chrono::seconds(period_s_)) + utc_shift();
  }
  const auto wall = static_cast<double>(sample.s() + zone_.offset_s(sample));
  const auto index = std::llround((wall - local_.mean) / static_cast<double>(period_s_));
  return Timestamp::from_s(index * period_s_);
}

Timestamp RunDays::period_of(Timestamp run) const {
  if (clock_.is_utc()) return run - utc_shift();
  return query::period_start(usual_at(index_of(run)), std::chrono::seconds(period_s_));
}

/// From a period to the name of its run.
Duration RunDays::utc_shift() const {
  return std::chrono::seconds(shift_s_ - day_s_);
}

void RunDays::save(ByteSink& out) const {
  out.u8(static_cast<std::uint8_t>((begun_ ? 1 : 0) | (regular_ ? 2 : 0)));
  out.varint(runs_);
  for (const double real :
       {local_.mean, local_.spread, utc_.mean, utc_.spread, clock_.seconds_for_utc()})
    out.f64(real);
  out.svarint(day_s_);
  out.svarint(shift_s_);
}

Result<void> RunDays::restore(ByteSource& in) {
  TM_TRY(const auto flags, in.u8());
  TM_TRY(runs_, in.varint());
  const auto turn = static_cast<double>(period_s_);
  for (Usual* usual : {&local_, &utc_}) {
    TM_TRY(usual->mean, in.f64());
    TM_TRY(usual->spread, in.f64());
    if (!(std::abs(usual->mean) <= 2 * turn && usual->spread >= 0 && usual->spread <= turn)) {
      return fail(Errc::corrupt, "impossible usual time of a run");
    }
  }
  TM_TRY(const auto seconds, in.f64());
  TM_TRY(day_s_, in.svarint());
  TM_TRY(shift_s_, in.svarint());
  const auto possible = [this](std::int64_t days_s) {
    return days_s >= -3 * period_s_ && days_s <= 3 * period_s_ && days_s % kDay == 0;
  };
  if (!clock_.set_seconds_for_utc(seconds) || !possible(day_s_) || !possible(shift_s_)) {
    return fail(Errc::corrupt, "impossible clock of a job");
  }
  begun_ = possible_ && (flags & 1) != 0;
  regular_ = (flags & 2) != 0;
  return {};
}

}  // namespace tidemark::judge
