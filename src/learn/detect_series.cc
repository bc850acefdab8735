#include "learn/detect_series.h"

#include <algorithm>
#include <cmath>

#include "learn/calendar.h"

namespace tidemark::learn {
namespace {

constexpr std::int64_t kJitterPart = 8;  // of the cadence: what a row may come early or late by

}  // namespace

Result<SeriesDetector> SeriesDetector::make(DetectOptions options) {
  // Made once here only to hear what is wrong with the name or the configuration.
  TM_TRY_VOID(make_detector(options.detector, options.config));
  SeriesDetector out(std::move(options));
  if (out.options_.cadence_known) out.start(out.options_.config.cadence);
  return out;
}

std::optional<Duration> SeriesDetector::cadence() const {
  if (!detector_) return std::nullopt;
  return cadence_;
}

DetectRow SeriesDetector::next(Timestamp at, std::optional<double> value) {
  if (value && !std::isfinite(*value)) value.reset();
  if (newest_ && at < *newest_) return {.fate = RowFate::late};
  if (newest_ && at == *newest_ && (last_.fate != RowFate::missing || !value)) {
    return value ? repeat(*value) : last_;
  }
  newest_ = at;
  last_ = {.fate = value ? RowFate::learning : RowFate::missing};
  if (detector_) return judge(at, value);
  if (value) remember({at, *value});
  if (const auto cadence = gaps_.cadence()) start(*cadence);
  return last_;
}

DetectRow SeriesDetector::judge(Timestamp at, std::optional<double> value) {
  if (recent_.empty()) {
    origin_ = at;
    learn_usual_time();
  }
  last_slot_ = slot_of(at);
  if (const auto outlook = detector_->expect(last_slot_)) {
    const Edges edges = edges_at(*outlook, options_.k, options_.config.domain);
    if (value) last_.fate = RowFate::judged;
    last_.has_band = true;
    last_.lower = edges.lower;
    last_.expected = outlook->expected;
    last_.upper = edges.upper;
  }
  if (!value) return last_;
  last_.score = detector_->score(last_slot_, *value);
  const DetectRow answer = last_;
  remember({at, *value});
  take(last_slot_, *value, answer.score >= kHoldBackScore ? Teach::hold_back : Teach::learn);
  if (!options_.cadence_known && gaps_.contradicts(cadence_)) start(*gaps_.cadence());
  return answer;
}

DetectRow SeriesDetector::repeat(double value) const {
  DetectRow out = last_;
  out.fate = RowFate::repeated;
  // The slot's own value is learned by now; outside of the band is all that can be said again.
  const bool outside = out.has_band && (value < out.lower || value > out.upper);
  out.score = outside && detector_ ? detector_->score(last_slot_, value) : 0;
  return out;
}

void SeriesDetector::remember(const Point& point) {
  gaps_.see(point.at);
  if (recent_.size() > CadenceLearner::kGapsMax) recent_.erase(recent_.begin());
  recent_.push_back(point);
}

void SeriesDetector::start(Duration cadence) {
  cadence_ = cadence;
  DetectorConfig config = options_.config;
  config.cadence = cadence;
  detector_ = std::move(*make_detector(options_.detector, config));
  newest_slot_.reset();
  if (!recent_.empty()) origin_ = recent_.front().at;
  learn_usual_time();
  for (const Point& point : recent_)
    take(slot_of(point.at), point.value, Teach::learn);
}

/// How far from its usual time a row came: within half of the cadence, negative is early.
Duration SeriesDetector::from_usual(Timestamp local_at) const {
  const std::int64_t cadence = cadence_.count();
  const std::int64_t half = cadence / 2;
  const std::int64_t off = (local_at - usual_).count() % cadence + cadence + half;
  return Duration(off % cadence - half);
}

/// The median of the rows so far, however they straddle the border of an hour or a day.
void SeriesDetector::learn_usual_time() {
  usual_ = local(origin_);
  if (recent_.empty()) return;
  std::vector<Duration> off;
  off.reserve(recent_.size());
  for (const Point& point : recent_)
    off.push_back(from_usual(local(point.at)));
  const auto middle = off.begin() + static_cast<std::ptrdiff_t>(off.size() / 2);
  std::nth_element(off.begin(), middle, off.end());
  usual_ = usual_ + *middle;
}

Slot SeriesDetector::slot_of(Timestamp at) {
  Slot slot;
  slot.start = at;
  const Timestamp from_half = origin_ - cadence_ / 2;
  slot.index = (at - from_half).count() / cadence_.count();
  if (newest_slot_) slot.index = std::max(slot.index, *newest_slot_ + 1);
  const int offset = offset_s(at);
  // A job of each full hour that comes a second early is one of that hour still.
  const Duration early = from_usual(local(at));
  const bool is_jitter = std::abs(early.count()) <= cadence_.count() / kJitterPart;
  slot.start = is_jitter ? at - early : at;
  fill_civil(slot, offset);
  slot.start = at;
  if (options_.special && options_.config.special_kinds > 0)
    slot.special = options_.special(at, cadence_, offset);
  return slot;
}

void SeriesDetector::take(const Slot& slot, double value, Teach how) {
  if (options_.excluded && options_.excluded(slot.start, cadence_, offset_s(slot.start))) {
    how = Teach::forget_slot;
  }
  detector_->learn(slot, value, how);
  newest_slot_ = slot.index;
}

}  // namespace tidemark::learn
