#pragma once

#include <string>

#include "alarm/rule.h"

namespace tidemark::alarm {

/// "Glue glue.driver.aggregate.recordsRead (Sum, 1 day)", or the expression an alarm watches.
std::string metric_title(const AlarmRule& rule);

}  // namespace tidemark::alarm
