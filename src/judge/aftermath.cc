#include "judge/aftermath.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "judge/math/expression.h"
#include "judge/math_target.h"
#include "judge/stored.h"
#include "model/former_breach.h"
#include "query/period_close.h"
#include "query/period_stats.h"

namespace tidemark::judge {
namespace {

constexpr Duration kDay = std::chrono::hours(24);
constexpr Duration kWeek = 7 * kDay;

bool is_inside(const JudgedValue& each) {
  return each.limits.holds(each.value);
}

/// Do the values stay where a spike or dip was, so that the band has moved to them? They are held
/// against the limits at the finding. `after` ends with the periods that are inside again.
bool stay_where_it_was(const FindingView& view,
                       std::span<const JudgedValue> after,
                       std::span<const JudgedValue> inside) {
  const double found = view.finding.value;
  if (view.limits.holds(found)) return false;
  FormerBreach former{view.limits, found < view.limits.lower, found, found};
  for (const JudgedValue& each : after) {
    if (is_inside(each) || !former.is_beyond(each.value)) continue;
    former.least = std::min(former.least, each.value);
    former.greatest = std::max(former.greatest, each.value);
  }
  return std::all_of(inside.begin(), inside.end(), [&](const JudgedValue& each) {
    // A band that moves with the day has not gone after anything.
    const bool is_season =
        each.before ? each.before->holds(each.value) : after.size() > kSameSeasonPeriods;
    return former.holds(each.value, each.limits) && !is_season;
  });
}

/// Are they about where the finding was, and not where the values were expected before it?
bool are_at_its_level(const FindingView& view,
                      std::span<const JudgedValue> after,
                      std::span<const JudgedValue> inside) {
  const FindingKind kind = view.finding.kind;
  if (kind == FindingKind::spike || kind == FindingKind::dip)
    return stay_where_it_was(view, after, inside);
  if (kind != FindingKind::level_shift) return false;
  // The band of a constant is at the new level when it is told of.
  const double found = view.finding.value;
  if (view.limits.holds(found)) return true;
  const auto nearer = std::count_if(inside.begin(), inside.end(), [&](const JudgedValue& each) {
    return std::abs(each.value - found) < std::abs(each.value - view.band.expected);
  });
  return 2 * static_cast<std::size_t>(nearer) > inside.size();
}

/// The closed periods behind the finding that the detector has values of.
Result<std::vector<query::PeriodCell>> closed_since(const FindingBook::Deps& deps,
                                                    const DetectorSpec& spec,
                                                    const FindingView& view,
                                                    Timestamp end) {
  const Duration period = view.ref.period;
  const Timestamp now = deps.clock.wall();
  const Timestamp begin = view.ref.at + period;
  if (!spec.target.metric) {
    TM_TRY(const auto identity, math_identity(spec.target));
    const Timestamp oldest = math_history_start(spec, period, now);
    TM_TRY(auto history,
           math_history({deps.reader, deps.judge}, identity, oldest, {begin, end, now}));
    return std::move(history.cells);
  }
  // With those before it that say how many samples are usual, and so whether the newest is whole.
  const Timestamp from =
      begin - (static_cast<std::int64_t>(query::kUsualCountPeriods) + 1) * period;
  TM_TRY(
      auto cells,
      query::period_cells(deps.reader, {*spec.target.metric, std::nullopt, period}, {from, end}));
  if (!cells.empty() && !query::close_reason(cells, cells.back().start, period, now))
    cells.pop_back();
  std::erase_if(cells, [&](const query::PeriodCell& cell) { return cell.start < begin; });
  return cells;
}

/// The one at the same time of the week, or else day, that is nearest before `begin`.
const Sample* band_before(const std::vector<Sample>& bands, Timestamp at, Timestamp begin) {
  for (const Duration step : {kWeek, kDay}) {
    Timestamp then = at - step;
    while (then >= begin)
      then = then - step;
    const auto found = std::lower_bound(
        bands.begin(), bands.end(), then, [](const Sample& s, Timestamp t) { return s.at < t; });
    if (found != bands.end() && found->at == then) return &*found;
  }
  return nullptr;
}

}  // namespace

std::string_view to_text(Aftermath::Course course) {
  switch (course) {
    case Aftermath::Course::unknown:
      return "unknown";
    case Aftermath::Course::going_on:
      return "going on";
    case Aftermath::Course::back:
      return "back";
    case Aftermath::Course::followed:
      return "followed";
  }
  return "";
}

Aftermath aftermath_of(const FindingView& view, std::span<const JudgedValue> after) {
  Aftermath out;
  const bool was_silent = view.finding.kind == FindingKind::silence;
  if (was_silent && !after.empty()) return {Aftermath::Course::back, after.front().at, 1, 0};
  std::size_t row = 0;
  for (const JudgedValue& each : after) {
    ++out.periods;
    row = is_inside(each) ? row + 1 : 0;
    if (row == 0) ++out.outside;
    if (row < kAftermathInside) continue;
    const auto inside = after.subspan(out.periods - row, row);
    out.since = inside.front().at;
    out.course = are_at_its_level(view, after.first(out.periods), inside)
                     ? Aftermath::Course::followed
                     : Aftermath::Course::back;
    return out;
  }
  if (out.periods > 0) out.course = Aftermath::Course::going_on;
  return out;
}

Result<std::vector<JudgedValue>> judged_since(const FindingBook::Deps& deps,
                                              const DetectorSpec& spec,
                                              const FindingView& view) {
  const Timestamp begin = view.ref.at + view.ref.period;
  const Timestamp end = begin + static_cast<std::int64_t>(kAftermathMax) * view.ref.period;
  TM_TRY(const auto cells, closed_since(deps, spec, view, end));
  TM_TRY(const auto bands,
         read_stored(deps.reader, band_series_key(spec, view.ref.period), begin - kWeek, end));
  const Limits within = own_limits(spec.choices);
  const auto limits_of = [&](const Sample& band) {
    return limits_at(std::get<IssuedBand>(band.value), view.width, within);
  };
  std::vector<JudgedValue> out;
  auto band = bands.begin();
  for (const query::PeriodCell& cell : cells) {
    band = std::find_if(band, bands.end(), [&](const Sample& s) { return s.at >= cell.start; });
    if (band == bands.end()) break;
    const auto value = evaluate(spec.target.stat, cell.cell);
    if (band->at != cell.start || !value) continue;
    JudgedValue& judged = out.emplace_back(JudgedValue{cell.start, *value, limits_of(*band)});
    if (const Sample* then = band_before(bands, cell.start, begin))
      judged.before = limits_of(*then);
  }
  return out;
}

std::string aftermath_words(const Aftermath& known, const std::string& since) {
  switch (known.course) {
    case Aftermath::Course::unknown:
      return {};
    case Aftermath::Course::back:
      return fmt::format("From {} on the values are inside of their bands again.", since);
    case Aftermath::Course::followed:
      return fmt::format(
          "The model has learned the new level: from {} on the values there are inside of their "
          "bands.",
          since);
    case Aftermath::Course::going_on:
      break;
  }
  if (known.outside == 0) return "The values since are inside of their bands, so far.";
  if (known.periods == 1) return "The period since is outside of its band, too.";
  if (known.outside == known.periods) {
    return fmt::format("All of the {} periods since are outside of their bands, too.",
                       known.periods);
  }
  return fmt::format(
      "{} of the {} periods since are outside of their bands.", known.outside, known.periods);
}

}  // namespace tidemark::judge
