#include "server/config.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace tidemark::server {
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

std::optional<Duration> unit_of(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return unit.size;
  }
  return std::nullopt;
}

bool is_loopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

}  // namespace

Result<Duration> parse_duration(const std::string& text) {
  const auto wrong = [&text] {
    return fail(Errc::invalid,
                fmt::format("'{}' is no duration; write one like 30s, 15m or 1d12h", text));
  };
  Duration out{0};
  std::string_view rest = text;
  if (rest.empty()) return wrong();
  while (!rest.empty()) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (error != std::errc() || count < 0) return wrong();
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    std::size_t letters = 0;
    while (letters < rest.size() && rest[letters] >= 'a' && rest[letters] <= 'z')
      ++letters;
    const auto unit = unit_of(rest.substr(0, letters));
    std::int64_t part = 0;
    std::int64_t sum = 0;
    if (!unit || __builtin_mul_overflow(count, unit->count(), &part) ||
        __builtin_add_overflow(out.count(), part, &sum)) {
      return wrong();
    }
    out = Duration(sum);
    rest.remove_prefix(letters);
  }
  return out;
}

Result<void> set_listen_address(const std::string& text, Config* config) {
  const std::size_t colon = text.rfind(':');
  const auto wrong = [&text] {
    return fail(
        Errc::invalid,
        fmt::format("'{}' is no listen address; write ADDRESS:PORT such as 127.0.0.1:8470", text));
  };
  if (colon == std::string::npos) return wrong();
  const std::string_view port = std::string_view(text).substr(colon + 1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc() || end != port.data() + port.size() || number > 65535) return wrong();
  std::string address = text.substr(0, colon);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  config->http_address = address.empty() ? "0.0.0.0" : address;
  config->http_port = static_cast<std::uint16_t>(number);
  return {};
}

Result<void> check_config(const Config& config) {
  if (!is_loopback(config.http_address) && config.access_keys.empty() && !config.insecure_no_auth) {
    return fail(Errc::denied,
                fmt::format("refusing to listen on {}:{} without authentication; set "
                            "aws.access_keys or pass --insecure-no-auth (not for production)",
                            config.http_address,
                            config.http_port));
  }
  const bool digits = std::all_of(config.account_id.begin(), config.account_id.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
  if (config.account_id.size() != 12 || !digits) {
    return fail(Errc::invalid,
                fmt::format("aws.account_id must have 12 digits, not '{}'", config.account_id));
  }
  if (config.frozen_clock && !config.enable_test_api) {
    return fail(Errc::invalid, "--clock needs --enable-test-api");
  }
  if (config.shards < 1 || config.shards > 64) {
    return fail(Errc::invalid,
                fmt::format("storage.shards must be 1 to 64, not {}", config.shards));
  }
  for (const auto& [name, runbook] : config.runbooks) {
    if (runbook.argv.empty() || !runbook.argv.front().starts_with('/')) {
      return fail(Errc::invalid,
                  fmt::format("runbooks.commands.{}.argv must begin with the absolute "
                              "path of a program",
                              name));
    }
  }
  return {};
}

}  // namespace tidemark::server
