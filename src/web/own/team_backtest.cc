#include <fmt/format.h>

#include "alarm/team_budget.h"
#include "base/duration.h"
#include "web/own/backtest_words.h"
#include "web/own/context.h"
#include "web/own/past_range.h"

namespace tidemark::web::own {
namespace {

/// A backtest with all widths takes up to a second.
constexpr std::size_t kTeamAlarmsMax = 100;

/// The alarms of the body: by `tag` (KEY=VALUE), by `prefix` of their names ("": all), or `alarms`,
/// the names.
tl::expected<std::vector<alarm::AlarmView>, ApiError> team_of(const Context& context, Form& form) {
  alarm::AlarmFilter filter;
  if (form.has("alarms")) filter.names = form.texts("alarms", kTeamAlarmsMax);
  filter.name_prefix = form.text_or("prefix", "");
  const std::string tag = form.text_or("tag", "");
  if (form.error()) return tl::unexpected(*form.error());
  if (filter.names.empty() && !form.has("prefix") && tag.empty()) {
    return invalid_field("tag", "name the team's alarms by tag (KEY=VALUE), prefix or alarms");
  }
  if (!tag.empty() && tag.find('=') == std::string::npos)
    return invalid_field("tag", fmt::format("tag must be KEY=VALUE, not '{}'", tag));
  TM_API_TRY(auto out, all_alarms(context, filter));
  std::erase_if(out, [&](const alarm::AlarmView& view) {
    if (tag.empty()) return false;
    for (const alarm::Tag& one : context.services.alarms.tags(view.arn)) {
      if (one.key + "=" + one.value == tag) return false;
    }
    return true;
  });
  if (out.empty()) return refuse(404, "not_found", "there is no such alarm");
  if (out.size() > kTeamAlarmsMax) {
    return refuse(400,
                  "limit",
                  fmt::format("{} alarms; a team may have {}: name fewer by prefix or tag",
                              out.size(),
                              kTeamAlarmsMax));
  }
  return out;
}

/// What is shown of one alarm, and what it adds to the team.
struct Member {
  json shown;
  alarm::TeamAlarm counts;
};

/// In the order of the team's table.
json firings_json(const std::vector<alarm::WidthResult>& results) {
  json out = json::array();
  for (const alarm::WidthResult& result : results)
    out.push_back(result.firings);
  return out;
}

json table_json(const std::vector<alarm::TeamWidth>& table) {
  json out = json::array();
  for (const auto& [k, rate] : table)
    out.push_back({{"k", k}, {"per_week", rate}});
  return out;
}

tl::expected<Member, ApiError> member_of(const Context& context,
                                         const alarm::AlarmView& view,
                                         const PastRange& range,
                                         double alarms_per_week) {
  alarm::BacktestRequest request;
  request.rule = view.rule;
  request.from = range.from;
  request.to = range.to;
  request.mutes = context.services.mutes.rules_of(view.arn);
  request.stop = &context.stop;
  if (view.rule.threshold_metric_id) request.alarms_per_week = alarms_per_week;
  const auto tried = alarm::backtest({context.services.reader, context.services.judge}, request);
  if (!tried) {
    ApiError error = to_api_error(tried.error());
    error.message = fmt::format("{}: {}", view.rule.name, error.message);
    if (tried.error().code == Errc::limit) error.field = "from";
    return tl::unexpected(std::move(error));
  }
  const alarm::Backtest& past = *tried;
  Member out;
  const auto rate = per_week(request, past);
  out.shown = {{"name", view.rule.name},
               {"kind", past.width ? "band" : "static"},
               {"k", band_k(view.rule)},
               {"judged_s", whole_seconds(alarm::judged_span(request, past))},
               {"firings_total", past.firings},
               {"muted_total", past.muted},
               {"per_week", rate ? json(*rate) : json()},
               {"sentence", backtest_sentence(request, past)}};
  if (past.width) out.shown["firings_by_width"] = firings_json(past.width->results);
  out.counts.firings = past.firings;
  out.counts.judged = alarm::judged_span(request, past);
  if (past.width) out.counts.results = past.width->results;
  return out;
}

}  // namespace

Answer post_team_backtest(const Context& context) {
  Form form(context.body);
  const double alarms_per_week = form.number("alarms_per_week", 0, kPerWeekMost);
  const PastRange range = read_past_range(context, form);
  const auto team = team_of(context, form);
  if (!team) return tl::unexpected(team.error());
  json list = json::array();
  std::vector<alarm::TeamAlarm> counts;
  for (const alarm::AlarmView& view : *team) {
    auto member = member_of(context, view, range, alarms_per_week);
    if (!member) return tl::unexpected(member.error());
    list.push_back(std::move(member->shown));
    counts.push_back(std::move(member->counts));
  }
  const alarm::TeamAdvice advice = alarm::advise_team(counts, alarms_per_week);
  for (std::size_t i = 0; advice.k && i < counts.size(); ++i) {
    for (const alarm::WidthResult& result : counts[i].results) {
      if (result.k == *advice.k) list[i]["firings_at_k"] = result.firings;
    }
  }
  return json{{"from", time_text(range.from)},
              {"to", time_text(range.to)},
              {"alarms_per_week", alarms_per_week},
              {"per_week", advice.per_week},
              {"k", advice.k ? json(*advice.k) : json()},
              {"per_week_at_k", advice.per_week_at_k ? json(*advice.per_week_at_k) : json()},
              {"table", table_json(advice.table)},
              {"words", team_words(list.size(), alarms_per_week, advice)},
              {"alarms", std::move(list)}};
}

}  // namespace tidemark::web::own
