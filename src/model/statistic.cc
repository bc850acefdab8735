// Names and meanings: CloudWatch user guide, "CloudWatch statistics definitions".
#include "model/statistic.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace tidemark {
namespace {

using Kind = Statistic::Kind;
using Weighted = std::span<const std::pair<double, double>>;  // value and how often, ascending

/// A decimal number and nothing else; at most ten decimals, as CloudWatch allows.
std::optional<double> parse_bound(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot != std::string_view::npos && text.size() - dot > 11) return std::nullopt;
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

bool is_percent(double value) {
  return value >= 0 && value <= 100;
}

std::optional<Kind> plain_kind(std::string_view text) {
  if (text == "SampleCount") return Kind::sample_count;
  if (text == "Average") return Kind::average;
  if (text == "Sum") return Kind::sum;
  if (text == "Minimum") return Kind::minimum;
  if (text == "Maximum") return Kind::maximum;
  return std::nullopt;
}

/// "tm90": lower case with one number, the upper bound in percent.
std::optional<Statistic> parse_single(std::string_view text) {
  Statistic out;
  std::size_t prefix = 2;
  if (text.starts_with("tm")) {
    out.kind = Kind::trimmed_mean;
  } else if (text.starts_with("wm")) {
    out.kind = Kind::winsorized_mean;
  } else if (text.starts_with("tc")) {
    out.kind = Kind::trimmed_count;
  } else if (text.starts_with("ts")) {
    out.kind = Kind::trimmed_sum;
  } else if (text.starts_with("p")) {
    out.kind = Kind::percentile;
    prefix = 1;
  } else {
    return std::nullopt;
  }
  out.high = parse_bound(text.substr(prefix));
  if (!out.high || !is_percent(*out.high)) return std::nullopt;
  return out;
}

std::optional<Kind> range_kind(std::string_view text) {
  if (text == "TM") return Kind::trimmed_mean;
  if (text == "WM") return Kind::winsorized_mean;
  if (text == "TC") return Kind::trimmed_count;
  if (text == "TS") return Kind::trimmed_sum;
  if (text == "PR") return Kind::percentile_rank;
  return std::nullopt;
}

/// One side of a range; an empty text is an open side. False: not a bound.
bool read_side(std::string_view text, std::optional<double>* bound, std::optional<bool>* percent) {
  if (text.empty()) return true;
  const bool has_sign = text.back() == '%';
  if (has_sign) text.remove_suffix(1);
  if (*percent && **percent != has_sign) return false;
  *percent = has_sign;
  *bound = parse_bound(text);
  return bound->has_value() && (!has_sign || is_percent(**bound));
}

/// "TM(10%:90%)": upper case with a range, either side of which may be open.
std::optional<Statistic> parse_range(std::string_view text) {
  if (text.size() < 5 || text[2] != '(' || text.back() != ')') return std::nullopt;
  const auto kind = range_kind(text.substr(0, 2));
  const std::string_view inside = text.substr(3, text.size() - 4);
  const std::size_t colon = inside.find(':');
  if (!kind || colon == std::string_view::npos) return std::nullopt;
  Statistic out;
  out.kind = *kind;
  std::optional<bool> percent;
  if (!read_side(inside.substr(0, colon), &out.low, &percent)) return std::nullopt;
  if (!read_side(inside.substr(colon + 1), &out.high, &percent)) return std::nullopt;
  if (!percent || (out.low && out.high && *out.low >= *out.high)) return std::nullopt;
  out.percent = *percent;
  if (out.kind == Kind::percentile_rank && out.percent) return std::nullopt;
  return out;
}

double total_of(Weighted values) {
  double total = 0;
  for (const auto& [value, count] : values)
    total += count;
  return total;
}

/// Rank h = percent / 100 * (N - 1) among the N sorted observations, linear between its neighbours.
double percentile(Weighted values, double percent) {
  const double last_rank = std::max(0.0, total_of(values) - 1);
  const double rank = percent / 100 * last_rank;
  const double below_rank = std::floor(rank);
  double seen = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    seen += values[i].second;
    if (below_rank >= seen && i + 1 < values.size()) continue;
    const bool next_is_here = below_rank + 1 < seen || i + 1 == values.size();
    const double next = next_is_here ? values[i].first : values[i + 1].first;
    return values[i].first + (rank - below_rank) * (next - values[i].first);
  }
  return values.back().first;
}

