#include "web/own/page.h"

#include <gtest/gtest.h>

namespace tidemark::web::own {
namespace {

json show(const std::vector<std::string>& names, const Page& page) {
  const auto itself = [](const std::string& name) { return json(name); };
  return page_of(
      page, names, [](const std::string& name) { return json::array({0, name}); }, itself);
}

TEST(Page, goes_on_behind_a_place_and_not_behind_a_number_of_items) {
  const json first = show({"a", "b", "c", "d"}, *page_behind("", "alarms", 2));
  EXPECT_EQ(first["alarms"], json::array({"a", "b"}));
  EXPECT_EQ(first["total"], 4);
  const Page next = *page_behind(first["next"].get<std::string>(), "alarms", 2);
  EXPECT_EQ(show({"b", "c", "d"}, next)["alarms"], json::array({"c", "d"}));
  EXPECT_EQ(show({"a", "c", "d"}, next)["alarms"], json::array({"c", "d"}))
      << "also when the last one of the page is gone";
  const json last = show({"a", "b", "bb", "c"}, next);
  EXPECT_EQ(last["alarms"], json::array({"bb", "c"}));
  EXPECT_EQ(last["next"], json());
  EXPECT_EQ(show({}, next)["alarms"], json::array());
}

TEST(Page, cursors_need_no_escapes_in_an_address) {
  const json page = show({"\xff?>~\xc3\xbf", "z", "zz"}, *page_behind("", "alarms", 1));
  const auto cursor = page["next"].get<std::string>();
  EXPECT_EQ(cursor.find_first_of("+/=% "), std::string::npos) << cursor;
}

TEST(Page, refuses_what_is_no_cursor_of_the_list) {
  const auto other =
      show({"a", "b", "c"}, *page_behind("", "metrics", 2))["next"].get<std::string>();
  for (const std::string& cursor :
       {std::string("10"), std::string("-1"), std::string("e30"), other}) {
    const auto page = page_behind(cursor, "alarms", 2);
    ASSERT_FALSE(page) << cursor;
    EXPECT_EQ(page.error().field, "cursor");
    EXPECT_EQ(page.error().code, "invalid_field");
    EXPECT_NE(page.error().message.find("must be the next of the page before"), std::string::npos);
  }
}

}  // namespace
}  // namespace tidemark::web::own
