#include "web/own/chart_findings.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/people_number.h"
#include "base/people_time.h"
#include "judge/stored.h"
#include "learn/width.h"

namespace tidemark::web::own {
namespace {

/// The k at which the band's limit would lie on the value.
double implied_k(const std::array<double, 3>& widths, double distance) {
  double below = 0;
  for (int k = 1; k <= 3; ++k) {
    const double width = widths[static_cast<std::size_t>(k - 1)];
    if (distance <= width) return width > below ? k - 1 + (distance - below) / (width - below) : k;
    below = width;
  }
  return below > 0 ? 3 * distance / below : std::numeric_limits<double>::infinity();
}

}  // namespace

bool is_outside(const ChartPoint& point) {
  return !point.limits.holds(point.value);
}

std::vector<ChartPoint> judged_points(const std::map<Timestamp, double>& values,
                                      const BandSeries& bands,
                                      double k) {
  std::vector<ChartPoint> out;
  for (const BandPoint& point : bands.points) {
    const auto found = values.find(point.start);
    if (found == values.end()) continue;
    const Limits limits = limits_at(point.band, k, bands.within);
    const double value = found->second;
    const auto& widths = value < limits.lower ? point.band.below : point.band.above;
    const double at_k = implied_k(widths, std::fabs(value - point.band.expected));
    out.push_back({point.start, value, limits, learn::confidence_from_k(at_k)});
  }
  return out;
}

std::vector<ChartPoint> outside_of(const std::vector<ChartPoint>& points) {
  std::vector<ChartPoint> out;
  std::copy_if(points.begin(), points.end(), std::back_inserter(out), is_outside);
  return out;
}

Result<KeptFindings> kept_findings(const Context& context,
                                   const ChartSubject& subject,
                                   const judge::DetectorView& detector,
                                   const std::map<Timestamp, double>& values) {
  const OwnServices& services = context.services;
  const judge::FindingBook book(
      {services.judge, services.reader, services.control, services.clock});
  TM_TRY(const auto samples,
         judge::read_stored(services.reader,
                            judge::finding_series_key(detector.spec, subject.period),
                            subject.from,
                            subject.to));
  KeptFindings out;
  for (const Sample& sample : samples) {
    const auto& finding = std::get<Finding>(sample.value);
    if (finding.kind == FindingKind::silence) continue;
    const std::string id = judge::to_id({detector.spec.id, subject.period, sample.at});
    const auto now = values.find(sample.at);
    if (now != values.end() && now->second != finding.value) {
      TM_TRY(const auto view, book.find(id));
      if (view.retracted) continue;
    }
    out[sample.at] = {id, finding.score};
  }
  return out;
}

std::vector<ChartMark> marks_of(const std::vector<ChartPoint>& points,
                                const KeptFindings& kept,
                                const std::vector<judge::FindingView>& always_on) {
  std::map<Timestamp, ChartMark> out;
  for (const ChartPoint& point : points) {
    const auto found = kept.find(point.at);
    if (found == kept.end() && !is_outside(point)) continue;
    ChartMark& mark = out[point.at] = {point, found == kept.end() ? "" : found->second.id};
    // At this width it is nothing; the score is that of the finding.
    if (!is_outside(point)) mark.point.score = found->second.score;
  }
  for (const judge::FindingView& view : always_on) {
    const ChartPoint point{view.ref.at, view.finding.value, view.limits, view.finding.score};
    ChartMark& mark = out.try_emplace(point.at, ChartMark{point, ""}).first->second;
    if (mark.id.empty()) mark = {point, judge::to_id(view.ref), true};
  }
  std::vector<ChartMark> list;
  list.reserve(out.size());
  for (auto& [at, mark] : out)
    list.push_back(std::move(mark));
  return list;
}

json marks_json(const std::vector<ChartMark>& marks, Duration period, const std::string& unit) {
  json out = json::array();
  for (const auto& [point, id, always_on] : marks) {
    const auto& [lower, upper] = point.limits;
    const char* direction = point.value > upper   ? "above"
                            : point.value < lower ? "below"
                                                  : "inside";
    const auto texts = people_compared(point.value, lower, upper, unit);
    out.push_back(
        {{"at", time_text(point.at)},
         {"id", id.empty() ? json() : json(id)},
         {"tier", id.empty() ? json() : json(always_on ? "always_on" : "detector")},
         {"value", point.value},
         {"lower", lower},
         {"upper", upper},
         {"score", point.score},
         {"direction", direction},
         {"reason",
          fmt::format(
              "{} on {}; {} are usual", texts.value, people_time(point.at, period), texts.range)}});
  }
  return out;
}

std::string inside_words(const std::vector<ChartMark>& marks) {
  const auto count = std::count_if(marks.begin(), marks.end(), [](const ChartMark& mark) {
    return !mark.id.empty() && !mark.always_on && !is_outside(mark.point);
  });
  if (count == 0) return "";
  if (count == 1) return " 1 point within it is a finding all the same.";
  return fmt::format(" {} points within it are findings all the same.", count);
}

}  // namespace tidemark::web::own
