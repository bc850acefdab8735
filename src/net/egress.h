#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/ip_address.h"

namespace tidemark::net {

/// Where this server may send requests that users configure (webhooks), from its configuration.
struct EgressRules {
  /// "10.1.2.0/24", "10.1.2.3", "tickets.example", "tickets.example:8080", "[fd00::1]:9000". What
  /// an entry names may be reached by http too and on any port (on its port, if it has one), even
  /// if it is not public.
  std::vector<std::string> allow;
  /// Plain http to anywhere public.
  bool allow_http = false;
  /// Besides 443, 80 and 8443.
  std::vector<std::uint16_t> extra_ports;
  /// "127.0.0.1:8470", "0.0.0.0:8470": where this server listens. Denied whatever `allow` says
  /// (CVE-2022-35957: a proxy made to talk to itself).
  std::vector<std::string> own_listeners;
};

/// A URL that passed, with the addresses that were checked: connect to these only.
struct EgressTarget {
  /// As curl normalised it; host in lower case, without trailing dot.
  std::string url;
  std::string scheme;
  /// IPv6 in brackets.
  std::string host;
  std::uint16_t port = 0;
  std::vector<IpAddress> addresses;

  /// "host:port", for messages: path and query of a webhook are often secret.
  [[nodiscard]] std::string place() const;
};

/// Names to addresses. Called once for each check.
using Resolver = std::function<Result<std::vector<IpAddress>>(const std::string& host)>;
/// getaddrinfo; waits as long as the system's resolver does. `Errc::unavailable` when the name
/// server does not answer, `Errc::not_found` when there is no such name.
Resolver make_system_resolver();

/// Decides whether a URL may be requested: against server-side request forgery. Refuses anything
/// that is not http(s) to a public address on a usual port, unless the rules allow it. Immutable,
/// safe to use from several threads.
class EgressPolicy {
 public:
  /// `Errc::invalid` names an entry of the rules that cannot be read.
  static Result<EgressPolicy> make(const EgressRules& rules,
                                   Resolver resolver = make_system_resolver());

  /// `Errc::denied` with a reason, `Errc::invalid` for what is no URL, or the resolver's error.
  /// Resolves the name once; one bad address among several refuses the URL.
  [[nodiscard]] Result<EgressTarget> check(const std::string& url) const;

 private:
  struct Name {
    std::string host;
    std::optional<std::uint16_t> port;
  };
  struct Range {
    IpRange range;
    std::optional<std::uint16_t> port;
  };
  struct Listener {
    IpAddress address;
    std::uint16_t port = 0;
  };

  EgressPolicy() = default;
  Result<void> add_allowed(const std::string& entry);
  [[nodiscard]] bool is_allowed_name(const EgressTarget& target) const;
  [[nodiscard]] bool is_allowed_address(const IpAddress& address, std::uint16_t port) const;
  [[nodiscard]] bool is_own(const IpAddress& address, std::uint16_t port) const;
  [[nodiscard]] Result<void> check_addresses(const EgressTarget& target) const;
  [[nodiscard]] Result<void> check_scheme_and_port(const EgressTarget& target) const;

  std::vector<Name> names_;
  std::vector<Range> ranges_;
  std::vector<Listener> own_;
  std::vector<std::uint16_t> ports_{443, 80, 8443};
  bool allow_http_ = false;
  Resolver resolver_;
};

}  // namespace tidemark::net
