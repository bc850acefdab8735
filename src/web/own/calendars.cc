#include <algorithm>

#include <fmt/format.h>

#include "judge/shared_calendar.h"
#include "web/own/context.h"

/// Calendars that are given once for all detectors that match.
namespace tidemark::web::own {
namespace {

json view_json(const judge::CalendarView& view) {
  json out = judge::shared_calendar_json(view.calendar);
  out["detectors"] = view.detectors;
  out["pending"] = view.pending;
  return out;
}

}  // namespace

Answer get_calendars(const Context& context) {
  json list = json::array();
  for (const judge::CalendarView& view : context.services.judge.calendar_views())
    list.push_back(view_json(view));
  return json{{"calendars", std::move(list)}};
}

Answer get_calendar(const Context& context) {
  const auto views = context.services.judge.calendar_views();
  const auto found = std::find_if(views.begin(), views.end(), [&](const auto& view) {
    return view.calendar.use.calendar.name == context.name;
  });
  if (found == views.end())
    return refuse(404, "not_found", fmt::format("no calendar '{}'", context.name));
  return view_json(*found);
}

Answer put_calendar(const Context& context) {
  TM_API_TRY(auto calendar, judge::shared_calendar_from_json(context.body, context.name));
  TM_API_TRY([[maybe_unused]] const bool kept,
             context.services.judge.put_calendar(std::move(calendar)).map([] { return true; }));
  return get_calendar(context);
}

Answer delete_calendar(const Context& context) {
  TM_API_TRY([[maybe_unused]] const bool gone,
             context.services.judge.remove_calendar(context.name).map([] { return true; }));
  return json::object();
}

}  // namespace tidemark::web::own
