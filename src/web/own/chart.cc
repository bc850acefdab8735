#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/people_number.h"
#include "base/people_time.h"
#include "base/people_unit.h"
#include "query/metric_data.h"
#include "query/period_stats.h"
#include "web/own/chart_findings.h"
#include "web/own/chart_marks.h"
#include "web/own/context.h"
#include "web/own/time_range.h"

namespace tidemark::web::own {
namespace {

constexpr std::int64_t kPeriodsMax = 20'000;
constexpr std::int64_t kPeriodsDefault = 90;

/// What a chart shows, after all defaults.
struct Plan {
  MetricRef metric;
  Statistic stat;
  Duration period{0};
  double k = 2;
  std::optional<double> threshold;
  Timestamp from, to;
};
using PlanAnswer = tl::expected<Plan, ApiError>;

std::optional<judge::DetectorView> detector_of(const Context& context, const Plan& plan) {
  judge::DetectorTarget target;
  target.metric = plan.metric;
  target.stat = plan.stat;
  return context.services.judge.find(target);
}

/// The metric, statistic, period and width that an alarm watches.
PlanAnswer plan_of_alarm(const Context& context, const std::string& name) {
  const auto view = find_alarm(context, name);
  if (!view) {
    ApiError error = view.error();
    error.field = "alarm";
    return tl::unexpected(std::move(error));
  }
  const alarm::AlarmRule& rule = view->rule;
  const auto queries = alarm::queries_of(rule);
  const std::string watched = alarm::watched_id_of(rule);
  Plan out;
  for (const MetricQuery& query : queries) {
    if (query.id != watched) continue;
    if (!query.metric_stat) {
      return refuse(
          422, "not_chartable", fmt::format("alarm '{}' watches metric math", name), "alarm");
    }
    out.metric = query.metric_stat->metric;
    out.stat = query.metric_stat->stat;
    out.period = query.metric_stat->period;
  }
  if (rule.threshold_metric_id) {
    TM_API_TRY(const auto band, query::band_request_of(queries, *rule.threshold_metric_id));
    out.k = band.k;
  } else {
    out.threshold = rule.threshold;
  }
  return out;
}

std::vector<judge::DetectorView> detectors_on(const Context& context, const MetricRef& metric) {
  auto out = context.services.judge.list({});
  std::erase_if(out, [&](const auto& view) { return view.spec.target.metric != metric; });
  return out;
}

PlanAnswer plan_of_metric(const Context& context) {
  Plan out;
  const auto metric = metric_of(context.services.reader, context.param("metric"));
  if (!metric) {
    return refuse(
        404, "not_found", fmt::format("no metric '{}'", context.param("metric")), "metric");
  }
  out.metric = *metric;
  const auto detectors = detectors_on(context, *metric);
  std::string stat = context.param("stat");
  if (stat.empty()) stat = detectors.empty() ? "Sum" : detectors.front().spec.target.stat.name;
  const auto parsed = parse_statistic(stat);
  if (!parsed) return invalid_field("stat", fmt::format("'{}' is not a statistic", stat));
  out.stat = *parsed;
  const auto seconds = context.number("period", 0, 1, 366 * 86400);
  if (!seconds) return tl::unexpected(seconds.error());
  out.period = std::chrono::seconds(*seconds);
  for (const judge::DetectorView& view : detectors) {
    if (out.period.count() == 0 && view.spec.target.stat == out.stat &&
        !view.spec.periods.empty()) {
      out.period = view.spec.periods.front();
    }
  }
  if (out.period.count() == 0) out.period = learned_period(context.services.reader, *metric);
  if (const std::string k = context.param("k"); !k.empty()) {
    const auto [end, error] = std::from_chars(k.data(), k.data() + k.size(), out.k);
    if (error != std::errc() || end != k.data() + k.size() || !(out.k >= judge::kWidthMin) ||
        out.k > judge::kWidthMax) {
      return invalid_field(
          "k", fmt::format("k must be {} to {}, not '{}'", judge::kWidthMin, judge::kWidthMax, k));
    }
  }
  return out;
}

std::optional<ApiError> set_range(const Context& context, Plan* plan) {
  const Timestamp now = context.services.clock.wall();
  const std::string to = context.param("to").empty() ? "now" : context.param("to");
  const auto end = parse_time(to, now);
  if (!end) return ApiError{400, "invalid_field", fmt::format("'{}' is no time", to), "to"};
  const Duration span = std::max<Duration>(std::chrono::hours(24), plan->period * kPeriodsDefault);
  const std::string from = context.param("from");
  const auto start = from.empty() ? std::optional(*end - span) : parse_time(from, now);
  if (!start) return ApiError{400, "invalid_field", fmt::format("'{}' is no time", from), "from"};
  plan->from = start->floor_to(plan->period);
  plan->to = (*end + plan->period - Duration(1)).floor_to(plan->period);
  if (plan->from >= plan->to) {
    return ApiError{400, "invalid_field", "from must be before to", "from"};
  }
  if ((plan->to - plan->from) / plan->period > kPeriodsMax) {
    return ApiError{400,
                    "too_many_points",
                    fmt::format("a chart has at most {} periods; this one would have {}",
                                kPeriodsMax,
                                (plan->to - plan->from) / plan->period),
                    "period"};
  }
  return std::nullopt;
}

PlanAnswer make_plan(const Context& context) {
  const std::string alarm_name = context.param("alarm");
  if (alarm_name.empty() && context.param("metric").empty()) {
    return refuse(400, "missing_field", "metric or alarm is required", "metric");
  }
  auto plan = alarm_name.empty() ? plan_of_metric(context) : plan_of_alarm(context, alarm_name);
  if (!plan) return plan;
  if (auto refusal = set_range(context, &*plan)) return tl::unexpected(*refusal);
  return plan;
}

/// One entry for each period from the first with data to the last.
json points_json(const std::map<Timestamp, double>& values, Duration period) {
  json out = json::array();
  if (values.empty()) return out;
  for (Timestamp at = values.begin()->first; at <= values.rbegin()->first; at = at + period) {
    const auto found = values.find(at);
    out.push_back({at.s(), found == values.end() ? json() : json(found->second)});
  }
  return out;
}

json excluded_json(const std::optional<judge::DetectorView>& detector, const Plan& plan) {
  json out = json::array();
  if (!detector) return out;
  for (const judge::ExcludedRange& range : detector->spec.choices.excluded) {
    const Timestamp from = std::max(range.start, plan.from);
    const Timestamp to = std::min(range.end, plan.to);
    if (from < to) out.push_back({{"from", time_text(from)}, {"to", time_text(to)}});
  }
  return out;
}

/// `unit`: behind numbers, with its blank.
std::string sentence(const Plan& plan,
                     const std::string& unit,
                     const std::map<Timestamp, double>& values,
                     std::size_t bands,
                     const std::vector<ChartPoint>& outside) {
  // The zone is said once, for all times of the caption.
  const std::string span = fmt::format("{}, {} to {} UTC",
                                       plan.metric.name,
                                       people_time(plan.from, plan.period),
                                       people_time(plan.to - plan.period, plan.period));
  if (values.empty()) return span + ": no data.";
  const std::string points =
      values.size() == 1 ? "1 point" : fmt::format("{} points", values.size());
  if (bands == 0) return fmt::format("{}: {}; no usual range is known yet.", span, points);
  if (outside.empty()) {
    return fmt::format(
        "{}: {}{} within the usual range.", span, values.size() > 1 ? "all " : "", points);
  }
  const auto farthest = std::max_element(
      outside.begin(), outside.end(), [](const ChartPoint& a, const ChartPoint& b) {
        return a.score < b.score;
      });
  const auto texts =
      people_compared(farthest->value, farthest->limits.lower, farthest->limits.upper, unit);
  return fmt::format(
      "{}: {} of {} outside the usual range; farthest {} on {}, where {} "
      "were usual.",
      span,
      outside.size(),
      points,
      texts.value,
      people_time(farthest->at, plan.period),
      texts.range);
}

json metric_json(const Context& context, const MetricRef& metric) {
  return {{"id", metric_id(context.services.reader, metric).value_or("")},
          {"title", metric_title(metric)},
          {"namespace", metric.metric_namespace},
          {"name", metric.name},
          {"dimensions", dimensions_json(metric.dimensions)},
          {"region", metric.region}};
}

json bands_json(const BandSeries& bands, double k) {
  json out = json::array();
  for (const BandPoint& point : bands.points) {
    const Limits limits = limits_at(point.band, k, bands.within);
    out.push_back({point.start.s(), limits.lower, point.band.expected, limits.upper});
  }
  return out;
}

}  // namespace

Answer get_chart(const Context& context) {
  const auto plan = make_plan(context);
  if (!plan) return tl::unexpected(plan.error());
  const query::PeriodSelection selection{plan->metric, std::nullopt, plan->period};
  TM_API_TRY(const auto cells,
             query::period_cells(context.services.reader, selection, {plan->from, plan->to}));
  std::map<Timestamp, double> values;
  for (const query::PeriodCell& cell : cells) {
    if (const auto value = evaluate(plan->stat, cell.cell)) values[cell.start] = *value;
  }
  MetricQuery query;
  query.id = "m1";
  query.metric_stat = MetricStat{plan->metric, plan->period, plan->stat, std::nullopt};
  BandIdentity identity{{query}, plan->period};
  // One period beyond the end: what is expected next.
  TM_API_TRY(const auto bands,
             context.services.judge.bands(identity, plan->from, plan->to + plan->period));
  const auto points = judged_points(values, bands, plan->k);
  const auto detector = detector_of(context, *plan);
  const ChartSubject subject{plan->metric, plan->stat, plan->period, plan->from, plan->to};
  TM_API_TRY(const auto always_on, always_on_marks(context, subject));
  std::vector<ChartSilence> silences;
  KeptFindings kept;
  if (detector) {
    TM_API_TRY(silences, chart_silences(context, subject, *detector));
    TM_API_TRY(kept, kept_findings(context, subject, *detector, values));
  }
  const auto marks = marks_of(points, kept, always_on);
  const std::string unit = query::unit_of_metric(context.services.reader, plan->metric);
  const std::string behind = people_unit(unit, plan->stat.name);
  const std::string caption =
      sentence(*plan, behind, values, bands.points.size(), outside_of(points)) +
      inside_words(marks) + always_on_words(always_on.size()) +
      silence_words(silences, plan->period);
  return json{
      {"metric", metric_json(context, plan->metric)},
      {"stat", plan->stat.name},
      {"period_s", whole_seconds(plan->period)},
      {"k", plan->k},
      {"unit", unit},
      {"from", time_text(plan->from)},
      {"to", time_text(plan->to)},
      {"points", points_json(values, plan->period)},
      {"band", bands_json(bands, plan->k)},
      {"findings", marks_json(marks, plan->period, behind)},
      {"silences", silences_json(silences)},
      {"excluded", excluded_json(detector, *plan)},
      {"calendar_days", detector ? calendar_days_json(context, subject, *detector) : json::array()},
      {"detector",
       detector ? json{{"state", to_text(detector->state)},
                       {"trained_periods", detector->trained_periods}}
                : json()},
      {"threshold", plan->threshold ? json(*plan->threshold) : json()},
      {"sentence", caption}};
}

}  // namespace tidemark::web::own
