#include "cli/detect/reason.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "learn/calendar.h"

namespace tidemark::cli::detect {
namespace {

using learn::DetectRow;
using learn::RowFate;

constexpr double kGapFactor = 5;  // of the usual distance of two values
constexpr int kGapsMin = 8;
constexpr double kGapRate = 0.05;

std::string span(double seconds) {
  if (seconds >= 2 * 86'400) return fmt::format("{:.0f} days", seconds / 86'400);
  if (seconds >= 2 * 3600) return fmt::format("{:.0f} hours", seconds / 3600);
  if (seconds >= 120) return fmt::format("{:.0f} minutes", seconds / 60);
  return fmt::format("{:.3g} seconds", seconds);
}

std::string width_words(double value, const DetectRow& row) {
  const double half = value > row.upper ? row.upper - row.expected : row.expected - row.lower;
  const double away = std::abs(value - row.expected);
  if (!(half > 0) || away / half > 1e4) return {};
  return fmt::format("; {:.1f} times the band's half-width away", away / half);
}

}  // namespace

std::string ReasonWriter::next(Timestamp at,
                               std::optional<double> value,
                               const DetectRow& row,
                               const RowPlace& place) {
  finding_ = false;
  unwatched_ = false;
  if (row.fate == RowFate::late)
    return "late: older than a row before it; neither judged nor learned";
  if (!value) return "missing: no value";
  if (row.fate != RowFate::repeated) note(at, *value, row, place);
  if (place.say.mute) return "muted: in an excluded range or a calendar";
  if (!row.has_band) return "learning: no band yet";
  // Where scores count, a new level was told with its first value.
  const bool names_only = kinds_.step().side() != 0 && !rules_.outside_counts;
  const bool odd = rules_.is_odd(*value, row) || (kinds_.raised() && !names_only);
  const int direction = kinds_.direction();
  unwatched_ = !rules_.policy->watches(direction != 0 ? direction > 0 : *value > row.expected);
  finding_ = odd && !unwatched_;
  // A level that stays is named also in the quiet time after the finding it began with.
  if (!odd && kinds_.kind() != FindingKind::level_shift) return {};
  // What nobody wants to hear of is told still, as soon as it comes to a side that is watched.
  if (unwatched_) return "not watched: " + words(*value, row);
  kinds_.told();
  return words(*value, row);
}

bool FindingRules::is_odd(double value, const DetectRow& row) const {
  return row.score >= learn::kAbnormalScore ||
         (outside_counts && row.has_band && (value < row.lower || value > row.upper));
}

void ReasonWriter::note(Timestamp at, double value, const DetectRow& row, const RowPlace& place) {
  note_gap(at);
  std::optional<learn::Edges> usual;
  if (row.has_band) usual = learn::Edges{row.lower, row.upper};
  if (place.cadence) kinds_.set_cadence(*place.cadence);
  const bool ordinary = !place.say.exclude && place.say.special == 0;
  if (!place.cadence || !ordinary) return kinds_.note_row(at, value, usual);
  learn::Slot slot = learn::slot_at(at, *place.cadence);
  slot.start = at;
  learn::fill_civil(slot, place.offset_s);
  std::optional<learn::Outlook> outlook;
  if (row.has_band) outlook = learn::Outlook{row.expected, {}, {}};
  kinds_.note(slot, value, outlook, usual);
}

void ReasonWriter::note_gap(Timestamp at) {
  if (newest_) {
    gap_s_ = std::chrono::duration<double>(at - *newest_).count();
    gaps_ = std::min(gaps_ + 1, 1'000'000);
    const double capped = gaps_ > kGapsMin ? std::min(gap_s_, 2 * usual_gap_s_) : gap_s_;
    usual_gap_s_ += (capped - usual_gap_s_) * std::max(kGapRate, 1.0 / gaps_);
  }
  newest_ = at;
}

/// Empty: nothing is going on but this value.
std::string ReasonWriter::state_words() const {
  const std::string since = format_rfc3339(kinds_.began());
  switch (kinds_.kind()) {
    case FindingKind::lost_season:
      return fmt::format(
          "lost season: since {} the values do not follow the usual shape of day and week", since);
    case FindingKind::slow_drift:
      return fmt::format("slow drift: since {} the values have crept {}, each near the one before",
                         since,
                         kinds_.direction() > 0 ? "upwards" : "downwards");
    case FindingKind::changed_variance:
      return fmt::format("changed variance: since {} the errors are {:.2g} times as large as usual",
                         since,
                         kinds_.unrest());
    default:
      return {};
  }
}

std::string ReasonWriter::words(double value, const DetectRow& row) const {
  if (kinds_.is_flat()) {
    return fmt::format("flat line: {} rows in a row at {}; at most {} before",
                       kinds_.same(),
                       value,
                       kinds_.same_longest());
  }
  if (std::string words = state_words(); !words.empty()) return words;
  const bool above = value > row.upper;
  const bool below = value < row.lower;
  if (kinds_.step().side() != 0 && !kinds_.is_shifted()) return step_words(value);
  if (!above && !below) {
    return "unusual level: inside of its band; but the newest values together are unlike those "
           "before";
  }
  if (kinds_.is_shifted()) {
    return fmt::format("level shift: {} rows in a row {} the band; {} where {} was expected{}",
                       kinds_.outside(),
                       above ? "above" : "below",
                       value,
                       row.expected,
                       after_gap());
  }
  return fmt::format("{}: {} is {} {}; {} was expected{}{}",
                     above ? "spike" : "dip",
                     value,
                     above ? "above" : "below",
                     above ? row.upper : row.lower,
                     row.expected,
                     width_words(value, row),
                     after_gap());
}

std::string ReasonWriter::step_words(double value) const {
  const learn::StepWatch& step = kinds_.step();
  return fmt::format("level shift: {} rows in a row {} the {} to {} of before; {} since {}",
                     step.values(),
                     step.side() > 0 ? "above" : "below",
                     step.left().lower,
                     step.left().upper,
                     value,
                     format_rfc3339(step.began()));
}

std::string ReasonWriter::after_gap() const {
  if (gaps_ <= kGapsMin || gap_s_ < kGapFactor * usual_gap_s_) return {};
  return fmt::format("; first value after {} without one", span(gap_s_));
}

}  // namespace tidemark::cli::detect
