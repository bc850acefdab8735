#include "web/browser.h"

#include <gtest/gtest.h>

namespace tidemark::web {
namespace {

net::HttpRequest get(const std::string& accept) {
  net::HttpRequest out;
  out.method = "GET";
  out.path = "/";
  out.headers = {{"Accept", accept}};
  return out;
}

TEST(Browser, is_told_from_programs_by_what_it_reads) {
  EXPECT_TRUE(is_from_browser(
      get("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8")));
  EXPECT_FALSE(is_from_browser(get("*/*")));
  EXPECT_FALSE(is_from_browser(get("application/json")));
  net::HttpRequest java = get("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2");
  java.headers.push_back({"User-Agent", "Java/17.0.9"});
  EXPECT_FALSE(is_from_browser(java)) << "Java's own client, as AWS' example of a receiver uses it";
}

}  // namespace
}  // namespace tidemark::web
