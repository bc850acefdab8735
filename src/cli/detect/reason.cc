#include "cli/detect/reason.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cli/detect/figure.h"
#include "learn/calendar.h"

namespace tidemark::cli::detect {
namespace {

using learn::DetectRow;
using learn::RowFate;

constexpr double kGapFactor = 5;  // of the usual distance of two values
constexpr int kGapsMin = 8;
constexpr double kGapRate = 0.05;
// Values that lie on one side of what was expected, and ones that are off at all.
constexpr double kOneSided = 0.7;
constexpr double kClearlyOff = 1.3;

std::string span(double seconds) {
  if (seconds >= 2 * 86'400) return fmt::format("{:.0f} days", seconds / 86'400);
  if (seconds >= 2 * 3600) return fmt::format("{:.0f} hours", seconds / 3600);
  if (seconds >= 120) return fmt::format("{:.0f} minutes", seconds / 60);
  return fmt::format("{:.3g} seconds", seconds);
}

double width(const DetectRow& row) {
  return row.upper - row.lower;
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
  const bool odd = rules_.is_odd(*value, row) || is_raised();
  const int direction = kinds_.direction();
  unwatched_ = !rules_.policy->watches(direction != 0 ? direction > 0 : *value > row.expected);
  finding_ = odd && !unwatched_;
  // A level that stays is named also in the quiet time after the finding it began with.
  if (!odd && !kinds_.is_at_new_level()) return {};
  // What nobody wants to hear of is told still, as soon as it comes to a side that is watched.
  if (unwatched_) return "not watched: " + words(*value, row);
  if (odd) {
    kinds_.told();
  } else {
    kinds_.told_step();
  }
  return words(*value, row);
}

/// Is something going on that nobody was told of? Where scores count, a new level is told with its
/// first value, if that has the score.
bool ReasonWriter::is_raised() const {
  const bool is_level = kinds_.is_at_new_level() && kinds_.kind() == FindingKind::level_shift;
  return is_level && !rules_.outside_counts ? kinds_.is_news() : kinds_.raised().has_value();
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
  if (row.has_band && std::isfinite(value - row.expected)) lately_.note(value, row.expected);
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
  if (!above && !below) return kinds_.shift() != nullptr ? shift_words(row) : inside_words(row);
  if (kinds_.is_shifted()) {
    return fmt::format("level shift: {} rows in a row {} the band; {} where {} was expected{}",
                       kinds_.outside(),
                       above ? "above" : "below",
                       value,
                       figure(row.expected, width(row)),
                       after_gap());
  }
  return fmt::format("{}: {} is {} {}; {} was expected{}{}",
                     above ? "spike" : "dip",
                     value,
                     above ? "above" : "below",
                     figure(above ? row.upper : row.lower, width(row)),
                     figure(row.expected, width(row)),
                     width_words(value, row),
                     after_gap());
}

std::string ReasonWriter::shift_words(const DetectRow& row) const {
  const auto& shift = *kinds_.shift();
  return fmt::format("level shift: since {} the values are about {} {} than before",
                     format_rfc3339(shift.began),
                     figure(std::abs(shift.by), width(row)),
                     shift.by > 0 ? "higher" : "lower");
}

/// What is odd is the newest values together.
std::string ReasonWriter::inside_words(const DetectRow& row) const {
  const std::string opening = "unusual level: inside of its band; but ";
  const auto off = lately_.offset();
  if (!off || !(off->size > kClearlyOff * off->usual))
    return opening + "the newest values follow each other as they did not before";
  const bool one_sided = std::abs(off->mean) > kOneSided * off->size;
  return fmt::format("{}the last {} values were {} {} on average, where {} is usual",
                     opening,
                     Lately::kValues,
                     figure(one_sided ? std::abs(off->mean) : off->size, width(row)),
                     !one_sided      ? "off what was expected"
                     : off->mean > 0 ? "above what was expected"
                                     : "below what was expected",
                     figure(off->usual, width(row)));
}

std::string ReasonWriter::step_words(double value) const {
  const learn::StepWatch& step = kinds_.step();
  const double range = step.left().upper - step.left().lower;
  return fmt::format("level shift: {} rows in a row {} the {} to {} of before; {} since {}",
                     step.values(),
                     step.side() > 0 ? "above" : "below",
                     figure(step.left().lower, range),
                     figure(step.left().upper, range),
                     value,
                     format_rfc3339(step.began()));
}

std::string ReasonWriter::after_gap() const {
  if (gaps_ <= kGapsMin || gap_s_ < kGapFactor * usual_gap_s_) return {};
  return fmt::format("; first value after {} without one", span(gap_s_));
}

}  // namespace tidemark::cli::detect
