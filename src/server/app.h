#pragma once

#include <memory>

#include "base/result.h"
#include "server/config.h"

namespace tidemark::server {

/// The whole server, wired as the picture in architecture.md shows. Starts serving when made.
class App {
 public:
  /// Opens the data directory, catches up, listens. Errors: `exists` (data directory or address in
  /// use), `denied` (open to the network without authentication), `invalid`, `corrupt`, `io`.
  static Result<std::unique_ptr<App>> start(Config config);
  /// Stops.
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// "http://127.0.0.1:8470".
  [[nodiscard]] std::string url() const;
  /// Returns when POST /-/quit was asked or `interrupt()` called.
  void wait();
  /// Ends wait(). From any thread.
  void interrupt();
  /// Answers what was begun, makes everything durable, ends all threads. Safe to call twice.
  void stop();

 private:
  struct State;
  explicit App(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tidemark::server
