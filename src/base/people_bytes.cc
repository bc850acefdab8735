#include "base/people_bytes.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace tidemark {
namespace {

constexpr std::array<std::string_view, 5> kUnits{"", "KiB", "MiB", "GiB", "TiB"};

}  // namespace

std::string people_bytes(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  double size = static_cast<double>(bytes) / 1024;
  std::size_t unit = 1;
  for (; size >= 1024 && unit + 1 < kUnits.size(); ++unit)
    size /= 1024;
  std::string number = fmt::format("{:.1f}", size);
  if (number.ends_with(".0")) number.resize(number.size() - 2);
  return fmt::format("{} {}", number, kUnits[unit]);
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  for (std::size_t unit = 0; error == std::errc() && unit < kUnits.size(); ++unit) {
    std::uint64_t bytes = 0;
    if (name == kUnits[unit] &&
        !__builtin_mul_overflow(count, std::uint64_t{1} << (10U * unit), &bytes)) {
      return bytes;
    }
  }
  return fail(Errc::invalid, fmt::format("'{}' is no size; write one like 500MiB or 2GiB", text));
}

}  // namespace tidemark
