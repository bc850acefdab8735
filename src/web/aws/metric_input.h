#pragma once

#include <optional>
#include <vector>

#include "model/metric_query.h"
#include "web/aws/context.h"

namespace tidemark::web::aws {

/// `Dimensions` of `from`, sorted by name. `where` is put before member names in messages
/// ("MetricData.member.1."). A name given twice, too many, or ':' in front: InvalidParameterValue.
tl::expected<std::vector<Label>, AwsError> read_dimensions(const Document& from,
                                                           const std::string& where);
/// What CloudWatch stores must be ASCII without control characters: InvalidParameterValue where
/// `value` is not, in its words.
std::optional<AwsError> check_ascii(std::string_view value, const std::string& parameter);
/// check_ascii() of `Namespace`, `MetricName`, and the names and values of `Dimensions`, those of
/// them that are there: one rule for all calls that name a metric, so that none waits for a metric
/// which PutMetricData refuses. Lengths are in codec/aws/cloudwatch.shapes.
std::optional<AwsError> check_metric_names(const Document& from, const std::string& where);
/// Namespace, MetricName and Dimensions of a metric that is asked for.
tl::expected<MetricRef, AwsError> read_metric(const Context& context,
                                              const Document& from,
                                              const std::string& where);
/// `MetricDataQueries` or `Metrics`, in their order.
tl::expected<std::vector<MetricQuery>, AwsError> read_queries(const Context& context,
                                                              std::span<const Document> from,
                                                              const std::string& where);
/// And back, for DescribeAlarms and DescribeAnomalyDetectors.
Document dimensions_document(const std::vector<Label>& dimensions);
Document queries_document(const std::vector<MetricQuery>& queries);

}  // namespace tidemark::web::aws
