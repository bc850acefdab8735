#include "judge/run/silence.h"

#include <algorithm>
#include <cmath>

#include "base/duration.h"
#include "query/period_close.h"

namespace tidemark::judge {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kWeek = 7 * kDay;
constexpr std::int64_t kSlowFrom = 20 * 3600;
constexpr int kWeeksKnown = 3;
constexpr int kWeeksMost = 8;
constexpr std::uint16_t kWhole = 16'383;   // a share is kept in so many parts: two bytes
constexpr double kExpectedShare = 0.7999;  // eight of ten, whichever way that was rounded
// Before the weeks are known, a metric that is nearly always there is expected always.
constexpr double kDenseShare = 0.95;
constexpr double kDenseRate = 1.0 / 500;
constexpr std::uint64_t kDenseSlow = 14;  // periods of a day or more; of shorter ones a week
constexpr int kLeast = 3;
constexpr double kLonger = 1.5;
constexpr double kMissedMost = 1000;  // a metric that misses so many is not regular
constexpr std::uint64_t kGapsKnown = 50;
constexpr double kGapLonger = 2;
constexpr double kGapRegular =
    3;  // the longest gap of a regular metric, in mean ones; of events by chance it is more
constexpr double kKept = 1 - 1.0 / 2000;
constexpr double kSlowKept = 1 - 1.0 / 100;
constexpr std::uint64_t kArrivalsKnown = 5;
constexpr double kArrivalRate = 1.0 / 20;
constexpr int kPlacesMost = 4000;          // looked ahead
constexpr std::int64_t kGapMost = 40'000;  // periods without data, of which each is counted
constexpr double kLateMost = 1e15;         // s
constexpr std::int64_t kLagSpread = 4;     // of a period: what lateness may differ by
constexpr std::uint64_t kLagMost = 10'000'000'000;  // s; all times that are stored lie within
constexpr std::int64_t kChange = 3600;              // by which clocks change

Result<double> get_within(ByteSource& in, double least, double most) {
  TM_TRY(const double real, in.f64());
  if (!(real >= least && real <= most)) return fail(Errc::corrupt, "impossible time without data");
  return real;
}

}  // namespace

SilenceWatch::SilenceWatch(Duration period, const std::string& zone)
    : period_(period),
      period_s_(static_cast<std::uint32_t>(whole_seconds(period))),
      place_s_(static_cast<std::uint32_t>(
          is_slow() ? kDay : std::max<std::int64_t>(whole_seconds(period), 3600))),
      dense_from_(is_slow() ? kDenseSlow : static_cast<std::uint64_t>(seconds(kWeek) / period)),
      zone_(zone),
      has_clocks_(is_slow() && !zone.empty()) {}

void SilenceWatch::count_local_days(bool local_days) {
  if (local_days == local_days_) return;
  local_days_ = local_days;
  arrivals_ = 0;
  utc_ = local_ = {};
}

bool SilenceWatch::is_slow() const {
  return period_ >= seconds(kSlowFrom);
}

SilenceWatch::Spot SilenceWatch::spot(Timestamp start) const {
  const std::int64_t local = start.s() + offset_s_;
  // A division of 64 bits takes several times as long.
  const auto in_week = static_cast<std::uint32_t>(((local % kWeek) + kWeek) % kWeek);
  const std::uint32_t place = in_week / place_s_;
  const auto end = std::min((place + 1) * place_s_, static_cast<std::uint32_t>(kWeek));
  const std::uint32_t periods = (end - in_week + period_s_ - 1) / period_s_;
  return {place, std::max(periods, 1U)};
}

bool SilenceWatch::is_dense() const {
  return counted_ >= dense_from_ && there_ >= kDenseShare;
}

bool SilenceWatch::is_seldom(std::size_t place) const {
  return is_known(place) && share_[place] < kExpectedShare * kWhole;
}

bool SilenceWatch::is_known(std::size_t place) const {
  return weeks_[place] >= kWeeksKnown;
}

bool SilenceWatch::is_expected(std::size_t place) const {
  return is_known(place) ? !is_seldom(place) : is_dense();
}

/// Missed periods in a row that are too many.
double SilenceWatch::most_missed() const {
  if (is_slow()) return std::floor(longest_ + 0.5) + 1;
  return std::max<double>(kLeast, std::floor(kLonger * longest_) + 1);
}

/// When a period has surely ended.
Timestamp SilenceWatch::over(Timestamp start) const {
  const Timestamp end = start + period_;
  return (local_days_ ? latest_reading(end) : end) + query::grace_of(period_);
}

