#pragma once

#include <string>

#include "alarm/rule.h"

namespace tidemark::alarm {

/// "1 day", "5 minutes": the largest unit that fits without a rest.
std::string people_duration(Duration period);
/// "Glue glue.driver.aggregate.recordsRead (Sum, 1 day)", or the expression an alarm watches.
std::string metric_title(const AlarmRule& rule);

}  // namespace tidemark::alarm
