#include "alarm/past/past_reader.h"

#include <algorithm>
#include <cmath>

#include "query/period_close.h"

namespace tidemark::alarm {
namespace {

constexpr Duration kChunk = std::chrono::hours(24);

bool is_same(const std::vector<Matcher>& a, const std::vector<Matcher>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& two) {
    return one.label == two.label && one.op == two.op && one.value == two.value;
  });
}

/// Without the single values, which are most of a cell's size. A sum beyond the doubles stays.
Cell without_values(const Cell& cell) {
  if (!std::isfinite(cell.sum())) return cell;
  return Cell::of_statistics(cell.count(), cell.sum(), cell.minimum(), cell.maximum());
}

const auto kStartsBefore = [](const Sample& sample, Timestamp at) { return sample.at < at; };

}  // namespace

PastReader::PastReader(const store::Reader& reader, Options options)
    : reader_(reader), options_(std::move(options)) {
  for (const MetricRef& ref : options_.metrics) {
    Metric metric{matchers_of(ref), reader_.select(matchers_of(ref))};
    const auto units = std::count_if(metric.series.begin(), metric.series.end(), [&](auto& found) {
      return to_metric_ref(found.second) == ref;
    });
    for (const auto& [id, key] : metric.series) {
      if (to_metric_ref(key) != ref) continue;
      const Timestamp begin = std::max(options_.from, reader_.oldest(id).value_or(options_.to));
      series_.push_back({id, units == 1, begin, {}, 0, {}});
    }
    metrics_.push_back(std::move(metric));
  }
}

Result<void> PastReader::fill(Series* series) const {
  const Timestamp end = options_.to + Duration(1);
  while (series->next == series->ahead.size() && series->read_to < end) {
    const Timestamp to = std::min(end, series->read_to + std::max(kChunk, options_.period));
    TM_TRY(series->ahead, reader_.read(series->id, series->read_to, to));
    std::erase_if(series->ahead,
                  [](const Sample& sample) { return !query::cell_of(sample.value).has_value(); });
    series->next = 0;
    series->read_to = to;
  }
  return {};
}

Result<std::optional<Timestamp>> PastReader::next() {
  std::optional<Timestamp> out;
  for (Series& series : series_) {
    TM_TRY_VOID(fill(&series));
    if (series.next == series.ahead.size()) continue;
    const Timestamp at = series.ahead[series.next].at;
    out = out ? std::min(*out, at) : at;
  }
  return out;
}

Result<bool> PastReader::show_to(Timestamp at) {
  bool is_news = false;
  for (Series& series : series_) {
    for (;;) {
      TM_TRY_VOID(fill(&series));
      if (series.next == series.ahead.size() || series.ahead[series.next].at > at) break;
      if (show(series.ahead[series.next++], &series)) is_news = true;
    }
  }
  return is_news;
}

bool PastReader::show(const Sample& sample, Series* series) const {
  const Timestamp start = query::period_start(sample.at, options_.period);
  const auto cell = query::cell_of(sample.value);
  const bool is_first = series->shown.empty() || series->shown.back().at != start;
  if (is_first) {
    series->shown.push_back({start, options_.with_values ? *cell : without_values(*cell)});
  } else {
    std::get<Cell>(series->shown.back().value)
        .merge(options_.with_values ? *cell : without_values(*cell));
  }
  return is_first || !series->is_only_unit || is_full(*series);
}

bool PastReader::is_full(const Series& series) const {
  std::vector<double> counts;
  const std::size_t before = series.shown.size() - 1;
  for (std::size_t i = before - std::min(before, query::kUsualCountPeriods); i < before; ++i) {
    counts.push_back(std::get<Cell>(series.shown[i].value).count());
  }
  const auto usual = query::usual_count(counts);
  return usual && std::get<Cell>(series.shown.back().value).count() >= *usual;
}

std::vector<std::pair<SeriesId, SeriesKey>> PastReader::select(
    const std::vector<Matcher>& matchers) const {
  for (const Metric& metric : metrics_) {
    if (is_same(metric.matchers, matchers)) return metric.series;
  }
  return reader_.select(matchers);
}

const PastReader::Series* PastReader::find_series(SeriesId id) const {
  const auto found = std::find_if(
      series_.begin(), series_.end(), [id](const Series& series) { return series.id == id; });
  return found == series_.end() ? nullptr : &*found;
}

Result<std::vector<Sample>> PastReader::read(SeriesId id, Timestamp from, Timestamp to) const {
  const Series* series = find_series(id);
  if (series == nullptr) return std::vector<Sample>();
  const auto first =
      std::lower_bound(series->shown.begin(), series->shown.end(), from, kStartsBefore);
  const auto last = std::lower_bound(first, series->shown.end(), to, kStartsBefore);
  return std::vector<Sample>(first, last);
}

std::optional<Timestamp> PastReader::newest(SeriesId id) const {
  const Series* series = find_series(id);
  if (series == nullptr || series->shown.empty()) return std::nullopt;
  return series->shown.back().at;
}

std::optional<Timestamp> PastReader::oldest(SeriesId id) const {
  const Series* series = find_series(id);
  if (series == nullptr || series->shown.empty()) return std::nullopt;
  return series->shown.front().at;
}

}  // namespace tidemark::alarm
