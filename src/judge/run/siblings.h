#pragma once

#include <vector>

#include "judge/detector_spec.h"

namespace tidemark::judge {

/// Two metrics of one template: same account, region, namespace, name, names of dimensions and
/// statistic, but not the same metric.
bool are_siblings(const DetectorTarget& a, const DetectorTarget& b);

/// One seed a period, the median width by width of what siblings lend; at most kPeriodsMax, of the
/// periods that most of them have.
std::vector<Seed> middle_of(const std::vector<Seed>& lent);

}  // namespace tidemark::judge
