#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "alarm/reason.h"
#include "base/duration.h"

namespace tidemark::alarm {
namespace {

using Points = std::vector<AlarmPoint>;

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// How many points the state needs; see reason_data().
std::size_t needed_points(const AlarmRule& rule, AlarmState state) {
  const int n = rule.evaluation_periods;
  const int m = datapoints_to_alarm_of(rule);
  switch (state) {
    case AlarmState::alarm:
      return static_cast<std::size_t>(m);
    case AlarmState::ok:
      return static_cast<std::size_t>(n - m + 1);
    case AlarmState::insufficient_data:
      break;
  }
  return static_cast<std::size_t>(n);
}

/// The newest points that speak for the state, newest first; missing ones do where the policy says
/// so, and for INSUFFICIENT_DATA.
Points evaluated(const AlarmRule& rule, const Decision& decision) {
  const Judgement judgement = judgement_of(rule);
  const auto speaks = [&](const AlarmPoint& point) {
    if (point.value) {
      return breaches(judgement, point) == (decision.state == AlarmState::alarm);
    }
    if (decision.state == AlarmState::alarm) {
      return judgement.missing_data == MissingData::breaching;
    }
    return decision.state == AlarmState::insufficient_data ||
           judgement.missing_data == MissingData::not_breaching;
  };
  Points out;
  const std::size_t needed = needed_points(rule, decision.state);
  for (auto point = decision.window.rbegin(); point != decision.window.rend(); ++point) {
    if (out.size() == needed) break;
    if (speaks(*point)) out.push_back(*point);
  }
  return out;
}

/// The limit that a value is measured by: the one it broke; inside the band, that of a one-sided
/// alarm or else the upper one.
double limit_of(Comparison comparison, const AlarmPoint& point) {
  const Limits limits = point.limits.value_or(Limits{});
  if (comparison == Comparison::below_band) return limits.lower;
  if (comparison == Comparison::above_band) return limits.upper;
  return *point.value < limits.lower ? limits.lower : limits.upper;
}

template <typename Number>
std::string numbers(const Points& points, Number number) {
  std::string out;
  for (const AlarmPoint& point : points) {
    if (!out.empty()) out += ',';
    out += java_double(number(point));
  }
  return "[" + out + "]";
}

std::string recent(const AlarmRule& rule, const Points& real) {
  std::string out =
      ",\"recentDatapoints\":" + numbers(real, [](const AlarmPoint& p) { return *p.value; });
  const Comparison comparison = comparison_of(rule);
  if (!is_band(comparison)) {
    return out + ",\"threshold\":" + java_double(rule.threshold.value_or(0));
  }
  if (comparison != Comparison::above_band) {
    out += ",\"recentLowerThresholds\":" +
           numbers(real, [](const AlarmPoint& p) { return p.limits.value_or(Limits{}).lower; });
  }
  if (comparison != Comparison::below_band) {
    out += ",\"recentUpperThresholds\":" +
           numbers(real, [](const AlarmPoint& p) { return p.limits.value_or(Limits{}).upper; });
  }
  return out;
}

std::string evaluated_list(const AlarmRule& rule, const Points& points) {
  const Comparison comparison = comparison_of(rule);
  std::vector<std::string> items;
  for (const AlarmPoint& point : points) {
    std::string item = fmt::format("{{\"timestamp\":\"{}\"", format_aws(point.start));
    if (point.value && rule.metric) {
      item += ",\"sampleCount\":" + java_double(point.sample_count);
    }
    if (point.value) item += ",\"value\":" + java_double(*point.value);
    if (point.value && point.limits) {
      item += ",\"threshold\":" + java_double(limit_of(comparison, point));
    }
    items.push_back(item + "}");
  }
  return fmt::format("[{}]", fmt::join(items, ","));
}

std::string metric_members(const AlarmRule& rule) {
  if (!rule.metric) return {};
  std::string out;
  if (rule.metric->unit) out += ",\"unit\":" + quoted(*rule.metric->unit);
  return out + ",\"statistic\":" +
         quoted(rule.metric->statistic.empty() ? rule.metric->extended_statistic
                                               : rule.metric->statistic);
}

}  // namespace

std::string reason_data(const AlarmRule& rule, const Decision& decision, const ReasonFacts& facts) {
  Points real;
  for (const AlarmPoint& point : decision.window) {
    if (point.value) real.push_back(point);
  }
  Points points = evaluated(rule, decision);
  std::string head =
      fmt::format("{{\"version\":\"1.0\",\"queryDate\":\"{}\"", format_aws(facts.query_date));
  if (!real.empty()) head += fmt::format(",\"startDate\":\"{}\"", format_aws(real.front().start));
  head += metric_members(rule);
  head += fmt::format(",\"period\":{}", whole_seconds(facts.period));
  for (;;) {
    std::string out = head + recent(rule, real) +
                      ",\"evaluatedDatapoints\":" + evaluated_list(rule, points) +
                      (facts.late ? ",\"late\":true}" : "}");
    if (out.size() <= kReasonDataMaxBytes || (real.empty() && points.empty())) return out;
    real.erase(real.begin(), real.begin() + static_cast<std::ptrdiff_t>((real.size() + 1) / 2));
    points.resize(points.size() / 2);
  }
}

}  // namespace tidemark::alarm
