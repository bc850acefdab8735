#include "alarm/core/held_mutes.h"

#include <gtest/gtest.h>

namespace tidemark::alarm {
namespace {

Held until(std::int64_t s) {
  Held out;
  out.until = Timestamp::from_s(s);
  return out;
}

using Arns = std::vector<std::string>;

TEST(HeldMutes, end_in_order_and_may_end_at_one_instant) {
  HeldMutes held;
  EXPECT_FALSE(held.earliest());
  held.put("c", until(30));
  held.put("b", until(10));
  held.put("a", until(30));
  EXPECT_EQ(held.earliest(), Timestamp::from_s(10));
  EXPECT_EQ(held.ended(Timestamp::from_s(9)), Arns());
  EXPECT_EQ(held.ended(Timestamp::from_s(30)), (Arns{"b", "a", "c"}));
  EXPECT_EQ(held.all(), (Arns{"a", "b", "c"}));
}

TEST(HeldMutes, what_takes_a_place_or_moves_leaves_no_end_behind) {
  HeldMutes held;
  held.put("a", until(10));
  held.put("a", until(50));
  held.put("b", until(20));
  held.move_end("b", Timestamp::from_s(60));
  held.move_end("nobody", Timestamp::from_s(1));
  EXPECT_EQ(held.earliest(), Timestamp::from_s(50));
  EXPECT_EQ(held.find("b")->until, Timestamp::from_s(60));
  EXPECT_EQ(held.find("nobody"), nullptr);
  held.erase("a");
  held.erase("a");
  EXPECT_EQ(held.ended(Timestamp::from_s(60)), Arns{"b"});
  held.clear();
  EXPECT_FALSE(held.earliest());
  EXPECT_EQ(held.find("b"), nullptr);
}

}  // namespace
}  // namespace tidemark::alarm
