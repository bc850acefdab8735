#include "web/own/alarm_form.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "act/arn.h"
#include "alarm/rule_actions.h"
#include "model/metric_query_json.h"

namespace tidemark::web::own {

std::string Form::text(const char* field) {
  const json* value = find(field);
  if (value != nullptr && !value->is_string()) refuse_field(field, "must be a text");
  return value != nullptr && value->is_string() ? value->get<std::string>() : "";
}

double Form::number(const char* field, double least, double most) {
  const json* value = find(field);
  if (value == nullptr) return least;
  if (!value->is_number() || value->get<double>() < least || value->get<double>() > most) {
    refuse_field(field, fmt::format("must be {} to {}, not {}", least, most, value->dump()));
    return least;
  }
  return value->get<double>();
}

int Form::whole(const char* field, int least, int most) {
  const double value = number(field, least, most);
  if (value != static_cast<int>(value)) refuse_field(field, "must be a whole number");
  return static_cast<int>(value);
}

std::vector<std::string> Form::texts(const char* field, std::size_t most) {
  std::vector<std::string> out;
  const json* value = find(field);
  if (value == nullptr) return out;
  if (!value->is_array() || value->size() > most) {
    refuse_field(field, fmt::format("must be a list of at most {}", most));
    return out;
  }
  for (const json& item : *value) {
    if (!item.is_string())
      refuse_field(field, "must hold texts");
    else
      out.push_back(item);
  }
  return out;
}

void Form::refuse_field(const std::string& field, const std::string& why) {
  refuse_saying(field, field + " " + why);
}

void Form::refuse_saying(const std::string& field, const std::string& message) {
  if (!error_) error_ = ApiError{400, "invalid_field", message, field};
}

const json* Form::find(const char* field) {
  const auto found = body_.find(field);
  if (found != body_.end()) return &*found;
  if (!error_) {
    error_ = ApiError{400, "missing_field", std::string(field) + " is required", field};
  }
  return nullptr;
}

std::optional<MetricRef> read_named_metric(const json& body, Form& form, const MetricHome& home) {
  if (form.has("metric_id")) {
    form.refuse_field("metric", "and metric_id name two metrics; give one of them");
    return std::nullopt;
  }
  auto metric = metric_ref_from_form(body["metric"], "metric", home);
  if (metric) return *std::move(metric);
  form.refuse_saying("metric", metric.error().what);
  return std::nullopt;
}

namespace {

std::optional<MetricRef> read_metric(const Context& context, Form& form, const MetricHome& home) {
  if (form.has("metric")) return read_named_metric(context.body, form, home);
  const std::string id = form.text("metric_id");
  auto metric = metric_of(context.services.reader, id);
  if (!metric) form.refuse_field("metric_id", fmt::format("'{}' is no metric", id));
  return metric;
}

}  // namespace

std::optional<Watched> read_watched(const Context& context, Form& form, const MetricHome& home) {
  const auto metric = read_metric(context, form, home);
  const std::string name = form.text("stat");
  const auto stat = parse_statistic(name);
  if (!stat) form.refuse_field("stat", fmt::format("'{}' is not a statistic", name));
  if (!metric || !stat) return std::nullopt;
  return Watched{*metric, *stat};
}

std::string band_expression(const std::string& input_id, double k) {
  return fmt::format("ANOMALY_DETECTION_BAND({}, {})", input_id, k);
}

namespace {

/// A day of periods of ten seconds: no alarm looks at more (alarm::check_rule()).
constexpr int kPeriodsMax = 8640;
constexpr std::size_t kShownMaxBytes = 200;

void set_band(Form& form,
              const std::string& direction,
              const MetricStat& stat,
              alarm::AlarmRule* rule) {
  const double k = form.number("k", judge::kWidthMin, judge::kWidthMax);
  MetricQuery metric;
  metric.id = "m1";
  metric.metric_stat = stat;
  MetricQuery band;
  band.id = "ad1";
  band.expression = band_expression(metric.id, k);
  rule->metrics = {metric, band};
  rule->threshold_metric_id = "ad1";
  if (direction == "both") {
    rule->comparison_operator = "LessThanLowerOrGreaterThanUpperThreshold";
  } else if (direction == "above") {
    rule->comparison_operator = "GreaterThanUpperThreshold";
  } else if (direction == "below") {
    rule->comparison_operator = "LessThanLowerThreshold";
  } else {
    form.refuse_field("direction", "must be both, above or below");
  }
}

void set_static(Form& form,
                const std::string& direction,
                const MetricStat& stat,
                alarm::AlarmRule* rule) {
  rule->threshold = form.number("threshold", -1e300, 1e300);
  alarm::SingleMetric single;
  single.metric = stat.metric;
  single.period = stat.period;
  const bool plain = stat.stat.kind < Statistic::Kind::percentile;
  (plain ? single.statistic : single.extended_statistic) = stat.stat.name;
  rule->metric = std::move(single);
  if (direction == "above") {
    rule->comparison_operator = "GreaterThanThreshold";
  } else if (direction == "below") {
    rule->comparison_operator = "LessThanThreshold";
  } else if (direction == "at_or_above") {
    rule->comparison_operator = "GreaterThanOrEqualToThreshold";
  } else if (direction == "at_or_below") {
    rule->comparison_operator = "LessThanOrEqualToThreshold";
  } else {
    form.refuse_field("direction",
                      "must be above, at_or_above, below or at_or_below for a static alarm");
  }
}

std::optional<MetricStat> read_stat(const Context& context, Form& form, const MetricHome& home) {
  const auto watched = read_watched(context, form, home);
  const int period = form.whole("period_s", 10, 604'800);
  if (!watched) return std::nullopt;
  return MetricStat{watched->metric, std::chrono::seconds(period), watched->stat, std::nullopt};
}

std::string read_treat_missing_data(Form& form) {
  constexpr std::string_view kKnown[] = {"missing", "ignore", "breaching", "notBreaching"};
  std::string out = form.text("treat_missing_data");
  if (std::find(std::begin(kKnown), std::end(kKnown), out) == std::end(kKnown)) {
    form.refuse_field("treat_missing_data",
                      fmt::format("must be one of {}", fmt::join(kKnown, ", ")));
  }
  return out;
}

}  // namespace

void check_topics(const Context& context,
                  Form& form,
                  const alarm::AlarmRule& rule,
                  const alarm::AlarmRule* before) {
  for (const std::string& arn : rule.alarm_actions) {
    if (before != nullptr && alarm::has_action(*before, arn)) continue;
    if (act::runbook_name(arn) || context.services.topics.topic(arn)) continue;
    form.refuse_field("topic_arns",
                      fmt::format("must hold topics of this server (GET /topics): '{}' is none",
                                  arn.substr(0, kShownMaxBytes)));
  }
}

alarm::AlarmRule read_rule(const Context& context,
                           Form& form,
                           FormOf what,
                           const MetricHome& home) {
  const bool draft = what == FormOf::draft;
  alarm::AlarmRule rule;
  rule.name = what == FormOf::alarm ? form.text("name") : form.text_or("name", "");
  if (draft && rule.name.empty()) rule.name = "draft";
  rule.description = draft ? form.text_or("description", "") : form.text("description");
  const auto stat = read_stat(context, form, home);
  const std::string kind = form.text("kind");
  const std::string direction = form.text("direction");
  rule.evaluation_periods = form.whole("evaluation_periods", 1, kPeriodsMax);
  rule.datapoints_to_alarm = form.whole("datapoints_to_alarm", 1, kPeriodsMax);
  if (*rule.datapoints_to_alarm > rule.evaluation_periods) {
    form.refuse_field(
        "datapoints_to_alarm",
        fmt::format("must be at most evaluation_periods, {}", rule.evaluation_periods));
  }
  rule.treat_missing_data = read_treat_missing_data(form);
  if (!draft || form.has("topic_arns")) rule.alarm_actions = form.texts("topic_arns", 5);
  rule.ok_actions = rule.alarm_actions;
  if (kind != "band" && kind != "static") form.refuse_field("kind", "must be band or static");
  if (!stat) return rule;
  if (kind == "band") set_band(form, direction, *stat, &rule);
  if (kind == "static") set_static(form, direction, *stat, &rule);
  rule.account = stat->metric.account;
  rule.region = stat->metric.region;
  return rule;
}

}  // namespace tidemark::web::own
