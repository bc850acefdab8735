#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/metric_query.h"
#include "query/period_stats.h"
#include "store/reader.h"

/// Metrics Insights queries (SELECT …) among MetricDataQueries. What the functions say of queries
/// that do not hold together is that there are none.
namespace tidemark::query {

/// Says whose metrics the SELECTs among the queries read; it has no bearing on others.
void set_home(const MetricHome& home, std::vector<MetricQuery>* queries);
/// The metrics that SELECTs among the queries read, whatever their dimensions: with account and
/// region of their `home`, namespace and name, no dimensions.
std::vector<MetricRef> selected_metrics(std::span<const MetricQuery> queries);
/// Is that id a SELECT with GROUP BY, which gives several series?
bool is_grouping(std::span<const MetricQuery> queries, const std::string& id);
/// Start of the first period in the range of which a SELECT among the queries has data; nullopt:
/// none.
Result<std::optional<Timestamp>> first_selected(const store::Reader& reader,
                                                std::span<const MetricQuery> queries,
                                                Duration period,
                                                const PeriodRange& range);

}  // namespace tidemark::query
