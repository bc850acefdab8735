#include "store/reader.h"

#include <set>
#include <string>

#include "model/metric_ref.h"

namespace tidemark::store {

Totals Reader::totals() const {
  Totals out;
  std::set<std::pair<std::string, std::string>> metrics;
  for (const auto& [id, key] : select({})) {
    ++out.series;
    metrics.emplace(key.label(kAwsNamespaceLabel), key.name);
    const auto at = newest(id);
    if (at && (!out.newest || *at > *out.newest)) out.newest = at;
  }
  out.metrics = metrics.size();
  return out;
}

}  // namespace tidemark::store
