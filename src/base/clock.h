#pragma once

#include "base/time.h"

namespace tidemark {

/// Both kinds of time. `wall` is *data time*: alarms, schedules, closing of periods, retention.
/// `now` and `machine_wall` always follow the machine: time-outs, retry back-off, signatures.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp wall() const = 0;
  [[nodiscard]] virtual Timestamp machine_wall() const = 0;
  [[nodiscard]] virtual Instant now() const = 0;
};

/// The machine's own clocks; data time is machine time.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp wall() const override;
  [[nodiscard]] Timestamp machine_wall() const override;
  [[nodiscard]] Instant now() const override;
};

}  // namespace tidemark
