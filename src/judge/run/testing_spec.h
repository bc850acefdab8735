#pragma once

#include "judge/detector_spec.h"

namespace tidemark::judge {

/// A detector of one metric's sums, with the choices there are without any.
inline DetectorSpec testing_spec(Duration period, Timestamp created_at) {
  DetectorSpec out;
  out.id = "etl";
  out.created_at = created_at;
  out.periods = {period};
  out.target.metric = MetricRef{"000000000000", "us-east-1", "Glue", "records", {}};
  out.target.stat = *parse_statistic("Sum");
  return out;
}

}  // namespace tidemark::judge
