#include <fmt/format.h>

#include "web/aws/actions.h"
#include "web/aws/alarm_document.h"
#include "web/aws/metric_input.h"

namespace tidemark::web::aws {
namespace {

/// An Outcome<void> of the alarm stage as an answer without output.
Answer done(const alarm::Outcome<void>& outcome) {
  if (!outcome) return tl::unexpected(to_aws_error(outcome.error()));
  return Document();
}

bool wants_metric_alarms(const Document& input) {
  const auto types = input.texts_at("AlarmTypes");
  return types.empty() || std::find(types.begin(), types.end(), "MetricAlarm") != types.end();
}

Document history_document(const HistoryItem& item) {
  return {{"AlarmName", item.alarm_name},
          {"AlarmType", item.alarm_type},
          {"Timestamp", item.at},
          {"HistoryItemType", item.type},
          {"HistorySummary", item.summary},
          {"HistoryData", item.data}};
}

}  // namespace

Answer put_metric_alarm(const Context& context) {
  auto rule = read_rule(context);
  if (!rule) return tl::unexpected(rule.error());
  return done(context.services.alarms.put_metric_alarm(*std::move(rule)));
}

Answer describe_alarms(const Context& context) {
  const Document& input = context.input();
  alarm::AlarmFilter filter;
  filter.scope = scope_of(context);
  filter.names = input.texts_at("AlarmNames");
  filter.name_prefix = input.text_at("AlarmNamePrefix").value_or("");
  filter.action_prefix = input.text_at("ActionPrefix").value_or("");
  filter.metric_alarms = wants_metric_alarms(input);
  filter.token = input.text_at("NextToken").value_or("");
  if (const auto state = input.text_at("StateValue"))
    filter.state = alarm::parse_alarm_state(*state);
  // Composite alarms are not kept here, so nothing has children or parents.
  if (input.has("ChildrenOfAlarmName") || input.has("ParentsOfAlarmName")) {
    filter.metric_alarms = false;
  }
  const auto limit = read_max_records(input, alarm::kAlarmPageMax, alarm::kAlarmPageMax);
  if (!limit) return tl::unexpected(limit.error());
  filter.limit = *limit;
  TM_AWS_TRY(const auto page, context.services.alarms.describe(filter));
  Document alarms = Document::list();
  for (const alarm::AlarmView& view : page.alarms)
    alarms.push_back(alarm_document(view));
  Document out{{"MetricAlarms", std::move(alarms)},
               {"CompositeAlarms", Document::list()},
               {"LogAlarms", Document::list()}};
  if (!page.next_token.empty()) out.set("NextToken", page.next_token);
  return out;
}

Answer describe_alarms_for_metric(const Context& context) {
  const Document& input = context.input();
  alarm::MetricFilter filter;
  filter.scope = scope_of(context);
  filter.metric_namespace = input.text_at("Namespace").value_or("");
  filter.name = input.text_at("MetricName").value_or("");
  filter.statistic = input.text_at("Statistic").value_or("");
  filter.extended_statistic = input.text_at("ExtendedStatistic").value_or("");
  filter.unit = input.text_at("Unit").value_or("");
  if (const auto period = input.int_at("Period")) filter.period = std::chrono::seconds(*period);
  auto dimensions = read_dimensions(input, "");
  if (!dimensions) return tl::unexpected(dimensions.error());
  filter.dimensions = *std::move(dimensions);
  Document alarms = Document::list();
  for (const alarm::AlarmView& view : context.services.alarms.describe_for_metric(filter)) {
    alarms.push_back(alarm_document(view));
  }
  return Document{{"MetricAlarms", std::move(alarms)}};
}

Answer describe_alarm_history(const Context& context) {
  const Document& input = context.input();
  alarm::HistoryFilter filter;
  filter.scope = scope_of(context);
  filter.alarm_name = input.text_at("AlarmName").value_or("");
  filter.alarm_types = input.texts_at("AlarmTypes");
  filter.type = input.text_at("HistoryItemType").value_or("");
  filter.from = input.time_at("StartDate").value_or(Timestamp::min());
  filter.to = input.time_at("EndDate").value_or(Timestamp::max());
  filter.newest_first = input.text_at("ScanBy").value_or("") != "TimestampAscending";
  filter.token = input.text_at("NextToken").value_or("");
  const auto limit = read_max_records(input, alarm::kHistoryPageMax, alarm::kHistoryPageMax);
  if (!limit) return tl::unexpected(limit.error());
  filter.limit = *limit;
  TM_AWS_TRY(const auto page, context.services.alarms.history(filter));
  Document items = Document::list();
  for (const HistoryItem& item : page.items)
    items.push_back(history_document(item));
  Document out{{"AlarmHistoryItems", std::move(items)}};
  if (!page.next_token.empty()) out.set("NextToken", page.next_token);
  return out;
}

Answer set_alarm_state(const Context& context) {
  const Document& input = context.input();
  const auto state = alarm::parse_alarm_state(input.text_at("StateValue").value_or(""));
  if (!state) return validation_error("The parameter StateValue is required.");
  return done(context.services.alarms.set_alarm_state(
      scope_of(context),
      std::string(input.text_at("AlarmName").value_or("")),
      *state,
      std::string(input.text_at("StateReason").value_or("")),
      std::string(input.text_at("StateReasonData").value_or(""))));
}

Answer enable_alarm_actions(const Context& context) {
  return done(context.services.alarms.set_actions_enabled(
      scope_of(context), context.input().texts_at("AlarmNames"), true));
}

Answer disable_alarm_actions(const Context& context) {
  return done(context.services.alarms.set_actions_enabled(
      scope_of(context), context.input().texts_at("AlarmNames"), false));
}

Answer delete_alarms(const Context& context) {
  return done(context.services.alarms.delete_alarms(scope_of(context),
                                                    context.input().texts_at("AlarmNames")));
}

Answer tag_resource(const Context& context) {
  return done(
      context.services.alarms.tag(std::string(context.input().text_at("ResourceARN").value_or("")),
                                  read_tags(context.input())));
}

Answer untag_resource(const Context& context) {
  return done(context.services.alarms.untag(
      std::string(context.input().text_at("ResourceARN").value_or("")),
      context.input().texts_at("TagKeys")));
}

Answer list_tags_for_resource(const Context& context) {
  Document tags = Document::list();
  const std::string arn(context.input().text_at("ResourceARN").value_or(""));
  for (const alarm::Tag& tag : context.services.alarms.tags(arn)) {
    tags.push_back({{"Key", tag.key}, {"Value", tag.value}});
  }
  return Document{{"Tags", std::move(tags)}};
}

}  // namespace tidemark::web::aws
