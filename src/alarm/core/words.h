#pragma once

#include <string>

#include "alarm/rule.h"

namespace tidemark::alarm {

/// "640", "1,234,567", "0.0123": four digits, or all of the whole part.
std::string people_number(double value);
/// "1 day", "5 minutes": the largest unit that fits without a rest.
std::string people_duration(Duration period);
/// "Glue glue.driver.aggregate.recordsRead (Sum, 1 day)", or the expression an alarm watches.
std::string metric_title(const AlarmRule& rule);

}  // namespace tidemark::alarm
