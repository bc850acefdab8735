#include "alarm/core/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/duration.h"

namespace tidemark::alarm {
namespace {

std::string with_thousands(const std::string& text) {
  const std::size_t whole = std::min(text.find('.'), text.size());
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool behind_digit = i > 0 && text[i - 1] != '-';
    if (i < whole && behind_digit && (whole - i) % 3 == 0) out += ',';
    out += text[i];
  }
  return out;
}

}  // namespace

std::string people_number(double value) {
  const double size = std::abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return fmt::format("{:.4g}", value);
  int decimals = 0;
  if (size > 0 && size < 1000) {
    decimals = std::max(0, 3 - static_cast<int>(std::floor(std::log10(size))));
  }
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : with_thousands(text);
}

std::string people_duration(Duration period) {
  const auto s = whole_seconds(period);
  const auto in = [s](std::int64_t unit, std::string_view name) {
    return s == unit ? fmt::format("1 {}", name) : fmt::format("{} {}s", s / unit, name);
  };
  if (s % 86'400 == 0) return in(86'400, "day");
  if (s % 3'600 == 0) return in(3'600, "hour");
  if (s % 60 == 0) return in(60, "minute");
  return in(1, "second");
}

std::string metric_title(const AlarmRule& rule) {
  std::string watched = watched_id_of(rule);
  for (const MetricQuery& query : queries_of(rule)) {
    if (query.id != watched) continue;
    if (!query.metric_stat) return query.label.empty() ? query.expression : query.label;
    const MetricStat& stat = *query.metric_stat;
    return fmt::format("{}{}{} ({}, {})",
                       stat.metric.metric_namespace,
                       stat.metric.metric_namespace.empty() ? "" : " ",
                       stat.metric.name,
                       stat.stat.name,
                       people_duration(stat.period));
  }
  return rule.name;
}

}  // namespace tidemark::alarm
