#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"

namespace tidemark::cli::detect {

/// Tells a person how far a long run is: after a second a bar that is drawn over, on a terminal; a
/// plain line every half minute elsewhere.
class Progress {
 public:
  struct Options {
    bool terminal = false;
    /// Bytes of the input; nullopt: unknown (a pipe), then only what is done is told.
    std::optional<std::uint64_t> total_bytes;
  };
  /// `write`: to standard error. `clock`: its `now`.
  Progress(const Clock& clock, Options options, std::function<void(std::string_view)> write);

  /// `bytes` read and `rows` judged so far. Cheap when it is not time to say anything.
  void update(std::uint64_t bytes, std::uint64_t rows);
  /// Takes the bar away.
  void finish();

 private:
  [[nodiscard]] std::string text(std::uint64_t bytes, std::uint64_t rows, Duration passed) const;

  const Clock& clock_;
  Options options_;
  std::function<void(std::string_view)> write_;
  Instant began_;
  Instant next_;
  bool drawn_ = false;
};

}  // namespace tidemark::cli::detect
