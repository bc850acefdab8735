#include "net/ip_address.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>
#include <vector>

#include <arpa/inet.h>

#include "base/assert.h"

namespace tidemark::net {
namespace {

struct Special {
  std::string_view range;
  std::string_view kind;
};

// The first match counts. IPv4: https://www.iana.org/assignments/iana-ipv4-special-registry
constexpr std::array<Special, 31> kSpecial{{{"0.0.0.0/8", "unspecified"},
                                            {"10.0.0.0/8", "private"},
                                            {"100.64.0.0/10", "carrier-grade NAT"},
                                            {"127.0.0.0/8", "loopback"},
                                            {"169.254.0.0/16", "link-local"},
                                            {"172.16.0.0/12", "private"},
                                            {"192.0.0.0/24", "reserved"},
                                            {"192.0.2.0/24", "documentation"},
                                            {"192.88.99.0/24", "6to4"},
                                            {"192.168.0.0/16", "private"},
                                            {"198.18.0.0/15", "benchmarking"},
                                            {"198.51.100.0/24", "documentation"},
                                            {"203.0.113.0/24", "documentation"},
                                            {"224.0.0.0/4", "multicast"},
                                            {"240.0.0.0/4", "reserved"},
                                            {"::/128", "unspecified"},
                                            {"::1/128", "loopback"},
                                            {"::ffff:0:0/96", "IPv4-mapped"},
                                            {"::/96", "IPv4-compatible"},
                                            {"64:ff9b::/96", "NAT64"},
                                            {"64:ff9b:1::/48", "NAT64"},
                                            {"2001::/32", "Teredo"},
                                            {"2001::/23", "reserved"},
                                            {"2001:db8::/32", "documentation"},
                                            {"2002::/16", "6to4"},
                                            {"3fff::/20", "documentation"},
                                            {"fc00::/7", "unique-local"},
                                            {"fe80::/10", "link-local"},
                                            {"fec0::/10", "site-local"},
                                            {"ff00::/8", "multicast"},
                                            {"100::/64", "reserved"}}};

std::vector<std::pair<IpRange, std::string_view>> parse_specials() {
  std::vector<std::pair<IpRange, std::string_view>> out;
  for (const Special& special : kSpecial) {
    const auto range = parse_ip_range(special.range);
    TM_ASSERT(range.has_value());
    out.emplace_back(*range, special.kind);
  }
  return out;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const std::string copy(text);
  IpAddress out;
  if (copy.find('\0') != std::string::npos) return std::nullopt;
  if (::inet_pton(AF_INET, copy.c_str(), out.bytes.data()) == 1) return out;
  out.v6 = true;
  if (::inet_pton(AF_INET6, copy.c_str(), out.bytes.data()) == 1) return out;
  return std::nullopt;
}

std::optional<IpAddress> parse_loose_ipv4(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == 'x' ||
           c == 'X' || c == '.';
  };
  // inet_aton would stop at a space and ignore what follows.
  if (text.empty() || !std::all_of(text.begin(), text.end(), allowed)) return std::nullopt;
  in_addr raw{};
  if (::inet_aton(std::string(text).c_str(), &raw) == 0) return std::nullopt;
  IpAddress out;
  std::memcpy(out.bytes.data(), &raw, sizeof raw);
  return out;
}

std::string format_ip(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.bytes.data(), text.data(), text.size());
  return text.data();
}

IpAddress unmapped(const IpAddress& address) {
  constexpr std::array<std::uint8_t, 12> kPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (!address.v6 || !std::equal(kPrefix.begin(), kPrefix.end(), address.bytes.begin())) {
    return address;
  }
  IpAddress out;
  std::copy_n(address.bytes.begin() + kPrefix.size(), 4, out.bytes.begin());
  return out;
}

std::string_view special_kind(const IpAddress& address) {
  static const auto kRanges = parse_specials();
  for (const auto& [range, kind] : kRanges) {
    if (range.contains(address)) return kind;
  }
  // Only 2000::/3 is given out for global use.
  if (address.v6 && (address.bytes[0] & 0xe0U) != 0x20U) return "reserved";
  return "";
}

bool IpRange::contains(const IpAddress& address) const {
  if (address.v6 != base.v6) return false;
  for (unsigned bit = 0; bit < prefix_bits; bit += 8) {
    const unsigned left = std::min(8U, prefix_bits - bit);
    const unsigned mask = 0xffU & (0xffU << (8 - left));
    if (((address.bytes[bit / 8] ^ base.bytes[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

std::optional<IpRange> parse_ip_range(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = parse_ip(text.substr(0, slash));
  if (!base) return std::nullopt;
  const unsigned widest = base->v6 ? 128 : 32;
  if (slash == std::string_view::npos) return IpRange{*base, widest};
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc() || end != digits.data() + digits.size() || bits > widest) {
    return std::nullopt;
  }
  return IpRange{*base, bits};
}

}  // namespace tidemark::net
