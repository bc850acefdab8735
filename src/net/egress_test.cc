#include "net/egress.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::net {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

IpAddress ip(std::string_view text) {
  const auto out = parse_ip(text);
  EXPECT_TRUE(out.has_value()) << text;
  return *out;
}

/// A name server for these tests.
Result<std::vector<IpAddress>> resolve(const std::string& host) {
  static const std::map<std::string, std::vector<std::string>> kNames = {
      {"public.example", {"93.184.216.34", "2606:2800:220:1::1"}},
      {"localhost", {"127.0.0.1", "::1"}},
      {"metadata.google.internal", {"169.254.169.254"}},
      {"xn--lcalhost-54a.example", {"127.0.0.1"}},
      {"half.example", {"93.184.216.34", "10.0.0.5"}},
      {"inside.example", {"10.1.2.3"}},
      {"empty.example", {}}};
  const auto found = kNames.find(host);
  if (found == kNames.end()) return fail(Errc::not_found, "host " + host + " does not resolve");
  std::vector<IpAddress> out;
  for (const std::string& text : found->second)
    out.push_back(ip(text));
  return out;
}

EgressPolicy policy(const EgressRules& rules = {}) {
  auto out = EgressPolicy::make(rules, resolve);
  EXPECT_TRUE(out.has_value());
  return std::move(*out);
}

/// "" when the URL passes, else the reason.
std::string refusal(const EgressPolicy& by, const std::string& url) {
  const auto target = by.check(url);
  return target ? "" : target.error().what;
}

EgressRules allowing(std::vector<std::string> entries) {
  EgressRules rules;
  rules.allow = std::move(entries);
  return rules;
}

TEST(Egress, lets_public_https_pass_and_pins_every_address) {
  const auto target = policy().check("https://PUBLIC.example./hook?a=b#part");
  ASSERT_TRUE(target.has_value()) << target.error().what;
  EXPECT_EQ(target->host, "public.example");
  EXPECT_EQ(target->port, 443);
  EXPECT_EQ(target->url, "https://public.example/hook?a=b");
  EXPECT_THAT(target->addresses, ElementsAre(ip("93.184.216.34"), ip("2606:2800:220:1::1")));
  EXPECT_EQ(refusal(policy(), "https://93.184.216.34:8443/"), "");
  EXPECT_EQ(refusal(policy(), "https://[2606:2800:220:1::1]/"), "");
}

TEST(Egress, refuses_every_way_to_write_an_address_inside) {
  EgressRules rules;
  rules.allow_http = true;  // so that the address alone decides
  const EgressPolicy by = policy(rules);
  const std::vector<std::pair<std::string, std::string>> urls = {
      {"http://127.0.0.1", "127.0.0.1 (loopback)"},
      {"http://127.1", "127.0.0.1 (loopback)"},
      {"http://0x7f000001", "127.0.0.1 (loopback)"},
      {"http://0x7f.1", "127.0.0.1 (loopback)"},
      {"http://2130706433", "127.0.0.1 (loopback)"},
      {"http://0177.0.0.1", "127.0.0.1 (loopback)"},
      {"http://127.0.0.1.", "127.0.0.1 (loopback)"},
      {"http://%31%32%37.0.0.1", "127.0.0.1 (loopback)"},
      {"http://localhost", "127.0.0.1 (loopback)"},
      {"http://localhost.", "127.0.0.1 (loopback)"},
      {"http://LOCALHOST", "127.0.0.1 (loopback)"},
      {"http://[::1]", "::1 (loopback)"},
      {"http://[::ffff:127.0.0.1]", "::ffff:127.0.0.1 (IPv4-mapped)"},
      {"http://[::127.0.0.1]", "::127.0.0.1 (IPv4-compatible)"},
      {"http://169.254.169.254", "169.254.169.254 (link-local)"},
      {"http://metadata.google.internal", "169.254.169.254 (link-local)"},
      {"http://xn--lcalhost-54a.example", "127.0.0.1 (loopback)"},
      {"http://half.example", "10.0.0.5 (private)"},
      {"http://10.0.0.1", "(private)"},
      {"http://172.31.255.255", "(private)"},
      {"http://192.168.0.1", "(private)"},
      {"http://100.64.0.1", "(carrier-grade NAT)"},
      {"http://0.0.0.0", "(unspecified)"},
      {"http://0", "(unspecified)"},
      {"http://[::]", "(unspecified)"},
      {"http://224.0.0.1", "(multicast)"},
      {"http://255.255.255.255", "(reserved)"},
      {"http://[fe80::1]", "(link-local)"},
      {"http://[fd00::1]", "(unique-local)"},
      {"http://[ff02::1]", "(multicast)"},
      {"http://[64:ff9b::7f00:1]", "(NAT64)"},
      {"http://[2002:7f00:1::]", "(6to4)"},
      {"http://[2001::1]", "(Teredo)"},
      {"http://[5f00::1]", "(reserved)"}};
  for (const auto& [url, why] : urls) {
    const auto target = by.check(url);
    ASSERT_FALSE(target.has_value()) << url;
    EXPECT_EQ(target.error().code, Errc::denied) << url;
    EXPECT_THAT(target.error().what, HasSubstr("webhook host resolves to ")) << url;
    EXPECT_THAT(target.error().what, HasSubstr(why + ": not allowed")) << url;
  }
  EXPECT_EQ(refusal(by, "http://172.32.0.1"), "");
  EXPECT_EQ(refusal(by, "http://100.128.0.1"), "");
}

