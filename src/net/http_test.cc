#include "net/http.h"

#include <gtest/gtest.h>

namespace tidemark::net {
namespace {

TEST(PercentDecode, resolves_escapes_and_refuses_malformed_ones) {
  EXPECT_EQ(percent_decode("a%20b%2Fc%2f+").value(), "a b/c/+");
  EXPECT_EQ(percent_decode("a+b%2B", true).value(), "a b+");
  EXPECT_EQ(percent_decode("%00").value(), std::string(1, '\0'));
  EXPECT_EQ(percent_decode("%25%32%35").value(), "%25");  // once, not twice
  for (const std::string_view bad : {"%", "a%4", "%4x", "%x4", "%%41", "% 41", "%+1"}) {
    EXPECT_EQ(percent_decode(bad).error().code, Errc::invalid) << bad;
  }
}

TEST(PercentEncode, round_trips_every_byte) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte)
    all += static_cast<char>(byte);
  EXPECT_EQ(percent_decode(percent_encode(all)).value(), all);
  EXPECT_EQ(percent_encode("a b/~é"), "a%20b%2F~%C3%A9");
  EXPECT_EQ(percent_encode("a/b c", "/"), "a/b%20c");
}

TEST(ParseQuery, keeps_order_repeats_and_empty_values) {
  const QueryParams params = parse_query("b=1&a=x%26y&&b=2+3&flag&=v&c==").value();
  const QueryParams expected = {
      {"b", "1"}, {"a", "x&y"}, {"b", "2 3"}, {"flag", ""}, {"", "v"}, {"c", "="}};
  EXPECT_EQ(params, expected);
  EXPECT_EQ(find_param(params, "b"), "1");
  EXPECT_EQ(find_param(params, "B"), std::nullopt);
  EXPECT_TRUE(parse_query("").value().empty());
  EXPECT_TRUE(parse_query("&").value().empty());
  EXPECT_EQ(parse_query("a=%zz").error().code, Errc::invalid);
  EXPECT_EQ(parse_query("%zz=a").error().code, Errc::invalid);
}

TEST(JsonError, escapes_what_would_break_the_text) {
  const HttpResponse response = json_error(400, "bad", "a \"quoted\" \\ line\nb \x01 é");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(find_header(response.headers, "content-type"), "application/json");
  EXPECT_EQ(response.body,
            "{\"error\":{\"code\":\"bad\",\"message\":"
            "\"a \\\"quoted\\\" \\\\ line\\u000ab \\u0001 é\"}}\n");
}

TEST(Header, names_and_values_cannot_break_a_line) {
  EXPECT_TRUE(is_header_name("X-Amz-Date"));
  for (const std::string_view bad : {"", "a b", "a:", "a\r\n", "é"}) {
    EXPECT_FALSE(is_header_name(bad)) << bad;
  }
  EXPECT_TRUE(is_header_value("a\tb é"));
  EXPECT_TRUE(is_header_value(""));
  EXPECT_FALSE(is_header_value("a\r\nb"));
  EXPECT_FALSE(is_header_value("a\nb"));
  EXPECT_FALSE(is_header_value(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace tidemark::net