Duration SilenceWatch::usual_lateness(const Arrivals& arrivals) const {
  const double length = std::chrono::duration<double>(period_).count();
  const double late = arrivals.most + std::max((arrivals.most - arrivals.mean) / 2, length / 48);
  return seconds(std::llround(late));
}

/// The instant at which the clocks of the zone show this. Near a change, where schedulers differ in
/// what a time that is left out or comes twice means, the latest.
Timestamp SilenceWatch::latest_reading(Timestamp wall) const {
  Timestamp out = zone_.at_local(wall.s());
  for (const Duration away : {Duration(seconds(-kChange)), Duration(seconds(kChange))})
    out = std::max(out, zone_.at_local((wall + away).s()) - away);
  return out;
}

/// A period that has no data is certain to be missed when it is over, and as late as data came
/// before; one of a day or more when its usual time has passed, and the usual spread.
Timestamp SilenceWatch::usual_due(Timestamp start) const {
  if (arrivals_ < kArrivalsKnown) return over(start);
  Timestamp usual = start + usual_lateness(utc_);
  if (has_clocks_ && !clock_.is_utc()) {
    const Timestamp local = latest_reading(start + usual_lateness(local_));
    usual = clock_.is_local() ? local : std::max(local, usual);
  }
  return is_slow() ? std::min(usual, over(start)) : std::max(usual, over(start));
}

Timestamp SilenceWatch::due_of(Timestamp start) const {
  const Timestamp usual = usual_due(start);
  return lag_ == seconds(0) ? usual : std::max(usual, start + lag_ + period_ / kLagSpread);
}

std::optional<Timestamp> SilenceWatch::end_of_gap() const {
  if (gaps_ < kGapsKnown || gap_most_ > kGapRegular * gap_mean_) return std::nullopt;
  const auto periods = static_cast<std::int64_t>(std::ceil(kGapLonger * gap_most_));
  return *newest_ + period_ * std::max<std::int64_t>(periods, kLeast);
}

std::optional<Silence> SilenceWatch::by_gap(std::optional<Timestamp> end) const {
  if (!end) return std::nullopt;
  return Silence{*end, *newest_ + period_, due_of(*end), 1 - 0.5 / kGapLonger};
}

/// Whether each period is expected (true), or none is; nullopt: it depends on its place.
std::optional<bool> SilenceWatch::all_expected() const {
  if (seldom_ > 0) return std::nullopt;
  const std::int64_t places = (kWeek + place_s_ - 1) / place_s_;
  if (known_ == places || is_dense()) return true;
  if (known_ == 0) return false;
  return std::nullopt;
}

/// The first `most` expected periods that are missing, if the last of them is before `end`.
std::optional<SilenceWatch::Row> SilenceWatch::missed_row(std::int64_t most, Timestamp end) const {
  std::optional<Row> out;
  if (const auto all = all_expected(); !all) {
    out = missed_by_place(most, end);
  } else if (*all) {
    out = Row{*newest_ + period_, *newest_ + period_ * most};
  }
  if (out && out->last >= end) out.reset();
  return out;
}

/// All periods of a place are expected, or none.
std::optional<SilenceWatch::Row> SilenceWatch::missed_by_place(std::int64_t most,
                                                               Timestamp end) const {
  std::optional<Timestamp> began;
  Timestamp at = *newest_ + period_;
  for (int step = 0; step < kPlacesMost && at < end; ++step) {
    const auto [place, periods] = spot(at);
    if (is_expected(place)) {
      if (!began) began = at;
      if (most <= periods) return Row{*began, at + period_ * (most - 1)};
      most -= periods;
    }
    at = at + period_ * periods;
  }
  return std::nullopt;
}

std::optional<Silence> SilenceWatch::find_next() const {
  if (!newest_) return std::nullopt;
  const auto gap = end_of_gap();
  const double most = most_missed();
  if (most > kMissedMost) return by_gap(gap);
  const auto row = missed_row(static_cast<std::int64_t>(most), gap.value_or(Timestamp::max()));
  if (!row) return by_gap(gap);
  const double score = 1 - 0.5 * (longest_ + 1) / std::max(most, longest_ + 1);
  return Silence{row->last, row->began, due_of(row->last), score};
}

