#include "base/worker.h"

#include <thread>

#include <pthread.h>

#include "base/assert.h"

namespace tidemark {
namespace {

void name_this_thread(const std::string& name) {
  ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str());
}

}  // namespace

struct Worker::Thread {
  std::thread thread;
};

Worker::Worker(std::string name, std::size_t capacity)
    : queue_(capacity), thread_(std::make_unique<Thread>()) {
  thread_->thread = std::thread([this, name = std::move(name)] {
    name_this_thread(name);
    while (auto task = queue_.pop())
      (*task)();
  });
}

Worker::~Worker() {
  stop();
}

void Worker::stop() {
  queue_.close();
  if (thread_->thread.joinable()) thread_->thread.join();
}

struct Ticker::Thread {
  std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;  // guarded by mutex
  bool nudged = false;    // guarded by mutex
  std::thread thread;
};

Ticker::Ticker(std::string name, Duration period, std::function<void()> tick)
    : thread_(std::make_unique<Thread>()) {
  TM_ASSERT(period.count() > 0);
  thread_->thread =
      std::thread([state = thread_.get(), name = std::move(name), period, tick = std::move(tick)] {
        name_this_thread(name);
        std::unique_lock lock(state->mutex);
        while (!state->stopping) {
          state->wake.wait_for(lock, period, [state] { return state->stopping || state->nudged; });
          if (state->stopping) return;
          state->nudged = false;
          lock.unlock();
          tick();
          lock.lock();
        }
      });
}

Ticker::~Ticker() {
  stop();
}

void Ticker::stop() {
  {
    const std::lock_guard lock(thread_->mutex);
    thread_->stopping = true;
  }
  thread_->wake.notify_all();
  if (thread_->thread.joinable()) thread_->thread.join();
}

void Ticker::nudge() {
  {
    const std::lock_guard lock(thread_->mutex);
    thread_->nudged = true;
  }
  thread_->wake.notify_all();
}

}  // namespace tidemark
