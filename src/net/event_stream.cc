#include "net/event_stream.h"

#include <utility>

#include "base/assert.h"

namespace tidemark::net {

EventStream::EventStream(std::size_t capacity_bytes) : capacity_(capacity_bytes) {}

bool EventStream::push(std::string_view text) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || text.size() > capacity_ - waiting_.size()) return false;
    waiting_ += text;
  }
  wake();
  return true;
}

void EventStream::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  wake();
}

bool EventStream::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

std::optional<std::string> EventStream::take() {
  const std::lock_guard lock(mutex_);
  if (closed_ && waiting_.empty()) return std::nullopt;
  return std::exchange(waiting_, {});
}

void EventStream::attach(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  TM_ASSERT(!wake_);
  wake_ = std::move(wake);
}

void EventStream::detach() {
  std::function<void()> unused;  // destroyed outside the lock
  const std::lock_guard lock(mutex_);
  closed_ = true;
  waiting_.clear();
  unused = std::exchange(wake_, nullptr);
}

void EventStream::wake() {
  std::function<void()> wake;
  {
    const std::lock_guard lock(mutex_);
    wake = wake_;
  }
  if (wake) wake();
}

}  // namespace tidemark::net
