#include "cli/backtest/print_team.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::cli::backtest {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

json answer() {
  return json::parse(R"({
    "alarms_per_week": 5, "per_week": 6.5, "k": 2.3, "per_week_at_k": 4.75,
    "words": "These 2 alarms would have fired about 6.5 times a week; with k = 2.3 ...",
    "alarms": [
      {"name": "rows, nightly", "kind": "band", "firings_total": 24, "muted_total": 1,
       "per_week": 6, "sentence": "Would have fired 24 times.", "firings_at_k": 17},
      {"name": "lag", "kind": "static", "firings_total": 2, "muted_total": 0, "per_week": null,
       "sentence": "Would have fired twice."}]})");
}

TEST(BacktestTeam, a_row_for_each_alarm_and_one_for_all) {
  EXPECT_EQ(team_data_text(answer(), Format::table),
            "ALARM          KIND    FIRINGS  MUTED  A WEEK  AT K = 2.3\n"
            "rows, nightly  band    24       1      6       17\n"
            "lag            static  2        0              2\n"
            "together                               6.5     4.75 a week\n");
  EXPECT_EQ(team_data_text(answer(), Format::csv),
            "name,kind,firings_total,muted_total,per_week,firings_at_k,sentence\n"
            "\"rows, nightly\",band,24,1,6,17,Would have fired 24 times.\n"
            "lag,static,2,0,,2,Would have fired twice.\n");
  EXPECT_EQ(json::parse(team_data_text(answer(), Format::json)), answer());
  EXPECT_THAT(team_words_text(answer()), HasSubstr("These 2 alarms"));
  EXPECT_TRUE(team_fired(answer()));
}

TEST(BacktestTeam, no_width_keeps_the_budget_and_nothing_fired) {
  json none = answer();
  none["k"] = none["per_week_at_k"] = nullptr;
  for (json& alarm : none["alarms"]) {
    alarm["firings_total"] = 0;
    alarm.erase("firings_at_k");
  }
  EXPECT_THAT(team_data_text(none, Format::table), HasSubstr("A WEEK  AT K\n"));
  EXPECT_THAT(team_data_text(none, Format::tsv), HasSubstr("lag\tstatic\t0\t0\t\t\tWould"));
  EXPECT_FALSE(team_fired(none));
}

TEST(BacktestTeam, moves_no_cursor_and_survives_an_answer_of_another_shape) {
  json odd = answer();
  odd["alarms"][0]["name"] = "\x1b[2Jgone\tand\rback";
  for (const Format format : {Format::table, Format::tsv, Format::csv}) {
    EXPECT_THAT(team_data_text(odd, format), Not(HasSubstr("\x1b")));
    EXPECT_THAT(team_data_text(odd, format), Not(HasSubstr("\r")));
  }
  for (const char* text :
       {R"({"alarms": []})", R"({"alarms": [7, {"firings_total": "x"}], "k": []})"}) {
    const json other = json::parse(text);
    EXPECT_FALSE(team_fired(other));
    (void)team_words_text(other);
    EXPECT_THAT(team_data_text(other, Format::table), HasSubstr("together"));
  }
}

}  // namespace
}  // namespace tidemark::cli::backtest
