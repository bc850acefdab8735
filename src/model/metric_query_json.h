#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "model/metric_query.h"

namespace tidemark {

/// JSON forms in which configuration documents keep metrics and queries. Periods are in seconds.
/// Reading a wrong type or a missing member is `Errc::corrupt`.
nlohmann::json to_json(const MetricRef& metric);
nlohmann::json to_json(const MetricStat& stat);
nlohmann::json to_json(const std::vector<MetricQuery>& queries);
Result<MetricRef> metric_ref_from_json(const nlohmann::json& json);
Result<MetricStat> metric_stat_from_json(const nlohmann::json& json);
Result<std::vector<MetricQuery>> metric_queries_from_json(const nlohmann::json& json);

}  // namespace tidemark
