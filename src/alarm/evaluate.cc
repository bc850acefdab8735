#include "alarm/evaluate.h"

#include <algorithm>
#include <cmath>

namespace tidemark::alarm {
namespace {

/// Fewest samples for which a percentile is significant: 10 / (1 - p) from the median up, 10 / p
/// below it (CloudWatch user guide, "Percentile-based alarms and low data samples").
double significant_samples(const Statistic& stat) {
  if (stat.kind != Statistic::Kind::percentile || !stat.high) return 0;
  const double p = *stat.high / 100;
  const double tail = p >= 0.5 ? 1 - p : p;
  return tail > 0 ? 10 / tail : 0;
}

double min_sample_count_of(const AlarmRule& rule) {
  if (rule.evaluate_low_sample_count_percentile.value_or("evaluate") != "ignore") return 0;
  const std::string watched = watched_id_of(rule);
  for (const MetricQuery& query : queries_of(rule)) {
    if (query.id == watched && query.metric_stat) {
      return significant_samples(query.metric_stat->stat);
    }
  }
  return 0;
}

bool is_insignificant(const Judgement& judgement, const AlarmPoint& point) {
  // A hair of slack: 10 / (1 - 0.99) is 1000.0000000000009.
  return point.value && point.sample_count < judgement.min_sample_count * (1 - 1e-9);
}

struct Tally {
  std::vector<std::size_t> real;  ///< indices, ascending
  int breaching = 0;
  std::optional<std::size_t> oldest_breach;
};

Tally tally(const Judgement& judgement, const std::vector<AlarmPoint>& points) {
  Tally out;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i].value) continue;
    out.real.push_back(i);
    if (!breaches(judgement, points[i])) continue;
    ++out.breaching;
    if (!out.oldest_breach) out.oldest_breach = i;
  }
  return out;
}

/// The newest N points with as many real ones among them as there are.
std::vector<AlarmPoint> window_of(const std::vector<AlarmPoint>& points, int count) {
  const auto real = static_cast<std::size_t>(
      std::count_if(points.begin(), points.end(), [](const AlarmPoint& point) {
        return point.value.has_value();
      }));
  const auto want = static_cast<std::size_t>(count);
  std::size_t real_left = std::min(real, want);
  std::size_t missing_left = want - real_left;
  std::vector<AlarmPoint> out;
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    std::size_t& left = point->value ? real_left : missing_left;
    if (left == 0) continue;
    --left;
    out.push_back(*point);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::optional<AlarmState> state_with_gaps(const Judgement& judgement,
                                          const std::vector<AlarmPoint>& range,
                                          const Tally& all) {
  const int needed = judgement.datapoints_to_alarm;
  const int missing = judgement.evaluation_periods - static_cast<int>(all.real.size());
  const auto by_count = [needed](int breaching) {
    return breaching >= needed ? AlarmState::alarm : AlarmState::ok;
  };
  switch (judgement.missing_data) {
    case MissingData::breaching:
      return by_count(all.breaching + missing);
    case MissingData::not_breaching:
      return by_count(all.breaching);
    case MissingData::missing:
    case MissingData::ignore:
      break;
  }
  const bool ignore = judgement.missing_data == MissingData::ignore;
  if (all.real.empty()) {
    return ignore ? std::nullopt : std::optional(AlarmState::insufficient_data);
  }
  if (all.breaching >= needed) return AlarmState::alarm;
  if (all.breaching < static_cast<int>(all.real.size())) return AlarmState::ok;
  const auto age = static_cast<int>(range.size() - *all.oldest_breach);
  if (age >= needed && !ignore) return AlarmState::alarm;
  return std::nullopt;
}

}  // namespace

Judgement judgement_of(const AlarmRule& rule) {
  Judgement out;
  out.comparison = comparison_of(rule);
  out.threshold = rule.threshold.value_or(0);
  out.evaluation_periods = rule.evaluation_periods;
  out.datapoints_to_alarm = datapoints_to_alarm_of(rule);
  out.missing_data = missing_data_of(rule);
  out.min_sample_count = min_sample_count_of(rule);
  return out;
}

bool breaches(const Judgement& judgement, const AlarmPoint& point) {
  const double value = point.value.value_or(std::nan(""));
  const Limits limits = point.limits.value_or(Limits{value, value});
  switch (judgement.comparison) {
    case Comparison::greater_or_equal:
      return value >= judgement.threshold;
    case Comparison::greater:
      return value > judgement.threshold;
    case Comparison::less:
      return value < judgement.threshold;
    case Comparison::less_or_equal:
      return value <= judgement.threshold;
    case Comparison::outside_band:
      return value < limits.lower || value > limits.upper;
    case Comparison::below_band:
      return value < limits.lower;
    case Comparison::above_band:
      return value > limits.upper;
  }
  return false;
}

Decision decide(const Judgement& judgement,
                const std::vector<AlarmPoint>& range,
                AlarmState current) {
  std::vector<AlarmPoint> points = range;
  const auto newest = std::find_if(points.rbegin(), points.rend(), [](const AlarmPoint& point) {
    return point.value.has_value();
  });
  const bool too_few_samples = newest != points.rend() && is_insignificant(judgement, *newest);
  for (AlarmPoint& point : points) {
    if (is_insignificant(judgement, point)) point.value.reset();
  }

  Decision out;
  out.window = window_of(points, judgement.evaluation_periods);
  const Tally in_window = tally(judgement, out.window);
  out.breaching = in_window.breaching;
  out.missing = judgement.evaluation_periods - static_cast<int>(in_window.real.size());

  std::optional<AlarmState> state;
  if (too_few_samples) {
    state = std::nullopt;
  } else if (out.missing == 0) {
    state = out.breaching >= judgement.datapoints_to_alarm ? AlarmState::alarm : AlarmState::ok;
  } else {
    state = state_with_gaps(judgement, points, tally(judgement, points));
  }
  out.keep = !state.has_value();
  out.state = state.value_or(current);
  return out;
}

}  // namespace tidemark::alarm
