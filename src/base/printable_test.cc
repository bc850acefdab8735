#include "base/printable.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(Printable, has_a_blank_for_each_control_character) {
  EXPECT_EQ(printable("a\x1b[2J\tb\r\nc\x7f"), "a [2J b  c ");
  EXPECT_EQ(printable("größe · ok"), "größe · ok");
  EXPECT_EQ(printable(std::string_view("\0x", 2)), " x");
}

}  // namespace
}  // namespace tidemark
