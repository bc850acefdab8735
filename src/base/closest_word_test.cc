#include "base/closest_word.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

constexpr std::string_view kKnown[] = {"width", "watch", "timezone"};

TEST(ClosestWord, is_at_most_two_changes_away) {
  EXPECT_EQ(closest_word("widht", kKnown), "width");
  EXPECT_EQ(closest_word("with", kKnown), "width");
  EXPECT_EQ(closest_word("time_zone", kKnown), "timezone");
  EXPECT_EQ(closest_word("colour", kKnown), "");
  EXPECT_EQ(closest_word(std::string(100'000, 'w'), kKnown), "");
  EXPECT_EQ(closest_word("width", {}), "");
}

TEST(ClosestWord, a_hint_names_it_or_all) {
  EXPECT_EQ(closest_word_hint("widht", kKnown), "; did you mean 'width'?");
  EXPECT_EQ(closest_word_hint("colour", kKnown), "; known are width, watch, timezone");
}

}  // namespace
}  // namespace tidemark
