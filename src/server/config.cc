#include "server/config.h"

#include <charconv>

#include <fmt/format.h>

#include "net/ip_address.h"

namespace tidemark::server {
namespace {

bool is_loopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

}  // namespace

Result<void> set_listen_address(const std::string& text, Config* config) {
  const std::size_t colon = text.rfind(':');
  const auto wrong = [&text] {
    return fail(
        Errc::invalid,
        fmt::format("'{}' is no listen address; write ADDRESS:PORT with an IP address, such as "
                    "127.0.0.1:8470 or [::1]:8470",
                    text));
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
  if (address.empty()) address = "0.0.0.0";
  if (address == "localhost") address = "127.0.0.1";
  if (!net::parse_ip(address)) return wrong();
  config->http_address = address;
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
  if (config.frozen_clock && !config.enable_test_api) {
    return fail(Errc::invalid, "--clock needs --enable-test-api");
  }
  return {};
}

}  // namespace tidemark::server
