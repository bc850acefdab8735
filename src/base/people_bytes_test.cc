#include "base/people_bytes.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(PeopleBytes, are_short) {
  EXPECT_EQ(people_bytes(700), "700 bytes");
  EXPECT_EQ(people_bytes(1024), "1 KiB");
  EXPECT_EQ(people_bytes(50'436'506), "48.1 MiB");
  EXPECT_EQ(people_bytes(std::uint64_t{3} << 30U), "3 GiB");
}

TEST(ParseBytes, reads_what_people_write) {
  EXPECT_EQ(*parse_bytes("0"), 0U);
  EXPECT_EQ(*parse_bytes("4096"), 4096U);
  EXPECT_EQ(*parse_bytes("64KiB"), 65'536U);
  EXPECT_EQ(*parse_bytes("2GiB"), std::uint64_t{2} << 30U);
}

TEST(ParseBytes, names_what_it_cannot_read) {
  for (const char* text : {"", "GiB", "-1MiB", "1.5GiB", "1 GiB", "1GB", "99999999999TiB"}) {
    const auto parsed = parse_bytes(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, Errc::invalid);
    EXPECT_NE(parsed.error().what.find("'" + std::string(text) + "'"), std::string::npos);
  }
}

}  // namespace
}  // namespace tidemark
