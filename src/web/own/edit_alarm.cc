#include <fmt/format.h>

#include "web/own/alarm_form.h"
#include "web/own/context.h"
#include "web/own/edited_rule.h"

namespace tidemark::web::own {
namespace {

tl::unexpected<ApiError> changed(const std::string& name) {
  return refuse(409, "changed", fmt::format("'{}' was changed by somebody else", name), "version");
}

}  // namespace

Answer put_alarm(const Context& context) {
  const auto view = find_alarm(context, context.name);
  if (!view) return tl::unexpected(view.error());
  const alarm::AlarmRule& rule = view->rule;
  if (!fits_form(rule)) {
    return refuse(422,
                  "no_form",
                  fmt::format("'{}' watches more than one metric and its limit: change it with "
                              "PutMetricAlarm",
                              rule.name));
  }
  Form form(context.body);
  const std::string version = form.text("version");
  const alarm::AlarmRule wanted =
      read_rule(context, form, FormOf::edit, {rule.account, rule.region});
  if (!wanted.name.empty() && wanted.name != rule.name)
    form.refuse_field("name", "of an alarm cannot be changed");
  if (wanted.region != rule.region)
    form.refuse_field(form.has("metric") ? "metric" : "metric_id",
                      fmt::format("must be of the alarm's region, {}", rule.region));
  check_topics(context, form, wanted, &rule);
  if (form.error()) return tl::unexpected(*form.error());
  if (version != version_of(rule)) return changed(rule.name);

  alarm::AlarmRule edited = edited_rule(rule, wanted);
  if (edited == rule) return alarm_json(context, *view);
  TM_API_TRY(const bool done,
             context.services.alarms.replace_metric_alarm(rule, std::move(edited)));
  return done ? get_alarm(context) : Answer(changed(rule.name));
}

}  // namespace tidemark::web::own
