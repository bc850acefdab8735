#include "judge/run/siblings.h"

#include <algorithm>
#include <map>

namespace tidemark::judge {
namespace {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Seed middle_of_period(const std::vector<const Seed*>& lent) {
  Seed out;
  out.period = lent.front()->period;
  out.siblings = lent.size();
  for (std::size_t k = 0; k < 3; ++k) {
    std::vector<double> below, above;
    for (const Seed* seed : lent) {
      below.push_back(seed->below[k]);
      above.push_back(seed->above[k]);
    }
    out.below[k] = median(std::move(below));
    out.above[k] = median(std::move(above));
  }
  return out;
}

}  // namespace

bool are_siblings(const DetectorTarget& a, const DetectorTarget& b) {
  if (!a.metric || !b.metric || *a.metric == *b.metric || !(a.stat == b.stat)) return false;
  const MetricRef& x = *a.metric;
  const MetricRef& y = *b.metric;
  return x.account == y.account && x.region == y.region &&
         x.metric_namespace == y.metric_namespace && x.name == y.name &&
         std::equal(x.dimensions.begin(),
                    x.dimensions.end(),
                    y.dimensions.begin(),
                    y.dimensions.end(),
                    [](const Label& l, const Label& r) { return l.name == r.name; });
}

std::vector<Seed> middle_of(const std::vector<Seed>& lent) {
  std::map<Duration, std::vector<const Seed*>> by_period;
  for (const Seed& seed : lent)
    by_period[seed.period].push_back(&seed);
  std::vector<Seed> out;
  out.reserve(by_period.size());
  for (const auto& [period, seeds] : by_period)
    out.push_back(middle_of_period(seeds));
  std::stable_sort(
      out.begin(), out.end(), [](const Seed& a, const Seed& b) { return a.siblings > b.siblings; });
  if (out.size() > kPeriodsMax) out.resize(kPeriodsMax);
  return out;
}

}  // namespace tidemark::judge
