#include <fmt/format.h>

#include "web/own/alarm_form.h"
#include "web/own/context.h"

namespace tidemark::web::own {

Answer post_alarm(const Context& context) {
  Form form(context.body);
  const alarm::AlarmRule rule =
      read_rule(context, form, FormOf::alarm, {context.options.account_id});
  check_topics(context, form, rule, nullptr);
  if (form.error()) return tl::unexpected(*form.error());

  const std::string arn = alarm::alarm_arn(rule.account, rule.region, rule.name);
  if (context.services.alarms.find(arn)) {
    return refuse(
        409, "already_exists", fmt::format("there is an alarm '{}' already", rule.name), "name");
  }
  const auto put = context.services.alarms.put_metric_alarm(rule);
  if (!put) return tl::unexpected(to_api_error(put.error()));
  const auto view = context.services.alarms.find(arn);
  if (!view) return refuse(500, "internal", "the alarm was made but cannot be found");
  return alarm_json(context, *view);
}

}  // namespace tidemark::web::own
