#include "net/egress.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/curl/handles.h"

namespace tidemark::net {
namespace {

std::optional<IpAddress> from_sockaddr(const sockaddr* raw) {
  IpAddress out;
  if (raw == nullptr) return std::nullopt;
  if (raw->sa_family == AF_INET) {
    std::memcpy(out.bytes.data(), &reinterpret_cast<const sockaddr_in*>(raw)->sin_addr, 4);
    return out;
  }
  if (raw->sa_family == AF_INET6) {
    out.v6 = true;
    std::memcpy(out.bytes.data(), &reinterpret_cast<const sockaddr_in6*>(raw)->sin6_addr, 16);
    return out;
  }
  return std::nullopt;
}

Result<std::vector<IpAddress>> resolve_by_system(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &raw);
  if (error != 0) {
    const bool absent = error == EAI_NONAME || error == EAI_NODATA;
    return fail(absent ? Errc::not_found : Errc::unavailable,
                fmt::format("host {} does not resolve: {}", host, ::gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(raw, &::freeaddrinfo);
  std::vector<IpAddress> out;
  for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
    const auto address = from_sockaddr(at->ai_addr);
    if (address && std::find(out.begin(), out.end(), *address) == out.end()) {
      out.push_back(*address);
    }
  }
  return out;
}

/// True for an address of a network interface of this machine.
bool is_of_this_machine(const IpAddress& address) {
  ifaddrs* raw = nullptr;
  if (::getifaddrs(&raw) != 0) return true;  // unknown: refuse
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> list(raw, &::freeifaddrs);
  for (const ifaddrs* at = list.get(); at != nullptr; at = at->ifa_next) {
    if (from_sockaddr(at->ifa_addr) == address) return true;
  }
  return false;
}

bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::string in_brackets(const IpAddress& address) {
  return address.v6 ? "[" + format_ip(address) + "]" : format_ip(address);
}

/// "host:80" → {"host", 80}; no port: nullopt; an IPv6 address without brackets has none.
std::optional<std::pair<std::string, std::optional<std::uint16_t>>> split_port(
    const std::string& entry) {
  const std::size_t colon = entry.rfind(':');
  const bool many = std::count(entry.begin(), entry.end(), ':') > 1;
  if (colon == std::string::npos || (many && entry.find("]:") == std::string::npos)) {
    return std::pair(entry, std::optional<std::uint16_t>());
  }
  std::uint16_t port = 0;
  const char* const last = entry.data() + entry.size();
  const auto [end, error] = std::from_chars(entry.data() + colon + 1, last, port);
  if (error != std::errc() || end != last || port == 0) return std::nullopt;
  return std::pair(entry.substr(0, colon), std::optional<std::uint16_t>(port));
}

/// The host as it will be used: an address in its one spelling, or a lower-case name.
Result<void> normalise_host(EgressTarget& target) {
  target.host = lower(target.host);
  if (target.host.ends_with('.')) target.host.pop_back();
  auto literal = parse_ip(target.host);
  if (!literal) literal = parse_loose_ipv4(target.host);
  if (literal) {
    target.host = in_brackets(*literal);
    target.addresses = {*literal};
    return {};
  }
  if (!is_host_name(target.host)) {
    return fail(Errc::invalid, "webhook host is not a name; write other letters as punycode");
  }
  return {};
}

Result<EgressTarget> parse_url(const std::string& text) {
  curl::start_once();
  const curl::Url url(curl_url());
  // One parser for the check and for the request: two could read one text as two hosts.
  if (!url || text.find('\0') != std::string::npos ||
      curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
    return fail(Errc::invalid, "webhook URL cannot be read");
  }
  EgressTarget target;
  target.scheme = curl::url_part(url.get(), CURLUPART_SCHEME);
  if (target.scheme != "https" && target.scheme != "http") {
    return fail(Errc::denied, "webhook URL must start with https://");
  }
  if (!curl::url_part(url.get(), CURLUPART_USER).empty() ||
      !curl::url_part(url.get(), CURLUPART_PASSWORD).empty() ||
      text.substr(0, text.find_first_of("/?#", text.find("//") + 2)).find('@') !=
          std::string::npos) {
    return fail(Errc::denied, "webhook URL must not hold a user name or password");
  }
  if (!curl::url_part(url.get(), CURLUPART_ZONEID).empty()) {
    return fail(Errc::denied, "webhook URL must not name an IPv6 zone");
  }
  target.host = curl::url_part(url.get(), CURLUPART_HOST);
  TM_TRY_VOID(normalise_host(target));
  const std::string port = curl::url_part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), target.port);
  if (target.port == 0) return fail(Errc::denied, "webhook port 0 is not allowed");
  curl_url_set(url.get(), CURLUPART_HOST, target.host.c_str(), 0);
  curl_url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);
  target.url = curl::url_part(url.get(), CURLUPART_URL);
  if (target.url.empty()) return fail(Errc::invalid, "webhook URL cannot be read");
  return target;
}

}  // namespace