struct Trimmed {
  double count = 0;
  double sum = 0;
};

/// The share of observations between two percents of the sorted mass; an observation that a bound
/// cuts counts in part.
Trimmed trim_percent(Weighted values, double low, double high) {
  const double total = total_of(values);
  const double from = low / 100 * total;
  const double to = high / 100 * total;
  Trimmed out;
  double seen = 0;
  for (const auto& [value, count] : values) {
    const double kept = std::min(seen + count, to) - std::max(seen, from);
    seen += count;
    if (kept <= 0) continue;
    out.count += kept;
    out.sum += kept * value;
  }
  return out;
}

/// Observations above `low` and up to and including `high`.
Trimmed trim_values(Weighted values, double low, double high) {
  Trimmed out;
  for (const auto& [value, count] : values) {
    if (value <= low || value > high) continue;
    out.count += count;
    out.sum += count * value;
  }
  return out;
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Trimmed trim(const Statistic& statistic, Weighted values) {
  if (statistic.percent) {
    return trim_percent(values, statistic.low.value_or(0), statistic.high.value_or(100));
  }
  return trim_values(
      values, statistic.low.value_or(-kInfinity), statistic.high.value_or(kInfinity));
}

double winsorized_mean(const Statistic& statistic, Weighted values) {
  double low = statistic.low.value_or(-kInfinity);
  double high = statistic.high.value_or(kInfinity);
  if (statistic.percent) {
    low = percentile(values, statistic.low.value_or(0));
    high = percentile(values, statistic.high.value_or(100));
  }
  double sum = 0;
  for (const auto& [value, count] : values)
    sum += count * std::clamp(value, low, high);
  return sum / total_of(values);
}

std::optional<double> of_distribution(const Statistic& statistic, const Cell& cell) {
  const auto values = cell.distribution();
  switch (statistic.kind) {
    case Kind::percentile:
      return std::clamp(
          percentile(values, statistic.high.value_or(50)), cell.minimum(), cell.maximum());
    case Kind::winsorized_mean:
      return winsorized_mean(statistic, values);
    case Kind::trimmed_count:
      return trim(statistic, values).count;
    case Kind::trimmed_sum:
      return trim(statistic, values).sum;
    case Kind::percentile_rank:
      return 100 * trim(statistic, values).count / total_of(values);
    default:
      break;
  }
  const Trimmed kept = trim(statistic, values);
  if (kept.count <= 0) return std::nullopt;
  return kept.sum / kept.count;
}

}  // namespace

std::optional<Statistic> parse_statistic(std::string_view text) {
  std::optional<Statistic> out;
  if (const auto kind = plain_kind(text)) {
    out.emplace().kind = *kind;
  } else if (text == "IQM") {
    out = parse_range("TM(25%:75%)");
  } else {
    out = parse_single(text);
    if (!out) out = parse_range(text);
  }
  if (out) out->name = text;
  return out;
}

std::optional<double> evaluate(const Statistic& statistic, const Cell& cell) {
  if (cell.empty()) return std::nullopt;
  switch (statistic.kind) {
    case Kind::sample_count:
      return cell.count();
    case Kind::average:
      return cell.sum() / cell.count();
    case Kind::sum:
      return cell.sum();
    case Kind::minimum:
      return cell.minimum();
    case Kind::maximum:
      return cell.maximum();
    default:
      break;
  }
  if (!cell.has_distribution()) return std::nullopt;
  return of_distribution(statistic, cell);
}

}  // namespace tidemark
