#include "web/ui_files.h"

#include <gtest/gtest.h>

namespace tidemark::web {
namespace {

constexpr const char* kBrowser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

std::optional<net::HttpResponse> answer(const std::string& path,
                                        const std::string& accept = kBrowser,
                                        const std::string& method = "GET",
                                        const std::string& query = "") {
  net::HttpRequest request;
  request.method = method;
  request.path = path;
  request.query = query;
  request.headers = {{"Accept", accept}};
  return answer_ui(request);
}

std::string header_of(const net::HttpResponse& response, std::string_view name) {
  return std::string(net::find_header(response.headers, name).value_or(""));
}

TEST(UiFiles, a_person_at_an_unknown_address_gets_the_page_that_says_so) {
  for (const char* path :
       {"/nowhere", "/nowhere/", "/alarms/a/b", "//elsewhere.example/", "/index.php"}) {
    for (const char* method : {"GET", "HEAD"}) {
      const auto out = answer(path, kBrowser, method);
      ASSERT_TRUE(out) << path;
      EXPECT_EQ(out->status, 404) << path;
      EXPECT_EQ(header_of(*out, "content-type"), "text/html; charset=utf-8");
      EXPECT_EQ(header_of(*out, "etag"), "") << "what is not there is not kept";
      EXPECT_NE(out->body, "");
    }
  }
}

TEST(UiFiles, a_slash_too_many_leads_to_the_page_with_what_it_shows) {
  const auto out = answer("/explore/", kBrowser, "GET", "m=s1&tz=local");
  ASSERT_TRUE(out);
  EXPECT_EQ(out->status, 308);
  EXPECT_EQ(header_of(*out, "location"), "/explore?m=s1&tz=local");
  EXPECT_EQ(header_of(*answer("/alarms/a%2Fb/"), "location"), "/alarms/a%2Fb");
  EXPECT_EQ(header_of(*answer("/alarms/"), "location"), "/alarms");
}

TEST(UiFiles, known_pages_are_served_to_anybody) {
  for (const char* accept : {kBrowser, "*/*", ""}) {
    ASSERT_TRUE(answer("/alarms/cpu", accept));
    EXPECT_EQ(answer("/alarms/cpu", accept)->status, 200);
  }
}

TEST(UiFiles, programs_keep_the_errors_of_their_door) {
  for (const char* accept :
       {"*/*",
        "",
        "application/json",
        "application/openmetrics-text;version=1.0.0,text/plain;q=0.5,*/*;q=0.1"})
    EXPECT_FALSE(answer("/nowhere", accept)) << accept;
  for (const char* path : {"/metrics",
                           "/metrics/",
                           "/-/healthy",
                           "/-/ready",
                           "/api",
                           "/api/v1/query",
                           "/api/tidemark/v1/nothing",
                           "/v1/metrics",
                           "/sns/nothing.pem",
                           "/moto-api/data.json",
                           "/assets/gone.js"})
    EXPECT_FALSE(answer(path)) << path;
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS"})
    EXPECT_FALSE(answer("/nowhere", kBrowser, method)) << method;
}

TEST(UiFiles, a_signed_request_is_no_person) {
  net::HttpRequest request;
  request.method = "GET";
  request.path = "/nowhere";
  request.headers = {{"Accept", kBrowser}, {"Authorization", "AWS4-HMAC-SHA256 Credential=k"}};
  EXPECT_FALSE(answer_ui(request));
  request.headers[1].value = "Basic dXNlcjpwYXNz";
  EXPECT_TRUE(answer_ui(request)) << "a proxy's password";
  request.query = "X-Amz-Signature=00";
  EXPECT_FALSE(answer_ui(request)) << "an address that was signed beforehand";
}

}  // namespace
}  // namespace tidemark::web