std::string EgressTarget::place() const {
  return fmt::format("{}:{}", host, port);
}

Resolver make_system_resolver() {
  return resolve_by_system;
}

Result<EgressPolicy> EgressPolicy::make(const EgressRules& rules, Resolver resolver) {
  EgressPolicy policy;
  policy.resolver_ = std::move(resolver);
  policy.allow_http_ = rules.allow_http;
  policy.ports_.insert(policy.ports_.end(), rules.extra_ports.begin(), rules.extra_ports.end());
  for (const std::string& entry : rules.allow)
    TM_TRY_VOID(policy.add_allowed(entry));
  for (const std::string& entry : rules.own_listeners) {
    const auto parts = split_port(entry);
    const auto address = parts ? parse_ip(parts->first) : std::nullopt;
    if (!address || !parts->second) {
      return fail(Errc::invalid, fmt::format("listener \"{}\" is not address:port", entry));
    }
    policy.own_.push_back({unmapped(*address), *parts->second});
  }
  return policy;
}

Result<void> EgressPolicy::add_allowed(const std::string& entry) {
  const auto parts = split_port(lower(entry));
  if (parts) {
    if (const auto range = parse_ip_range(parts->first)) {
      ranges_.push_back({*range, parts->second});
      return {};
    }
    std::string host = parts->first;
    if (host.ends_with('.')) host.pop_back();
    if (is_host_name(host) && !parse_loose_ipv4(host)) {
      names_.push_back({host, parts->second});
      return {};
    }
  }
  return fail(Errc::invalid,
              fmt::format("\"{}\" is not an address range, address, host or host:port", entry));
}

bool EgressPolicy::is_allowed_name(const EgressTarget& target) const {
  return std::any_of(names_.begin(), names_.end(), [&](const Name& name) {
    return name.host == target.host && name.port.value_or(target.port) == target.port;
  });
}

bool EgressPolicy::is_allowed_address(const IpAddress& address, std::uint16_t port) const {
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& allowed) {
    return allowed.range.contains(address) && allowed.port.value_or(port) == port;
  });
}

bool EgressPolicy::is_own(const IpAddress& address, std::uint16_t port) const {
  const IpAddress plain = unmapped(address);
  return std::any_of(own_.begin(), own_.end(), [&](const Listener& own) {
    if (own.port != port) return false;
    const std::string_view kind = special_kind(plain);
    // Connecting to 0.0.0.0 or :: reaches this machine.
    if (own.address == plain || kind == "unspecified") return true;
    const bool everywhere = special_kind(own.address) == "unspecified";
    return everywhere && (kind == "loopback" || is_of_this_machine(plain));
  });
}

Result<void> EgressPolicy::check_addresses(const EgressTarget& target) const {
  const bool name_allowed = is_allowed_name(target);
  if (target.addresses.empty()) {
    return fail(Errc::not_found, fmt::format("host {} has no address", target.host));
  }
  for (const IpAddress& address : target.addresses) {
    if (is_own(address, target.port)) {
      return fail(Errc::denied,
                  fmt::format("webhook host resolves to {}: this server's own listener is not "
                              "allowed",
                              format_ip(address)));
    }
    const std::string_view kind = special_kind(address);
    if (kind.empty() || name_allowed || is_allowed_address(address, target.port)) continue;
    return fail(
        Errc::denied,
        fmt::format("webhook host resolves to {} ({}): not allowed", format_ip(address), kind));
  }
  return {};
}

Result<void> EgressPolicy::check_scheme_and_port(const EgressTarget& target) const {
  const bool named =
      is_allowed_name(target) ||
      std::all_of(target.addresses.begin(), target.addresses.end(), [&](const IpAddress& a) {
        return is_allowed_address(a, target.port);
      });
  if (named) return {};
  if (target.scheme == "http" && !allow_http_) {
    return fail(Errc::denied, "webhook scheme http is not allowed, only https");
  }
  if (std::find(ports_.begin(), ports_.end(), target.port) == ports_.end()) {
    return fail(Errc::denied, fmt::format("webhook port {} is not allowed", target.port));
  }
  return {};
}

Result<EgressTarget> EgressPolicy::check(const std::string& url) const {
  TM_TRY(EgressTarget target, parse_url(url));
  if (target.addresses.empty()) {
    TM_TRY(target.addresses, resolver_(target.host));
  }
  TM_TRY_VOID(check_addresses(target));
  TM_TRY_VOID(check_scheme_and_port(target));
  return target;
}

}  // namespace tidemark::net
