#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "base/time.h"

namespace tidemark {

/// Lets one through in each stretch of time: for log lines that others could cause by the
/// thousand. Thread-safe.
class OnceInAWhile {
 public:
  explicit OnceInAWhile(Duration every) : every_(every) {}

  /// How many were held back since the last one that was let through; nullopt: this one is, too.
  std::optional<std::uint64_t> let_through(Instant now) {
    const std::lock_guard lock(mutex_);
    if (next_ && now < *next_) {
      ++held_back_;
      return std::nullopt;
    }
    next_ = now + every_;
    const std::uint64_t out = held_back_;
    held_back_ = 0;
    return out;
  }

 private:
  const Duration every_;
  std::mutex mutex_;
  std::optional<Instant> next_;  // guarded by mutex_
  std::uint64_t held_back_ = 0;  // guarded by mutex_
};

}  // namespace tidemark
