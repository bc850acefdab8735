#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark::net {

/// An IPv4 or IPv6 address, without port and zone.
struct IpAddress {
  /// IPv4: the first four bytes.
  std::array<std::uint8_t, 16> bytes{};
  bool v6 = false;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// Dotted quad or RFC 4291 text, IPv6 with or without brackets. Nothing looser ("127.1" is none).
std::optional<IpAddress> parse_ip(std::string_view text);
/// What `inet_aton` also takes as IPv4, and so does every resolver: "127.1", "0x7f000001", "017.1".
std::optional<IpAddress> parse_loose_ipv4(std::string_view text);
/// "192.0.2.1", "2001:db8::1".
std::string format_ip(const IpAddress& address);
/// "::ffff:192.0.2.1" becomes 192.0.2.1; others stay.
IpAddress unmapped(const IpAddress& address);

/// Why an address is not an ordinary public one: "loopback", "private", "link-local" …; empty for a
/// public one. After the IANA special-purpose registries (RFC 6890 and later).
std::string_view special_kind(const IpAddress& address);

/// A range of addresses, "10.1.2.0/24".
struct IpRange {
  IpAddress base;
  unsigned prefix_bits = 0;

  /// IPv4 ranges hold IPv4 addresses only, IPv6 ranges IPv6 ones.
  [[nodiscard]] bool contains(const IpAddress& address) const;
};

/// "10.1.2.0/24"; a bare address is a range of one. Bits below the prefix are ignored.
std::optional<IpRange> parse_ip_range(std::string_view text);

}  // namespace tidemark::net
