#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/series.h"

namespace tidemark {

/// Labels that a CloudWatch metric's namespace, region, account and unit become. Dimensions are
/// labels under their own names; a dimension of one of these names is refused.
inline constexpr std::string_view kAwsNamespaceLabel = "aws_namespace";
inline constexpr std::string_view kAwsRegionLabel = "aws_region";
inline constexpr std::string_view kAwsAccountLabel = "aws_account";
inline constexpr std::string_view kAwsUnitLabel = "aws_unit";
/// Labels that do not take part in choosing the shard: all units of a metric and all series
/// derived from it live in one shard. Beside it every label with kOwnLabelPrefix.
inline constexpr std::string_view kUnshardedLabel = kAwsUnitLabel;

/// Names a metric as CloudWatch does: one metric may be several series, one for each unit.
/// `dimensions` sorted by name.
struct MetricRef {
  std::string account;
  std::string region;
  std::string metric_namespace;
  std::string name;
  std::vector<Label> dimensions;
  friend auto operator<=>(const MetricRef&, const MetricRef&) = default;
};

/// The series of one unit ("None" where the client gave none). Errors as make_series_key.
Result<SeriesKey> to_series_key(const MetricRef& metric, std::string unit);
/// nullopt: the series does not come from CloudWatch.
std::optional<MetricRef> to_metric_ref(const SeriesKey& key);
/// Matchers for all series of exactly this metric; the caller must still drop series with further
/// dimensions (`to_metric_ref(key) == metric`).
std::vector<Matcher> matchers_of(const MetricRef& metric);
/// The partition of a region in ARNs: "aws", "aws-cn" or "aws-us-gov".
std::string_view aws_partition(std::string_view region);
/// Canonical text, for maps and ids: equal metrics give equal text.
std::string to_text(const MetricRef& metric);

}  // namespace tidemark
