#include "web/accepts_gzip.h"

#include <gtest/gtest.h>

namespace tidemark::web {
namespace {

TEST(AcceptsGzip, takes_gzip_that_is_named_in_any_place_and_case) {
  for (const char* header :
       {"gzip", "GZip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.5", "br ,\tgzip ; q=0.001"})
    EXPECT_TRUE(accepts_gzip(header)) << header;
}

TEST(AcceptsGzip, refuses_a_weight_of_zero_and_what_is_not_named) {
  for (const char* header :
       {"", ",", "identity", "br", "gzip;q=0", "gzip; q=0.000", "br, gzip;Q=0", "xgzip", "gzipped"})
    EXPECT_FALSE(accepts_gzip(header)) << header;
}

TEST(AcceptsGzip, a_star_stands_for_gzip_unless_gzip_is_named) {
  EXPECT_TRUE(accepts_gzip("*"));
  EXPECT_TRUE(accepts_gzip("gzip, *;q=0"));
  EXPECT_FALSE(accepts_gzip("*;q=0"));
  EXPECT_FALSE(accepts_gzip("*, gzip;q=0"));
}

}  // namespace
}  // namespace tidemark::web
