#include "model/metric_ref.h"

#include <algorithm>

#include <fmt/format.h>

namespace tidemark {
namespace {

bool is_reserved(std::string_view label) {
  return label == kAwsNamespaceLabel || label == kAwsRegionLabel || label == kAwsAccountLabel ||
         label == kAwsUnitLabel || label.starts_with(kOwnLabelPrefix) || label == kNameLabel;
}

}  // namespace

Result<SeriesKey> to_series_key(const MetricRef& metric, std::string unit) {
  std::vector<Label> labels = metric.dimensions;
  for (const Label& dimension : labels) {
    if (is_reserved(dimension.name)) {
      return fail(Errc::invalid, fmt::format("dimension name '{}' is reserved", dimension.name));
    }
  }
  labels.push_back({std::string(kAwsNamespaceLabel), metric.metric_namespace});
  labels.push_back({std::string(kAwsRegionLabel), metric.region});
  labels.push_back({std::string(kAwsAccountLabel), metric.account});
  labels.push_back({std::string(kAwsUnitLabel), std::move(unit)});
  return make_series_key(metric.name, std::move(labels));
}

std::optional<MetricRef> to_metric_ref(const SeriesKey& key) {
  if (key.label(kAwsNamespaceLabel).empty()) return std::nullopt;
  MetricRef out;
  out.name = key.name;
  out.metric_namespace = key.label(kAwsNamespaceLabel);
  out.region = key.label(kAwsRegionLabel);
  out.account = key.label(kAwsAccountLabel);
  for (const Label& label : key.labels) {
    if (!is_reserved(label.name)) out.dimensions.push_back(label);
  }
  return out;
}

std::vector<Matcher> matchers_of(const MetricRef& metric) {
  const auto equal = [](std::string_view label, const std::string& value) {
    return Matcher{std::string(label), Matcher::Op::equal, value};
  };
  std::vector<Matcher> out{equal(kNameLabel, metric.name),
                           equal(kAwsNamespaceLabel, metric.metric_namespace),
                           equal(kAwsRegionLabel, metric.region),
                           equal(kAwsAccountLabel, metric.account)};
  for (const Label& dimension : metric.dimensions)
    out.push_back(equal(dimension.name, dimension.value));
  return out;
}

std::string_view aws_partition(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  return "aws";
}

std::string to_text(const MetricRef& metric) {
  SeriesKey key{metric.name, metric.dimensions};
  return fmt::format(
      "{}/{}/{}/{}", metric.account, metric.region, metric.metric_namespace, to_text(key));
}

}  // namespace tidemark
