#include "act/outbox/sinks.h"

#include <algorithm>
#include <chrono>

#include "act/outbox/backoff.h"

namespace tidemark::act {
namespace {

constexpr int kFailuresBeforeRest = 3;
constexpr Duration kLongestRest = std::chrono::minutes(1);

}  // namespace

std::set<std::string> Sinks::busy() const {
  const std::lock_guard lock(mutex_);
  std::set<std::string> out;
  for (const auto& [subscription, sink] : sinks_) {
    if (sink.busy) out.insert(subscription);
  }
  return out;
}

bool Sinks::try_take(const std::string& subscription, Instant now) {
  const std::lock_guard lock(mutex_);
  Sink& sink = sinks_[subscription];
  if (sink.busy || now < sink.rests_until) return false;
  sink.busy = true;
  return true;
}

void Sinks::release(const std::string& subscription, std::optional<bool> worked, Instant now) {
  const std::lock_guard lock(mutex_);
  Sink& sink = sinks_[subscription];
  sink.busy = false;
  if (worked == true) {
    sinks_.erase(subscription);
  } else if (worked == false && ++sink.failures >= kFailuresBeforeRest) {
    const int rests = sink.failures - kFailuresBeforeRest + 1;
    sink.rests_until = now + std::min(backoff(rests, random_), kLongestRest);
  }
}

}  // namespace tidemark::act
