#include "act/message/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "act/message/alarm_message.h"
#include "base/people_number.h"

namespace tidemark::act {
namespace {

/// The newest point that has a value, else the newest.
const EvidencePoint* point_of_interest(const Transition& transition) {
  const auto& points = transition.evidence;
  const auto found = std::find_if(
      points.rbegin(), points.rend(), [](const EvidencePoint& p) { return p.value.has_value(); });
  if (found != points.rend()) return &*found;
  return points.empty() ? nullptr : &points.back();
}

std::string distance_of(const EvidencePoint& point, std::string_view unit) {
  const Place place = place_of(point);
  if (place != Place::above && place != Place::below) return "";
  const double limit = place == Place::above ? *point.upper : *point.lower;
  std::string out = fmt::format("{}{} {} the {}",
                                number_in_words(std::abs(*point.value - limit)),
                                unit,
                                place == Place::above ? "above" : "below",
                                has_fixed_limit(point) ? "limit" : "usual range");
  const double expected = point.expected.value_or(0);
  const double ratio = expected > 0 ? *point.value / expected : 0;
  if (ratio >= 2) out += fmt::format(", {:.1f} times what is expected", ratio);
  return out;
}

std::string state_in_words(const std::string& state) {
  return state == "INSUFFICIENT_DATA" ? "INSUFFICIENT_DATA (no data to judge by)" : state;
}

}  // namespace

std::string number_in_words(std::optional<double> value) {
  if (!value) return "no data";
  if (std::isnan(*value)) return "not a number";
  return std::isinf(*value) ? "infinite" : people_number(*value);
}

std::string time_in_words(Timestamp at) {
  const CivilTime t = to_civil(at);
  std::string out =
      fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", t.year, t.month, t.day, t.hour, t.minute);
  if (t.second != 0) out += fmt::format(":{:02}", t.second);
  return out + " UTC";
}

bool has_fixed_limit(const EvidencePoint& point) {
  return point.lower.has_value() != point.upper.has_value();
}

PointWords point_in_words(const EvidencePoint& point, std::string_view unit) {
  PointWords out{number_in_words(point.value), ""};
  const bool is_number = point.value && std::isfinite(*point.value);
  // A value that is none is held against nothing.
  const double value = is_number ? *point.value : std::nan("");
  if (has_fixed_limit(point)) {
    const double limit = point.lower ? *point.lower : *point.upper;
    const auto [own, other] = people_apart(value, limit);
    if (is_number) out.value = own;
    out.range = other + std::string(unit);
  } else if (point.lower && point.upper) {
    const auto texts = people_compared(value, *point.lower, *point.upper, unit);
    out.range = texts.range;
    if (is_number) return {texts.value, texts.range};
  }
  if (is_number) out.value += unit;
  return out;
}

Place place_of(const EvidencePoint& point) {
  if (!point.value || (!point.lower && !point.upper)) return Place::unknown;
  if (point.upper && *point.value > *point.upper) return Place::above;
  if (point.lower && *point.value < *point.lower) return Place::below;
  return Place::inside;
}

AlarmFacts facts_of(const Transition& t) {
  AlarmFacts out;
  out.headline = fmt::format("\"{}\" is in {}", t.alarm_name, t.new_state);
  out.change = fmt::format("It went from {} to {} at {}.",
                           state_in_words(t.old_state),
                           state_in_words(t.new_state),
                           time_in_words(t.at));
  if (t.drill) out.notes.emplace_back("This is a drill: the state was set by hand.");
  if (t.late) {
    out.notes.emplace_back(
        "Found late: the server was catching up after a stop. The time above is when it happened.");
  }
  out.metric = t.metric_title;
  out.dimensions = t.dimensions;
  out.reason = t.reason_words.empty() ? t.reason : t.reason_words;
  const EvidencePoint* point = point_of_interest(t);
  if (point == nullptr) return out;
  const PointWords words = point_in_words(*point, t.unit);
  out.seen = fmt::format("{} at {}", words.value, time_in_words(point->at));
  (has_fixed_limit(*point) ? out.limit : out.usual) = words.range;
  if (!out.usual.empty() && point->expected) {
    out.usual += fmt::format(", about {}{} expected", number_in_words(point->expected), t.unit);
  }
  out.distance = distance_of(*point, t.unit);
  return out;
}

std::vector<EvidencePoint> newest_points(const Transition& transition, std::size_t count) {
  const auto& points = transition.evidence;
  const std::size_t skipped = points.size() > count ? points.size() - count : 0;
  return {points.begin() + static_cast<std::ptrdiff_t>(skipped), points.end()};
}

}  // namespace tidemark::act
