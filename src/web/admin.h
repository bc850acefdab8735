#pragma once

#include <functional>
#include <optional>

#include "base/meter.h"
#include "base/time.h"
#include "net/http.h"

namespace tidemark::web {

/// What the operator's doors under /-/ do; an action that is not set is not served (404).
struct AdminActions {
  std::function<bool()> is_ready;
  /// Called before /metrics answers, to set what is only looked at then.
  std::function<void()> before_metrics;
  /// These three are set together, or none of them.
  std::function<Result<void>()> flush;
  /// Takes over what has changed in the configuration file; what it has to say to a person.
  std::function<Result<std::string>()> reload;
  std::function<void()> quit;

  /// Advances frozen data time by so much; the new time.
  std::function<Result<Timestamp>(Duration)> advance_clock;
  std::function<Timestamp()> now;
  /// Forgets everything.
  std::function<Result<void>()> reset;
};

/// `/-/ready`, `/-/healthy`, `/-/flush`, `/-/reload`, `/-/quit`, `/-/clock`, `/moto-api/reset` and
/// `/metrics`.
class AdminDoor {
 public:
  AdminDoor(AdminActions actions, Meter& meter) : actions_(std::move(actions)), meter_(meter) {}

  static bool is_admin(const net::HttpRequest& request);
  /// Blocks while the action runs: call it on a worker.
  [[nodiscard]] net::HttpResponse answer(const net::HttpRequest& request) const;

 private:
  [[nodiscard]] net::HttpResponse act(const net::HttpRequest& request) const;
  [[nodiscard]] net::HttpResponse reload() const;
  [[nodiscard]] net::HttpResponse clock(const net::HttpRequest& request) const;

  AdminActions actions_;
  Meter& meter_;
};

}  // namespace tidemark::web
