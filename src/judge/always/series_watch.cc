#include "judge/always/series_watch.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/assert.h"
#include "judge/period_learner.h"
#include "learn/calendar.h"
#include "learn/counter_rate.h"
#include "learn/finding_kind.h"
#include "learn/width.h"
#include "query/period_close.h"

namespace tidemark::judge {
namespace {

using std::chrono::seconds;

constexpr double kWidth = 3;
constexpr std::int64_t kDueStep = 10;  // s
constexpr std::uint8_t kManySamples = 255;
// A changed cadence (decision 11) begins anew: nine slots of ten empty, or ten periods in a row of
// eight times and more.
constexpr float kSparse = 0.1F;
constexpr std::uint32_t kSparseFrom = 40;
constexpr std::uint8_t kCrowdedSamples = 8;
constexpr std::uint8_t kCrowdedPeriods = 10;
constexpr std::int32_t kShortest = 60;  // s

struct YoungSample {
  std::int64_t at = 0;
  double value = 0;
  double count = 0;
};
using YoungSamples = std::array<YoungSample, SeriesWatch::kYoung>;
static_assert(sizeof(YoungSamples) <= sizeof(learn::FlatState));

YoungSamples young_of(const WatchedSeries& series) {
  YoungSamples out;
  std::memcpy(out.data(), series.model.bytes.data(), sizeof out);
  return out;
}

void set_young(const YoungSamples& samples, WatchedSeries* series) {
  std::memcpy(series->model.bytes.data(), samples.data(), sizeof samples);
}

void begin_anew(WatchedSeries* series) {
  const WatchHead before = series->head;
  *series = WatchedSeries{};
  series->head.series = before.series;
  series->head.form = before.form;
  series->head.newest = before.newest;
  series->head.newest_at = before.newest_at;
  series->head.queued_s = before.queued_s;
}

std::int32_t slot_number(Timestamp at, Duration period) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  const std::int64_t slot = at.floor_to(period).ns() / period.count();
  return static_cast<std::int32_t>(std::clamp(slot, -kMost, kMost));
}

Timestamp slot_start(std::int32_t slot, Duration period) {
  return Timestamp::from_ns(slot * period.count());
}

/// Whether the start of the newest period is a time at all.
bool is_slot(const WatchHead& head) {
  if (head.open_slot == WatchHead::kNever) return head.open_count == 0;
  const std::int64_t most = Timestamp::max().s() / std::max(head.period_s, 1) - 1;
  return std::abs(std::int64_t{head.open_slot}) < most;
}

std::uint32_t due_of(Timestamp start, Duration period, Timestamp now) {
  const Timestamp due = query::due_at(start, period, now);
  const std::int64_t steps = (due.s() + kDueStep) / kDueStep;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(steps * kDueStep, 1, UINT32_MAX));
}

/// A sample adds to the open period.
void add(WatchHead* head, Timestamp at, double value, double count) {
  const bool is_newer = at.ns() > head->newest_at;
  const bool has_before = head->newest_at != std::numeric_limits<std::int64_t>::min();
  // Of doubles of one instant the first wins, as in the store.
  if (head->form != WatchForm::cell && at.ns() == head->newest_at) return;
  head->open_count += count;
  if (head->form == WatchForm::cell) head->open_value += value;
  if (!is_newer) return;
  if (head->form == WatchForm::counter && has_before) {
    head->open_value += learn::counter_increase(head->newest, value);
    const Duration span = at - Timestamp::from_ns(head->newest_at);
    head->open_span_s += static_cast<float>(std::chrono::duration<double>(span).count());
  }
  if (head->advances < kManySamples) ++head->advances;
  if (head->form != WatchForm::cell) head->newest = value;
  head->newest_at = at.ns();
}

/// Is the open period one of cells that may still reach its usual count in time? A sample of a
/// later one does not close it then (query::close_reason).
bool waits_for_count(const WatchHead& head, Timestamp now) {
  if (head.form != WatchForm::cell || head.open_count <= 0) return false;
  if (head.usual == 0 || head.open_count >= head.usual) return false;
  const Duration period = seconds(head.period_s);
  return query::due_at(slot_start(head.open_slot, period), period) > now;
}

/// Of cells: what has come for the period behind the open one.
void add_behind(WatchHead* head, double sum, double count) {
  head->newest = sum + (head->open_span_s > 0 ? head->newest : 0);
  head->open_span_s += static_cast<float>(count);
}

std::optional<double> value_of(const WatchHead& head) {
  switch (head.form) {
    case WatchForm::gauge:
      return head.newest;
    case WatchForm::cell:
      return head.open_value;
    case WatchForm::counter:
      break;
  }
  if (!(head.open_span_s > 0)) return std::nullopt;
  return head.open_value / static_cast<double>(head.open_span_s);
}

std::uint8_t small_count(double count) {
  const bool exact = count >= 1 && count < kManySamples && count == std::floor(count);
  return exact ? static_cast<std::uint8_t>(count) : kManySamples;
}