std::optional<Silence> SilenceWatch::see(Timestamp start, int offset_s) {
  if (newest_ && start <= *newest_) return std::nullopt;
  std::optional<Silence> ended;
  if (newest_) {
    const bool is_new = !told_ && next_ && next_->at < start;
    const bool was_silent = told_ || unheard_ || is_new;
    if (is_new) ended = next_;
    if (!was_silent) learn_gap(start);
  }
  told_ = unheard_ = false;
  offset_s_ = offset_s;
  count(spot(start).place, true);
  newest_ = start;
  next_ = find_next();
  return ended;
}

void SilenceWatch::learn_gap(Timestamp start) {
  double missed = 0;
  Timestamp at = *newest_ + period_;
  for (std::int64_t step = 0; at < start && step < kGapMost; ++step, at = at + period_) {
    const std::size_t place = spot(at).place;
    missed += is_expected(place) ? 1 : 0;
    count(place, false);
  }
  const double kept = is_slow() ? kSlowKept : kKept;
  longest_ = std::max(longest_ * kept, missed);
  const double gap = static_cast<double>((start - *newest_) / period_);
  gap_most_ = std::max(gap_most_ * kept, gap);
  ++gaps_;
  gap_mean_ += (gap - gap_mean_) / static_cast<double>(std::min<std::uint64_t>(gaps_, 500));
}

void SilenceWatch::count(std::size_t place, bool there) {
  if (place != open_place_) close_place();
  open_place_ = static_cast<std::uint32_t>(place);
  ++open_all_;
  open_there_ += there ? 1 : 0;
  ++counted_;
  there_ += ((there ? 1 : 0) - there_) * std::max(kDenseRate, 1.0 / static_cast<double>(counted_));
}

void SilenceWatch::close_place() {
  if (open_all_ == 0) return;
  const double share = 1.0 * kWhole * open_there_ / open_all_;
  tally(open_place_, -1);
  auto& weeks = weeks_[open_place_];
  weeks = static_cast<std::uint8_t>(std::min(weeks + 1, kWeeksMost));
  const double before = share_[open_place_];
  share_[open_place_] = static_cast<std::uint16_t>(before + (share - before) / weeks + 0.5);
  tally(open_place_, 1);
  open_all_ = open_there_ = 0;
}

/// Enters the place into the counts of places, or takes it out.
void SilenceWatch::tally(std::size_t place, int by) {
  known_ += is_known(place) ? by : 0;
  seldom_ += is_seldom(place) ? by : 0;
}

void SilenceWatch::note_arrival(Timestamp start, Timestamp at) {
  const double length = std::chrono::duration<double>(period_).count();
  const double late = std::chrono::duration<double>(at - start).count();
  const double local_late = late + (has_clocks_ ? zone_.offset_s(at) : 0);
  // An import of the past says nothing about how late data are. A run may come early for its day.
  const double least = local_days_ ? -length / 2 : 0;
  const double known = local_days_ ? local_late : late;
  const bool is_import = known > std::max(2 * length, 3600.0);
  lag_ = seconds(is_import ? std::llround(late) : 0);
  if (known < least || is_import) return;
  ++arrivals_;
  if (has_clocks_) {
    if (arrivals_ > 1) {
      clock_.compare(std::abs(local_late - local_.mean), std::abs(late - utc_.mean));
    } else {
      local_.most = local_late;
      utc_.most = late;
    }
    note(local_, local_late);
  }
  note(utc_, late);
  renew_due();
}

/// Which period is missing too many does not hang on arrivals; when that is certain does.
void SilenceWatch::renew_due() {
  if (next_ && !told_ && !unheard_) next_->due = due_of(next_->at);
}

void SilenceWatch::note(Arrivals& arrivals, double late) const {
  const double rate = std::max(kArrivalRate, 1.0 / static_cast<double>(arrivals_));
  arrivals.mean += (late - arrivals.mean) * rate;
  arrivals.most += (arrivals.mean - arrivals.most) / 100;
  // One run that was told of as missing is no habit; several in a row are.
  arrivals.most = told_ ? arrivals.most + std::max(0.0, late - arrivals.most) / 4
                        : std::max(arrivals.most, late);
}

void SilenceWatch::take_arrivals(const SilenceWatch& other) {
  if (local_days_ != other.local_days_) return;
  arrivals_ = other.arrivals_;
  lag_ = other.lag_;
  utc_ = other.utc_;
  local_ = other.local_;
  clock_ = other.clock_;
  renew_due();
}

void SilenceWatch::told() {
  told_ = true;
  next_.reset();
}

void SilenceWatch::postpone(Timestamp at) {
  if (!next_) return;
  unheard_ = true;
  next_->at = std::max(next_->at, at) + period_;
  next_->due = due_of(next_->at);
}

