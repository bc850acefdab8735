#include <fmt/format.h>

#include "base/duration.h"
#include "web/own/alarm_form.h"
#include "web/own/context.h"
#include "web/own/time_range.h"

/// Mute rules, as CloudWatch's clients keep them too; and "be quiet for two hours".
namespace tidemark::web::own {
namespace {

constexpr std::size_t kListMax = 1000;

json mute_json(const alarm::MuteRuleView& view) {
  const alarm::MuteRule& rule = view.rule;
  return {{"name", rule.name},
          {"account", rule.account},
          {"region", rule.region},
          {"description", rule.description.value_or("")},
          {"expression", rule.expression},
          {"duration", rule.duration},
          {"timezone", rule.timezone.value_or("")},
          {"alarms", rule.alarm_names},
          {"start", time_or_null(rule.start)},
          {"expire", time_or_null(rule.expire)},
          {"updated_at", time_text(rule.updated_at)},
          {"status", alarm::to_text(view.status)},
          {"recurs", view.recurs},
          {"muted_until", time_or_null(view.muted_until)},
          {"next_begin", time_or_null(view.next_begin)}};
}

alarm::Outcome<std::vector<alarm::MuteRuleView>> all_mutes(const Context& context,
                                                           alarm::MuteFilter filter) {
  filter.limit = alarm::kMutePageMax;
  std::vector<alarm::MuteRuleView> out;
  do {
    auto page = context.services.mutes.list(filter);
    if (!page) return tl::unexpected(page.error());
    std::move(page->rules.begin(), page->rules.end(), std::back_inserter(out));
    filter.token = page->next_token;
  } while (!filter.token.empty() && out.size() < kListMax);
  return out;
}

tl::expected<alarm::MuteRuleView, ApiError> find_mute(const Context& context) {
  alarm::MuteFilter filter;
  filter.name = context.name;
  TM_API_TRY(auto found, all_mutes(context, filter));
  if (found.empty()) {
    return refuse(404, "not_found", fmt::format("there is no mute rule '{}'", context.name));
  }
  return std::move(found.front());
}

std::optional<Timestamp> read_instant(Form& form, const char* field) {
  if (!form.has(field)) return std::nullopt;
  const std::string text = form.text(field);
  const auto at = parse_rfc3339(text);
  if (!at) form.refuse_field(field, fmt::format("must be a time in RFC 3339, not '{}'", text));
  return at;
}

/// `for`: from the minute that runs on, for that long.
void read_quiet(Form& form, Timestamp now, alarm::MuteRule* rule) {
  const std::string text = form.text("for");
  const auto length = parse_duration(text);
  constexpr Duration kMinute = std::chrono::minutes(1);
  if (!length || *length < kMinute || *length > alarm::MuteSchedule::kDurationMax) {
    form.refuse_field("for", fmt::format("must be a duration from 1m to 15d, not '{}'", text));
    return;
  }
  rule->expression = fmt::format("at({})", format_rfc3339(now.floor_to(kMinute)).substr(0, 16));
  rule->expire = now + *length;
  // Windows are of whole minutes and begin with one; the expiry cuts what is too much.
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(*length).count();
  const auto most =
      std::chrono::duration_cast<std::chrono::minutes>(alarm::MuteSchedule::kDurationMax).count();
  rule->duration = fmt::format("PT{}M", std::min<std::int64_t>(minutes + 2, most));
}

alarm::MuteRule read_mute(const Context& context, Form& form) {
  alarm::MuteRule out;
  out.name = context.name;
  out.alarm_names = form.texts("alarms", alarm::kMuteTargetsMax);
  if (form.has("description")) out.description = form.text("description");
  if (form.has("for")) {
    read_quiet(form, context.services.clock.wall(), &out);
    return out;
  }
  out.expression = form.text("expression");
  out.duration = form.text("duration");
  if (form.has("timezone")) out.timezone = form.text("timezone");
  out.start = read_instant(form, "start");
  out.expire = read_instant(form, "expire");
  return out;
}

}  // namespace

Answer get_mutes(const Context& context) {
  alarm::MuteFilter filter;
  filter.alarm_name = context.param("alarm");
  TM_API_TRY(const auto found, all_mutes(context, filter));
  json list = json::array();
  for (const alarm::MuteRuleView& view : found)
    list.push_back(mute_json(view));
  return json{{"mutes", std::move(list)}};
}

Answer put_mute(const Context& context) {
  Form form(context.body);
  alarm::MuteRule rule = read_mute(context, form);
  if (form.error()) return tl::unexpected(*form.error());
  if (rule.alarm_names.empty()) return invalid_field("alarms", "must name at least one alarm");
  // Names are unique in an account and region: the rule stands where its first alarm does.
  const auto first = find_alarm(context, rule.alarm_names.front());
  if (!first) return invalid_field("alarms", first.error().message);
  rule.account = first->rule.account;
  rule.region = first->rule.region;
  const alarm::AlarmScope scope{rule.account, rule.region};
  for (std::string& name : rule.alarm_names) {
    const auto view = find_alarm(context, name);
    if (!view) continue;  // it may come later
    if (view->rule.account != scope.account || view->rule.region != scope.region) {
      return invalid_field("alarms",
                           fmt::format("'{}' is not of the first alarm's account and region, {} {}",
                                       name,
                                       scope.account,
                                       scope.region));
    }
    name = view->rule.name;
  }
  const auto put = context.services.mutes.put(std::move(rule));
  if (!put) return tl::unexpected(to_api_error(put.error()));
  const auto view = context.services.mutes.find(scope, context.name);
  if (!view) return refuse(500, "internal", "the mute rule was made but cannot be found");
  return mute_json(*view);
}

Answer delete_mute(const Context& context) {
  const auto view = find_mute(context);
  if (!view) return tl::unexpected(view.error());
  const auto done =
      context.services.mutes.remove({view->rule.account, view->rule.region}, view->rule.name);
  if (!done) return tl::unexpected(to_api_error(done.error()));
  return json();
}

}  // namespace tidemark::web::own
