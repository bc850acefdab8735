#pragma once

#include <optional>
#include <string>
#include <vector>

#include "judge/findings.h"
#include "web/own/context.h"

/// What a chart shows beside its line and band: findings of the always-on tier, silences, and
/// days of calendars.
namespace tidemark::web::own {

/// What the chart is about.
struct ChartSubject {
  const MetricRef& metric;
  const Statistic& stat;
  Duration period{0};
  Timestamp from, to;
};

/// Findings of the always-on tier at the chart's own statistic and period, by time.
Result<std::vector<judge::FindingView>> always_on_marks(const Context& context,
                                                        const ChartSubject& subject);

/// A time without data that was longer than ever usual.
struct ChartSilence {
  std::string id;               ///< of its finding
  Timestamp from;               ///< the first period that should have been there
  Timestamp found;              ///< the period by which it had lasted too long
  std::optional<Timestamp> to;  ///< the next sample; nullopt: none before the chart's end
};
/// Those that the detector found and that reach into the chart, by time; not what late data have
/// taken back.
Result<std::vector<ChartSilence>> chart_silences(const Context& context,
                                                 const ChartSubject& subject,
                                                 const judge::DetectorView& detector);
json silences_json(const std::vector<ChartSilence>& silences);

/// When calendars of the detector hold, in the chart's range.
json calendar_days_json(const Context& context,
                        const ChartSubject& subject,
                        const judge::DetectorView& detector);

/// What the caption says of them, each sentence with a blank before it; "" where there are none.
std::string always_on_words(std::size_t count);
std::string silence_words(const std::vector<ChartSilence>& silences, Duration period);

}  // namespace tidemark::web::own
