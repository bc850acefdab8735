#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/queue.h"

namespace tidemark {

/// One thread that runs tasks in the order they came. The state that only its tasks touch needs no
/// lock. Destroying it runs what is queued and joins.
class Worker {
 public:
  using Task = std::function<void()>;
  /// `name`: at most 15 characters, seen in `top -H`.
  explicit Worker(std::string name, std::size_t capacity = 4096);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// False: the queue is full (answer `Errc::overloaded`).
  [[nodiscard]] bool try_post(Task task) { return queue_.try_push(std::move(task)); }
  /// For our own control tasks, which are few: never refused.
  void post(Task task) { queue_.push_always(std::move(task)); }
  [[nodiscard]] bool try_reserve() { return queue_.try_reserve(); }
  void release() { queue_.release(); }
  void post_reserved(Task task) { queue_.push_reserved(std::move(task)); }

  /// Runs `task` on the worker and waits for its value. Must not be called from the worker itself.
  template <typename F>
  auto ask(F task) -> decltype(task()) {
    auto promise = std::make_shared<std::promise<decltype(task())>>();
    auto answer = promise->get_future();
    post([promise, task = std::move(task)]() mutable {
      if constexpr (std::is_void_v<decltype(task())>) {
        task();
        promise->set_value();
      } else {
        promise->set_value(task());
      }
    });
    return answer.get();
  }
  /// Stops taking tasks, runs those queued, joins. Safe to call twice.
  void stop();

 private:
  struct Thread;
  Queue<Task> queue_;
  std::unique_ptr<Thread> thread_;
};

/// A thread that calls `tick` every `period` of machine time until stopped; for closing periods,
/// due instants and retries. Ticks do not pile up.
class Ticker {
 public:
  Ticker(std::string name, Duration period, std::function<void()> tick);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  void stop();
  /// Ticks once soon, without waiting for the period.
  void nudge();

 private:
  struct Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace tidemark
