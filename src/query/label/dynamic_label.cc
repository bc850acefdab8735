#include "query/label/dynamic_label.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <span>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/people_number.h"

namespace tidemark::query::label {
namespace {

/// As CloudWatch answers a property of what has none (grafana/grafana#66221).
constexpr std::string_view kUnknown = "--";
constexpr std::string_view kOpening = "${";
constexpr std::string_view kLabel = "LABEL";
constexpr std::string_view kPropertyOpening = "PROP('";
constexpr std::string_view kPropertyClosing = "')";
constexpr std::string_view kDimension = "Dim.";

/// Calls `literal` with each part of the text that is not dynamic and `value` with what stands
/// between "${" and "}", in their order.
template <typename Literal, typename Value>
void for_each_part(std::string_view text, const Literal& literal, const Value& value) {
  while (!text.empty()) {
    const std::size_t begin = text.find(kOpening);
    if (begin == std::string_view::npos) break;
    std::string_view rest = text.substr(begin + kOpening.size());
    // The name of a dimension may hold a brace.
    const bool is_property = rest.starts_with(kPropertyOpening);
    const std::string_view closing = is_property ? "')}" : "}";
    const std::size_t end = rest.find(closing, is_property ? kPropertyOpening.size() : 0);
    if (end == std::string_view::npos) break;
    const std::size_t size = end + closing.size() - 1;  // without the brace
    literal(text.substr(0, begin));
    value(rest.substr(0, size));
    text = rest.substr(size + 1);
  }
  literal(text);
}

/// "1d 2h 3m 4s", without what is 0.
std::string elapsed(Duration duration) {
  const std::int64_t seconds = std::abs(whole_seconds(duration));
  std::string out;
  const auto add = [&out](std::int64_t count, char unit) {
    if (count > 0) out += fmt::format("{}{}{}", out.empty() ? "" : " ", count, unit);
  };
  add(seconds / 86'400, 'd');
  add(seconds / 3'600 % 24, 'h');
  add(seconds / 60 % 60, 'm');
  add(seconds % 60, 's');
  return out.empty() ? "0s" : out;
}

/// "2013-11-28T01:30:00+01:30".
std::string local_time(Timestamp at, Duration utc_offset) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(utc_offset).count();
  const std::string zone = minutes == 0 ? "Z"
                                        : fmt::format("{}{:02}:{:02}",
                                                      minutes < 0 ? '-' : '+',
                                                      std::abs(minutes) / 60,
                                                      std::abs(minutes) % 60);
  constexpr std::size_t kToSeconds = std::string_view("2013-11-28T01:30:00").size();
  return format_rfc3339(at + utc_offset).substr(0, kToSeconds) + zone;
}

bool is_lower(const DataPoint& a, const DataPoint& b) {
  return a.value < b.value;
}

/// What statistical values look at: at least one point.
class Points {
 public:
  Points(std::span<const DataPoint> points, const LabelTimes& times)
      : points_(points), times_(times) {}

  [[nodiscard]] const DataPoint& first() const { return points_.front(); }
  [[nodiscard]] const DataPoint& last() const { return points_.back(); }
  /// Of equal ones the earliest.
  [[nodiscard]] const DataPoint& least() const {
    return *std::min_element(points_.begin(), points_.end(), is_lower);
  }
  [[nodiscard]] const DataPoint& greatest() const {
    return *std::max_element(points_.begin(), points_.end(), is_lower);
  }
  [[nodiscard]] double sum() const {
    double out = 0;
    for (const DataPoint& point : points_)
      out += point.value;
    return out;
  }
  [[nodiscard]] double average() const { return sum() / static_cast<double>(points_.size()); }
  [[nodiscard]] std::string time(const DataPoint& point) const {
    return local_time(point.at, times_.utc_offset);
  }
  [[nodiscard]] std::string age(const DataPoint& point) const {
    return times_.now ? elapsed(*times_.now - point.at) : std::string(kUnknown);
  }

 private:
  std::span<const DataPoint> points_;
  const LabelTimes& times_;
};

std::string value_range(const DataPoint& a, const DataPoint& b) {
  return people_number(std::abs(b.value - a.value));
}

struct Statistical {
  std::string_view name;
  std::string (*text)(const Points& points);
};

constexpr Statistical kStatistical[] = {
    {"AVG", [](const Points& p) { return people_number(p.average()); }},
    {"FIRST", [](const Points& p) { return people_number(p.first().value); }},
    {"FIRST_LAST_RANGE", [](const Points& p) { return value_range(p.first(), p.last()); }},
    {"FIRST_LAST_TIME_RANGE", [](const Points& p) { return elapsed(p.last().at - p.first().at); }},
    {"FIRST_TIME", [](const Points& p) { return p.time(p.first()); }},
    {"FIRST_TIME_RELATIVE", [](const Points& p) { return p.age(p.first()); }},
    {"LAST", [](const Points& p) { return people_number(p.last().value); }},
    {"LAST_TIME", [](const Points& p) { return p.time(p.last()); }},
    {"LAST_TIME_RELATIVE", [](const Points& p) { return p.age(p.last()); }},
    {"MAX", [](const Points& p) { return people_number(p.greatest().value); }},
    {"MAX_TIME", [](const Points& p) { return p.time(p.greatest()); }},
    {"MAX_TIME_RELATIVE", [](const Points& p) { return p.age(p.greatest()); }},
    {"MIN", [](const Points& p) { return people_number(p.least().value); }},
    {"MIN_MAX_RANGE", [](const Points& p) { return value_range(p.least(), p.greatest()); }},
    {"MIN_MAX_TIME_RANGE", [](const Points& p) { return elapsed(p.greatest().at - p.least().at); }},
    {"MIN_TIME", [](const Points& p) { return p.time(p.least()); }},
    {"MIN_TIME_RELATIVE", [](const Points& p) { return p.age(p.least()); }},
    {"SUM", [](const Points& p) { return people_number(p.sum()); }},
};

std::string dimension(const MetricRef& metric, std::string_view name) {
  for (const Label& each : metric.dimensions) {
    if (each.name == name) return each.value;
  }
  return std::string(kUnknown);
}

struct MetricProperty {
  std::string_view name;
  std::string (*text)(const MetricStat& of);
};

constexpr MetricProperty kMetricProperties[] = {
    {"AccountId", [](const MetricStat& of) { return of.metric.account; }},
    {"MetricName", [](const MetricStat& of) { return of.metric.name; }},
    {"Namespace", [](const MetricStat& of) { return of.metric.metric_namespace; }},
    {"Region", [](const MetricStat& of) { return of.metric.region; }},
    {"Stat", [](const MetricStat& of) { return of.stat.name; }},
};

/// nullopt: there is no such property.
std::optional<std::string> property(std::string_view name, const Subject& subject) {
  if (name == "Period") return fmt::to_string(whole_seconds(subject.series.period));
  if (name == "AccountLabel") return std::string(kUnknown);  // accounts have none here
  const MetricStat* const metric = subject.metric;
  for (const MetricProperty& each : kMetricProperties) {
    if (each.name != name) continue;
    return metric == nullptr ? std::string(kUnknown) : each.text(*metric);
  }
  if (!name.starts_with(kDimension)) return std::nullopt;
  if (metric == nullptr) return std::string(kUnknown);
  return dimension(metric->metric, name.substr(kDimension.size()));
}

/// nullopt: there is no such value.
std::optional<std::string> value_of(std::string_view name,
                                    const Subject& subject,
                                    const LabelTimes& times) {
  if (name.starts_with(kPropertyOpening) && name.ends_with(kPropertyClosing)) {
    name.remove_prefix(kPropertyOpening.size());
    name.remove_suffix(kPropertyClosing.size());
    return property(name, subject);
  }
  const auto& points = subject.series.points;
  if (name == kLabel) return std::string(subject.default_label);
  if (name == "DATAPOINT_COUNT") return fmt::to_string(points.size());
  for (const Statistical& each : kStatistical) {
    if (each.name != name) continue;
    return points.empty() ? std::string(kUnknown) : each.text({points, times});
  }
  return std::nullopt;
}

}  // namespace

std::string render(std::string_view text, const Subject& subject, const LabelTimes& times) {
  std::string out;
  for_each_part(
      text,
      [&out](std::string_view literal) { out += literal; },
      [&](std::string_view name) {
        const auto value = value_of(name, subject, times);
        out += value ? *value : fmt::format("${{{}}}", name);
      });
  return out;
}

std::size_t dynamic_values(std::string_view text) {
  std::size_t out = 0;
  for_each_part(text, [](std::string_view) {}, [&out](std::string_view) { ++out; });
  return out;
}

bool has_default_label(std::string_view text) {
  bool out = false;
  for_each_part(
      text,
      [](std::string_view) {},
      [&out](std::string_view name) { out = out || name == kLabel; });
  return out;
}

}  // namespace tidemark::query::label
