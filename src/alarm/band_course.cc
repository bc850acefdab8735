#include "alarm/band_course.h"

#include <algorithm>
#include <vector>

#include "model/former_breach.h"

namespace tidemark::alarm {
namespace {

using std::chrono::hours;

/// Those up to `at` that were compared with a band.
std::vector<AlarmPoint> compared(std::span<const EvidencePoint> past, Timestamp at) {
  std::vector<AlarmPoint> out;
  for (const EvidencePoint& point : past) {
    if (point.at > at || !point.value || !point.lower || !point.upper) continue;
    out.push_back({point.at, point.value, Limits{*point.lower, *point.upper}, 0});
  }
  return out;
}

/// Where the run of equal verdicts begins that ends at `last`.
std::size_t run_start(const Judgement& judgement,
                      std::span<const AlarmPoint> points,
                      std::size_t last) {
  std::size_t out = last;
  const bool verdict = breaches(judgement, points[last]);
  while (out > 0 && breaches(judgement, points[out - 1]) == verdict)
    --out;
  return out;
}

/// Was the value usual at the same time of day, or week, before the breach began? nullopt: unknown.
std::optional<bool> was_usual_before(std::span<const AlarmPoint> points,
                                     std::size_t breach,
                                     Duration period) {
  const Duration step = period < hours(24) ? hours(24) : hours(7 * 24);
  const AlarmPoint& newest = points.back();
  Timestamp then = newest.start - step;
  while (then >= points[breach].start)
    then = then - step;
  const auto found = std::find_if(
      points.begin(), points.end(), [&](const AlarmPoint& point) { return point.start == then; });
  if (found == points.end()) return std::nullopt;
  return found->limits->holds(*newest.value);
}

/// `points` end with a run, from `inside` on, that broke no band; the breach is before it.
bool has_followed(std::span<const AlarmPoint> points, std::size_t breach, std::size_t inside) {
  const auto broke = points.subspan(breach, inside - breach);
  const auto [least, greatest] = std::minmax_element(
      broke.begin(), broke.end(), [](const auto& a, const auto& b) { return *a.value < *b.value; });
  const Limits& before = *broke.front().limits;
  const FormerBreach former{
      before, *broke.front().value < before.lower, *least->value, *greatest->value};
  return former.holds(*points.back().value, *points.back().limits);
}

BandCourse course_of(const Judgement& judgement,
                     std::span<const AlarmPoint> points,
                     Duration period) {
  BandCourse out;
  if (points.empty() || breaches(judgement, points.back())) return out;
  const std::size_t inside = run_start(judgement, points, points.size() - 1);
  if (inside == 0) return out;
  const std::size_t breach = run_start(judgement, points, inside - 1);
  out.began = points[breach].start;
  out.since = points[inside].start;
  out.before = *points[breach].limits;
  const AlarmPoint& newest = points.back();
  if (!breaches(judgement, {newest.start, newest.value, out.before, 0})) {
    out.end = BandCourse::End::back;
    return out;
  }
  // A band that moves with the day has not gone after anything.
  const auto was_usual = was_usual_before(points, breach, period);
  const bool is_seasonal = was_usual.value_or(points.size() - breach > kSameSeasonPeriods);
  if (!is_seasonal && has_followed(points, breach, inside)) out.end = BandCourse::End::followed;
  return out;
}

}  // namespace

BandCourse band_course(const Judgement& judgement,
                       std::span<const EvidencePoint> past,
                       Timestamp at,
                       Duration period) {
  const auto points = compared(past, at);
  if (points.empty() || points.back().start != at) return {};
  return course_of(judgement, points, period);
}

BandCourse band_course_before(const Judgement& judgement,
                              std::span<const EvidencePoint> past,
                              Timestamp at,
                              Duration period) {
  const auto points = compared(past, at);
  if (points.empty() || points.back().start != at) return {};
  const std::size_t breach = run_start(judgement, points, points.size() - 1);
  const auto out = course_of(judgement, std::span(points).first(breach), period);
  const bool is_old_level = out.before.holds(*points.back().value);
  return out.end == BandCourse::End::followed && is_old_level ? out : BandCourse{};
}

}  // namespace tidemark::alarm
