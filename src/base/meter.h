#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace tidemark {

/// A number of the server's own: counters only rise, gauges are set. Lock-free to change.
class Counter {
 public:
  void add(double by = 1) {
    double old = value_.load(std::memory_order_relaxed);
    while (!value_.compare_exchange_weak(old, old + by, std::memory_order_relaxed)) {
    }
  }
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

/// The server's own metrics by name, e.g. `tidemark_refused_total{reason="too_old"}`. Label values
/// must come from a closed set, never from a client (CVE-2022-21698).
class Meter {
 public:
  /// The counter of that full name, made at first use; the reference stays valid.
  Counter& counter(const std::string& name);
  /// Prometheus text exposition, sorted by name.
  [[nodiscard]] std::string text() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Counter>> counters_;  // guarded by mutex_
};

}  // namespace tidemark
