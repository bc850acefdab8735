#pragma once

#include <string>
#include <vector>

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
/// The same form as people write it (docs/api.md, "Metric math"): account and region as in `home`,
/// dimensions (also {name: value}) and return_data (true) may be left out, other members not be
/// there, and all is held to CloudWatch's limits. `Errc::invalid`, naming the member by its path
/// from `where` on.
Result<std::vector<MetricQuery>> metric_queries_from_form(const nlohmann::json& json,
                                                          const std::string& where,
                                                          const MetricHome& home);
/// One metric of that form.
Result<MetricRef> metric_ref_from_form(const nlohmann::json& json,
                                       const std::string& where,
                                       const MetricHome& home);

}  // namespace tidemark
