#include "act/outbox/lane.h"

#include <utility>

#include <fmt/format.h>

namespace tidemark::act {

Lane::Lane(const std::string& name, std::size_t workers, std::function<void()> freed)
    : freed_(std::move(freed)) {
  for (std::size_t i = 0; i < workers; ++i) {
    free_.push_back(i);
    workers_.push_back(std::make_unique<Worker>(fmt::format("{}-{}", name, i)));
  }
}

bool Lane::try_run(std::function<void()> task) {
  std::size_t chosen = 0;
  {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return false;
    chosen = free_.back();
    free_.pop_back();
  }
  workers_[chosen]->post([this, chosen, task = std::move(task)] {
    task();
    give_back(chosen);
  });
  return true;
}

void Lane::give_back(std::size_t worker) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(worker);
    idle_.notify_all();
  }
  freed_();
}

void Lane::wait_until_idle() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return free_.size() == workers_.size(); });
}

}  // namespace tidemark::act
