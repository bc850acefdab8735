#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/metric_query.h"
#include "query/time_series.h"

/// CloudWatch's dynamic labels: "${AVG}", "${PROP('Dim.host')}" … in the label of a query (user
/// guide, "Use dynamic labels", which has no word on how values are written: those words are ours).
namespace tidemark::query::label {

/// Dynamic values of one label, so that a long label of short ones cannot grow a reply without end.
/// (CloudWatch: five statistical ones, and ${LABEL} once.)
inline constexpr std::size_t kDynamicValuesMax = 50;

/// What a label is about.
struct Subject {
  std::string_view default_label;      ///< what ${LABEL} stands for
  const MetricStat* metric = nullptr;  ///< nullptr: an expression, whose properties are not known
  const TimeSeries& series;            ///< its period and all its points, whatever the page
};

struct LabelTimes {
  std::optional<Timestamp> now = std::nullopt;  ///< what ages count to; nullopt: they are not known
  Duration utc_offset{0};                       ///< of the clock that times are shown by
};

/// The label with its dynamic values filled in. One that is not known now (of a series without
/// points, of a dimension that the metric does not have) is "--"; what looks like one and is none
/// stays as it stands.
std::string render(std::string_view text, const Subject& subject, const LabelTimes& times);

/// Dynamic values in the label, whatever their names.
std::size_t dynamic_values(std::string_view text);
/// Does it have a ${LABEL}?
bool has_default_label(std::string_view text);

}  // namespace tidemark::query::label
