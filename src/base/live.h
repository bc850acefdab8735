#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace tidemark {

/// A value that is replaced as a whole while others read it: configuration that can be reloaded.
/// Any thread.
template <typename T>
class Live {
 public:
  explicit Live(T value = {}) : value_(std::make_shared<const T>(std::move(value))) {}

  /// What it is now; stays as it is for the holder.
  [[nodiscard]] std::shared_ptr<const T> get() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }
  void set(T value) {
    auto next = std::make_shared<const T>(std::move(value));
    const std::lock_guard lock(mutex_);
    value_.swap(next);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;  // guarded by mutex_
};

}  // namespace tidemark
