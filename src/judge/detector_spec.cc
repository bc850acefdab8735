#include "judge/detector_spec.h"

#include <date/tz.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "model/metric_query_json.h"

namespace tidemark::judge {
namespace {

using nlohmann::json;

NLOHMANN_JSON_SERIALIZE_ENUM(AdaptationSpeed,
                             {{AdaptationSpeed::slow, "SLOW"},
                              {AdaptationSpeed::normal, "NORMAL"},
                              {AdaptationSpeed::fast, "FAST"}})
NLOHMANN_JSON_SERIALIZE_ENUM(OutlierFiltering,
                             {{OutlierFiltering::minimal, "MINIMAL"},
                              {OutlierFiltering::moderate, "MODERATE"},
                              {OutlierFiltering::strict, "STRICT"}})

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

json choices_json(const DetectorChoices& choices) {
  json excluded = json::array();
  for (const ExcludedRange& range : choices.excluded) {
    excluded.push_back({range.start.ns(), range.end.ns()});
  }
  return {{"excluded_ns", std::move(excluded)},
          {"timezone", choices.timezone},
          {"adaptation", choices.adaptation},
          {"filtering", choices.filtering},
          {"periodic_spikes", choices.periodic_spikes}};
}

DetectorChoices read_choices(const json& from) {
  DetectorChoices out;
  for (const json& range : from.at("excluded_ns")) {
    out.excluded.push_back({Timestamp::from_ns(range.at(0)), Timestamp::from_ns(range.at(1))});
  }
  out.timezone = from.at("timezone");
  out.adaptation = from.at("adaptation").get<AdaptationSpeed>();
  out.filtering = from.at("filtering").get<OutlierFiltering>();
  out.periodic_spikes = from.at("periodic_spikes");
  return out;
}

bool is_time_zone(const std::string& name) {
  try {
    return name.empty() || date::locate_zone(name) != nullptr;
  } catch (const std::exception&) {
    return false;  // date::locate_zone throws for a name the database does not know
  }
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
  const json out{{"id", spec.id},
                 {"target", target_json(spec.target)},
                 {"choices", choices_json(spec.choices)},
                 {"periods_s", std::move(periods)},
                 {"created_at_ns", spec.created_at.ns()}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<DetectorSpec> detector_spec_from_json(const std::string& text) {
  try {
    const json from = json::parse(text);
    DetectorSpec out;
    out.id = from.at("id");
    TM_TRY(out.target, read_target(from.at("target")));
    out.choices = read_choices(from.at("choices"));
    for (const json& period : from.at("periods_s")) {
      const auto seconds = period.get<std::int64_t>();
      if (seconds < whole_seconds(kPeriodMin) || seconds > whole_seconds(kPeriodMax)) {
        return fail(Errc::corrupt, "detector document has an impossible period");
      }
      out.periods.push_back(std::chrono::seconds(seconds));
    }
    out.created_at = Timestamp::from_ns(from.at("created_at_ns"));
    return out;
  } catch (const std::exception& e) {
    return fail(Errc::corrupt, std::string("kept detector: ") + e.what());
  }
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
  if (choices.timezone.size() > kTimezoneMaxBytes || !is_time_zone(choices.timezone)) {
    return fail(Errc::invalid,
                fmt::format("MetricTimezone '{}' is not a time zone of the IANA "
                            "database",
                            choices.timezone.substr(0, kTimezoneMaxBytes)));
  }
  return {};
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

SeriesKey band_series_key(const MetricRef& metric,
                          const std::string& detector_id,
                          Duration period) {
  auto key = to_series_key(metric, "Band");
  SeriesKey out = key ? *std::move(key) : SeriesKey{metric.name, {}};
  out.labels.push_back({std::string(kOwnLabelPrefix) + "band",
                        fmt::format("{}/{}", detector_id, whole_seconds(period))});
  std::sort(out.labels.begin(), out.labels.end());
  return out;
}

}  // namespace tidemark::judge