void SilenceWatch::save(ByteSink& out) const {
  for (const std::uint16_t share : share_)
    out.varint(share);
  for (const std::uint8_t weeks : weeks_)
    out.u8(weeks);
  out.u8(newest_ ? 1 : 0);
  out.i64(newest_ ? newest_->ns() : 0);
  out.u8(next_ ? 1 : 0);
  const Silence next = next_.value_or(Silence{});
  for (const Timestamp at : {next.at, next.began, next.due})
    out.i64(at.ns());
  out.f64(next.score);
  out.svarint(offset_s_);
  for (const std::uint64_t whole :
       {std::uint64_t{open_place_}, std::uint64_t{open_there_}, std::uint64_t{open_all_}})
    out.varint(whole);
  for (const std::uint64_t whole : {counted_, gaps_, arrivals_})
    out.varint(whole);
  for (const double real : {there_, longest_, gap_most_, gap_mean_, utc_.mean, utc_.most})
    out.f64(real);
  out.u8(told_ ? 1 : 0);
  out.u8(unheard_ ? 1 : 0);
  out.u8(local_days_ ? 1 : 0);
  for (const double real : {local_.mean, local_.most, clock_.seconds_for_utc()})
    out.f64(real);
  out.varint(static_cast<std::uint64_t>(lag_.count()));
}

Result<void> SilenceWatch::restore(ByteSource& in) {
  TM_TRY_VOID(restore_week(in));
  TM_TRY_VOID(restore_row(in));
  TM_TRY(const auto local_days, in.u8());
  local_days_ = local_days != 0;
  TM_TRY(local_.mean, get_within(in, -kLateMost, kLateMost));
  TM_TRY(local_.most, get_within(in, -kLateMost, kLateMost));
  TM_TRY(const auto seconds, in.f64());
  if (!clock_.set_seconds_for_utc(seconds)) return fail(Errc::corrupt, "impossible clock of a job");
  TM_TRY(const auto lag, in.varint());
  if (lag > kLagMost) return fail(Errc::corrupt, "impossible lateness of data");
  lag_ = std::chrono::seconds(lag);
  return {};
}

Result<void> SilenceWatch::restore_week(ByteSource& in) {
  for (std::uint16_t& share : share_) {
    TM_TRY(const auto parts, in.varint());
    if (parts > kWhole) return fail(Errc::corrupt, "impossible share of periods");
    share = static_cast<std::uint16_t>(parts);
  }
  for (std::uint8_t& weeks : weeks_) {
    TM_TRY(weeks, in.u8());
  }
  known_ = seldom_ = 0;
  for (std::size_t place = 0; place < kPlaces; ++place)
    tally(place, 1);
  return {};
}

Result<void> SilenceWatch::restore_row(ByteSource& in) {
  TM_TRY(const auto seen, in.u8());
  TM_TRY(const auto newest, in.i64());
  if (seen != 0) newest_ = Timestamp::from_ns(newest);
  TM_TRY(const auto coming, in.u8());
  Silence next;
  for (Timestamp* at : {&next.at, &next.began, &next.due}) {
    TM_TRY(const auto ns, in.i64());
    *at = Timestamp::from_ns(ns);
  }
  TM_TRY(next.score, in.f64());
  if (coming != 0) next_ = next;
  TM_TRY(const auto offset, in.svarint());
  offset_s_ = static_cast<std::int32_t>(std::clamp<std::int64_t>(offset, -kDay, kDay));
  for (std::uint32_t* whole : {&open_place_, &open_there_, &open_all_}) {
    TM_TRY(const auto read, in.varint());
    *whole = static_cast<std::uint32_t>(std::min<std::uint64_t>(read, UINT32_MAX));
  }
  if (open_place_ >= kPlaces) return fail(Errc::corrupt, "impossible place in the week");
  if (open_there_ > open_all_) return fail(Errc::corrupt, "impossible share of periods");
  for (std::uint64_t* whole : {&counted_, &gaps_, &arrivals_}) {
    TM_TRY(*whole, in.varint());
  }
  for (double* real : {&there_, &longest_, &gap_most_, &gap_mean_}) {
    TM_TRY(*real, get_within(in, 0, kLateMost));
  }
  for (double* real : {&utc_.mean, &utc_.most}) {
    TM_TRY(*real, get_within(in, -kLateMost, kLateMost));
  }
  TM_TRY(const auto told, in.u8());
  told_ = told != 0;
  TM_TRY(const auto unheard, in.u8());
  unheard_ = unheard != 0;
  return {};
}

}  // namespace tidemark::judge
