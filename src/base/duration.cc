#include "base/duration.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace tidemark {
namespace {

struct Unit {
  std::string_view name;
  Duration size;
};
constexpr Unit kUnits[] = {{"ms", std::chrono::milliseconds(1)},
                           {"s", std::chrono::seconds(1)},
                           {"m", std::chrono::minutes(1)},
                           {"h", std::chrono::hours(1)},
                           {"d", std::chrono::hours(24)},
                           {"w", std::chrono::hours(168)}};

/// Takes a number with its unit off the front of `rest`. nullopt: there is none, or it is too long.
std::optional<Duration> take_part(std::string_view* rest) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(rest->data(), rest->data() + rest->size(), count);
  if (error != std::errc() || count < 0) return std::nullopt;
  rest->remove_prefix(static_cast<std::size_t>(end - rest->data()));
  std::size_t letters = 0;
  while (letters < rest->size() && (*rest)[letters] >= 'a' && (*rest)[letters] <= 'z')
    ++letters;
  const std::string_view name = rest->substr(0, letters);
  rest->remove_prefix(letters);
  for (const Unit& unit : kUnits) {
    std::int64_t part = 0;
    if (unit.name == name && !__builtin_mul_overflow(count, unit.size.count(), &part)) {
      return Duration(part);
    }
  }
  return std::nullopt;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  std::int64_t sum = 0;
  std::string_view rest = text;
  do {
    const auto part = take_part(&rest);
    if (!part || __builtin_add_overflow(sum, part->count(), &sum)) {
      return fail(Errc::invalid,
                  fmt::format("'{}' is no duration; write one like 30s, 15m or 1d12h", text));
    }
  } while (!rest.empty());
  return Duration(sum);
}

}  // namespace tidemark
