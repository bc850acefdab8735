#pragma once

#include <map>
#include <string>
#include <vector>

#include "judge/findings.h"
#include "model/band_source.h"
#include "web/own/chart_marks.h"
#include "web/own/context.h"

/// The points that a chart marks: what lies outside of the band it draws, and every finding.
namespace tidemark::web::own {

/// A value and the limits it is compared with.
struct ChartPoint {
  Timestamp at;
  double value = 0;
  Limits limits;
  double score = 0;  ///< [0, 1]
};
bool is_outside(const ChartPoint& point);

/// The values that have a band, with its limits at width `k`, by time.
std::vector<ChartPoint> judged_points(const std::map<Timestamp, double>& values,
                                      const BandSeries& bands,
                                      double k);
std::vector<ChartPoint> outside_of(const std::vector<ChartPoint>& points);

/// A finding of a detector that is kept.
struct KeptFinding {
  std::string id;
  double score = 0;
};
using KeptFindings = std::map<Timestamp, KeptFinding>;  ///< by the start of its period
/// The detector's findings about values of the chart's period; neither silences, which are ranges,
/// nor what late data have taken back.
Result<KeptFindings> kept_findings(const Context& context,
                                   const ChartSubject& subject,
                                   const judge::DetectorView& detector,
                                   const std::map<Timestamp, double>& values);

/// A point that the chart marks.
struct ChartMark {
  ChartPoint point;
  std::string id;  ///< of the finding that is kept of it; "": none
  bool always_on = false;
};
/// What lies outside of the band, and what was found, wherever it lies, by time. One point is
/// marked once: a detector's finding goes before one of the always-on tier.
std::vector<ChartMark> marks_of(const std::vector<ChartPoint>& points,
                                const KeptFindings& kept,
                                const std::vector<judge::FindingView>& always_on);
/// `unit`: behind numbers of sentences, with its blank.
json marks_json(const std::vector<ChartMark>& marks, Duration period, const std::string& unit);

/// What the caption says of findings of the detector that lie inside of the drawn band, with a
/// blank before it; "" where there are none.
std::string inside_words(const std::vector<ChartMark>& marks);

}  // namespace tidemark::web::own
