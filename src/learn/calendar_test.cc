#include "learn/calendar.h"

#include <gtest/gtest.h>

namespace tidemark::learn {
namespace {

using namespace std::chrono_literals;

Timestamp at(const char* text) {
  return *parse_rfc3339(text);
}

TEST(Calendar, slots_floor_also_before_1970) {
  EXPECT_EQ(slot_at(at("2024-02-29T23:59:59Z"), 1h).start, at("2024-02-29T23:00:00Z"));
  const Slot before = slot_at(Timestamp::from_s(-1), 60s);
  EXPECT_EQ(before.index, -1);
  EXPECT_EQ(before.start, Timestamp::from_s(-60));
  EXPECT_EQ(slot_at(Timestamp::from_s(-60), 60s).index, -1);
  EXPECT_EQ(slot_at(Timestamp::from_s(0), 60s).index, 0);
}

TEST(Calendar, civil_fields_are_local) {
  // New York's midnight in winter: Thursday, 28 November 2013.
  const Slot slot = slot_at(at("2013-11-28T05:00:00Z"), 1h, -5 * 3600);
  EXPECT_EQ(slot.second_of_day, 0);
  EXPECT_EQ(slot.weekday, 4);
  EXPECT_EQ(slot.day_of_month, 28);
  EXPECT_EQ(slot.days_in_month, 30);
  const Slot earlier = slot_at(at("2013-11-28T04:59:00Z"), 1min, -5 * 3600);
  EXPECT_EQ(earlier.second_of_day, 86'340);
  EXPECT_EQ(earlier.day_of_month, 27);
}

TEST(Calendar, knows_leap_years) {
  EXPECT_EQ(slot_at(at("2024-02-10T00:00:00Z"), 1h).days_in_month, 29);
  EXPECT_EQ(slot_at(at("2023-02-10T00:00:00Z"), 1h).days_in_month, 28);
}

}  // namespace
}  // namespace tidemark::learn
