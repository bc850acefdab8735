#include "base/zone.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

Timestamp at(const char* text) {
  return *parse_rfc3339(text);
}

std::int64_t local(const char* text) {
  return at(text).s();
}

TEST(Zone, KnowsTheDatabasesNames) {
  EXPECT_TRUE(Zone::is_known(""));
  EXPECT_TRUE(Zone::is_known("America/New_York"));
  EXPECT_FALSE(Zone::is_known("America/Nowhere"));
  EXPECT_FALSE(Zone::is_known("../../etc/passwd"));
}

TEST(Zone, OffsetFollowsDaylightSaving) {
  Zone zone("Europe/Berlin");
  EXPECT_EQ(zone.offset_s(at("2026-03-29T00:59:59Z")), 3600);
  EXPECT_EQ(zone.offset_s(at("2026-03-29T01:00:00Z")), 7200);
  EXPECT_EQ(zone.offset_s(at("2026-10-25T00:59:59Z")), 7200);
  EXPECT_EQ(zone.offset_s(at("2026-10-25T01:00:00Z")), 3600);
  EXPECT_EQ(Zone("").offset_s(at("2026-07-01T00:00:00Z")), 0);
}

TEST(Zone, LocalTimeThatComesTwiceOrNever) {
  const Zone zone("Europe/Berlin");
  EXPECT_EQ(zone.at_local(local("2026-06-01T12:00:00Z")), at("2026-06-01T10:00:00Z"));
  EXPECT_EQ(zone.at_local(local("2026-10-25T02:30:00Z")), at("2026-10-25T00:30:00Z"));
  EXPECT_EQ(zone.at_local(local("2026-03-29T02:30:00Z")), at("2026-03-29T01:00:00Z"));
  EXPECT_EQ(Zone("").at_local(local("2026-03-29T02:30:00Z")), at("2026-03-29T02:30:00Z"));
}

}  // namespace
}  // namespace tidemark
