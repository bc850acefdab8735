#pragma once

#include <string>

#include "alarm/rule.h"
#include "query/period_stats.h"

namespace tidemark::alarm {

/// "Glue glue.driver.aggregate.recordsRead (Sum, 1 day)", or the expression an alarm watches.
std::string metric_title(const AlarmRule& rule);

/// "JobName=etl, Type=gauge": the dimensions of the metric that is compared, of an expression those
/// that all its metrics have; "" where there are none.
std::string dimensions_text(const AlarmRule& rule);

/// Behind numbers of the single metric that is compared, with its blank (base/people_unit.h): the
/// rule's unit, else the one that all of the metric's samples have.
std::string unit_words_of(const AlarmRule& rule, const store::Reader& reader);

}  // namespace tidemark::alarm
