#include "judge/always/tier.h"

#include <algorithm>
#include <cstring>

namespace tidemark::judge {
namespace {

using std::chrono::hours;

constexpr std::uint8_t kVersion = 2;
constexpr std::uint8_t kVersionBefore = 1;  // ended with the model
constexpr std::size_t kBytesBefore = offsetof(WatchedSeries, step);
// A full tier gives the place of a series that was silent for so long to a new one; it looks at
// that many places a record.
constexpr Duration kSilent = hours(48);
constexpr int kSilentPeriods = 5;
constexpr std::size_t kLooks = 64;
// A period that closed so long after its end was not watched live.
constexpr Duration kHistory = hours(2);

bool is_silent(const WatchHead& head, Timestamp now) {
  const Duration wait =
      std::max<Duration>(kSilent, kSilentPeriods * std::chrono::seconds(head.period_s));
  return Timestamp::from_ns(head.newest_at) + wait < now;
}

std::int32_t quiet_slots(Duration period) {
  const auto day = static_cast<std::int32_t>(kAlwaysOnQuiet / period);
  return std::max(day, kAlwaysOnQuietPeriods);
}

double least_score(const WatchedPeriod& closed) {
  if (closed.is_step) return kAlwaysOnScoreStep;
  return closed.period < hours(1) ? kAlwaysOnScoreShort : kAlwaysOnScore;
}

bool is_finding(const WatchHead& head, const WatchedPeriod& closed) {
  if (!closed.is_step && closed.side == 0) return false;
  if (closed.verdict.score < least_score(closed)) return false;
  if (closed.verdict.learned < kAlwaysOnLearnedMin) return false;
  if (closed.verdict.learned < kAlwaysOnHistoryMin / closed.period) return false;
  // The first of its values was told; now it is known what that was.
  const std::int64_t first = closed.began.ns() / closed.period.count();
  if (closed.is_step && first == head.told_slot) return true;
  return head.told_slot == WatchHead::kNever ||
         std::int64_t{head.open_slot} - head.told_slot >= quiet_slots(closed.period);
}

}  // namespace

void AlwaysOnTier::on_batch(const EnteredBatch& batch, const Tell& tell) {
  if (!options_.on) return;
  advance(batch.received_at, tell);
  tell_ = &tell;
  now_ = batch.received_at;
  looks_left_ = kLooks;
  for (const EnteredSeries& series : batch.series)
    feed(series, batch.received_at);
  tell_ = nullptr;
}

void AlwaysOnTier::feed(const EnteredSeries& series, Timestamp now) {
  if (series.samples.empty()) return;
  const auto place = place_of(series, now);
  if (!place) {
    refused_ += series.samples.size();
    return;
  }
  WatchedSeries& watched = at(*place);
  const auto earlier = [](const Sample& a, const Sample& b) { return a.at < b.at; };
  if (std::is_sorted(series.samples.begin(), series.samples.end(), earlier)) {
    for (const Sample& sample : series.samples)
      watch_.feed(watched, sample, now, *this);
  } else {
    std::vector<const Sample*> order;
    for (const Sample& sample : series.samples)
      order.push_back(&sample);
    std::stable_sort(order.begin(), order.end(), [&](const Sample* a, const Sample* b) {
      return earlier(*a, *b);
    });
    for (const Sample* sample : order)
      watch_.feed(watched, *sample, now, *this);
  }
  queue(*place);
}

std::optional<AlwaysOnTier::Place> AlwaysOnTier::place_of(const EnteredSeries& series,
                                                          Timestamp now) {
  const auto id = static_cast<std::uint64_t>(series.id);
  if (const auto known = places_.find(id, id_of())) return known;
  const auto form = watch_form_of(*series.key, series.samples.front().value);
  const auto place = form ? free_place(now) : std::nullopt;
  if (!place) return std::nullopt;
  WatchedSeries& watched = at(*place);
  watched = WatchedSeries{};
  watched.head.series = id;
  watched.head.form = *form;
  places_.insert(*place, id_of());
  return place;
}

std::optional<AlwaysOnTier::Place> AlwaysOnTier::free_place(Timestamp now) {
  if (size_ < options_.series_max) return append();
  for (; looks_left_ > 0 && size_ > 0; --looks_left_) {
    const auto place = static_cast<Place>(cursor_ % size_);
    cursor_ = place + std::size_t{1};
    if (!is_silent(at(place).head, now)) continue;
    places_.erase(place, id_of());
    return place;
  }
  return std::nullopt;
}

AlwaysOnTier::Place AlwaysOnTier::append() {
  if (size_ % kChunk == 0) chunks_.push_back(std::make_unique<Chunk>());
  return static_cast<Place>(size_++);
}

/// Once a period and series; a period that closes before it is due leaves its entry behind.
void AlwaysOnTier::queue(Place place) {
  WatchHead& head = at(place).head;
  if (head.due_s == 0 || head.queued_s == head.due_s) return;
  head.queued_s = head.due_s;
  due_[head.due_s].push_back(place);
}

void AlwaysOnTier::advance(Timestamp now, const Tell& tell) {
  tell_ = &tell;
  now_ = now;
  while (!due_.empty() && Timestamp::from_s(due_.begin()->first) <= now) {
    const auto places = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    for (const Place place : places)
      watch_.close_due(at(place), now, *this);
  }
  tell_ = nullptr;
}

void AlwaysOnTier::on_period(WatchedSeries& series, const WatchedPeriod& closed) {
  if (!is_finding(series.head, closed)) return;
  const bool is_history = closed.start + closed.period + closed.period + kHistory < now_;
  const learn::Outlook& band = *closed.verdict.band;
  const IssuedBand issued{band.expected, band.below, band.above, is_history};
  const Finding finding{closed.value,
                        closed.verdict.score,
                        closed.kind,
                        closed.began,
                        closed.verdict.learned,
                        0,
                        is_history,
                        false,
                        closed.confidence};
  if ((*tell_)({SeriesId(series.head.series), closed.period, closed.start, issued, finding})) {
    series.head.told_slot = series.head.open_slot;
  }
}

std::optional<Timestamp> AlwaysOnTier::next_due() const {
  if (due_.empty()) return std::nullopt;
  return Timestamp::from_s(due_.begin()->first);
}

AlwaysOnCounts AlwaysOnTier::counts() const {
  return {size_, watch_.left_out().late, watch_.left_out().early, refused_};
}

void AlwaysOnTier::clear() {
  chunks_.clear();
  places_.clear();
  due_.clear();
  size_ = 0;
  cursor_ = 0;
}

void AlwaysOnTier::save(ByteSink& out) const {
  if (!options_.on) return;
  out.u8(kVersion);
  out.varint(cursor_);
  out.varint(size_);
  for (std::size_t i = 0; i < size_; ++i) {
    WatchedSeries each = at(static_cast<Place>(i));
    // What is left in the queue of closed periods is no state.
    each.head.queued_s = each.head.due_s;
    out.raw({reinterpret_cast<const char*>(&each), sizeof each});
  }
}

Result<void> AlwaysOnTier::restore(ByteSource& in) {
  clear();
  auto read = restore_series(in);
  if (!read) clear();
  if (!options_.on) clear();
  return read;
}

Result<void> AlwaysOnTier::restore_series(ByteSource& in) {
  TM_TRY(const auto version, in.u8());
  if (version != kVersion && version != kVersionBefore) {
    return fail(Errc::corrupt, "always-on state of an unknown version");
  }
  const std::size_t size = version == kVersion ? sizeof(WatchedSeries) : kBytesBefore;
  TM_TRY(cursor_, in.varint());
  TM_TRY(const auto count, in.varint());
  if (count > in.left() / size) {
    return fail(Errc::corrupt, "always-on state is cut short");
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    TM_TRY(const auto bytes, in.raw(size));
    WatchedSeries each;
    std::memcpy(&each, bytes.data(), size);
    if (!SeriesWatch::is_sane(each)) return fail(Errc::corrupt, "always-on state is damaged");
    if (places_.find(each.head.series, id_of())) {
      return fail(Errc::corrupt, "always-on state names a series twice");
    }
    const Place place = append();
    at(place) = each;
    places_.insert(place, id_of());
    if (each.head.due_s != 0) due_[each.head.due_s].push_back(place);
  }
  return {};
}

}  // namespace tidemark::judge
