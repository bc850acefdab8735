#pragma once

#include "alarm/commands.h"
#include "web/aws/context.h"

namespace tidemark::web::aws {

/// PutMetricAlarm's input as a rule, as given; alarm::check_rule() judges it.
tl::expected<alarm::AlarmRule, AwsError> read_rule(const Context& context);
/// An entry of MetricAlarms as DescribeAlarms gives it.
Document alarm_document(const alarm::AlarmView& view);

}  // namespace tidemark::web::aws
