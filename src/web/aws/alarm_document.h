#pragma once

#include "alarm/commands.h"
#include "web/aws/context.h"

namespace tidemark::web::aws {

/// PutMetricAlarm's input as a rule, as given; alarm::check_rule() judges it.
tl::expected<alarm::AlarmRule, AwsError> read_rule(const Context& context);
/// An entry of MetricAlarms as DescribeAlarms gives it.
Document alarm_document(const alarm::AlarmView& view);

inline alarm::AlarmScope scope_of(const Context& context) {
  return {context.account(), context.region()};
}
/// MaxRecords, refused with the member's name outside [1, most].
tl::expected<std::size_t, AwsError> read_max_records(const Document& input,
                                                     std::size_t fallback,
                                                     std::size_t most);
std::vector<alarm::Tag> read_tags(const Document& input);
std::optional<std::string> text(const Document& input, std::string_view member);
Document texts_document(const std::vector<std::string>& from);

}  // namespace tidemark::web::aws
