#include "web/page_address.h"

#include <gtest/gtest.h>

namespace tidemark::web {
namespace {

TEST(PageAddress, knows_the_pages) {
  for (const char* path : {"/", "/now", "/explore", "/alarms", "/alarms/cpu", "/alarms/a%2Fb"})
    EXPECT_TRUE(is_page(path)) << path;
  for (const char* path : {"", "now", "/nowhere", "/now/", "/Now", "/alarms/", "/alarms/a/b", "//"})
    EXPECT_FALSE(is_page(path)) << path;
}

TEST(PageAddress, finds_the_page_behind_slashes_too_many) {
  EXPECT_EQ(page_without_slash("/explore/"), "/explore");
  EXPECT_EQ(page_without_slash("/alarms//"), "/alarms");
  EXPECT_EQ(page_without_slash("//"), "/");
  EXPECT_EQ(page_without_slash("/alarms/a%2F/"), "/alarms/a%2F");
  for (const char* path : {"/", "/now", "/nowhere/", "/alarms/a/b/"})
    EXPECT_EQ(page_without_slash(path), std::nullopt) << path;
}

TEST(PageAddress, never_leads_to_another_server) {
  for (const char* path :
       {"//elsewhere.example/", "//elsewhere.example//", "///a/", "/\\elsewhere/"})
    EXPECT_EQ(page_without_slash(path), std::nullopt) << path;
}

TEST(PageAddress, leaves_the_doors_of_programs_alone) {
  for (const char* path : {"/metrics",
                           "/metrics/",
                           "/metrics/job",
                           "/-/healthy",
                           "/-/ready/",
                           "/-",
                           "/api",
                           "/api/",
                           "/api/tidemark",
                           "/api/v1/query",
                           "/v1/metrics",
                           "/sns/cert",
                           "/moto-api/reset/",
                           "/service/x/operation/y",
                           "/assets/index-0.js"})
    EXPECT_TRUE(is_for_programs(path)) << path;
  for (const char* path : {"/", "", "/nowhere", "/metricsx", "/apis", "/alarms/api", "//api"})
    EXPECT_FALSE(is_for_programs(path)) << path;
}

}  // namespace
}  // namespace tidemark::web
