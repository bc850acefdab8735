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
  step_ = {};
  shape_told_ = unrest_told_ = false;
}

void KindTracker::note(const Slot& slot,
                       double value,
                       const std::optional<Outlook>& outlook,
                       const std::optional<Edges>& usual) {
  note_row(slot.start, value, usual);
  step_.note(slot.start, value, usual);
  if (!(std::abs(value) <= kind::kMost)) return;
  shape_.note(slot, pace_, value);
  const bool comparable = outlook && std::abs(outlook->expected) <= kind::kMost;
  if (comparable && !shape_.is_settling()) {
    unrest_.note(slot, pace_, value, outlook->expected);
  }
  shape_told_ = shape_told_ && shape_.now() != kind::ShapeWatch::Case::none;
  unrest_told_ = unrest_told_ && unrest_.now() != 0;
}

void KindTracker::note_row(Timestamp at, double value, const std::optional<Edges>& usual) {
  const int side = usual ? side_of(value, *usual) : 0;
  newest_ = at;
  flat_.note(at, value);
  flat_told_ = flat_told_ && flat_.is_row();
  if (side * outside_ > 0) {
    outside_ = std::clamp(outside_ + side, -kMost, kMost);
  } else {
    outside_ = side;
    outside_began_ = at;
  }
}

std::optional<FindingKind> KindTracker::going_on() const {
  if (shape_.now() == kind::ShapeWatch::Case::lost_season) return FindingKind::lost_season;
  if (shape_.now() == kind::ShapeWatch::Case::slow_drift) return FindingKind::slow_drift;
  // Where errors are far smaller than usual, a value outside of the band is none of them.
  const bool is_calm_broken = unrest_.now() < 0 && outside_ != 0;
  if (unrest_.now() != 0 && !is_calm_broken) return FindingKind::changed_variance;
  return std::nullopt;
}

/// What is going on, as far as it is what the newest value shows.
std::optional<FindingKind> KindTracker::named() const {
  const auto found = going_on();
  if (!found || outside_ == 0) return found;
  const bool is_told = *found == FindingKind::changed_variance ? unrest_told_ : shape_told_;
  return is_told ? std::nullopt : found;
}

FindingKind KindTracker::kind() const {
  if (is_flat()) return FindingKind::flat_line;
  if (const auto found = named()) return *found;
  if (is_at_new_level()) return FindingKind::level_shift;
  if (shift() != nullptr) return FindingKind::level_shift;
  if (outside_ == 0) return FindingKind::unusual_level;
  return outside_ > 0 ? FindingKind::spike : FindingKind::dip;
}

Timestamp KindTracker::began() const {
  if (is_flat()) return flat_.began();
  if (const auto found = named()) {
    return std::min(newest_,
                    *found == FindingKind::changed_variance ? unrest_.began() : shape_.began());
  }
  if (step_.side() != 0 && !is_shifted()) return step_.began();
  if (shift() != nullptr) return shift()->began;
  return outside_ != 0 ? outside_began_ : newest_;
}

std::optional<double> KindTracker::raised() const {
  const double force = force_of_news();
  return force > 0 ? std::optional(score_of_force(force)) : std::nullopt;
}

/// 0: nothing is going on that nobody was told of.
double KindTracker::force_of_news() const {
  if (is_flat()) return flat_told_ ? 0 : flat_.force();
  if (const auto found = going_on()) {
    if (*found == FindingKind::changed_variance) return unrest_told_ ? 0 : unrest_.force();
    return shape_told_ ? 0 : shape_.force();
  }
  if (!is_shifted() && step_.force() > 0) return step_.force();
  const bool is_new = shift() != nullptr && level_told_ + shift_settles_in() < shift()->began;
  return is_new ? shift()->force : 0;
}

Duration KindTracker::shift_settles_in() const {
  return std::chrono::seconds(kind::ShapeWatch::kRecent) * pace_.bucket_s;
}

void KindTracker::told() {
  told_ = newest_;
  if (kind() == FindingKind::level_shift) level_told_ = newest_;
  if (is_flat()) {
    flat_told_ = true;
  } else if (const auto found = going_on()) {
    (*found == FindingKind::changed_variance ? unrest_told_ : shape_told_) = true;
  }
  told_step();
}

int KindTracker::direction() const {
  if (is_flat()) return 0;
  if (const auto found = named()) {
    return *found == FindingKind::slow_drift ? shape_.side() : 0;
  }
  if (is_shifted()) return 0;
  if (step_.side() != 0) return step_.side();
  if (shift() == nullptr) return 0;
  return shift()->by > 0 ? 1 : -1;
}

void KindTracker::save(ByteSink& out) const {
  StateWriter writer(out);
  writer.whole(outside_, -kMost, kMost);
  writer.time(outside_began_);
  writer.time(newest_);
  kind::FlatWatch::visit(flat_, writer);
  kind::ShapeWatch::visit(shape_, writer);
  kind::UnrestWatch::visit(unrest_, writer);
  StepWatch::visit(step_, writer);
  writer.time(told_);
  writer.time(level_told_);
  writer.whole(flat_told_, 0, 1);
  writer.whole(shape_told_, 0, 1);
  writer.whole(unrest_told_, 0, 1);
}

Result<void> KindTracker::restore(ByteSource& in) {
  const auto pace = pace_;
  *this = KindTracker(std::chrono::seconds(1));
  pace_ = pace;
  KindTracker read = *this;
  StateReader reader(in);
  reader.whole(read.outside_, -kMost, kMost);
  reader.time(read.outside_began_);
  reader.time(read.newest_);
  kind::FlatWatch::visit(read.flat_, reader);
  kind::ShapeWatch::visit(read.shape_, reader);
  kind::UnrestWatch::visit(read.unrest_, reader);
  StepWatch::visit(read.step_, reader);
  reader.time(read.told_);
  reader.time(read.level_told_);
  reader.whole(read.flat_told_, 0, 1);
  reader.whole(read.shape_told_, 0, 1);
  reader.whole(read.unrest_told_, 0, 1);
  if (!reader.ok()) return fail(Errc::corrupt, "state of a tracker of kinds is damaged");
  *this = read;
  return {};
}

}  // namespace tidemark::learn
