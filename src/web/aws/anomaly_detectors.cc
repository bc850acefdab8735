#include <fmt/format.h>

#include "web/aws/actions.h"
#include "web/aws/metric_input.h"

namespace tidemark::web::aws {
namespace {

using judge::DetectorChoices;
using judge::DetectorFilter;
using judge::DetectorTarget;
using judge::DetectorView;

/// The API reference says so; the model has no upper limit.
constexpr std::int64_t kPageMax = 100;
constexpr std::string_view kFlatMembers[] = {"Namespace", "MetricName", "Dimensions", "Stat"};

tl::expected<DetectorTarget, AwsError> read_single(const Context& context,
                                                   const Document& from,
                                                   const std::string& where) {
  DetectorTarget out;
  auto metric = read_metric(context, from, where);
  if (!metric) return tl::unexpected(metric.error());
  out.metric = *std::move(metric);
  const auto account = from.text_at("AccountId").value_or(context.account());
  if (account != context.account()) {
    return invalid_value(fmt::format(
        "The value {} for parameter {}AccountId is invalid: this server has the account {} only.",
        account,
        where,
        context.account()));
  }
  const auto name = from.text_at("Stat").value_or("");
  if (name.empty()) {
    return missing_parameter(fmt::format("The parameter {}Stat is required.", where));
  }
  const auto stat = parse_statistic(name);
  if (!stat) {
    return validation_error(
        fmt::format("The value {} for parameter {}Stat is not supported.", name, where));
  }
  out.stat = *stat;
  return out;
}

tl::expected<DetectorTarget, AwsError> read_math(const Context& context, const Document& from) {
  const std::string where = "MetricMathAnomalyDetector.MetricDataQueries";
  auto queries = read_queries(context, from.list_at("MetricDataQueries"), where);
  if (!queries) return tl::unexpected(queries.error());
  const auto returned = std::count_if(
      queries->begin(), queries->end(), [](const MetricQuery& query) { return query.return_data; });
  if (returned != 1) {
    return validation_error("Exactly one element of the metrics list should return data.");
  }
  DetectorTarget out;
  out.math = *std::move(queries);
  out.stat = *parse_statistic("Average");
  return out;
}

/// The detector's key in one of its three forms; mixing them is refused as AWS does.
tl::expected<DetectorTarget, AwsError> read_target(const Context& context) {
  const Document& input = context.input();
  const Document* single = input.find("SingleMetricAnomalyDetector");
  const Document* math = input.find("MetricMathAnomalyDetector");
  bool flat = false;
  for (const std::string_view member : kFlatMembers) {
    flat = flat || (input.has(member) &&
                    !(input.find(member)->is_list() && input.find(member)->size() == 0));
  }
  if ((single != nullptr) + (math != nullptr) + (flat ? 1 : 0) > 1) {
    return invalid_combination(
        "Only one of the parameters SingleMetricAnomalyDetector, "
        "MetricMathAnomalyDetector and the single-metric parameters "
        "(Namespace, MetricName, Dimensions, Stat) may be specified.");
  }
  if (single != nullptr) return read_single(context, *single, "SingleMetricAnomalyDetector.");
  if (math != nullptr) return read_math(context, *math);
  return read_single(context, input, "");
}

/// `own`: what the detector was told by other doors, which CloudWatch cannot say and must not undo.
tl::expected<DetectorChoices, AwsError> read_choices(const Document& input, judge::OwnChoices own) {
  DetectorChoices out;
  out.own = std::move(own);
  if (const Document* configuration = input.find("Configuration")) {
    for (const Document& range : configuration->list_at("ExcludedTimeRanges")) {
      out.excluded.push_back({range.time_at("StartTime").value_or(Timestamp()),
                              range.time_at("EndTime").value_or(Timestamp())});
    }
    out.timezone = configuration->text_at("MetricTimezone").value_or("");
    const auto speed = configuration->text_at("AdaptationSpeed").value_or("NORMAL");
    out.adaptation = speed == "FAST"   ? judge::AdaptationSpeed::fast
                     : speed == "SLOW" ? judge::AdaptationSpeed::slow
                                       : judge::AdaptationSpeed::normal;
    const auto filter = configuration->text_at("OutlierFilteringStrength").value_or("MODERATE");
    out.filtering = filter == "STRICT"    ? judge::OutlierFiltering::strict
                    : filter == "MINIMAL" ? judge::OutlierFiltering::minimal
                                          : judge::OutlierFiltering::moderate;
  }
  if (const Document* traits = input.find("MetricCharacteristics")) {
    out.periodic_spikes = traits->bool_at("PeriodicSpikes").value_or(false);
  }
  TM_AWS_TRY([[maybe_unused]] const bool checked,
             judge::check_choices(out).map([] { return true; }));
  return out;
}

Document configuration_document(const DetectorChoices& choices) {
  Document ranges = Document::list();
  for (const judge::ExcludedRange& range : choices.excluded) {
    ranges.push_back({{"StartTime", range.start}, {"EndTime", range.end}});
  }
  Document out{{"ExcludedTimeRanges", std::move(ranges)}};
  if (!choices.timezone.empty()) out.set("MetricTimezone", choices.timezone);
  if (choices.adaptation != judge::AdaptationSpeed::normal) {
    out.set("AdaptationSpeed",
            choices.adaptation == judge::AdaptationSpeed::fast ? "FAST" : "SLOW");
  }
  if (choices.filtering != judge::OutlierFiltering::moderate) {
    out.set("OutlierFilteringStrength",
            choices.filtering == judge::OutlierFiltering::strict ? "STRICT" : "MINIMAL");
  }
  return out;
}

/// As recorded from AWS: a single metric shows in its own member and in the older flat ones.
Document detector_document(const DetectorView& view) {
  const DetectorTarget& target = view.spec.target;
  Document out{{"AnomalyDetectorId", view.spec.id},
               {"Configuration", configuration_document(view.spec.choices)},
               {"StateValue", to_text(view.state)}};
  if (view.spec.choices.periodic_spikes) {
    out.set("MetricCharacteristics", Document{{"PeriodicSpikes", true}});
  }
  if (!target.metric) {
    out.set("MetricMathAnomalyDetector",
            Document{{"MetricDataQueries", queries_document(target.math)}});
    return out;
  }
  const Document dimensions = dimensions_document(target.metric->dimensions);
  out.set("Namespace", target.metric->metric_namespace);
  out.set("MetricName", target.metric->name);
  out.set("Dimensions", dimensions);
  out.set("Stat", target.stat.name);
  out.set("SingleMetricAnomalyDetector",
          Document{{"AccountId", target.metric->account},
                   {"Namespace", target.metric->metric_namespace},
                   {"MetricName", target.metric->name},
                   {"Dimensions", dimensions},
                   {"Stat", target.stat.name}});
  return out;
}

tl::expected<DetectorFilter, AwsError> read_filter(const Context& context) {
  const Document& input = context.input();
  DetectorFilter out;
  out.account = context.account();
  out.region = context.region();
  out.ids = input.texts_at("AnomalyDetectorIds");
  if (const auto name = input.text_at("Namespace")) out.metric_namespace = std::string(*name);
  if (const auto name = input.text_at("MetricName")) out.metric_name = std::string(*name);
  auto dimensions = read_dimensions(input, "");
  if (!dimensions) return tl::unexpected(dimensions.error());
  out.dimensions = *std::move(dimensions);
  if (!out.ids.empty() && (out.metric_namespace || out.metric_name || !out.dimensions.empty())) {
    return invalid_combination("AnomalyDetectorIds cannot be combined with other filters.");
  }
  const auto types = input.texts_at("AnomalyDetectorTypes");
  if (!types.empty()) {
    out.single_metric = std::find(types.begin(), types.end(), "SINGLE_METRIC") != types.end();
    out.metric_math = std::find(types.begin(), types.end(), "METRIC_MATH") != types.end();
  }
  return out;
}

}  // namespace

Answer put_anomaly_detector(const Context& context) {
  auto target = read_target(context);
  if (!target) return tl::unexpected(target.error());
  const auto known = context.services.judge.find(*target);
  auto choices =
      read_choices(context.input(), known ? known->spec.choices.own : judge::OwnChoices{});
  if (!choices) return tl::unexpected(choices.error());
  TM_AWS_TRY(const auto spec,
             context.services.judge.put(*std::move(target), *std::move(choices), {}));
  return Document{{"AnomalyDetectorId", spec.id}};
}

Answer describe_anomaly_detectors(const Context& context) {
  const auto filter = read_filter(context);
  if (!filter) return tl::unexpected(filter.error());
  const std::int64_t limit = context.input().int_at("MaxResults").value_or(kPageMax);
  if (limit > kPageMax) {
    return validation_error(
        fmt::format("1 validation error detected: Value '{}' at 'maxResults' failed to satisfy "
                    "constraint: Member must have value less than or equal to {}",
                    limit,
                    kPageMax));
  }
  const auto views = context.services.judge.list(*filter);
  auto at = views.begin();
  if (const auto token = context.input().text_at("NextToken")) {
    at = std::find_if(views.begin(), views.end(), [&](const DetectorView& view) {
      return view.spec.id == *token;
    });
    if (at == views.end()) return refuse("InvalidNextToken", "The parameter NextToken is invalid.");
    ++at;
  }
  Document list = Document::list();
  for (; at != views.end() && std::cmp_less(list.size(), limit); ++at)
    list.push_back(detector_document(*at));
  Document out{{"AnomalyDetectors", std::move(list)}};
  if (at != views.end()) out.set("NextToken", std::prev(at)->spec.id);
  return out;
}

Answer delete_anomaly_detector(const Context& context) {
  std::string id;
  if (const auto given = context.input().text_at("AnomalyDetectorId")) {
    id = *given;
  } else {
    const auto target = read_target(context);
    if (!target) return tl::unexpected(target.error());
    const auto view = context.services.judge.find(*target);
    if (!view) return refuse("ResourceNotFoundException", "The anomaly detector does not exist.");
    id = view->spec.id;
  }
  TM_AWS_TRY([[maybe_unused]] const bool gone,
             context.services.judge.remove(id).map([] { return true; }));
  return Document();
}

}  // namespace tidemark::web::aws
