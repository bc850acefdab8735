#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/people_number.h"
#include "base/people_time.h"
#include "judge/why.h"
#include "learn/width.h"
#include "web/own/alarm_form.h"
#include "web/own/context.h"
#include "web/own/detector_form.h"
#include "web/own/time_range.h"

namespace tidemark::web::own {
namespace {

constexpr std::size_t kListDefault = 100;
constexpr std::size_t kListMax = 1000;
constexpr std::array<std::string_view, 3> kTiers{"detector", "always_on", "all"};  // FindingTier
constexpr Duration kListSpan = std::chrono::hours(24 * 7);

judge::FindingBook::Deps deps_of(const Context& context) {
  const OwnServices& services = context.services;
  return {services.judge, services.reader, services.control, services.clock};
}

json verdict_json(const std::optional<judge::KeptVerdict>& kept) {
  if (!kept) return {};
  return {
      {"verdict", to_text(kept->verdict)}, {"at", time_text(kept->at)}, {"comment", kept->comment}};
}

/// Why it is one, in a line.
std::string reason_of(const judge::FindingView& view) {
  if (view.finding.kind == FindingKind::silence) {
    return fmt::format("silence: no data since {}",
                       people_time(view.finding.began, view.ref.period));
  }
  const auto texts =
      people_compared(view.finding.value, view.limits.lower, view.limits.upper, view.unit);
  return fmt::format("{}: {} on {}; {} are usual",
                     to_text(view.finding.kind),
                     texts.value,
                     people_time(view.ref.at, view.ref.period),
                     texts.range);
}

/// The metrics that a detector watches by now. Asked for once a list: there may be thousands.
std::set<MetricRef> watched_metrics(const Context& context) {
  std::set<MetricRef> out;
  for (const judge::DetectorView& view : context.services.judge.list({})) {
    if (view.spec.target.metric) out.insert(*view.spec.target.metric);
  }
  return out;
}

/// `watched`: of findings of the always-on tier.
json finding_json(const Context& context,
                  const judge::FindingView& view,
                  const std::set<MetricRef>& watched) {
  const Finding& finding = view.finding;
  const Subject subject = subject_of(context, view.target);
  const bool is_silence = finding.kind == FindingKind::silence;
  const bool is_above = finding.value > view.band.expected;
  // The band of a constant is at the new level by then.
  const bool is_followed =
      finding.kind == FindingKind::level_shift && view.limits.holds(finding.value);
  const bool has_side = !is_silence && !is_followed;
  const bool always_on = is_always_on(view);
  return {
      {"id", to_id(view.ref)},
      {"tier", always_on ? "always_on" : "detector"},
      {"detector_id", always_on ? json() : json(view.ref.detector_id)},
      {"detector_form", always_on ? detector_form(context, view.target, view.ref.period) : json()},
      {"watched", !always_on || watched.contains(subject.metric)},
      {"namespace", subject.metric.metric_namespace},
      {"metric", subject.metric.name},
      {"dimensions", dimensions_json(subject.metric.dimensions)},
      {"metric_id", subject.id},
      {"metric_title", subject.title},
      {"stat", subject.stat},
      {"period_s", whole_seconds(view.ref.period)},
      {"at", time_text(view.ref.at)},
      {"began", time_text(finding.began)},
      {"kind", to_text(finding.kind)},
      {"direction", has_side ? json(is_above ? "above" : "below") : json()},
      {"value", is_silence ? json() : json(finding.value)},
      {"expected", view.band.expected},
      {"lower", view.limits.lower},
      {"upper", view.limits.upper},
      {"width", view.width},
      {"score", finding.score},
      {"severity", to_text(judge::severity_of(finding.score))},
      {"confidence", view.confidence},
      {"choices", {{"width", view.width}, {"confidence", learn::confidence_from_k(view.width)}}},
      {"replay", finding.replay},
      {"late", finding.late},
      {"value_now", view.value_now ? json(*view.value_now) : json()},
      {"retracted", view.retracted},
      {"reason", reason_of(view)},
      {"verdict", verdict_json(view.verdict)}};
}

json finding_json(const Context& context, const judge::FindingView& view) {
  return finding_json(
      context, view, is_always_on(view) ? watched_metrics(context) : std::set<MetricRef>());
}

json moved_json(const Context& context, const judge::Explanation::Moved& moved) {
  const Subject subject = subject_of(context, moved.target);
  return {{"finding_id", moved.id},
          {"metric_id", subject.id},
          {"metric_title", subject.title},
          {"at", time_text(moved.at)},
          {"score", moved.score}};
}

json aftermath_json(const judge::Explanation& why) {
  using Course = judge::Aftermath::Course;
  const judge::Aftermath& known = why.aftermath;
  const bool is_over = known.course == Course::back || known.course == Course::followed;
  return {{"course", to_text(known.course)},
          {"since", is_over ? json(time_text(known.since)) : json()},
          {"periods", known.periods},
          {"outside", known.outside},
          {"sentence", why.aftermath_words}};
}

json why_json(const Context& context, const judge::Explanation& why) {
  json past = json::array(), moved = json::array(), changes = json::array();
  for (const auto& each : why.same_slot) {
    past.push_back(
        {{"at", time_text(each.at)}, {"value", each.value ? json(*each.value) : json()}});
  }
  for (const auto& each : why.also_moved)
    moved.push_back(moved_json(context, each));
  for (const AddAudit& each : why.changes) {
    changes.push_back({{"at", time_text(each.at)},
                       {"who", each.who},
                       {"what", each.what},
                       {"object", each.object},
                       {"detail", each.detail}});
  }
  return {{"finding", finding_json(context, why.view)},
          {"sentence", why.sentence},
          {"rarity", why.rarity},
          {"sureness", why.sureness},
          {"aftermath", aftermath_json(why)},
          {"timezone", why.timezone},
          {"slot_step", to_text(why.slot_step)},
          {"same_slot", std::move(past)},
          {"also_moved", std::move(moved)},
          {"changes", std::move(changes)},
          {"receipt", json::parse(to_json(why.receipt))},
          {"recomputed", why.recomputed ? json::parse(to_json(*why.recomputed)) : json()},
          {"reproduced", why.reproduced},
          {"difference", why.difference}};
}

std::optional<ApiError> set_times(const Context& context, judge::FindingQuery* query) {
  const Timestamp now = context.services.clock.wall();
  const std::string to = context.param("to").empty() ? "now" : context.param("to");
  const auto end = parse_time(to, now);
  if (!end) return ApiError{400, "invalid_field", fmt::format("'{}' is no time", to), "to"};
  const std::string from = context.param("from");
  const auto start = from.empty() ? std::optional(*end - kListSpan) : parse_time(from, now);
  if (!start) return ApiError{400, "invalid_field", fmt::format("'{}' is no time", from), "from"};
  if (!(*start < *end)) return ApiError{400, "invalid_field", "from must be before to", "from"};
  query->from = *start;
  query->to = *end;
  return std::nullopt;
}

}  // namespace

Answer get_findings(const Context& context) {
  judge::FindingQuery query;
  const auto limit = context.number("limit", kListDefault, 1, kListMax);
  if (!limit) return tl::unexpected(limit.error());
  query.limit = *limit;
  const std::string tier = context.param("tier");
  const auto wanted = std::find(kTiers.begin(), kTiers.end(), tier.empty() ? kTiers[0] : tier);
  if (wanted == kTiers.end()) {
    return invalid_field("tier", "tier must be detector, always_on or all");
  }
  query.tier = static_cast<judge::FindingTier>(wanted - kTiers.begin());
  query.with_replay = context.param("replay") == "1";
  query.detector_id = context.param("detector");
  if (const std::string id = context.param("metric"); !id.empty()) {
    query.metric = metric_of(context.services.reader, id);
    if (!query.metric) return refuse(404, "not_found", fmt::format("no metric '{}'", id), "metric");
  }
  if (auto refusal = set_times(context, &query)) return tl::unexpected(*refusal);
  TM_API_TRY(const auto found, judge::FindingBook(deps_of(context)).list(query));
  json list = json::array();
  const auto watched =
      query.tier == judge::FindingTier::detector ? std::set<MetricRef>() : watched_metrics(context);
  for (const judge::FindingView& view : found)
    list.push_back(finding_json(context, view, watched));
  return json{
      {"findings", std::move(list)}, {"from", time_text(query.from)}, {"to", time_text(query.to)}};
}

Answer get_finding(const Context& context) {
  TM_API_TRY(const auto view, judge::FindingBook(deps_of(context)).find(context.name));
  return finding_json(context, view);
}

Answer get_finding_why(const Context& context) {
  TM_API_TRY(const auto why, judge::explain(deps_of(context), context.name));
  return why_json(context, why);
}

Answer post_verdict(const Context& context) {
  Form form(context.body);
  const std::string word = form.text("verdict");
  const std::string comment = form.text_or("comment", "");
  if (form.error()) return tl::unexpected(*form.error());
  const auto verdict = judge::parse_verdict(word);
  if (!verdict || *verdict == judge::Verdict::missed) {
    return invalid_field("verdict", "verdict must be expected, real, known or reviewed");
  }
  TM_API_TRY(const auto view,
             judge::FindingBook(deps_of(context)).judge(context.name, *verdict, comment));
  return finding_json(context, view);
}

Answer delete_verdict(const Context& context) {
  TM_API_TRY(const auto view, judge::FindingBook(deps_of(context)).take_back(context.name));
  return finding_json(context, view);
}

}  // namespace tidemark::web::own
