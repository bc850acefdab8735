#include "base/meter.h"

#include <fmt/format.h>

namespace tidemark {

Counter& Meter::counter(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto& slot = counters_[name];
  if (!slot) slot = std::make_unique<Counter>();
  return *slot;
}

std::string Meter::text() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& [name, counter] : counters_)
    out += fmt::format("{} {}\n", name, counter->value());
  return out;
}

}  // namespace tidemark