TEST(Egress, refuses_other_schemes_ports_credentials_and_what_is_no_url) {
  const EgressPolicy by = policy();
  EXPECT_EQ(refusal(by, "http://public.example/"),
            "webhook scheme http is not allowed, only https");
  EXPECT_EQ(refusal(by, "https://public.example:22/"), "webhook port 22 is not allowed");
  for (const std::string url :
       {"ftp://public.example/", "file:///etc/passwd", "gopher://public.example/"}) {
    EXPECT_EQ(refusal(by, url), "webhook URL must start with https://") << url;
  }
  for (const std::string url : {"http://a@127.0.0.1",
                                "https://a:b@public.example/",
                                "https://@public.example/",
                                "https://:@public.example/",
                                "https://public.example@10.0.0.1/"}) {
    EXPECT_EQ(refusal(by, url), "webhook URL must not hold a user name or password") << url;
  }
  for (const std::string url : {"",
                                "public.example",
                                "https://",
                                "https:///x",
                                "https://a b/",
                                "https://exämple.com/",
                                "https://public.example:99999/",
                                "https://public.example/\r\nX: y",
                                "https://[::1/",
                                "https://public.example,10.0.0.1/"}) {
    EXPECT_NE(refusal(by, url), "") << url;
  }
  EXPECT_EQ(refusal(by, "https://public.example/a@b?c=@d"), "");
  EXPECT_EQ(by.check("https://absent.example/").error().code, Errc::not_found);
  EXPECT_EQ(by.check("https://empty.example/").error().code, Errc::not_found);
}

TEST(Egress, opens_configured_ports) {
  EgressRules rules;
  rules.extra_ports = {9000};
  EXPECT_EQ(refusal(policy(rules), "https://public.example:9000/"), "");
  EXPECT_NE(refusal(policy(rules), "https://public.example:9001/"), "");
}

TEST(Egress, allowed_ranges_may_be_reached_by_http_on_any_port) {
  const EgressPolicy by = policy(allowing({"127.0.0.0/8", "10.1.2.0/24", "fd00::/8"}));
  for (const std::string url : {"http://127.0.0.1:9999/x",
                                "http://127.1:1",
                                "http://10.1.2.255:5",
                                "http://inside.example:8080/",
                                "http://[fd00::1]:81/"}) {
    EXPECT_EQ(refusal(by, url), "") << url;
  }
  EXPECT_THAT(refusal(by, "http://10.1.3.0/"), HasSubstr("10.1.3.0 (private)"));
  EXPECT_THAT(refusal(by, "http://[::ffff:127.0.0.1]/"), HasSubstr("IPv4-mapped"));
  EXPECT_THAT(refusal(by, "http://localhost/"), HasSubstr("::1 (loopback)"));
  EXPECT_THAT(refusal(by, "http://half.example/"), HasSubstr("10.0.0.5"));
  // What is public keeps the rules for public places.
  EXPECT_THAT(refusal(by, "http://public.example/"), HasSubstr("scheme http"));
}

