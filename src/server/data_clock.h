#pragma once

#include <atomic>

#include "base/clock.h"

namespace tidemark::server {

/// The server's clock (decision 12): data time is the machine's, unless it was frozen at start;
/// then it stands still until advanced. Machine time always runs.
class DataClock final : public Clock {
 public:
  explicit DataClock(std::optional<Timestamp> frozen_at)
      : frozen_(frozen_at.has_value()), ns_(frozen_at.value_or(Timestamp()).ns()) {}

  [[nodiscard]] Timestamp wall() const override {
    return frozen_ ? Timestamp::from_ns(ns_) : system_.wall();
  }
  [[nodiscard]] Timestamp machine_wall() const override { return system_.machine_wall(); }
  [[nodiscard]] Instant now() const override { return system_.now(); }

  [[nodiscard]] bool is_frozen() const { return frozen_; }
  /// Only of a frozen clock; never goes back.
  void set(Timestamp at) {
    if (at.ns() > ns_) ns_ = at.ns();
  }

 private:
  SystemClock system_;
  const bool frozen_;
  std::atomic<std::int64_t> ns_;
};

}  // namespace tidemark::server
