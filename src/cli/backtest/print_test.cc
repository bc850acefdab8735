#include "cli/backtest/print.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::cli::backtest {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

json answer() {
  return json::parse(R"({
    "sentence": "Would have fired twice in 28 days (about 0.5 a week), 3 hours in alarm.",
    "past_words": "", "firings_total": 2,
    "firings": [
      {"began": "2013-12-24T00:00:00Z", "ended": null, "seconds": 7200, "reason": "Threshold …",
       "reason_words": "rows was 291, \"low\";\nusual is 640 to 720.",
       "value": 291, "lower": 640.25, "upper": 720},
      {"began": "2013-11-28T00:00:00Z", "ended": "2013-11-28T01:00:00Z", "seconds": 3600,
       "reason": "No data", "reason_words": "", "value": null, "lower": null, "upper": null}],
    "width": null})");
}

TEST(BacktestPrint, writes_a_row_for_each_time_it_would_have_fired) {
  EXPECT_EQ(
      data_text(answer(), Format::csv),
      "began,ended,seconds,value,lower,upper,reason\n"
      "2013-12-24T00:00:00Z,,7200,291,640.25,720,\"rows was 291, \"\"low\"\"; usual is 640 to "
      "720.\"\n"
      "2013-11-28T00:00:00Z,2013-11-28T01:00:00Z,3600,,,,No data\n");
  EXPECT_THAT(data_text(answer(), Format::tsv), HasSubstr("2013-12-24T00:00:00Z\t\t7200\t291\t"));
  EXPECT_EQ(json::parse(data_text(answer(), Format::json)), answer());
}

TEST(BacktestPrint, writes_a_table_for_people) {
  EXPECT_EQ(
      data_text(answer(), Format::table),
      "BEGAN                 ENDED                 MINUTES  VALUE  LOWER  UPPER  WHY\n"
      "2013-12-24T00:00:00Z  still on              120      291    640.2  720    rows was 291, "
      "\"low\"; usual is 640 to 720.\n"
      "2013-11-28T00:00:00Z  2013-11-28T01:00:00Z  60                            No data\n");
  EXPECT_EQ(words_text(answer()),
            "Would have fired twice in 28 days (about 0.5 a week), 3 hours in alarm.\n");
}

TEST(BacktestPrint, says_what_other_widths_would_have_done) {
  json with_width = answer();
  with_width["firings"] = json::array();
  with_width["past_words"] = "Only the last 9 days of 28 days could be judged.";
  with_width["width"] =
      json::parse(R"({"k": 1.7, "words": "k = 1.7 keeps within 1 a week.", "table": [
    {"k": 0.5, "firings_total": 90, "alarm_seconds": 9000},
    {"k": 1.5, "firings_total": 5, "alarm_seconds": 600},
    {"k": 1.6, "firings_total": 4, "alarm_seconds": 300},
    {"k": 1.7, "firings_total": 2, "alarm_seconds": 90}]})");
  EXPECT_EQ(data_text(with_width, Format::table),
            "K      FIRINGS  MINUTES\n"
            "1.5    5        10\n"
            "1.7 *  2        1.5\n");
  const std::string words = words_text(with_width);
  EXPECT_THAT(words, HasSubstr("Only the last 9 days"));
  EXPECT_THAT(words, HasSubstr("The newest 0 of 2 are listed.\n"));
  EXPECT_THAT(words, HasSubstr("k = 1.7 keeps within 1 a week.\n"));
}

TEST(BacktestPrint, moves_no_cursor_and_survives_an_answer_of_another_shape) {
  json odd = answer();
  odd["firings"][0]["reason_words"] = "\x1b[2Jgone\tand\rback";
  for (const Format format : {Format::table, Format::tsv, Format::csv}) {
    EXPECT_THAT(data_text(odd, format), Not(HasSubstr("\x1b")));
    EXPECT_THAT(data_text(odd, format), Not(HasSubstr("\r")));
  }
  for (const char* text :
       {R"({"firings_total": 1})",
        R"({"firings_total": 1, "firings": 7, "width": []})",
        R"({"firings_total": 1, "firings": [7, {"seconds": "x"}], "width": {"table": [1]}})"}) {
    const json other = json::parse(text);
    (void)words_text(other);
    (void)data_text(other, Format::table);
    (void)data_text(other, Format::csv);
  }
}

TEST(BacktestPrint, knows_four_formats) {
  EXPECT_EQ(parse_format("csv"), Format::csv);
  EXPECT_EQ(parse_format("yaml"), std::nullopt);
}

}  // namespace
}  // namespace tidemark::cli::backtest
