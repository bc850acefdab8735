#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/config_text_test.h"

namespace tidemark::server {
namespace {

using ::testing::HasSubstr;

std::string refusal(const std::string& content) {
  const auto made = read_config_text(content);
  return made ? "taken" : made.error().what;
}

TEST(ConfigMistakes, a_key_that_stands_twice_is_refused_with_its_place) {
  EXPECT_EQ(refusal("data: a\ndata: b"), "t.yaml:2:1: key 'data' stands here twice");
  EXPECT_EQ(refusal("detectors: []\nhttp: 127.0.0.1:1\ndetectors: []"),
            "t.yaml:3:1: key 'detectors' stands here twice");
  EXPECT_EQ(refusal("mail: {from: a@b.c, from: d@b.c}"),
            "t.yaml:1:21: key 'from' stands here twice");
  EXPECT_EQ(refusal("calendars: {a: [sat], a: [sun]}"), "t.yaml:1:23: key 'a' stands here twice");
  EXPECT_EQ(refusal("runbooks: {commands: {a: {argv: [/x]}, a: {argv: [/y]}}}"),
            "t.yaml:1:40: key 'a' stands here twice");
  EXPECT_THAT(refusal("detectors: [{namespace: a, name: b, stat: Sum, dimensions: {J: 1, J: 2}}]"),
              HasSubstr("t.yaml:1:67: key 'J' stands here twice"));
  EXPECT_THAT(refusal("detectors: [{namespace: a, name: b, stat: Sum, tags: {o: 1, o: 2}}]"),
              HasSubstr("key 'o' stands here twice"));
  EXPECT_THAT(refusal("detectors: [{math: [{id: a, expression: 1, id: b}]}]"),
              HasSubstr("key 'id' stands here twice"));
}

TEST(ConfigMistakes, what_can_be_there_once_is_refused_a_second_time) {
  EXPECT_EQ(refusal("aws: {access_keys: [{id: a, secret: b}, {id: a, secret: c}]}"),
            "t.yaml:1:41: access key 'a' stands above already");
  EXPECT_EQ(refusal("detectors:\n"
                    "  - {namespace: n, name: m, stat: Sum, dimensions: {J: a}}\n"
                    "  - {namespace: n, name: m, stat: Sum}\n"
                    "  - {namespace: n, name: m, stat: Sum, dimensions: {J: a}, width: 3}\n"),
            "t.yaml:4:5: a detector of 'n/m{J=a} Sum' stands above already");
}

// Where a refused value stands, so that its own words are all that has to be read.
TEST(ConfigMistakes, a_wrong_value_is_refused_with_its_place_and_key) {
  EXPECT_EQ(refusal("mail: {url: \"http://x:25\"}"),
            "t.yaml:1:13: mail.url: smtp url must start with smtp:// or smtps://");
  EXPECT_EQ(refusal("mail:\n  from: nobody"),
            "t.yaml:2:9: mail.from: mail address must look like name@host, or Name <name@host>");
  EXPECT_EQ(
      refusal("mail: {url: \"smtp://x:25\"}"),
      "t.yaml:1:7: mail.from is missing: the sender, such as Tidemark <tidemark@example.com>");
  EXPECT_EQ(refusal("egress:\n  allow: [10.0.0.0/8, 10.0.0.0/99]"),
            "t.yaml:2:23: egress.allow: \"10.0.0.0/99\" is not an address range, address, host or "
            "host:port");
  EXPECT_THAT(refusal("runbooks:\n  commands:\n    a: {argv: [retry]}"),
              HasSubstr("t.yaml:3:5: runbooks.commands.a.argv must begin with the absolute path"));
  EXPECT_THAT(refusal("runbooks: {commands: {a: }}"), HasSubstr("runbooks.commands.a.argv must"));
  EXPECT_EQ(refusal("aws: {account_id: 12}"),
            "t.yaml:1:19: aws.account_id: must have 12 digits, not '12'");
  EXPECT_EQ(refusal("storage: {shards: 65}"),
            "t.yaml:1:19: storage.shards: must be 1 to 64, not 65");
}

TEST(ConfigMistakes, what_can_never_work_is_refused_with_its_place_and_key) {
  EXPECT_EQ(refusal("runbooks: {commands: {a: {argv: [/x], tries: 0}}}"),
            "t.yaml:1:46: runbooks.commands.a.tries: must be 1 to 100, not 0");
  EXPECT_EQ(refusal("runbooks: {commands: {a: {argv: [/x], timeout: 0s}}}"),
            "t.yaml:1:48: runbooks.commands.a.timeout: must be 1s to 24h");
  EXPECT_EQ(refusal("runbooks:\n  commands:\n    a: {argv: [/x]}\n  enabled: true"),
            "t.yaml:3:5: runbooks.commands.a.argv: /x is no program that this server may run");
  EXPECT_EQ(refusal("runbooks: {commands: {a: {argv: [/x]}}}"), "taken");
  EXPECT_EQ(refusal("detectors: [{namespace: n, name: m, stat: Sum, periods: [1m, 7s]}]"),
            "t.yaml:1:62: periods: must be 1s, 5s, 10s, 20s, 30s or whole minutes, not '7s'");
  EXPECT_EQ(refusal("hosts: [a.example, \"http://a\"]"),
            "t.yaml:1:20: hosts: must be names such as tidemark.example.com, not 'http://a'");
  EXPECT_EQ(refusal("hosts: [a.example, \"[::1]:80\", 10.0.0.1]"), "taken");
  EXPECT_EQ(refusal("storage: {retention: 1s}"),
            "t.yaml:1:22: storage.retention: must be 0s, which keeps everything, or at least 1d");
  EXPECT_THAT(refusal("storage: {history: 1h}"), HasSubstr("storage.history: must be 0s"));
  EXPECT_EQ(refusal("detection: {always_on_series: 99999999999}"),
            "t.yaml:1:31: detection.always_on_series: must be 1 to 1000000, not 99999999999");
  EXPECT_THAT(refusal("limits: {connections: 0}"), HasSubstr("limits.connections: must be 1 to"));
  EXPECT_THAT(refusal("storage: {disk_reserve: 1GB}"), HasSubstr("'1GB' is no size"));
  EXPECT_EQ(refusal("mail: {url: \"smtp://x:25\", from: a@b.c, password: p}"),
            "t.yaml:1:7: mail.username is missing: a password without it is never used");
}

TEST(ConfigMistakes, a_listen_address_is_an_ip_address_or_localhost) {
  Config config;
  ASSERT_TRUE(set_listen_address("localhost:8470", &config));
  EXPECT_EQ(config.http_address, "127.0.0.1");
  ASSERT_TRUE(set_listen_address("[::1]:8470", &config));
  EXPECT_EQ(config.http_address, "::1");
  for (const char* wrong : {"tidemark.example:8470", "127.1:8470", "8470", "127.0.0.1:80x", ""})
    EXPECT_FALSE(set_listen_address(wrong, &config)) << wrong;
}

TEST(ConfigMistakes, sizes_and_limits_are_read) {
  const auto config = read_config_text(
      "storage: {disk_reserve: 200MiB}\nlimits: {connections: 9, connections_per_address: 3}");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->disk_reserve_bytes, std::uint64_t{200} << 20U);
  EXPECT_EQ(config->connections, 9U);
  EXPECT_EQ(config->connections_per_address, 3U);
}

TEST(ConfigMistakes, a_public_url_must_be_one_that_links_can_begin_with) {
  for (const char* wrong : {"foo",
                            "ftp://a",
                            "https://",
                            "http://:80",
                            "https://a?b",
                            "https://a b",
                            "https://user@a",
                            "//a"}) {
    EXPECT_THAT(refusal(std::string("public_url: \"") + wrong + "\""),
                HasSubstr("t.yaml:1:13: public_url: must be a URL such as https://"))
        << wrong;
  }
  EXPECT_EQ(read_config_text("public_url: https://a.example:8443/tidemark")->public_url,
            "https://a.example:8443/tidemark");
  EXPECT_EQ(read_config_text("public_url: http://[::1]:8470/")->public_url, "http://[::1]:8470");
}

constexpr const char* kInside = "aws: {access_keys: [{id: a, secret: s3cret}]}";
constexpr const char* kBeside = "aws: {access_keys: [{id: a, secret_file: key}]}";

/// What reading comes to when all users of the machine may read the file `open`.
std::string read_with_open(const std::string& content, const std::string& open) {
  testing::FaultyFiles files;
  EXPECT_TRUE((*files.create("t.yaml"))->append(content));
  EXPECT_TRUE((*files.create("key"))->append("s3cret\n"));
  files.let_others_read(open);
  Config config;
  const auto read = read_config_file(files, "t.yaml", &config);
  return read ? config.access_keys.at(0).secret : read.error().what;
}

TEST(ConfigMistakes, a_secret_that_everybody_may_read_is_refused) {
  EXPECT_EQ(read_with_open(kInside, "t.yaml"),
            "t.yaml:1:37: t.yaml holds a secret and every user of this machine may read it: chmod "
            "o-r t.yaml");
  EXPECT_EQ(read_with_open(kBeside, "key"),
            "t.yaml:1:42: key holds a secret and every user of this machine may read it: chmod o-r "
            "key");
  EXPECT_THAT(read_with_open("mail: {password: hidden}", "t.yaml"), HasSubstr("chmod o-r t.yaml"));
  // A file without a secret may be as open as any, and a closed one may hold it.
  EXPECT_EQ(read_with_open(kBeside, "t.yaml"), "s3cret");
  EXPECT_EQ(read_with_open(kInside, "key"), "s3cret");
}

TEST(ConfigMistakes, a_secret_is_given_in_one_way) {
  EXPECT_THAT(read_with_open("aws: {access_keys: [{id: a, secret: b, secret_file: key}]}", ""),
              HasSubstr("t.yaml:1:53: this secret stands above already"));
}

}  // namespace
}  // namespace tidemark::server
