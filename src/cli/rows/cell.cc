#include "cli/rows/cell.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "codec/json.h"

namespace tidemark::cli::rows {
namespace {

constexpr std::size_t kNumberMaxBytes = 400;
constexpr std::size_t kShownBytes = 40;
constexpr double kEpochMax = 9.2e9;  // Timestamp ends in the year 2262

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// Infinite where the text is beyond the doubles, 0 or denormal where it is below them.
std::optional<double> parse_number(std::string_view text) {
  const bool plus = text.starts_with('+');
  if (plus) text.remove_prefix(1);
  if (text.empty() || text.size() > kNumberMaxBytes) return std::nullopt;
  if (plus && (text[0] == '+' || text[0] == '-')) return std::nullopt;
  double out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range)
    return std::strtod(std::string(text).c_str(), nullptr);
  if (error != std::errc()) return std::nullopt;
  return out;
}

/// Seconds with a fraction, to the nanosecond: a double alone would hold a present time to 0.2 µs.
std::optional<Timestamp> exact_epoch(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  std::int64_t whole = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, whole);
  if (error != std::errc() || end == text.data() || whole > 9'200'000'000) return std::nullopt;
  std::int64_t ns = 0;
  if (end != last) {
    if (*end != '.') return std::nullopt;
    std::int64_t unit = 100'000'000;
    for (const char* at = end + 1; at != last; ++at, unit /= 10) {
      if (*at < '0' || *at > '9') return std::nullopt;
      ns += (*at - '0') * unit;
    }
  }
  const std::int64_t total = whole * 1'000'000'000 + ns;
  return Timestamp::from_ns(negative ? -total : total);
}

std::optional<Timestamp> civil(std::string_view text) {
  if (const auto at = parse_rfc3339(text)) return at;
  // Without zone; without seconds; without time of day.
  for (const char* rest : {"Z", ":00Z", "T00:00:00Z"}) {
    if (const auto at = parse_rfc3339(std::string(text) + rest)) return at;
  }
  return std::nullopt;
}

/// 2024-01-31 of a date partition, 20240131.
std::optional<std::string> date_written_as_number(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 8 || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  if (!text.starts_with("19") && !text.starts_with("20")) return std::nullopt;
  std::string date(text.substr(0, 4));
  (date += '-') += text.substr(4, 2);
  (date += '-') += text.substr(6, 2);
  return civil(date) ? std::optional(date) : std::nullopt;
}

Result<Timestamp> epoch(std::string_view text, double seconds) {
  if (const auto exact = exact_epoch(text)) return *exact;
  if (std::abs(seconds) <= kEpochMax) return Timestamp::from_ns(std::llround(seconds * 1e9));
  const char* mend = "write epoch seconds";
  if (std::abs(seconds) < 9.3e12) mend = "these look like milliseconds; divide by 1000";
  return fail(
      Errc::invalid,
      fmt::format("time {} is beyond the year 2262 as epoch seconds; {}", quoted(text), mend));
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && blank(text.back()))
    text.remove_suffix(1);
  return text;
}

std::string quoted(std::string_view text) {
  if (text.size() <= kShownBytes) return codec::json_string(text);
  return codec::json_string(text.substr(0, kShownBytes)) + "...";
}

Result<Timestamp> parse_time(std::string_view text) {
  text = trimmed(text);
  if (text.size() <= 64) {
    if (const auto at = civil(text)) return *at;
    const auto seconds = parse_number(text);
    if (seconds && std::isfinite(*seconds)) return epoch(text, *seconds);
  }
  return fail(Errc::invalid,
              fmt::format("{} is not a time; write 2024-05-01T12:00:00Z, 2024-05-01 12:00:00 (UTC) "
                          "or epoch seconds",
                          quoted(text)));
}

Result<Timestamp> parse_first_time(std::string_view text) {
  if (const auto date = date_written_as_number(trimmed(text))) {
    return fail(Errc::invalid, fmt::format("time {} is a date; write {}", quoted(text), *date));
  }
  return parse_time(text);
}

Result<std::optional<double>> parse_value(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return std::nullopt;
  if (const auto number = parse_number(text)) {
    if (!std::isfinite(*number)) return std::nullopt;
    return *number;
  }
  if (text.size() <= 4) {
    const std::string word = lower(text);
    for (const char* missing : {"na", "n/a", "null", "none"}) {
      if (word == missing) return std::nullopt;
    }
  }
  return fail(Errc::invalid,
              fmt::format("{} is not a number; write one such as 1234.5, or leave the field empty "
                          "for a missing point",
                          quoted(text)));
}

}  // namespace tidemark::cli::rows
