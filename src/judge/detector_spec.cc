#include "judge/detector_spec.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/zone.h"
#include "judge/choices_json.h"
#include "model/metric_query_json.h"

namespace tidemark::judge {
namespace {

using nlohmann::json;

NLOHMANN_JSON_SERIALIZE_ENUM(Mark::Effect,
                             {{Mark::Effect::learn, "learn"},
                              {Mark::Effect::exclude, "exclude"},
                              {Mark::Effect::missed, "missed"}})

json target_json(const DetectorTarget& target) {
  if (!target.metric) return {{"math", to_json(target.math)}};
  return {{"metric", to_json(*target.metric)}, {"stat", target.stat.name}};
}

Result<DetectorTarget> read_target(const json& from) {
  DetectorTarget out;
  if (from.contains("math")) {
    TM_TRY(out.math, metric_queries_from_json(from.at("math")));
    return out;
  }
  TM_TRY(out.metric, metric_ref_from_json(from.at("metric")));
  const auto stat = parse_statistic(from.at("stat").get<std::string>());
  if (!stat) return fail(Errc::corrupt, "kept detector has an unknown statistic");
  out.stat = *stat;
  return out;
}

json mark_json(const Mark& mark) {
  return {{"from_ns", mark.from.ns()},
          {"to_ns", mark.to.ns()},
          {"effect", mark.effect},
          {"subject", mark.subject},
          {"revision", mark.revision}};
}

Mark read_mark(const json& from) {
  return {Timestamp::from_ns(from.at("from_ns")),
          Timestamp::from_ns(from.at("to_ns")),
          from.at("effect").get<Mark::Effect>(),
          from.at("subject"),
          from.at("revision")};
}

Result<void> check_own(const OwnChoices& own) {
  const auto is_deviation = [](double value) { return std::isfinite(value) && value >= 0; };
  if (!(own.width >= kWidthMin && own.width <= kWidthMax)) {
    return fail(Errc::invalid,
                fmt::format("width must be {} to {}, not {}", kWidthMin, kWidthMax, own.width));
  }
  if (!is_deviation(own.min_deviation) || !is_deviation(own.min_relative_deviation)) {
    return fail(Errc::invalid, "min_deviation and min_relative_deviation must be 0 or more");
  }
  if (own.lower_limit && own.upper_limit && !(*own.lower_limit < *own.upper_limit)) {
    return fail(Errc::invalid, "lower_limit must be below upper_limit");
  }
  for (const auto& limit : {own.lower_limit, own.upper_limit}) {
    if (limit && !std::isfinite(*limit)) {
      return fail(Errc::invalid, "lower_limit and upper_limit must be finite");
    }
  }
  if (own.calendars.size() > kCalendarsMax) {
    return fail(Errc::invalid, fmt::format("a detector uses at most {} calendars", kCalendarsMax));
  }
  for (const CalendarUse& use : own.calendars)
    TM_TRY_VOID(CalendarDays::make(use.calendar).map([](const auto&) {}));
  return check_tags(own.tags);
}

Result<Duration> read_period(const json& from) {
  const auto seconds = from.get<std::int64_t>();
  if (seconds < whole_seconds(kPeriodMin) || seconds > whole_seconds(kPeriodMax)) {
    return fail(Errc::corrupt, "detector document has an impossible period");
  }
  return Duration(std::chrono::seconds(seconds));
}

json seed_json(const Seed& seed) {
  return {{"period_s", whole_seconds(seed.period)},
          {"below", seed.below},
          {"above", seed.above},
          {"siblings", seed.siblings}};
}

Result<Seed> read_seed(const json& from) {
  Seed out;
  TM_TRY(out.period, read_period(from.at("period_s")));
  out.below = from.at("below");
  out.above = from.at("above");
  out.siblings = from.at("siblings");
  for (const auto& widths : {out.below, out.above}) {
    const bool ascends = widths[0] >= 0 && widths[1] >= widths[0] && widths[2] >= widths[1];
    if (!ascends || !std::isfinite(widths[2])) {
      return fail(Errc::corrupt, "seed of a detector has impossible widths");
    }
  }
  return out;
}

json inherited_json(const std::vector<CalendarUse>& inherited) {
  json out = json::array();
  for (const CalendarUse& use : inherited)
    out.push_back(calendar_json(use));
  return out;
}

/// Of a detector, or of its former choices; none in documents from before there were any.
Result<std::vector<CalendarUse>> read_inherited(const json& from) {
  std::vector<CalendarUse> out;
  for (const json& use : from.value("inherited", json::array())) {
    TM_TRY(auto read, calendar_from_json(use, "inherited."));
    TM_TRY_VOID(CalendarDays::make(read.calendar).map([](const auto&) {}));
    out.push_back(std::move(read));
  }
  return out;
}

/// What changed since the detector was made; documents from before there were revisions have none
/// of it.
Result<void> read_revisions(const json& from, DetectorSpec* out) {
  out->revision = from.value("revision", std::uint64_t{1});
  for (const json& former : from.value("former", json::array())) {
    TM_TRY(auto choices, choices_from_json(former.at("choices"), {}));
    TM_TRY_VOID(check_own(choices.own));
    TM_TRY(auto inherited, read_inherited(former));
    out->former.push_back(
        {former.at("through_revision"), std::move(choices), std::move(inherited)});
  }
  for (const json& mark : from.value("marks", json::array()))
    out->marks.push_back(read_mark(mark));
  for (const json& seed : from.value("seeds", json::array())) {
    TM_TRY(auto read, read_seed(seed));
    out->seeds.push_back(read);
  }
  if (out->marks.size() > kMarksMax || out->former.size() > kFormerMax ||
      out->seeds.size() > kPeriodsMax) {
    return fail(Errc::corrupt, "detector document has too many marks, former choices or seeds");
  }
  return {};
}

}  // namespace

std::string target_key(const DetectorTarget& target) {
  if (!target.metric)
    return "math/" + to_json(target.math).dump(-1, ' ', false, json::error_handler_t::replace);
  return fmt::format("metric/{}/{}", to_text(*target.metric), target.stat.name);
}

std::string to_json(const DetectorSpec& spec) {
  json periods = json::array();
  for (const Duration period : spec.periods)
    periods.push_back(whole_seconds(period));
  json former = json::array(), marks = json::array(), seeds = json::array();
  for (const FormerChoices& each : spec.former) {
    former.push_back({{"through_revision", each.through_revision},
                      {"choices", choices_json(each.choices)},
                      {"inherited", inherited_json(each.inherited)}});
  }
  for (const Mark& mark : spec.marks)
    marks.push_back(mark_json(mark));
  for (const Seed& seed : spec.seeds)
    seeds.push_back(seed_json(seed));
  const json out{{"id", spec.id},
                 {"target", target_json(spec.target)},
                 {"choices", choices_json(spec.choices)},
                 {"inherited", inherited_json(spec.inherited)},
                 {"periods_s", std::move(periods)},
                 {"created_at_ns", spec.created_at.ns()},
                 {"revision", spec.revision},
                 {"former", std::move(former)},
                 {"marks", std::move(marks)},
                 {"seeds", std::move(seeds)}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

namespace {

Result<DetectorSpec> read_spec(const json& from) {
  try {
    DetectorSpec out;
    out.id = from.at("id");
    TM_TRY(out.target, read_target(from.at("target")));
    TM_TRY(out.choices, choices_from_json(from.at("choices"), {}));
    TM_TRY_VOID(check_own(out.choices.own));
    TM_TRY(out.inherited, read_inherited(from));
    TM_TRY_VOID(read_revisions(from, &out));
    for (const json& period : from.at("periods_s")) {
      TM_TRY(const auto read, read_period(period));
      out.periods.push_back(read);
    }
    out.created_at = Timestamp::from_ns(from.at("created_at_ns"));
    return out;
  } catch (const json::exception& e) {
    // The library's own words begin with "[json.exception.…] ", which says nothing to people.
    const std::string_view what = e.what();
    const auto words = what.find("] ");
    return fail(
        Errc::corrupt,
        "it is damaged: " + std::string(words == what.npos ? what : what.substr(words + 2)));
  } catch (const std::exception& e) {
    return fail(Errc::corrupt, e.what());
  }
}

}  // namespace

Result<DetectorSpec> detector_spec_from_json(const std::string& text) {
  auto spec = read_spec(json::parse(text, nullptr, false));
  if (!spec) return fail(Errc::corrupt, "kept detector: " + spec.error().what);
  return spec;
}

std::optional<DetectorSpec> at_revision(const DetectorSpec& spec, std::uint64_t revision) {
  DetectorSpec out = spec;
  out.revision = revision;
  std::erase_if(out.marks, [&](const Mark& mark) { return mark.revision > revision; });
  const auto former = std::find_if(spec.former.begin(), spec.former.end(), [&](const auto& each) {
    return each.through_revision >= revision;
  });
  if (former == spec.former.begin() && spec.former.size() == kFormerMax) return std::nullopt;
  if (former != spec.former.end()) {
    out.choices = former->choices;
    out.inherited = former->inherited;
  }
  return out;
}

double finding_width(const DetectorSpec& spec) {
  const auto missed = std::count_if(spec.marks.begin(), spec.marks.end(), [](const Mark& mark) {
    return mark.effect == Mark::Effect::missed;
  });
  return spec.choices.own.width * std::max(0.5, std::pow(0.9, static_cast<double>(missed)));
}

Limits own_limits(const DetectorChoices& choices) {
  return {choices.own.lower_limit.value_or(kAnywhere.lower),
          choices.own.upper_limit.value_or(kAnywhere.upper)};
}

DetectorChoices judging_choices(DetectorChoices choices) {
  choices.own.tags.clear();
  return choices;
}

DetectorChoices judging_choices(const DetectorSpec& spec) {
  DetectorChoices out = judging_choices(spec.choices);
  auto& calendars = out.own.calendars;
  calendars.insert(calendars.end(), spec.inherited.begin(), spec.inherited.end());
  return out;
}

void give(DetectorSpec* spec, DetectorChoices choices, std::vector<CalendarUse> inherited) {
  DetectorChoices before = judging_choices(std::exchange(spec->choices, std::move(choices)));
  auto inherited_before = std::exchange(spec->inherited, std::move(inherited));
  if (before == judging_choices(spec->choices) && inherited_before == spec->inherited) return;
  spec->former.push_back({spec->revision, std::move(before), std::move(inherited_before)});
  if (spec->former.size() > kFormerMax) spec->former.erase(spec->former.begin());
  ++spec->revision;
}

Result<void> check_choices(const DetectorChoices& choices) {
  if (choices.excluded.size() > kExcludedRangesMax) {
    return fail(Errc::invalid,
                fmt::format("ExcludedTimeRanges has {} ranges, limit {}",
                            choices.excluded.size(),
                            kExcludedRangesMax));
  }
  for (const ExcludedRange& range : choices.excluded) {
    if (range.end <= range.start) {
      return fail(Errc::invalid,
                  fmt::format("ExcludedTimeRanges: EndTime {} must be after "
                              "StartTime {}",
                              format_rfc3339(range.end),
                              format_rfc3339(range.start)));
    }
  }
  if (choices.timezone.size() > kTimezoneMaxBytes || !Zone::is_known(choices.timezone)) {
    return fail(Errc::invalid,
                fmt::format("MetricTimezone '{}' is not a time zone of the IANA "
                            "database",
                            choices.timezone.substr(0, kTimezoneMaxBytes)));
  }
  return check_own(choices.own);
}

Result<void> check_period(Duration period) {
  if (period < kPeriodMin || period > kPeriodMax) {
    return fail(Errc::invalid,
                fmt::format("a band has a period of {} to {} s, not {}",
                            whole_seconds(kPeriodMin),
                            whole_seconds(kPeriodMax),
                            whole_seconds(period)));
  }
  return {};
}

namespace {

// Of metric math, whose inputs may lie in several shards: no metric is called so.
constexpr const char* kMathName = "metric_math";

SeriesKey own_series_key(const DetectorSpec& spec, const char* what, Duration period) {
  SeriesKey out{kMathName, {}};
  if (const auto& metric = spec.target.metric) {
    auto key = to_series_key(*metric, "Band");
    out = key ? *std::move(key) : SeriesKey{metric->name, {}};
  }
  out.labels.push_back(
      {std::string(kOwnLabelPrefix) + what, fmt::format("{}/{}", spec.id, whole_seconds(period))});
  std::sort(out.labels.begin(), out.labels.end());
  return out;
}

}  // namespace

SeriesKey band_series_key(const DetectorSpec& spec, Duration period) {
  return own_series_key(spec, "band", period);
}

SeriesKey finding_series_key(const DetectorSpec& spec, Duration period) {
  return own_series_key(spec, "finding", period);
}

}  // namespace tidemark::judge
