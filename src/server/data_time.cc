#include "server/data_time.h"

#include <algorithm>

namespace tidemark::server {
namespace {

std::optional<Timestamp> earlier(std::optional<Timestamp> a, std::optional<Timestamp> b) {
  if (!a) return b;
  if (!b) return a;
  return std::min(*a, *b);
}

}  // namespace

Result<void> DataTime::run_at(Timestamp now) {
  // Models first: the bands that alarms compare with must be there.
  TM_TRY_VOID(judge_.tick(now));
  TM_TRY_VOID(judge_.settle());
  return alarms_.tick(now);
}

Result<void> DataTime::tick() {
  const Timestamp now = clock_.wall();
  TM_TRY_VOID(judge_.tick(now));
  return alarms_.tick(now);
}

Result<Timestamp> DataTime::advance(Duration by) {
  const Timestamp target = clock_.wall() + by;
  TM_TRY_VOID(judge_.settle());
  alarms_.settle();
  for (;;) {
    const auto due = earlier(judge_.next_due(), alarms_.next_due());
    if (!due || *due >= target) break;
    // What was due before the present runs at the present: time does not go back.
    const Timestamp before = clock_.wall();
    clock_.set(*due);
    TM_TRY_VOID(run_at(clock_.wall()));
    const auto next = earlier(judge_.next_due(), alarms_.next_due());
    // An instant that is still due after it ran (a read error) must not hold the clock for ever.
    if (next && *next <= *due && clock_.wall() == before) break;
  }
  clock_.set(target);
  TM_TRY_VOID(run_at(target));
  // An alarm that was just decided may have asked for a band that nobody had; with it, it is
  // decided again.
  alarms_.settle();
  TM_TRY_VOID(judge_.settle());
  alarms_.settle();
  return target;
}

}  // namespace tidemark::server
