#pragma once

#include "judge/detector_spec.h"

namespace tidemark::judge {

/// A metric for tests of expressions.
inline MetricRef testing_metric(const char* name) {
  return {"000000000000", "us-east-1", "Glue", name, {{"Job", "etl"}}};
}

/// An expression over the sums of `errors` and `requests`, as the target of a detector.
inline DetectorTarget testing_share(const char* expression, Duration period) {
  DetectorTarget out;
  out.stat = *parse_statistic("Average");
  for (const char* id : {"errors", "requests"}) {
    MetricQuery query;
    query.id = id;
    query.metric_stat =
        MetricStat{testing_metric(id), period, *parse_statistic("Sum"), std::nullopt};
    query.return_data = false;
    out.math.push_back(query);
  }
  MetricQuery query;
  query.id = "share";
  query.expression = expression;
  out.math.push_back(query);
  return out;
}

}  // namespace tidemark::judge
