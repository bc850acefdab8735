#include "query/insights/read.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "query/metric_math.h"

namespace tidemark::query::insights {
namespace {

/// The user guide's name for the group of those without the dimension.
constexpr std::string_view kOther = "Other";

/// nullopt: the metric has no such dimension.
std::optional<std::string_view> value_of(const MetricRef& metric, const LabelKey& key) {
  if (key.is_account) return metric.account;
  for (const Label& dimension : metric.dimensions) {
    if (dimension.name == key.name) return dimension.value;
  }
  return std::nullopt;
}

bool has_dimensions(const MetricRef& metric, const std::vector<std::string>& names) {
  return std::equal(
      metric.dimensions.begin(),
      metric.dimensions.end(),
      names.begin(),
      names.end(),
      [](const Label& dimension, const std::string& name) { return dimension.name == name; });
}

bool matches(const MetricRef& metric, const Select& select) {
  if (select.schema && !has_dimensions(metric, *select.schema)) return false;
  return std::all_of(select.where.begin(), select.where.end(), [&metric](const Condition& wanted) {
    const auto value = value_of(metric, wanted.key);
    return value && (*value == wanted.value) == wanted.equal;
  });
}

/// What the index can answer: the metric's name and place, and what WHERE wants equal.
std::vector<Matcher> matchers_for(const Select& select, const MetricHome& home) {
  auto out = matchers_of({home.account, home.region, select.metric_namespace, select.metric, {}});
  for (const Condition& wanted : select.where) {
    if (!wanted.equal || wanted.key.is_account || wanted.value.empty()) continue;
    out.push_back({wanted.key.name, Matcher::Op::equal, wanted.value});
  }
  return out;
}

/// Of a group: each value, and whether it stands for none.
using GroupKey = std::vector<std::pair<std::string, bool>>;
using Groups = std::map<GroupKey, std::vector<SeriesId>>;

GroupKey group_of(const MetricRef& metric, const Select& select) {
  GroupKey out;
  for (const LabelKey& key : select.group_by) {
    const auto value = value_of(metric, key);
    out.emplace_back(value.value_or(kOther), !value);
  }
  return out;
}

std::string label_of(const GroupKey& group) {
  std::vector<std::string_view> values;
  for (const auto& [value, is_none] : group)
    values.push_back(value);
  return fmt::format("{}", fmt::join(values, " "));
}

Groups find_groups(const store::Reader& reader,
                   const Select& select,
                   const MetricHome& home,
                   bool* more_metrics) {
  Groups out;
  std::size_t metrics = 0;
  std::map<MetricRef, std::vector<SeriesId>> by_metric;  // one series for each unit
  for (const auto& [id, key] : reader.select(matchers_for(select, home))) {
    auto metric = to_metric_ref(key);
    if (metric && matches(*metric, select)) by_metric[*std::move(metric)].push_back(id);
  }
  for (const auto& [metric, ids] : by_metric) {
    if (metrics++ == kSelectMetricsMax) {
      *more_metrics = true;
      break;
    }
    auto& group = out[group_of(metric, select)];
    group.insert(group.end(), ids.begin(), ids.end());
  }
  if (select.group_by.empty()) out.try_emplace(GroupKey());
  return out;
}

/// All observations of a group in one period.
struct Merged {
  double count = 0;
  double sum = 0;
  double minimum = std::numeric_limits<double>::infinity();
  double maximum = -std::numeric_limits<double>::infinity();

  void add(const Cell& cell) {
    count += cell.count();
    sum += cell.sum();
    minimum = std::min(minimum, cell.minimum());
    maximum = std::max(maximum, cell.maximum());
  }
  [[nodiscard]] double value(Function function) const {
    switch (function) {
      case Function::avg:
        return sum / count;
      case Function::count:
        return count;
      case Function::max:
        return maximum;
      case Function::min:
        return minimum;
      case Function::sum:
        break;
    }
    return sum;
  }
};

Result<TimeSeries> read_group(const store::Reader& reader,
                              const std::vector<SeriesId>& ids,
                              Function function,
                              Duration period,
                              const PeriodRange& range) {
  std::map<Timestamp, Merged> periods;
  for (const SeriesId id : ids) {
    TM_TRY(const auto cells, period_cells_of_series(reader, id, period, range));
    for (const PeriodCell& cell : cells)
      periods[cell.start].add(cell.cell);
  }
  TimeSeries out{"", period, false, {}};
  for (const auto& [start, merged] : periods) {
    const double value = merged.value(function);
    if (std::isfinite(value)) out.points.push_back({start, value});
  }
  return out;
}

/// The scalar that ORDER BY compares: the function over the series' datapoints.
double rank_of(const TimeSeries& series, Function function) {
  Merged all;
  for (const DataPoint& point : series.points)
    all.add(Cell::of(point.value));
  return all.value(function);
}

/// Keeps the first series in the order that is asked for, and never many more.
class Podium {
 public:
  explicit Podium(const Select& select)
      : order_(select.order), places_(select.limit.value_or(kSelectSeriesMax)) {}

  /// Groups come in the order of their values.
  void add(TimeSeries series) {
    ++seen_;
    const double rank = order_ ? rank_of(series, order_->by) : 0;
    ranked_.push_back({rank, std::move(series)});
    if (ranked_.size() >= 2 * places_) cut();
  }
  /// No group that comes later can have a place.
  [[nodiscard]] bool is_full() const { return !order_ && seen_ > places_; }
  [[nodiscard]] bool left_out() const { return seen_ > places_; }
  std::vector<TimeSeries> take() {
    cut();
    std::vector<TimeSeries> out;
    out.reserve(ranked_.size());
    for (Ranked& each : ranked_)
      out.push_back(std::move(each.series));
    return out;
  }
  [[nodiscard]] std::size_t points() const {
    std::size_t out = 0;
    for (const Ranked& each : ranked_)
      out += each.series.points.size();
    return out;
  }

 private:
  struct Ranked {
    double rank;
    TimeSeries series;
  };
  void cut() {
    // Stable: what came first stays first among equals.
    if (order_) {
      std::stable_sort(ranked_.begin(), ranked_.end(), [this](const Ranked& a, const Ranked& b) {
        return order_->descending ? a.rank > b.rank : a.rank < b.rank;
      });
    }
    if (ranked_.size() > places_) {
      ranked_.erase(ranked_.begin() + static_cast<std::ptrdiff_t>(places_), ranked_.end());
    }
  }

  const std::optional<Order> order_;
  const std::size_t places_;
  std::size_t seen_ = 0;
  std::vector<Ranked> ranked_;
};

}  // namespace

Result<SelectResult> read_select(const store::Reader& reader,
                                 const Select& select,
                                 const MetricHome& home,
                                 Duration period,
                                 const PeriodRange& range) {
  SelectResult out;
  Podium podium(select);
  for (const auto& [group, ids] : find_groups(reader, select, home, &out.more_metrics)) {
    TM_TRY(TimeSeries series, read_group(reader, ids, select.function, period, range));
    if (series.points.empty() && !select.group_by.empty()) continue;
    series.label = label_of(group);
    podium.add(std::move(series));
    if (podium.points() > kMathMaxPoints) {
      return fail(Errc::limit,
                  fmt::format("the query gives more than {} points; ask for a longer period",
                              kMathMaxPoints));
    }
    if (podium.is_full()) break;
  }
  out.more_series = podium.left_out() && !select.limit;
  out.series = podium.take();
  return out;
}

}  // namespace tidemark::query::insights
