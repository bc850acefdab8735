#include "base/log.h"

#include <atomic>

#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.h"

namespace tidemark {
namespace {

std::atomic<LogLevel> least_level{LogLevel::info};

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warn:
      return "warn";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

void append_value(std::string* out, std::string_view value) {
  const bool plain = !value.empty() && value.find_first_of(" \"=\\") == std::string_view::npos;
  if (!plain) out->push_back('"');
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      fmt::format_to(std::back_inserter(*out), "\\x{:02x}", byte);
    } else {
      if (c == '"' || c == '\\') out->push_back('\\');
      out->push_back(c);
    }
  }
  if (!plain) out->push_back('"');
}

}  // namespace

void set_log_level(LogLevel level) {
  least_level = level;
}

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (level < least_level.load()) return;
  std::string line =
      fmt::format("time={} level={} msg=", format_rfc3339(SystemClock().wall()), level_name(level));
  append_value(&line, message);
  for (const LogField& field : fields) {
    line += fmt::format(" {}=", field.key);
    append_value(&line, field.value);
  }
  line.push_back('\n');
  // One write: lines of several threads do not mix. A failed write has nowhere to be told.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace tidemark
