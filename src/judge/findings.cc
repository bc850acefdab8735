#include "judge/findings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/people_unit.h"
#include "judge/always/listing.h"
#include "judge/math/expression.h"
#include "judge/run/read_number.h"
#include "judge/stored.h"
#include "learn/sureness.h"
#include "query/period_stats.h"

namespace tidemark::judge {
namespace {

using nlohmann::json;

constexpr const char* kCollection = "verdict";
constexpr std::array<std::string_view, 5> kVerdicts{
    "expected", "real", "known", "reviewed", "missed"};
// A score is a rarity: 0.5 deserves a finding, 0.9 has hardly ever been seen.
constexpr double kMedium = 0.7;
constexpr double kHigh = 0.9;

std::string to_json(const KeptVerdict& kept) {
  const json out{{"verdict", to_text(kept.verdict)},
                 {"at", format_rfc3339(kept.at)},
                 {"comment", kept.comment}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<KeptVerdict> verdict_from_json(const std::string& text) {
  const json from = json::parse(text, nullptr, false);
  if (!from.is_object()) return std::nullopt;
  const auto verdict = parse_verdict(from.value("verdict", ""));
  const auto at = parse_rfc3339(from.value("at", ""));
  if (!verdict || !at) return std::nullopt;
  return KeptVerdict{*verdict, *at, from.value("comment", "")};
}

/// What a verdict does to learning; nullopt: nothing.
std::optional<Mark::Effect> effect_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::expected:
      return Mark::Effect::learn;
    case Verdict::real:
    case Verdict::known:
      return Mark::Effect::exclude;
    case Verdict::missed:
      return Mark::Effect::missed;
    case Verdict::reviewed:
      break;
  }
  return std::nullopt;
}

/// What follows from the band, its width and the value of today.
void settle(FindingView* view, const Limits& within = kAnywhere) {
  const Finding& then = view->finding;
  view->confidence = then.confidence != Finding::kNotKept
                         ? then.confidence
                         : learn::sureness_of({then.learned, view->ref.period, view->width});
  view->limits = limits_at(view->band, view->width, within);
  if (!view->value_now) return;
  const double now = *view->value_now;
  const bool inside = view->limits.holds(now);
  // A silence that data have filled was none, whatever they are.
  view->retracted =
      view->finding.kind == FindingKind::silence || (inside && now != view->finding.value);
}

/// Whether findings of that detector, or watch, are asked for.
bool is_asked_for(const FindingQuery& query, const DetectorSpec& spec) {
  return (!query.metric || spec.target.metric == query.metric) &&
         (query.detector_id.empty() || spec.id == query.detector_id);
}

}  // namespace

std::string to_id(const FindingRef& ref) {
  return fmt::format("{}.{}.{}", ref.detector_id, whole_seconds(ref.period), ref.at.s());
}

std::optional<FindingRef> parse_finding_id(const std::string& text) {
  const std::size_t second = text.rfind('.');
  const std::size_t first =
      second == std::string::npos || second == 0 ? std::string::npos : text.rfind('.', second - 1);
  if (first == std::string::npos || first == 0) return std::nullopt;
  std::int64_t period = 0, at = 0;
  const std::string_view view(text);
  if (!read_number(view.substr(first + 1, second - first - 1), &period) ||
      !read_number(view.substr(second + 1), &at) || period < whole_seconds(kPeriodMin) ||
      period > whole_seconds(kPeriodMax) || std::abs(at) > whole_seconds(Duration::max())) {
    return std::nullopt;
  }
  return FindingRef{text.substr(0, first), std::chrono::seconds(period), Timestamp::from_s(at)};
}

bool is_always_on(const FindingView& view) {
  return parse_always_on_id(view.ref.detector_id).has_value();
}

std::string_view to_text(Verdict verdict) {
  return kVerdicts[static_cast<std::size_t>(verdict)];
}

std::optional<Verdict> parse_verdict(std::string_view text) {
  const auto found = std::find(kVerdicts.begin(), kVerdicts.end(), text);
  if (found == kVerdicts.end()) return std::nullopt;
  return static_cast<Verdict>(found - kVerdicts.begin());
}

std::string missed_subject(Timestamp from, Timestamp to) {
  return fmt::format("missed/{}/{}", format_rfc3339(from), format_rfc3339(to));
}

Severity severity_of(double score) {
  return score >= kHigh ? Severity::high : score >= kMedium ? Severity::medium : Severity::low;
}

std::string_view to_text(Severity severity) {
  constexpr std::array<std::string_view, 3> kWords{"low", "medium", "high"};
  return kWords[static_cast<std::size_t>(severity)];
}

Result<std::map<std::string, KeptVerdict>> FindingBook::verdicts() const {
  TM_TRY(const auto documents, deps_.control.documents(kCollection));
  std::map<std::string, KeptVerdict> out;
  for (const ControlDocument& document : documents) {
    auto kept = verdict_from_json(document.body);
    if (!kept) return fail(Errc::corrupt, "kept verdict of " + document.key + " cannot be read");
    out.emplace(document.key, *std::move(kept));
  }
  return out;
}

Result<FindingView> FindingBook::view_of(const DetectorSpec& spec,
                                         const FindingRef& ref,
                                         const Finding& finding) const {
  FindingView out;
  out.ref = ref;
  out.target = spec.target;
  out.finding = finding;
  if (const auto& metric = spec.target.metric)
    out.unit = people_unit(query::unit_of_metric(deps_.reader, *metric), spec.target.stat.name);
  if (const auto series = parse_always_on_id(ref.detector_id)) {
    const AlwaysOnRef watch{*series, ref.period};
    TM_TRY(out.band, always_on_band(deps_.reader, watch, ref.at));
    TM_TRY(out.value_now, always_on_value(deps_.reader, watch, ref.at));
    settle(&out);
    return out;
  }
  const Timestamp end = ref.at + ref.period;
  TM_TRY(const auto bands,
         read_stored(deps_.reader, band_series_key(spec, ref.period), ref.at, end));
  if (!bands.empty()) out.band = std::get<IssuedBand>(bands.front().value);
  const auto then = at_revision(spec, out.finding.revision);
  out.width = finding_width(then ? *then : spec);
  TM_TRY(out.value_now,
         value_of({deps_.reader, deps_.judge}, spec, ref.period, ref.at, deps_.clock.wall()));
  settle(&out, own_limits((then ? *then : spec).choices));
  return out;
}

Result<void> FindingBook::scan_always_on(const FindingQuery& query, Scan* out) const {
  for (const AlwaysOnRef& ref : always_on_found(deps_.reader, query.metric, query.from)) {
    TM_TRY(const auto found, always_on_findings(deps_.reader, ref, query.from, query.to));
    if (found.empty()) continue;
    auto spec = always_on_spec(deps_.reader, ref);
    if (!spec || !is_asked_for(query, *spec)) continue;
    const std::string id = spec->id;
    out->detectors.push_back({*std::move(spec), TrainingState::trained, 0});
    for (const AlwaysOnFinding& each : found) {
      if (each.finding.replay && !query.with_replay) continue;
      out->found.push_back({out->detectors.size() - 1, {id, ref.period, each.at}, each.finding});
    }
  }
  return {};
}

Result<FindingBook::Scan> FindingBook::scan(const FindingQuery& query) const {
  Scan out;
  DetectorFilter all;
  all.metric_math = true;
  if (query.tier != FindingTier::always_on) out.detectors = deps_.judge.list(all);
  std::erase_if(out.detectors,
                [&](const DetectorView& view) { return !is_asked_for(query, view.spec); });
  for (std::size_t i = 0; i < out.detectors.size(); ++i) {
    const DetectorSpec& spec = out.detectors[i].spec;
    for (const Duration period : spec.periods) {
      TM_TRY(const auto samples,
             read_stored(deps_.reader, finding_series_key(spec, period), query.from, query.to));
      for (const Sample& sample : samples) {
        const auto& finding = std::get<Finding>(sample.value);
        if (finding.replay && !query.with_replay) continue;
        out.found.push_back({i, {spec.id, period, sample.at}, finding});
      }
    }
  }
  if (query.tier != FindingTier::detector) TM_TRY_VOID(scan_always_on(query, &out));
  std::stable_sort(out.found.begin(), out.found.end(), [](const Found& a, const Found& b) {
    return a.ref.at > b.ref.at;
  });
  if (out.found.size() > query.limit) out.found.resize(query.limit);
  return out;
}

Result<std::vector<FindingView>> FindingBook::list(const FindingQuery& query) const {
  TM_TRY(const Scan seen, scan(query));
  TM_TRY(const auto kept, verdicts());
  std::vector<FindingView> out;
  for (const Found& each : seen.found) {
    TM_TRY(auto view, view_of(seen.detectors[each.detector].spec, each.ref, each.finding));
    const auto verdict = kept.find(to_id(each.ref));
    if (verdict != kept.end()) view.verdict = verdict->second;
    out.push_back(std::move(view));
  }
  return out;
}

Result<FindingView> FindingBook::find(const std::string& id) const {
  const auto ref = parse_finding_id(id);
  if (const auto series = ref ? parse_always_on_id(ref->detector_id) : std::nullopt) {
    return find_always_on({*series, ref->period}, ref->at);
  }
  const auto detector = ref ? deps_.judge.find_id(ref->detector_id) : std::nullopt;
  if (!detector) {
    return fail(Errc::not_found, fmt::format("there is no finding '{}'", id.substr(0, 100)));
  }
  const DetectorSpec& spec = detector->spec;
  TM_TRY(const auto samples,
         read_stored(
             deps_.reader, finding_series_key(spec, ref->period), ref->at, ref->at + Duration(1)));
  if (samples.empty()) return fail(Errc::not_found, fmt::format("there is no finding '{}'", id));
  return with_verdict(view_of(spec, *ref, std::get<Finding>(samples.front().value)));
}

Result<FindingView> FindingBook::find_always_on(const AlwaysOnRef& watch, Timestamp at) const {
  const FindingRef ref{always_on_id(watch.series), watch.period, at};
  TM_TRY(const auto found, always_on_findings(deps_.reader, watch, at, at + Duration(1)));
  const auto spec = always_on_spec(deps_.reader, watch);
  if (found.empty() || !spec) {
    return fail(Errc::not_found, fmt::format("there is no finding '{}'", to_id(ref)));
  }
  return with_verdict(view_of(*spec, ref, found.front().finding));
}

Result<FindingView> FindingBook::with_verdict(Result<FindingView> view) const {
  if (!view) return view;
  TM_TRY(const auto kept, verdicts());
  const auto verdict = kept.find(to_id(view->ref));
  if (verdict != kept.end()) view->verdict = verdict->second;
  return view;
}

Result<void> FindingBook::keep_mark(const FindingView& view, std::optional<Mark::Effect> effect) {
  if (is_always_on(view)) return {};  // nobody named it: there is nothing that keeps a mark
  std::optional<Mark> mark;
  if (effect) mark = Mark{view.ref.at, view.ref.at + view.ref.period, *effect, "", 0};
  TM_TRY_VOID(deps_.judge.mark(view.ref.detector_id, to_id(view.ref), mark));
  return {};
}

Result<FindingView> FindingBook::judge(const std::string& id,
                                       Verdict verdict,
                                       const std::string& comment) {
  if (verdict == Verdict::missed) {
    return fail(Errc::invalid, "a finding cannot be missed: say so of a window that has none");
  }
  if (comment.size() > kCommentMaxBytes) {
    return fail(Errc::invalid, fmt::format("comment has more than {} bytes", kCommentMaxBytes));
  }
  TM_TRY(const auto view, find(id));
  const KeptVerdict kept{verdict, deps_.clock.wall(), comment};
  TM_TRY_VOID(deps_.control.commit_and_wait(
      {PutDocument{{kCollection, id, to_json(kept)}},
       AddAudit{kept.at, who_, "verdict", id, std::string(to_text(verdict))}}));
  TM_TRY_VOID(keep_mark(view, effect_of(verdict)));
  return find(id);
}

Result<FindingView> FindingBook::take_back(const std::string& id) {
  TM_TRY(auto view, find(id));
  if (!view.verdict) return view;
  TM_TRY_VOID(deps_.control.commit_and_wait(
      {DeleteDocument{kCollection, id},
       AddAudit{deps_.clock.wall(), who_, "verdict", id, "taken back"}}));
  TM_TRY_VOID(keep_mark(view, std::nullopt));
  return find(id);
}

Result<void> FindingBook::missed(const DetectorTarget& target, Timestamp from, Timestamp to) {
  if (!(from < to)) return fail(Errc::invalid, "from must be before to");
  const auto detector = deps_.judge.find(target);
  if (!detector) return fail(Errc::not_found, "no detector watches this statistic of the metric");
  const std::string subject = missed_subject(from, to);
  TM_TRY_VOID(deps_.control.commit_and_wait(
      {AddAudit{deps_.clock.wall(), who_, "verdict", detector->spec.id, subject}}));
  TM_TRY_VOID(
      deps_.judge.mark(detector->spec.id, subject, Mark{from, to, Mark::Effect::missed, "", 0}));
  return {};
}

}  // namespace tidemark::judge
