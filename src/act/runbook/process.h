#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace tidemark::act::runbook {

/// Told once, from any thread: programs that run are ended, none is started any more.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  void raise();
  [[nodiscard]] bool is_raised() const { return raised_; }
  /// Readable once raised.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  std::atomic<bool> raised_{false};
  int descriptor_ = -1;
};

/// A program to run: no shell, nothing of this process but what is named here.
struct Program {
  std::vector<std::string> argv;         ///< argv[0]: absolute path
  std::vector<std::string> environment;  ///< "NAME=value"
  std::string_view input;                ///< its standard input, any bytes
  Duration timeout{};
};

struct ProgramEnd {
  enum class How { exited, killed_by_signal, timed_out, stopped };
  How how = How::exited;
  int code = 0;        ///< exit code, or the signal's number
  std::string output;  ///< standard output and error as they came, cut to kOutputMaxBytes
};

inline constexpr std::size_t kOutputMaxBytes = std::size_t{64} * 1024;
inline constexpr Duration kKillAfter = std::chrono::seconds(5);

/// Runs the program in a process group of its own in "/" and waits for its end. On time-out or
/// stop: SIGTERM, and SIGKILL after `kKillAfter`; whatever is left of the group is killed in any
/// case. `not_found` or `denied`: it cannot be started as it is; `io`: not now.
Result<ProgramEnd> run_program(const Program& program, const Clock& clock, const StopSignal& stop);

}  // namespace tidemark::act::runbook
