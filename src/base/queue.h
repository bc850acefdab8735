#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace tidemark {

/// A bounded hand-over between threads. Places can be reserved before the item exists, so that a
/// producer knows it will be able to push before it does something that cannot be undone.
template <typename T>
class Queue {
 public:
  explicit Queue(std::size_t capacity) : capacity_(capacity) {}

  /// False: full or closed. True: one push_reserved() (or release()) is owed.
  [[nodiscard]] bool try_reserve() {
    const std::lock_guard lock(mutex_);
    if (closed_ || items_.size() + reserved_ >= capacity_) return false;
    ++reserved_;
    return true;
  }
  void release() {
    const std::lock_guard lock(mutex_);
    --reserved_;
  }
  void push_reserved(T item) {
    {
      const std::lock_guard lock(mutex_);
      --reserved_;
      items_.push_back(std::move(item));
    }
    ready_.notify_one();
  }
  /// False: full or closed; the item is untouched.
  [[nodiscard]] bool try_push(T&& item) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || items_.size() + reserved_ >= capacity_) return false;
      items_.push_back(std::move(item));
    }
    ready_.notify_one();
    return true;
  }
  /// Takes a place beyond the capacity: for our own control messages, which are few.
  void push_always(T item) {
    {
      const std::lock_guard lock(mutex_);
      items_.push_back(std::move(item));
    }
    ready_.notify_one();
  }
  /// Waits for an item; nullopt: closed and empty.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return closed_ || !items_.empty(); });
    return take(lock);
  }
  std::optional<T> try_pop() {
    std::unique_lock lock(mutex_);
    return take(lock);
  }
  /// What is in stays to be popped; nothing more gets in by try_push or try_reserve.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    ready_.notify_all();
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }

 private:
  std::optional<T> take(std::unique_lock<std::mutex>& /*held*/) {
    if (items_.empty()) return std::nullopt;
    std::optional<T> out(std::move(items_.front()));
    items_.pop_front();
    return out;
  }

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<T> items_;       // guarded by mutex_
  std::size_t reserved_ = 0;  // guarded by mutex_
  bool closed_ = false;       // guarded by mutex_
};

}  // namespace tidemark
