#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "judge/detector_spec.h"
#include "model/band_source.h"
#include "model/metric_query_json.h"

/// Detectors on metric math: what their target stands for.
namespace tidemark::judge {

/// What is watched, for people: the label of the query that returns data, else its expression. ""
/// where no query returns data.
std::string math_title(const DetectorTarget& target);

/// The target of `math`, the queries as people write them (model/metric_query_json.h). `invalid`:
/// naming the member that is wrong, or they have no identity.
Result<DetectorTarget> math_target(const nlohmann::json& queries, const MetricHome& home);

/// The identity of the bands of metric math, in the form that equal expressions share. `invalid`:
/// the queries do not hold together, or not exactly one of them returns data.
Result<BandIdentity> math_identity(const DetectorTarget& target);

/// The one period of an expression: the largest of its metrics'. Empty where math_identity() fails.
std::vector<Duration> math_periods(const DetectorTarget& target);

/// Equal for targets whose bands are the same: target_key(), of metric math in its shared form.
std::string identity_key(const DetectorTarget& target);

/// The metrics that an expression is made of, each once.
std::vector<MetricRef> math_inputs(const BandIdentity& identity);

}  // namespace tidemark::judge
