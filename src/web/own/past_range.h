#pragma once

#include "web/own/alarm_form.h"

namespace tidemark::web::own {

/// Most alarms a week that anybody may ask for.
inline constexpr double kPerWeekMost = 10'000;

struct PastRange {
  Timestamp from, to;
};
/// `from` and `to` of a body: the 28 days up to the present unless they say otherwise. What is
/// wrong with them is in `form.error()`.
PastRange read_past_range(const Context& context, Form& form);

}  // namespace tidemark::web::own
