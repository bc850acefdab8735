#include "cli/detect/progress.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/people_number.h"

namespace tidemark::cli::detect {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kFirst = seconds(1);
constexpr Duration kRedraw = milliseconds(200);
constexpr Duration kLines = seconds(30);
constexpr int kBarCells = 24;

double in_seconds(Duration span) {
  return std::chrono::duration<double>(span).count();
}

std::string clock_words(double left_s) {
  const auto whole = static_cast<std::int64_t>(left_s + 0.5);
  return whole >= 3600 ? fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
                       : fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

Progress::Progress(const Clock& clock, Options options, std::function<void(std::string_view)> write)
    : clock_(clock),
      options_(options),
      write_(std::move(write)),
      began_(clock.now()),
      next_(began_ + (options.terminal ? kFirst : kLines)) {}

std::string Progress::text(std::uint64_t bytes, std::uint64_t rows, Duration passed) const {
  const double rate = static_cast<double>(rows) / std::max(in_seconds(passed), 1e-3);
  std::string done =
      fmt::format("{} rows, {} a second",
                  people_number(static_cast<double>(rows)),
                  people_number(static_cast<double>(static_cast<std::int64_t>(rate))));
  if (!options_.total_bytes || *options_.total_bytes == 0) return done;
  const double share =
      std::min(1.0, static_cast<double>(bytes) / static_cast<double>(*options_.total_bytes));
  const std::string left = share > 0 ? clock_words(in_seconds(passed) * (1 - share) / share) : "?";
  if (!options_.terminal) return fmt::format("{:.0f} %, {}, {} left", share * 100, done, left);
  const int full = static_cast<int>(share * kBarCells);
  return fmt::format("[{}{}] {:3.0f} %  {}  {} left",
                     std::string(static_cast<std::size_t>(full), '#'),
                     std::string(static_cast<std::size_t>(kBarCells - full), '.'),
                     share * 100,
                     done,
                     left);
}

void Progress::update(std::uint64_t bytes, std::uint64_t rows) {
  const Instant now = clock_.now();
  if (now < next_) return;
  next_ = now + (options_.terminal ? kRedraw : kLines);
  const std::string said = text(bytes, rows, now - began_);
  // "\r" to the beginning of the line, "\x1b[K" rubs out what is longer than the new text.
  write_(options_.terminal ? "\r" + said + "\x1b[K" : "tidemark: " + said + "\n");
  drawn_ = options_.terminal;
}

void Progress::finish() {
  if (drawn_) write_("\r\x1b[K");
  drawn_ = false;
}

}  // namespace tidemark::cli::detect
