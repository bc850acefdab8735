#include <fmt/format.h>

#include "web/aws/actions.h"
#include "web/aws/alarm_document.h"

/// Mute rules (PutAlarmMuteRule and its kin).
namespace tidemark::web::aws {
namespace {

constexpr std::size_t kPageDefault = 50;

alarm::MuteRule read_mute_rule(const Context& context) {
  const Document& input = context.input();
  alarm::MuteRule out;
  out.account = context.account();
  out.region = context.region();
  out.name = input.text_at("Name").value_or("");
  out.description = text(input, "Description");
  const Document* rule = input.find("Rule");
  if (const Document* schedule = rule == nullptr ? nullptr : rule->find("Schedule")) {
    out.expression = schedule->text_at("Expression").value_or("");
    out.duration = schedule->text_at("Duration").value_or("");
    out.timezone = text(*schedule, "Timezone");
  }
  if (const Document* targets = input.find("MuteTargets")) {
    out.alarm_names = targets->texts_at("AlarmNames");
  }
  out.start = input.time_at("StartDate");
  out.expire = input.time_at("ExpireDate");
  out.tags = read_tags(input);
  return out;
}

/// What Get and List both show.
Document summary(const alarm::MuteRuleView& view) {
  Document out{{"AlarmMuteRuleArn", alarm::arn_of(view.rule)},
               {"Status", alarm::to_text(view.status)},
               {"MuteType", view.recurs ? "RECURRING" : "ONE_TIME"},
               {"LastUpdatedTimestamp", view.rule.updated_at}};
  if (view.rule.expire) out.set("ExpireDate", *view.rule.expire);
  return out;
}

}  // namespace

Answer put_alarm_mute_rule(const Context& context) {
  const auto put = context.services.mutes.put(read_mute_rule(context));
  if (!put) return tl::unexpected(to_aws_error(put.error()));
  return Document();
}

Answer get_alarm_mute_rule(const Context& context) {
  const std::string name(context.input().text_at("AlarmMuteRuleName").value_or(""));
  const auto view = context.services.mutes.find(scope_of(context), name);
  if (!view) {
    return refuse("ResourceNotFoundException",
                  fmt::format("Alarm mute rule {} does not exist", name));
  }
  const alarm::MuteRule& rule = view->rule;
  Document schedule{{"Expression", rule.expression}, {"Duration", rule.duration}};
  if (rule.timezone) schedule.set("Timezone", *rule.timezone);
  Document out = summary(*view);
  out.set("Name", rule.name);
  if (rule.description) out.set("Description", *rule.description);
  out.set("Rule", Document{{"Schedule", std::move(schedule)}});
  out.set("MuteTargets", Document{{"AlarmNames", texts_document(rule.alarm_names)}});
  if (rule.start) out.set("StartDate", *rule.start);
  return out;
}

Answer list_alarm_mute_rules(const Context& context) {
  const Document& input = context.input();
  alarm::MuteFilter filter;
  filter.scope = scope_of(context);
  filter.alarm_name = input.text_at("AlarmName").value_or("");
  filter.token = input.text_at("NextToken").value_or("");
  for (const std::string& status : input.texts_at("Statuses")) {
    // The shape knows no others.
    if (const auto parsed = alarm::parse_mute_status(status)) filter.statuses.push_back(*parsed);
  }
  const auto limit = read_max_records(input, kPageDefault, alarm::kMutePageMax);
  if (!limit) return tl::unexpected(limit.error());
  filter.limit = *limit;
  TM_AWS_TRY(const auto page, context.services.mutes.list(filter));
  Document rules = Document::list();
  for (const alarm::MuteRuleView& view : page.rules)
    rules.push_back(summary(view));
  Document out{{"AlarmMuteRuleSummaries", std::move(rules)}};
  if (!page.next_token.empty()) out.set("NextToken", page.next_token);
  return out;
}

Answer delete_alarm_mute_rule(const Context& context) {
  const auto done = context.services.mutes.remove(
      scope_of(context), std::string(context.input().text_at("AlarmMuteRuleName").value_or("")));
  if (!done) return tl::unexpected(to_aws_error(done.error()));
  return Document();
}

}  // namespace tidemark::web::aws
