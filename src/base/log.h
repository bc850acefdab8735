#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace tidemark {

enum class LogLevel { debug, info, warn, error };

/// One extra fact of a log line. Never hand in a secret.
struct LogField {
  std::string_view key;
  std::string value;
};

/// Writes one logfmt line to stderr: `time=… level=… msg="…" key=value …`. Control characters and
/// quotes in values are escaped, so that telemetry text cannot forge a line. Thread-safe.
void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});
/// Lines below this level are dropped. Default info.
void set_log_level(LogLevel level);

}  // namespace tidemark