void set_usual(WatchHead* head) {
  std::array<double, WatchHead::kCounts> counts{};
  std::size_t size = 0;
  for (const std::uint8_t count : head->counts) {
    if (count != 0) counts[size++] = count;
  }
  const auto usual = query::usual_count(std::span(counts).first(size));
  head->usual = usual && *usual < kManySamples ? static_cast<std::uint8_t>(*usual) : 0;
}

void remember_count(WatchHead* head) {
  const std::uint8_t oldest = head->counts.front();
  std::shift_left(head->counts.begin(), head->counts.end(), 1);
  head->counts.back() = small_count(head->open_count);
  // The same counts in another order have the same usual one.
  if (head->counts.back() != oldest) set_usual(head);
}

/// What came for the newest period after it had closed: the next ones shall wait for it.
void count_late(WatchHead* head, double count) {
  std::uint8_t& newest = head->counts.back();
  if (newest != 0) newest = small_count(newest + count);
  set_usual(head);
}

}  // namespace

std::optional<WatchForm> watch_form_of(const SeriesKey& key, const Value& first) {
  if (std::holds_alternative<Cell>(first)) return WatchForm::cell;
  if (!std::holds_alternative<double>(first)) return std::nullopt;
  const std::string_view name = key.name;
  for (const std::string_view end : {"_total", "_count", "_sum", "_bucket"}) {
    if (name.ends_with(end)) return WatchForm::counter;
  }
  return WatchForm::gauge;
}

std::string_view to_text(WatchForm form) {
  constexpr std::array<std::string_view, 3> kWords{"last", "rate", "Sum"};
  return kWords[static_cast<std::size_t>(form)];
}

std::optional<SeriesWatch::Piece> SeriesWatch::piece_of(WatchForm form, const Value& value) {
  if (form == WatchForm::cell) {
    const Cell* cell = std::get_if<Cell>(&value);
    if (cell == nullptr || cell->empty()) return std::nullopt;
    return Piece{cell->sum(), cell->count()};
  }
  const double* number = std::get_if<double>(&value);
  if (number == nullptr || !std::isfinite(*number)) return std::nullopt;
  return Piece{*number, 1};
}

void SeriesWatch::feed(WatchedSeries& series,
                       const Sample& sample,
                       Timestamp now,
                       WatchSink& sink) {
  WatchHead& head = series.head;
  const auto piece = piece_of(head.form, sample.value);
  if (!piece) return;
  const Duration early =
      head.period_s == 0 ? kEarlyMax : std::min<Duration>(kEarlyMax, seconds(head.period_s));
  if (sample.at > now + early) {
    ++left_out_.early;
  } else if (head.period_s == 0) {
    feed_young(series, sample.at, *piece, now, sink);
  } else {
    take(series, sample.at, *piece, now, sink);
  }
}

void SeriesWatch::feed_young(
    WatchedSeries& series, Timestamp at, const Piece& piece, Timestamp now, WatchSink& sink) {
  WatchHead& head = series.head;
  YoungSamples samples = young_of(series);
  const auto end = samples.begin() + head.young;
  const auto place =
      std::lower_bound(samples.begin(), end, at.ns(), [](const YoungSample& each, std::int64_t ns) {
        return each.at < ns;
      });
  if (place != end && place->at == at.ns()) {
    if (head.form == WatchForm::cell) {
      place->value += piece.value;
      place->count += piece.count;
      set_young(samples, &series);
    }
    return;
  }
  std::move_backward(place, end, end + 1);
  *place = {at.ns(), piece.value, piece.count};
  ++head.young;
  head.newest_at = std::max(head.newest_at, at.ns());
  set_young(samples, &series);
  if (head.young < kYoung) return;

  PeriodLearner learner;
  for (const YoungSample& each : samples) {
    const Sample time{Timestamp::from_ns(each.at), 0.0};
    learner.feed({&time, 1});
  }
  const auto period = learner.period();
  TM_ASSERT(period.has_value());  // there are more times than it asks for
  head.young = 0;
  head.period_s = static_cast<std::int32_t>(std::chrono::duration_cast<seconds>(*period).count());
  // What the series sent before it began anew must not hold these back.
  head.newest_at = std::numeric_limits<std::int64_t>::min();
  series.model = model_of(head.period_s).blank();
  for (const YoungSample& each : samples)
    take(series, Timestamp::from_ns(each.at), {each.value, each.count}, now, sink);
}

void SeriesWatch::take(
    WatchedSeries& series, Timestamp at, const Piece& piece, Timestamp now, WatchSink& sink) {
  WatchHead& head = series.head;
  close_due(series, now, sink);
  if (head.period_s == 0) return feed_young(series, at, piece, now, sink);
  const Duration period = seconds(head.period_s);
  const std::int32_t slot = slot_number(at, period);
  if (slot == head.open_slot + 1 && waits_for_count(head, now)) {
    return add_behind(&head, piece.value, piece.count);
  }
  while (head.open_count > 0 && slot > head.open_slot) {
    close(series, now, sink);
    if (head.period_s == 0) return feed_young(series, at, piece, now, sink);
  }
  const bool is_open = head.open_count > 0;
  if (is_open ? slot < head.open_slot : slot <= head.open_slot) {
    ++left_out_.late;
    if (!is_open && slot == head.open_slot) count_late(&head, piece.count);
    return;
  }
  if (!is_open) {
    head.open_slot = slot;
    head.due_s = due_of(slot_start(slot, period), period, now);
  }
  add(&head, at, piece.value, piece.count);
  const bool has_begun = slot_start(slot, period) <= now;
  if (head.usual != 0 && head.open_count >= head.usual && has_begun) {
    close(series, now, sink);
  }
}

