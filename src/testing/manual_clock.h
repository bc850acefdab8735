#pragma once

#include <atomic>

#include "base/clock.h"

namespace tidemark::testing {

/// Time that stands still until a test moves it. Machine time moves along with data time.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start = Timestamp::from_s(1'700'000'000)) : ns_(start.ns()) {}
  void advance(Duration by) { ns_ += by.count(); }
  void set(Timestamp at) { ns_ = at.ns(); }
  [[nodiscard]] Timestamp wall() const override { return Timestamp::from_ns(ns_); }
  [[nodiscard]] Timestamp machine_wall() const override { return wall(); }
  [[nodiscard]] Instant now() const override { return Instant(Duration(ns_.load())); }

 private:
  std::atomic<std::int64_t> ns_;
};

}  // namespace tidemark::testing
