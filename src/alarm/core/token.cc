#include "alarm/core/token.h"

#include <charconv>

#include <fmt/format.h>

namespace tidemark::alarm {
namespace {

std::optional<std::string> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    unsigned value = 0;
    const char* end = hex.data() + i + 2;
    const auto [stop, error] = std::from_chars(hex.data() + i, end, value, 16);
    if (error != std::errc{} || stop != end) return std::nullopt;
    out += static_cast<char>(value);
  }
  return out;
}

}  // namespace

std::string make_token(const std::vector<std::string>& parts) {
  std::string out = "t1";
  for (const std::string& part : parts) {
    out += '.';
    for (const char c : part)
      out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

std::optional<std::vector<std::string>> read_token(const std::string& token, std::size_t parts) {
  std::string_view rest = token;
  if (!rest.starts_with("t1.")) return std::nullopt;
  rest.remove_prefix(3);
  std::vector<std::string> out;
  for (;;) {
    const std::size_t dot = rest.find('.');
    auto part = from_hex(rest.substr(0, dot));
    if (!part) return std::nullopt;
    out.push_back(*std::move(part));
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  if (out.size() != parts) return std::nullopt;
  return out;
}

std::optional<std::int64_t> parse_id(const std::string& text) {
  std::int64_t out = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return out;
}

tl::unexpected<AlarmError> bad_token() {
  return tl::unexpected(AlarmError{
      Errc::invalid, "InvalidNextToken", "The parameter NextToken is not one that was given out."});
}

}  // namespace tidemark::alarm
