#include "act/message/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "act/message/alarm_message.h"

namespace tidemark::act {
namespace {

std::string with_thousands(const std::string& digits) {
  const std::size_t start = digits.starts_with('-') ? 1 : 0;
  const std::size_t end = std::min(digits.find('.'), digits.size());
  std::string out = digits;
  for (std::size_t at = end; at > start + 3;) {
    at -= 3;
    out.insert(at, 1, ',');
  }
  return out;
}

std::string without_trailing_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

/// The newest point that has a value, else the newest.
const EvidencePoint* point_of_interest(const Transition& transition) {
  const auto& points = transition.evidence;
  const auto found = std::find_if(
      points.rbegin(), points.rend(), [](const EvidencePoint& p) { return p.value.has_value(); });
  if (found != points.rend()) return &*found;
  return points.empty() ? nullptr : &points.back();
}

std::string distance_of(const EvidencePoint& point) {
  const Place place = place_of(point);
  if (place != Place::above && place != Place::below) return "";
  const double limit = place == Place::above ? *point.upper : *point.lower;
  std::string out = fmt::format("{} {} the usual range",
                                number_in_words(std::abs(*point.value - limit)),
                                place == Place::above ? "above" : "below");
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
  const double size = std::abs(*value);
  if (!std::isfinite(*value)) return std::isnan(*value) ? "not a number" : "infinite";
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return fmt::format("{:.4g}", *value);
  const int magnitude = size > 0 ? static_cast<int>(std::floor(std::log10(size))) : 0;
  const int decimals = std::max(0, magnitude >= 0 ? 5 - magnitude : 3 - magnitude);
  return with_thousands(without_trailing_zeros(fmt::format("{:.{}f}", *value, decimals)));
}

std::string time_in_words(Timestamp at) {
  const CivilTime t = to_civil(at);
  std::string out =
      fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", t.year, t.month, t.day, t.hour, t.minute);
  if (t.second != 0) out += fmt::format(":{:02}", t.second);
  return out + " UTC";
}

std::string range_in_words(const EvidencePoint& point) {
  if (point.lower && point.upper) {
    return fmt::format(
        "between {} and {}", number_in_words(point.lower), number_in_words(point.upper));
  }
  if (point.lower) return "above " + number_in_words(point.lower);
  if (point.upper) return "below " + number_in_words(point.upper);
  return "";
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
  out.reason = t.reason_words.empty() ? t.reason : t.reason_words;
  const EvidencePoint* point = point_of_interest(t);
  if (point == nullptr) return out;
  out.seen = fmt::format("{} at {}", number_in_words(point->value), time_in_words(point->at));
  out.usual = range_in_words(*point);
  if (!out.usual.empty() && point->expected) {
    out.usual += fmt::format(", about {} expected", number_in_words(point->expected));
  }
  out.distance = distance_of(*point);
  return out;
}

std::vector<EvidencePoint> newest_points(const Transition& transition, std::size_t count) {
  const auto& points = transition.evidence;
  const std::size_t skipped = points.size() > count ? points.size() - count : 0;
  return {points.begin() + static_cast<std::ptrdiff_t>(skipped), points.end()};
}

}  // namespace tidemark::act