TEST(Egress, allowed_names_and_ports_open_no_more_than_they_say) {
  const EgressPolicy by =
      policy(allowing({"Inside.example:8080", "public.example", "10.0.0.7:81", "[fd00::1]:82"}));
  EXPECT_EQ(refusal(by, "http://inside.example:8080/"), "");
  EXPECT_THAT(refusal(by, "https://inside.example/"), HasSubstr("10.1.2.3 (private)"));
  EXPECT_THAT(refusal(by, "http://10.1.2.3:8080/"), HasSubstr("10.1.2.3 (private)"));
  EXPECT_EQ(refusal(by, "http://public.example:1234/"), "");
  EXPECT_EQ(refusal(by, "http://10.0.0.7:81/"), "");
  EXPECT_NE(refusal(by, "http://10.0.0.7:82/"), "");
  EXPECT_EQ(refusal(by, "http://[fd00::1]:82/"), "");
  EXPECT_NE(refusal(by, "http://[fd00::1]:83/"), "");
}

TEST(Egress, never_reaches_its_own_listeners) {
  EgressRules rules = allowing({"0.0.0.0/0", "::/0", "localhost"});
  rules.own_listeners = {"127.0.0.1:8470", "0.0.0.0:9125"};
  const EgressPolicy by = policy(rules);
  for (const std::string url : {"http://127.0.0.1:8470/",
                                "http://127.1:8470/",
                                "http://localhost:8470/",
                                "http://[::ffff:127.0.0.1]:8470/",
                                "http://0.0.0.0:8470/",
                                "http://[::]:8470/",
                                "http://127.0.0.1:9125/",
                                "http://127.9.9.9:9125/",
                                "http://[::1]:9125/"}) {
    EXPECT_THAT(refusal(by, url), HasSubstr("this server's own listener is not allowed")) << url;
  }
  EXPECT_EQ(refusal(by, "http://127.0.0.1:8471/"), "");
  EXPECT_EQ(refusal(by, "http://127.0.0.2:8470/"), "");
}

TEST(Egress, resolves_once_so_that_a_second_answer_cannot_matter) {
  int calls = 0;
  const auto rebinding = [&calls](const std::string&) -> Result<std::vector<IpAddress>> {
    return std::vector<IpAddress>{ip(++calls == 1 ? "93.184.216.34" : "127.0.0.1")};
  };
  const EgressPolicy by = std::move(*EgressPolicy::make({}, rebinding));
  const auto target = by.check("https://rebind.example/");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(calls, 1);
  EXPECT_THAT(target->addresses, ElementsAre(ip("93.184.216.34")));
}

TEST(Egress, names_the_rule_that_cannot_be_read) {
  for (const std::string entry : {"10.0.0.0/33",
                                  "10.0.0.0/x",
                                  "a b",
                                  "",
                                  "host:0",
                                  "host:99999",
                                  "127.1",
                                  "https://x.example",
                                  "[fd00::1]:x"}) {
    const auto made = EgressPolicy::make(allowing({entry}), resolve);
    ASSERT_FALSE(made.has_value()) << entry;
    EXPECT_EQ(made.error().code, Errc::invalid);
    EXPECT_THAT(made.error().what, HasSubstr("\"" + entry + "\""));
  }
  EgressRules rules;
  rules.own_listeners = {"localhost:8470"};
  EXPECT_EQ(EgressPolicy::make(rules, resolve).error().code, Errc::invalid);
}

TEST(IpRange, compares_the_prefix_only) {
  const auto range = parse_ip_range("10.1.2.128/25");
  ASSERT_TRUE(range.has_value());
  EXPECT_TRUE(range->contains(ip("10.1.2.255")));
  EXPECT_FALSE(range->contains(ip("10.1.2.127")));
  EXPECT_FALSE(range->contains(ip("::ffff:10.1.2.255")));
  EXPECT_TRUE(parse_ip_range("0.0.0.0/0")->contains(ip("255.0.0.1")));
  EXPECT_FALSE(parse_ip_range("0.0.0.0/0")->contains(ip("::1")));
  EXPECT_FALSE(parse_ip_range("192.0.2.1")->contains(ip("192.0.2.2")));
  EXPECT_EQ(format_ip(unmapped(ip("::ffff:192.0.2.1"))), "192.0.2.1");
}

}  // namespace
}  // namespace tidemark::net
