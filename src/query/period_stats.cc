#include "query/period_stats.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace tidemark::query {
namespace {

/// `at`, in the period that begins at `start`, does not go back.
void add_to(std::vector<PeriodCell>* periods, Timestamp start, Timestamp at, const Cell& cell) {
  if (cell.empty()) return;
  if (periods->empty() || periods->back().start != start) {
    periods->push_back({start, {}, 0, at, at});
  }
  periods->back().cell.merge(cell);
  periods->back().last = at;
  ++periods->back().samples;
}

/// Series of exactly this metric, all units.
std::vector<std::pair<SeriesId, SeriesKey>> series_of_metric(const store::Reader& reader,
                                                             const MetricRef& metric) {
  auto found = reader.select(matchers_of(metric));
  std::erase_if(found, [&metric](const auto& series) {
    const SeriesKey& key = series.second;
    if (metric.metric_namespace.empty()) {
      return key.name != metric.name || key.labels != metric.dimensions;
    }
    return to_metric_ref(key) != metric;
  });
  return found;
}

Result<void> read_into(const store::Reader& reader,
                       SeriesId id,
                       const PeriodRange& range,
                       std::vector<Sample>* out) {
  TM_TRY(auto samples, reader.read(id, range.from, range.to));
  // as_of is the last instant that is looked at; to is the first that is not.
  std::erase_if(samples, [&range](const Sample& sample) { return sample.at > range.as_of; });
  out->insert(
      out->end(), std::make_move_iterator(samples.begin()), std::make_move_iterator(samples.end()));
  return {};
}

/// The instants of the periods that `range` asks for.
Result<PeriodRange> instants_of(const PeriodRange& range, Duration period) {
  if (period <= Duration::zero()) return fail(Errc::invalid, "period must be positive");
  if (range.grid == PeriodGrid::range_start) return range;
  PeriodRange out = range;
  out.from = period_start(range.from, period);
  // The last period is the one that holds the instant before `to`.
  if (range.to > out.from && range.to != Timestamp::max()) {
    out.to = period_start(range.to - Duration(1), period) + period;
  }
  return out;
}

Timestamp origin_of(const PeriodRange& range) {
  return range.grid == PeriodGrid::range_start ? range.from : Timestamp();
}

std::string unit_of(const SeriesKey& key) {
  const std::string_view unit = key.label(kAwsUnitLabel);
  return std::string(unit.empty() ? "None" : unit);
}

}  // namespace

std::optional<Cell> cell_of(const Value& value) {
  if (const Cell* cell = std::get_if<Cell>(&value)) {
    return cell->empty() ? std::nullopt : std::optional<Cell>(*cell);
  }
  const double* number = std::get_if<double>(&value);
  if (number == nullptr || !std::isfinite(*number)) return std::nullopt;
  return Cell::of(*number);
}

std::vector<PeriodCell> fold_into_periods(std::span<const Sample> samples,
                                          Duration period,
                                          Timestamp origin) {
  std::vector<const Sample*> ordered;
  ordered.reserve(samples.size());
  for (const Sample& sample : samples)
    ordered.push_back(&sample);
  const auto earlier = [](const Sample* a, const Sample* b) { return a->at < b->at; };
  if (!std::is_sorted(ordered.begin(), ordered.end(), earlier)) {
    std::stable_sort(ordered.begin(), ordered.end(), earlier);
  }
  std::vector<PeriodCell> out;
  for (const Sample* sample : ordered) {
    const Timestamp start = period_start(sample->at, period, origin);
    if (const Cell* cell = std::get_if<Cell>(&sample->value)) {
      add_to(&out, start, sample->at, *cell);
    } else if (const auto single = cell_of(sample->value)) {
      add_to(&out, start, sample->at, *single);
    }
  }
  return out;
}

Result<std::vector<PeriodCell>> period_cells(const store::Reader& reader,
                                             const PeriodSelection& selection,
                                             const PeriodRange& range) {
  TM_TRY(const auto instants, instants_of(range, selection.period));
  std::vector<Sample> samples;
  for (const auto& [id, key] : series_of_metric(reader, selection.metric)) {
    if (selection.unit && unit_of(key) != *selection.unit) continue;
    TM_TRY_VOID(read_into(reader, id, instants, &samples));
  }
  return fold_into_periods(samples, selection.period, origin_of(range));
}

Result<std::vector<UnitCells>> period_cells_by_unit(const store::Reader& reader,
                                                    const PeriodSelection& selection,
                                                    const PeriodRange& range) {
  TM_TRY(const auto instants, instants_of(range, selection.period));
  std::map<std::string, std::vector<PeriodCell>> by_unit;
  for (const auto& [id, key] : series_of_metric(reader, selection.metric)) {
    std::string unit = unit_of(key);
    if (selection.unit && unit != *selection.unit) continue;
    std::vector<Sample> samples;
    TM_TRY_VOID(read_into(reader, id, instants, &samples));
    auto cells = fold_into_periods(samples, selection.period, origin_of(range));
    if (!cells.empty()) by_unit[std::move(unit)] = std::move(cells);
  }
  std::vector<UnitCells> out;
  out.reserve(by_unit.size());
  for (auto& [unit, cells] : by_unit)
    out.push_back({unit, std::move(cells)});
  return out;
}

Result<std::vector<PeriodCell>> period_cells_of_series(const store::Reader& reader,
                                                       SeriesId id,
                                                       Duration period,
                                                       const PeriodRange& range) {
  TM_TRY(const auto instants, instants_of(range, period));
  std::vector<Sample> samples;
  TM_TRY_VOID(read_into(reader, id, instants, &samples));
  return fold_into_periods(samples, period, origin_of(range));
}

std::string unit_of_metric(const store::Reader& reader, const MetricRef& metric) {
  std::optional<std::string> only;
  for (const auto& [id, key] : series_of_metric(reader, metric)) {
    std::string unit = unit_of(key);
    if (only && *only != unit) return "None";
    only = std::move(unit);
  }
  return only.value_or("None");
}

bool never_negative(std::span<const PeriodCell> cells) {
  return std::all_of(cells.begin(), cells.end(), [](const PeriodCell& period) {
    return period.cell.minimum() >= 0;
  });
}

}  // namespace tidemark::query
