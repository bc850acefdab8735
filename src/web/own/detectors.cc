#include <fmt/format.h>

#include "base/duration.h"
#include "judge/choices_json.h"
#include "judge/findings.h"
#include "judge/math_target.h"
#include "model/metric_query_json.h"
#include "web/own/alarm_form.h"
#include "web/own/choices_form.h"
#include "web/own/context.h"
#include "web/own/detector_form.h"
#include "web/own/page.h"

namespace tidemark::web::own {
namespace {

constexpr std::size_t kListDefault = 200;
constexpr std::size_t kListMax = 1000;

/// With what made them its own; `match` is null where the calendar is gone by now.
json inherited_json(const judge::SharedCalendars& calendars, const judge::DetectorSpec& spec) {
  json out = json::array();
  for (const judge::CalendarUse& use : spec.inherited) {
    json each = judge::calendar_json(use);
    const auto found = calendars.find(use.calendar.name);
    each["match"] = found == calendars.end() ? json() : judge::match_json(found->second.match);
    out.push_back(std::move(each));
  }
  return out;
}

json detector_json(const Context& context,
                   const judge::DetectorView& view,
                   const judge::SharedCalendars& calendars) {
  const judge::DetectorSpec& spec = view.spec;
  const Subject subject = subject_of(context, spec.target);
  json periods = json::array();
  for (const Duration period : spec.periods)
    periods.push_back(whole_seconds(period));
  return {{"id", spec.id},
          {"metric_id", subject.id},
          {"metric_title", subject.title},
          {"stat", subject.stat},
          {"math", spec.target.metric ? json() : to_json(spec.target.math)},
          {"periods_s", std::move(periods)},
          {"state", to_text(view.state)},
          {"trained_periods", view.trained_periods},
          {"created_at", time_text(spec.created_at)},
          {"revision", spec.revision},
          {"marks", spec.marks.size()},
          {"finding_width", judge::finding_width(spec)},
          {"choices", judge::shown_choices_json(spec.choices)},
          {"inherited", inherited_json(calendars, spec)}};
}

json detector_json(const Context& context, const judge::DetectorView& view) {
  return detector_json(context, view, context.services.judge.shared_calendars());
}

/// By the detector's id, or as POST /detectors names what is watched.
tl::expected<judge::DetectorTarget, ApiError> read_missed(const Context& context, Form& form) {
  if (!form.has("detector_id")) return read_detector_target(context, form);
  const std::string id = form.text("detector_id");
  if (form.error()) return tl::unexpected(*form.error());
  const auto view = context.services.judge.find_id(id);
  if (!view) return refuse(404, "not_found", fmt::format("no detector '{}'", id), "detector_id");
  return view->spec.target;
}

tl::expected<std::vector<Duration>, ApiError> read_periods(const Context& context) {
  std::vector<Duration> out;
  const auto found = context.body.find("periods_s");
  if (found == context.body.end()) return out;
  const bool is_list = found->is_array() && found->size() <= judge::kPeriodsMax;
  if (!is_list) {
    return invalid_field("periods_s",
                         fmt::format("periods_s must be a list of at most {}", judge::kPeriodsMax));
  }
  for (const json& period : *found) {
    if (!period.is_number_integer() || period.get<std::int64_t>() < 1 ||
        period.get<std::int64_t>() > whole_seconds(judge::kPeriodMax)) {
      return invalid_field("periods_s", "periods_s must hold whole seconds up to 366 days");
    }
    out.push_back(std::chrono::seconds(period.get<std::int64_t>()));
  }
  return out;
}

Answer put(const Context& context,
           const judge::DetectorTarget& target,
           const judge::DetectorChoices& base) {
  const auto periods = read_periods(context);
  if (!periods) return tl::unexpected(periods.error());
  const auto given = context.body.find("choices");
  judge::DetectorChoices choices = base;
  if (given != context.body.end()) {
    auto read = read_choices(*given, base);
    if (!read) return tl::unexpected(std::move(read).error());
    choices = *std::move(read);
  }
  TM_API_TRY(const auto spec, context.services.judge.put(target, choices, *periods));
  return detector_json(context, *context.services.judge.find(spec.target));
}

tl::expected<judge::DetectorView, ApiError> find_detector(const Context& context) {
  auto view = context.services.judge.find_id(context.name);
  if (!view) return refuse(404, "not_found", fmt::format("no detector '{}'", context.name));
  return *std::move(view);
}

}  // namespace

Answer get_detectors(const Context& context) {
  const auto page = read_page(context, "detectors", kListDefault, kListMax);
  if (!page) return tl::unexpected(page.error());
  judge::DetectorFilter filter;
  filter.metric_math = true;
  auto views = context.services.judge.list(filter);
  if (const std::string id = context.param("metric"); !id.empty()) {
    const auto metric = metric_of(context.services.reader, id);
    if (!metric) return refuse(404, "not_found", fmt::format("no metric '{}'", id), "metric");
    std::erase_if(views, [&](const auto& view) { return view.spec.target.metric != metric; });
  }
  if (const std::string text = context.param("match"); !text.empty()) {
    TM_API_TRY(const auto match, judge::match_from_json(json::parse(text, nullptr, false)));
    std::erase_if(views, [&](const auto& view) {
      return !judge::matches(match, view.spec.target, view.spec.choices.own.tags);
    });
  }
  const auto calendars = context.services.judge.shared_calendars();
  // judge::Judge::list() is in this order.
  const auto place = [](const auto& view) { return json(judge::identity_key(view.spec.target)); };
  return page_of(*page, views, place, [&](const auto& view) {
    return detector_json(context, view, calendars);
  });
}

Answer get_detector(const Context& context) {
  const auto view = find_detector(context);
  if (!view) return tl::unexpected(view.error());
  return detector_json(context, *view);
}

Answer post_detector(const Context& context) {
  Form form(context.body);
  const auto target = read_detector_target(context, form);
  if (!target) return tl::unexpected(target.error());
  const auto known = context.services.judge.find(*target);
  return put(context, *target, known ? known->spec.choices : judge::DetectorChoices{});
}

Answer put_detector(const Context& context) {
  const auto view = find_detector(context);
  if (!view) return tl::unexpected(view.error());
  return put(context, view->spec.target, view->spec.choices);
}

Answer delete_detector(const Context& context) {
  TM_API_TRY([[maybe_unused]] const bool gone,
             context.services.judge.remove(context.name).map([] { return true; }));
  return json::object();
}

Answer post_missed(const Context& context) {
  Form form(context.body);
  const auto from = parse_rfc3339(form.text("from"));
  const auto to = parse_rfc3339(form.text("to"));
  const auto target = read_missed(context, form);
  if (!target) return tl::unexpected(target.error());
  if (!from || !to) {
    return invalid_field(from ? "to" : "from",
                         "from and to must be times such as 2026-12-24T00:00:00Z");
  }
  const OwnServices& services = context.services;
  judge::FindingBook book({services.judge, services.reader, services.control, services.clock});
  TM_API_TRY([[maybe_unused]] const bool kept,
             book.missed(*target, *from, *to).map([] { return true; }));
  return detector_json(context, *services.judge.find(*target));
}

}  // namespace tidemark::web::own
