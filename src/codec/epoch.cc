#include "codec/epoch.h"

#include <cmath>

#include <fmt/format.h>

namespace tidemark::codec {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// Nanoseconds since the last whole second, also before 1970.
std::int64_t fraction_ns(Timestamp at) {
  const std::int64_t rest = at.ns() % kSecond;
  return rest < 0 ? rest + kSecond : rest;
}

}  // namespace

std::optional<Timestamp> time_from_epoch(double seconds) {
  constexpr double kRange = 9'223'372'036;
  if (!(seconds > -kRange && seconds < kRange)) return std::nullopt;
  const double whole = std::floor(seconds);
  const auto us = static_cast<std::int64_t>(std::llround((seconds - whole) * 1e6));
  return Timestamp::from_ns(static_cast<std::int64_t>(whole) * kSecond + us * 1000);
}

double epoch_seconds(Timestamp at) {
  return static_cast<double>(at.s()) + static_cast<double>(fraction_ns(at)) / 1e9;
}

std::string format_epoch(Timestamp at) {
  const std::int64_t seconds = at.s();
  const std::int64_t ns = fraction_ns(at);
  if (ns == 0) return fmt::format("{}", seconds);
  // Before 1970 the floor and the fraction have different signs: -1.25 is floor -2, fraction .75.
  const bool negative = seconds < 0;
  const std::int64_t whole = negative ? -(seconds + 1) : seconds;
  const std::int64_t fraction = negative ? kSecond - ns : ns;
  std::string text = fmt::format("{}{}.{:09}", negative ? "-" : "", whole, fraction);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

}  // namespace tidemark::codec
