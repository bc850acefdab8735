#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/random.h"
#include "base/time.h"

namespace tidemark::act {

/// Which subscriptions are being served, and which failed so often that they are left alone for a
/// while. Safe to use from several threads.
class Sinks {
 public:
  explicit Sinks(Random& random) : random_(random) {}

  [[nodiscard]] std::set<std::string> busy() const;
  /// True: the subscription is the caller's until release(). False: it is being served, or rests.
  [[nodiscard]] bool try_take(const std::string& subscription, Instant now);
  /// `worked`: whether the sink took what it was sent; nullopt: it was not asked.
  void release(const std::string& subscription, std::optional<bool> worked, Instant now);

 private:
  struct Sink {
    bool busy = false;
    int failures = 0;  ///< in a row
    Instant rests_until;
  };
  Random& random_;
  mutable std::mutex mutex_;
  std::map<std::string, Sink> sinks_;  // guarded by mutex_
};

}  // namespace tidemark::act
