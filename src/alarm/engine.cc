#include "alarm/engine.h"

#include "alarm/core/core.h"
#include "base/log.h"

namespace tidemark::alarm {

AlarmEngine::AlarmEngine(Deps deps, AlarmLimits limits)
    : core_(std::make_unique<Core>(std::move(deps), limits)) {}

AlarmEngine::~AlarmEngine() {
  stop();
}

Result<void> AlarmEngine::start() {
  return core_->worker().ask([this] { return core_->load_and_catch_up(); });
}

void AlarmEngine::stop() {
  if (stopped_) return;
  stopped_ = true;
  const auto kept = core_->worker().ask([this] {
    core_->drain();
    return core_->keep_progress();
  });
  if (!kept) {
    log(LogLevel::error, "alarms: progress could not be kept", {{"error", kept.error().what}});
  }
  core_->worker().stop();
}

void AlarmEngine::on_judged(std::uint64_t sequence, std::vector<Judged> judged) {
  core_->hand_over(sequence, std::move(judged));
}

Result<void> AlarmEngine::tick(Timestamp now) {
  return core_->worker().ask([this, now] {
    core_->drain();
    return core_->run_until(now);
  });
}

std::optional<Timestamp> AlarmEngine::next_due() const {
  return core_->worker().ask([this] { return core_->next_due(); });
}

void AlarmEngine::settle() {
  core_->worker().ask([this] { core_->drain(); });
}

}  // namespace tidemark::alarm
