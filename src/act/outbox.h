#pragma once

#include <chrono>
#include <memory>

#include "act/action.h"
#include "base/meter.h"
#include "base/random.h"
#include "model/control_store.h"

namespace tidemark::act {

/// Carries the outbox to its receivers: expands rows into deliveries, tries each delivery until it
/// is taken, refused for good or 72 h old, and writes down how it went together with the alarm's
/// history line. All it needs is in the control store, so a restart goes on where it was; what was
/// sent but not yet written down is then sent again under the same id.
///
/// Deliveries to one subscription go one after the other. Behind one that failed, those of the same
/// alarm wait, so that "OK" does not overtake "ALARM"; others go on. A sink that failed three times
/// in a row is only probed (at most once a minute) until it answers. Sinks do not wait for each
/// other: eight are served at once, and four programs.
class OutboxWorker {
 public:
  /// References outlive the worker.
  struct Deps {
    ControlStore& store;
    const Clock& clock;
    Random& random;
    net::HttpClient& http;
    net::MailClient* mail = nullptr;  ///< null: no mail server is configured
    const MessageSigner& signer;
    const ActConfig& config;
    const Live<RunbookConfig>& runbooks;
    Meter& meter;
  };

  explicit OutboxWorker(const Deps& deps);
  /// As stop().
  ~OutboxWorker();
  OutboxWorker(const OutboxWorker&) = delete;
  OutboxWorker& operator=(const OutboxWorker&) = delete;

  /// Expands what waits and starts due deliveries; does not wait for them to be taken. Returns how
  /// many it expanded and started. Any thread, but not from a `done` of the control store.
  std::size_t run_once();
  /// run_once() until nothing is due or on its way any more.
  void settle();

  /// From now on looks by itself, every `period` and when nudged.
  void start(Duration period = std::chrono::seconds(1));
  /// Something was committed to the outbox: look soon. Any thread; does not block.
  void nudge();
  /// Starts nothing more, ends running programs, and waits for messages on their way.
  void stop();

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace tidemark::act
