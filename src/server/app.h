#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "server/config.h"

namespace tidemark::server {

/// The whole server, wired as the picture in architecture.md shows. Starts serving when made.
class App {
 public:
  /// Reads the configuration anew, for reload().
  using ReadConfig = std::function<Result<Config>()>;
  /// Opens the data directory, catches up, listens. Errors: `exists` (data directory or address in
  /// use), `denied` (open to the network without authentication), `invalid`, `corrupt`, `io`.
  static Result<std::unique_ptr<App>> start(Config config, ReadConfig read_config);
  /// Stops.
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// "http://127.0.0.1:8470".
  [[nodiscard]] std::string url() const;
  /// Returns when POST /-/quit was asked, `interrupt()` called, or the log can no longer be
  /// written: true only then. What the disk holds of the last writes is then unknown, and the next
  /// start reads it anew.
  [[nodiscard]] bool wait_for_failure();
  /// Ends wait(). From any thread.
  void interrupt();
  /// Takes over access keys and runbooks of the configuration as it now is, all or nothing; says
  /// what was done and what else has changed but needs a restart. From any thread.
  Result<std::string> reload();
  /// Answers what was begun, makes everything durable, ends all threads. Safe to call twice.
  void stop();

 private:
  struct State;
  explicit App(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tidemark::server
