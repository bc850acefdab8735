#include "cli/why/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::cli::why {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(WhyText, says_all_that_the_server_says) {
  const json answer{
      {"sentence", "Sum of rows: 900 on 22 Nov 2013 02:00; 98 to 160 are usual at this time."},
      {"rarity", "Never as high in 21 days of history (506 periods)."},
      {"sureness", "The model had learned 506 periods since 1 Nov 2013 00:00."},
      {"aftermath", {{"sentence", "The period since is outside of its band, too."}}},
      {"reproduced", true},
      {"difference", ""},
      {"finding",
       {{"metric_title", "rows · Job=etl"},
        {"period_s", 3600},
        {"kind", "spike"},
        {"severity", "high"},
        {"verdict", {{"verdict", "real"}, {"comment", "sent twice"}}}}},
      {"slot_step", "day"},
      {"same_slot",
       {{{"at", "2013-11-21T02:00:00Z"}, {"value", 104.0}},
        {{"at", "2013-11-20T02:00:00Z"}, {"value", nullptr}}}},
      {"also_moved",
       {{{"at", "2013-11-22T02:00:00Z"},
         {"metric_title", "bytes"},
         {"score", 0.8},
         {"finding_id", "d.3600.1"}}}},
      {"changes", json::array()}};
  const std::string text = explanation_text(answer);
  for (const char* part : {"98 to 160 are usual",
                           "rows · Job=etl (spike), severity high",
                           "Never as high",
                           "Since then: The period since is outside of its band, too.\n",
                           "The same hour of past days:\n",
                           "2013-11-21T02:00:00Z  104",
                           "2013-11-20T02:00:00Z  no data",
                           "bytes  (score 0.8, d.3600.1)",
                           "equal to the last byte",
                           "Verdict: real sent twice"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr("changed the day before")));
}

TEST(WhyText, says_what_it_compares_with) {
  const auto text_of = [](int period_s, const json& step) {
    return explanation_text({{"finding", {{"period_s", period_s}}},
                             {"slot_step", step},
                             {"same_slot", {{{"at", "t"}, {"value", 1.0}}}}});
  };
  EXPECT_THAT(text_of(86'400, "week"), HasSubstr("\nThe same weekday of past weeks:\n  t  1\n"));
  EXPECT_THAT(text_of(86'400, "day"), HasSubstr("\nThe days before:\n"));
  EXPECT_THAT(text_of(3600, "week"), HasSubstr("\nThe same hour of past weeks:\n"));
  EXPECT_THAT(text_of(300, "week"), HasSubstr("\nThe same time of past weeks:\n"));
  EXPECT_THAT(text_of(300, nullptr), HasSubstr("\nThe same time before:\n"));
}

TEST(WhyText, names_cannot_move_the_cursor_and_odd_answers_give_text) {
  const json answer{
      {"findings", {{{"id", "a.60.1"}, {"metric_title", "x\x1b[2J\nroot"}, {"reason", "r"}}, 7}}};
  const std::string text = list_text(answer);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_THAT(explanation_text(json::object()), HasSubstr("not reproduced"));
  EXPECT_EQ(list_text(json::object()), "");
}

}  // namespace
}  // namespace tidemark::cli::why
