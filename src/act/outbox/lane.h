#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/worker.h"

namespace tidemark::act {

/// A few workers that each do one thing at a time. Destroying it waits for them.
class Lane {
 public:
  /// `freed` is called from a worker that has become free.
  Lane(const std::string& name, std::size_t workers, std::function<void()> freed);

  /// False: all are busy, and `task` was not taken.
  [[nodiscard]] bool try_run(std::function<void()> task);
  void wait_until_idle();

 private:
  void give_back(std::size_t worker);

  std::function<void()> freed_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::vector<std::size_t> free_;                 // guarded by mutex_
  std::vector<std::unique_ptr<Worker>> workers_;  // last: end before what their tasks use
};

}  // namespace tidemark::act
