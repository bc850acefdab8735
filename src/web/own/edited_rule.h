#pragma once

#include <string>

#include "alarm/rule.h"

namespace tidemark::web::own {

/// True if the form of POST /alarms can say what the alarm watches: one statistic of one metric
/// against a number, or against its own band at a width that the form has.
bool fits_form(const alarm::AlarmRule& rule);

/// `rule` as the form has it (read_rule()), for a rule that fits one. What no form shows stays:
/// ids and labels of queries, the unit while the metric is the same, low sample counts, other
/// actions, and what was left out for as long as it means the same. A topic that was added or taken
/// away was so for ALARM and OK, as when an alarm is made.
alarm::AlarmRule edited_rule(alarm::AlarmRule rule, const alarm::AlarmRule& form);

/// Differs for rules of one alarm that differ, save in whether people are told: that is switched
/// apart, and an edit keeps it.
std::string version_of(alarm::AlarmRule rule);

}  // namespace tidemark::web::own
