#include "alarm/reason.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include <fmt/format.h>

namespace tidemark::alarm {
namespace {

/// Datapoints that are listed inside the sentence; more of them move behind it.
constexpr std::size_t kInlineMax = 3;
constexpr std::size_t kListedMax = 5;

std::string counted(int count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}
std::string_view was(int count) {
  return count == 1 ? "was" : "were";
}

std::string aws_time(Timestamp at) {
  const CivilTime civil = to_civil(at);
  return fmt::format("{:02}/{:02}/{:02} {:02}:{:02}:{:02}",
                     civil.day,
                     civil.month,
                     civil.year % 100,
                     civil.hour,
                     civil.minute,
                     civil.second);
}

using Points = std::vector<AlarmPoint>;

/// The points that speak for the state, newest first.
Points speaking(const AlarmRule& rule, const Decision& decision) {
  const Judgement judgement = judgement_of(rule);
  Points out;
  for (auto point = decision.window.rbegin(); point != decision.window.rend(); ++point) {
    if (!point->value) continue;
    const bool breach = breaches(judgement, *point);
    if (breach == (decision.state == AlarmState::alarm)) out.push_back(*point);
  }
  return out;
}

template <typename Text>
std::string joined(const Points& points, Text text) {
  std::string out;
  for (std::size_t i = 0; i < std::min(points.size(), kListedMax); ++i) {
    if (i > 0) out += ", ";
    out += text(points[i]);
  }
  return "[" + out + "]";
}

std::string listed(const Points& points) {
  return joined(points, [](const AlarmPoint& point) {
    return fmt::format("{} ({})", java_double(*point.value), aws_time(point.start));
  });
}

std::string lower_limits(const Points& points) {
  return joined(points, [](const AlarmPoint& point) {
    return java_double(point.limits.value_or(Limits{}).lower);
  });
}
std::string upper_limits(const Points& points) {
  return joined(points, [](const AlarmPoint& point) {
    return java_double(point.limits.value_or(Limits{}).upper);
  });
}

/// "greater than the threshold (1.0)", "not less than the lower thresholds [0.1]" …
std::string comparison_words(const AlarmRule& rule, const Points& points, bool breach) {
  const std::string_view no = breach ? "" : "not ";
  const auto limit = [&](std::string_view words) {
    return fmt::format(
        "{}{} the threshold ({})", no, words, java_double(rule.threshold.value_or(0)));
  };
  const auto below = [&] {
    return fmt::format("{}less than the lower thresholds {}", no, lower_limits(points));
  };
  const auto above = [&] {
    return fmt::format("{}greater than the upper thresholds {}", no, upper_limits(points));
  };
  switch (comparison_of(rule)) {
    case Comparison::greater_or_equal:
      return limit("greater than or equal to");
    case Comparison::greater:
      return limit("greater than");
    case Comparison::less:
      return limit("less than");
    case Comparison::less_or_equal:
      return limit("less than or equal to");
    case Comparison::below_band:
      return below();
    case Comparison::above_band:
      return above();
    case Comparison::outside_band:
      break;
  }
  return below() + " or " + above();
}

/// " and 2 missing datapoints were treated as [Breaching]", or "".
std::string treated(const AlarmRule& rule, const Decision& decision) {
  if (decision.missing <= 0) return {};
  const MissingData policy = missing_data_of(rule);
  if (policy != MissingData::breaching && policy != MissingData::not_breaching) return {};
  return fmt::format(" and {} {} treated as [{}]",
                     counted(decision.missing, "missing datapoint"),
                     was(decision.missing),
                     policy == MissingData::breaching ? "Breaching" : "NonBreaching");
}

std::string minimum(const AlarmRule& rule, const Decision& decision) {
  if (!rule.datapoints_to_alarm) return {};
  const bool alarm = decision.state == AlarmState::alarm;
  const int needed =
      alarm ? *rule.datapoints_to_alarm : rule.evaluation_periods - *rule.datapoints_to_alarm + 1;
  return fmt::format(" (minimum {} for {} transition)",
                     counted(needed, "datapoint"),
                     alarm ? "OK -> ALARM" : "ALARM -> OK");
}

/// No real point speaks for the state: the missing ones decide.
std::string reason_of_missing(const AlarmRule& rule, const Decision& decision) {
  const int periods = rule.evaluation_periods;
  const int received = periods - decision.missing;
  const std::string datapoints =
      received == 0 ? "no datapoints were"
                    : fmt::format("{} {}", counted(received, "datapoint"), was(received));
  return fmt::format(
      "{} received for {}{}.", datapoints, counted(periods, "period"), treated(rule, decision));
}

std::string reason_of_points(const AlarmRule& rule,
                             const Decision& decision,
                             const Points& points) {
  const bool alarm = decision.state == AlarmState::alarm;
  const int count = static_cast<int>(points.size());
  const std::string datapoints =
      rule.datapoints_to_alarm
          ? fmt::format("{} out of the last {} datapoints", count, rule.evaluation_periods)
          : counted(count, "datapoint");
  const std::string words = comparison_words(rule, points, alarm);
  if (points.size() <= kInlineMax) {
    return fmt::format("{} {} {} {}{}{}.",
                       datapoints,
                       listed(points),
                       was(count),
                       words,
                       treated(rule, decision),
                       minimum(rule, decision));
  }
  return fmt::format("{} were {}{}. The most recent datapoints{}: {}{}.",
                     datapoints,
                     words,
                     treated(rule, decision),
                     alarm ? " which crossed the threshold" : "",
                     listed(points),
                     minimum(rule, decision));
}

}  // namespace

std::string java_double(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  const double size = std::abs(value);
  const bool plain = size == 0 || (size >= 1e-3 && size < 1e7);
  char buffer[400];
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, format).ptr;
  std::string text(buffer, end);
  if (plain) return text.find('.') == std::string::npos ? text + ".0" : text;
  // "1.25e+10" as C++ writes it becomes "1.25E10".
  const std::size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  if (mantissa.find('.') == std::string::npos) mantissa += ".0";
  int exponent = 0;
  const char* digits = text.data() + e + 1;
  if (*digits == '+') ++digits;
  std::from_chars(digits, text.data() + text.size(), exponent);
  return fmt::format("{}E{}", mantissa, exponent);
}

std::string reason_text(const AlarmRule& rule, const Decision& decision) {
  if (decision.state == AlarmState::insufficient_data) {
    return fmt::format("Insufficient Data: {} {} unknown.",
                       counted(rule.evaluation_periods, "datapoint"),
                       was(rule.evaluation_periods));
  }
  const Points points = speaking(rule, decision);
  std::string out = is_band(comparison_of(rule)) ? "Thresholds Crossed: " : "Threshold Crossed: ";
  out +=
      points.empty() ? reason_of_missing(rule, decision) : reason_of_points(rule, decision, points);
  if (out.size() > kReasonMaxBytes) out.resize(kReasonMaxBytes);
  return out;
}

}  // namespace tidemark::alarm
