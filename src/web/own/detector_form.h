#pragma once

#include <optional>

#include "alarm/rule.h"
#include "judge/detector_spec.h"
#include "web/own/alarm_form.h"

namespace tidemark::web::own {

/// What `POST /detectors` is to watch: `math`, or `metric_id` and `stat`.
tl::expected<judge::DetectorTarget, ApiError> read_detector_target(const Context& context,
                                                                   Form& form);

/// What `POST /detectors` takes to watch the target. Null where no detector can: a metric that is
/// not CloudWatch's, or that has no series.
json detector_form(const Context& context, const judge::DetectorTarget& target, Duration period);

/// What an alarm watches, as a detector would; nullopt: its queries do not hold together.
std::optional<judge::DetectorTarget> detector_target(const alarm::AlarmRule& rule);

}  // namespace tidemark::web::own
