#include "learn/finding_kind.h"

#include <algorithm>
#include <cmath>

#include "learn/archive.h"
#include "learn/kind/limits.h"

namespace tidemark::learn {
namespace {

constexpr int kMost = 1'000'000;

}  // namespace

KindTracker::KindTracker(Duration cadence) : pace_(kind::Pace::of(cadence)) {}

void KindTracker::set_cadence(Duration cadence) {
  const kind::Pace pace = kind::Pace::of(cadence);
  if (pace.slot_s == pace_.slot_s) return;
  pace_ = pace;
  shape_ = {};
  unrest_ = {};
  shape_told_ = unrest_told_ = false;
}

void KindTracker::note(const Slot& slot,
                       double value,
                       const std::optional<Outlook>& outlook,
                       int side) {
  note_row(slot.start, value, side);
  if (!(std::abs(value) <= kind::kMost)) return;
  shape_.note(slot, pace_, value);
  const bool comparable = outlook && std::abs(outlook->expected) <= kind::kMost;
  if (comparable && !shape_.is_settling()) {
    unrest_.note(slot, pace_, value, outlook->expected);
  }
  shape_told_ = shape_told_ && shape_.now() != kind::ShapeWatch::Case::none;
  unrest_told_ = unrest_told_ && unrest_.now() != 0;
}

void KindTracker::note_row(Timestamp at, double value, int side) {
  newest_ = at;
  if (last_ && *last_ == value) {
    same_ = std::min(same_ + 1, kMost);
  } else {
    same_longest_ = std::max(same_longest_, same_);
    same_ = 1;
    same_began_ = at;
  }
  last_ = value;
  if (side * outside_ > 0) {
    outside_ = std::clamp(outside_ + side, -kMost, kMost);
  } else {
    outside_ = side;
    outside_began_ = at;
  }
}

bool KindTracker::is_flat() const {
  return same_ >= kFlatValues && same_ > 2 * same_longest_;
}

std::optional<FindingKind> KindTracker::going_on() const {
  if (shape_.now() == kind::ShapeWatch::Case::lost_season) return FindingKind::lost_season;
  if (shape_.now() == kind::ShapeWatch::Case::slow_drift) return FindingKind::slow_drift;
  if (unrest_.now() != 0) return FindingKind::changed_variance;
  return std::nullopt;
}

FindingKind KindTracker::kind() const {
  if (is_flat()) return FindingKind::flat_line;
  if (const auto found = going_on()) return *found;
  if (outside_ == 0) return FindingKind::unusual_level;
  if (is_shifted()) return FindingKind::level_shift;
  return outside_ > 0 ? FindingKind::spike : FindingKind::dip;
}

Timestamp KindTracker::began() const {
  if (is_flat()) return same_began_;
  if (const auto found = going_on()) {
    return std::min(newest_,
                    *found == FindingKind::changed_variance ? unrest_.began() : shape_.began());
  }
  return outside_ != 0 ? outside_began_ : newest_;
}

std::optional<double> KindTracker::raised() const {
  const auto found = going_on();
  if (!found || is_flat()) return std::nullopt;
  const bool is_unrest = *found == FindingKind::changed_variance;
  if (is_unrest ? unrest_told_ : shape_told_) return std::nullopt;
  const double force = is_unrest ? unrest_.force() : shape_.force();
  return 1 - (1 - kAbnormalScore) / force;
}

void KindTracker::told() {
  const auto found = is_flat() ? std::nullopt : going_on();
  if (found) (*found == FindingKind::changed_variance ? unrest_told_ : shape_told_) = true;
}

int KindTracker::direction() const {
  return !is_flat() && going_on() == FindingKind::slow_drift ? shape_.side() : 0;
}

void KindTracker::save(ByteSink& out) const {
  out.u8(last_ ? 1 : 0);
  out.f64(last_.value_or(0));
  for (const int count : {outside_, same_, same_longest_})
    out.i64(count);
  for (const Timestamp at : {outside_began_, same_began_, newest_})
    out.i64(at.ns());
  StateWriter writer(out);
  kind::ShapeWatch::visit(shape_, writer);
  kind::UnrestWatch::visit(unrest_, writer);
  writer.whole(shape_told_, 0, 1);
  writer.whole(unrest_told_, 0, 1);
}

Result<void> KindTracker::restore(ByteSource& in) {
  const auto pace = pace_;
  *this = KindTracker(std::chrono::seconds(1));
  pace_ = pace;
  KindTracker read = *this;
  TM_TRY_VOID(read.restore_rows(in));
  StateReader reader(in);
  kind::ShapeWatch::visit(read.shape_, reader);
  kind::UnrestWatch::visit(read.unrest_, reader);
  reader.whole(read.shape_told_, 0, 1);
  reader.whole(read.unrest_told_, 0, 1);
  if (!reader.ok()) return fail(Errc::corrupt, "state of a tracker of kinds is damaged");
  *this = read;
  return {};
}

Result<void> KindTracker::restore_rows(ByteSource& in) {
  TM_TRY(const auto there, in.u8());
  TM_TRY(const auto last, in.f64());
  last_ = there != 0 ? std::optional(last) : std::nullopt;
  for (int* count : {&outside_, &same_, &same_longest_}) {
    TM_TRY(const auto read, in.i64());
    if (read < -kMost || read > kMost) return fail(Errc::corrupt, "impossible count of values");
    *count = static_cast<int>(read);
  }
  for (Timestamp* at : {&outside_began_, &same_began_, &newest_}) {
    TM_TRY(const auto ns, in.i64());
    *at = Timestamp::from_ns(ns);
  }
  return {};
}

}  // namespace tidemark::learn