void SeriesWatch::close_due(WatchedSeries& series, Timestamp now, WatchSink& sink) {
  if (series.head.due_s == 0 || Timestamp::from_s(series.head.due_s) > now) return;
  close(series, now, sink);
}

void SeriesWatch::close(WatchedSeries& series, Timestamp now, WatchSink& sink) {
  WatchHead& head = series.head;
  const auto value = value_of(head);
  const Piece behind{head.newest, head.form == WatchForm::cell ? head.open_span_s : 0};
  const Duration period = seconds(head.period_s);
  const Timestamp behind_at = slot_start(head.open_slot, period) + period;
  remember_count(&head);
  const bool crowded = head.advances >= kCrowdedSamples && head.period_s > kShortest;
  head.crowded = crowded ? static_cast<std::uint8_t>(head.crowded + 1) : 0;
  head.open_count = 0;
  head.open_value = 0;
  head.open_span_s = 0;
  head.advances = 0;
  head.due_s = 0;
  if (value && std::isfinite(*value)) judge(series, *value, sink);
  if (head.crowded >= kCrowdedPeriods) begin_anew(&series);
  if (behind.count > 0) take(series, behind_at, behind, now, sink);
}

void SeriesWatch::judge(WatchedSeries& series, double value, WatchSink& sink) {
  WatchHead& head = series.head;
  WatchedPeriod out;
  out.period = seconds(head.period_s);
  out.start = slot_start(head.open_slot, out.period);
  out.value = value;
  const learn::Slot slot = learn::slot_at(out.start, out.period);
  out.verdict = model_of(head.period_s).judge(&series.model, slot, value);
  std::optional<learn::Edges> usual;
  if (out.verdict.band) usual = learn::edges_at(*out.verdict.band, kWidth);
  if (usual) out.side = learn::side_of(value, *usual);
  series.step.note(out.start, value, usual);
  out.confidence =
      learn::sureness_of({out.verdict.learned, out.period, kWidth, series.missed.share(), false});
  if (usual) series.missed.note(out.side != 0);
  const int row = head.outside * out.side > 0 ? head.outside + out.side : out.side;
  head.outside = static_cast<std::int8_t>(std::clamp(row, -100, 100));
  const int periods = std::abs(head.outside);
  out.began = out.start - out.period * std::max(0, periods - 1);
  out.kind = periods >= learn::KindTracker::kShiftValues ? FindingKind::level_shift
             : out.side < 0                              ? FindingKind::dip
                                                         : FindingKind::spike;
  if (series.step.side() != 0) take_step(series, &out);
  sink.on_period(series, out);
  if (out.verdict.learned >= kSparseFrom && out.verdict.filled < kSparse) begin_anew(&series);
}

/// A level shift whether or not its band has followed by now.
void SeriesWatch::take_step(WatchedSeries& series, WatchedPeriod* out) {
  out->is_step = true;
  out->kind = FindingKind::level_shift;
  out->began = series.step.began();
  out->verdict.score = std::max(out->verdict.score, learn::score_of_force(series.step.force()));
  series.step.told();
}

learn::FlatModel& SeriesWatch::model_of(std::int32_t period_s) {
  return models_.try_emplace(period_s, seconds(period_s)).first->second;
}

bool SeriesWatch::is_sane(const WatchedSeries& series) {
  const WatchHead& head = series.head;
  const bool is_young = head.period_s == 0;
  const bool numbers = (std::isfinite(head.newest) || head.form == WatchForm::cell) &&
                       head.open_count >= 0 && std::isfinite(head.open_count) &&
                       head.open_span_s >= 0 && std::isfinite(head.open_span_s);
  const bool fields = head.form <= WatchForm::cell && head.period_s >= 0 &&
                      (is_young ? head.open_count == 0 : head.period_s >= kShortest) &&
                      head.period_s <= 7 * 24 * 3600 &&
                      head.young < (is_young ? kYoung : std::uint8_t{1}) &&
                      head.crowded < kCrowdedPeriods && std::abs(head.outside) <= 100 &&
                      (head.open_count > 0) == (head.due_s > 0) && is_slot(head) &&
                      series.step.is_sane() && series.missed.is_sane();
  if (!numbers || !fields) return false;
  if (!is_young) return learn::FlatModel::is_sane(series.model);
  const YoungSamples samples = young_of(series);
  for (std::size_t i = 0; i < head.young; ++i) {
    const YoungSample& each = samples[i];
    if (!std::isfinite(each.value) || !(each.count > 0) || !std::isfinite(each.count)) return false;
    if (i > 0 && samples[i - 1].at >= each.at) return false;
  }
  return true;
}

}  // namespace tidemark::judge
