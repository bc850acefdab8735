#include "cli/detect/choices.h"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::cli::detect {
namespace {

using judge::DetectorChoices;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Result<DetectorChoices> read(std::vector<std::string> arguments, DetectorChoices base = {}) {
  CLI::App app;
  std::string file;
  std::vector<GivenChoice> given;
  app.add_option("FILE", file);
  add_choice_flags(&app, &given);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  app.parse(std::move(arguments));
  return read_choices(given, std::move(base));
}

std::string refusal(const std::vector<std::string>& arguments) {
  const auto made = read(arguments);
  return made ? "taken" : made.error().what;
}

TEST(DetectChoices, every_choice_of_the_server_has_a_flag) {
  const auto made = read({"--width",
                          "2.5",
                          "--watch",
                          "below",
                          "--timezone",
                          "Europe/Berlin",
                          "--exclude",
                          "2026-03-01/2026-03-03T12:00:00+02:00",
                          "--exclude",
                          "1700000000/1700003600,learn=true,mute=false",
                          "rows.csv",
                          "--calendar",
                          "12-25, 4th thu of nov,easter-2,learn=true",
                          "--adaptation",
                          "fast",
                          "--filtering",
                          "strict",
                          "--periodic-spikes",
                          "--min-deviation",
                          "0.5",
                          "--min-relative-deviation",
                          "0.1",
                          "--lower-limit",
                          "-5",
                          "--upper-limit",
                          "1e3"});
  ASSERT_TRUE(made) << made.error().what;
  DetectorChoices want;
  want.excluded = {
      {*parse_rfc3339("2026-03-01T00:00:00Z"), *parse_rfc3339("2026-03-03T10:00:00Z")},
      {Timestamp::from_s(1'700'000'000), Timestamp::from_s(1'700'003'600), false, true}};
  want.timezone = "Europe/Berlin";
  want.adaptation = judge::AdaptationSpeed::fast;
  want.filtering = judge::OutlierFiltering::strict;
  want.periodic_spikes = true;
  want.own.width = 2.5;
  want.own.watch = judge::Watch::below;
  want.own.min_deviation = 0.5;
  want.own.min_relative_deviation = 0.1;
  want.own.lower_limit = -5;
  want.own.upper_limit = 1000;
  want.own.calendars = {{{"--calendar", {"12-25", "4th thu of nov", "easter-2"}}, true, true}};
  EXPECT_EQ(*made, want);
}

TEST(DetectChoices, none_given_leave_the_base_and_lists_are_added_to_it) {
  DetectorChoices base;
  base.own.lower_limit = 0;
  base.own.upper_limit = 100;
  base.own.calendars = {{{"closed", {"sat"}}, false, false}};
  EXPECT_EQ(*read({}, base), base);
  // Only the pair is right: each alone would contradict the base.
  const auto moved = read({"--lower-limit", "200", "--upper-limit", "300"}, base);
  ASSERT_TRUE(moved) << moved.error().what;
  EXPECT_EQ(moved->own.lower_limit, 200);
  const auto added = read({"--calendar", "sun"}, base);
  ASSERT_EQ(added->own.calendars.size(), 2U);
  EXPECT_EQ(added->own.calendars[0], base.own.calendars[0]);
}

TEST(DetectChoices, refusals_name_the_flag_and_what_would_be_right) {
  EXPECT_EQ(refusal({"--width", "11"}), "--width 11: width must be 0.1 to 10, not 11");
  EXPECT_EQ(refusal({"--width", "wide"}), "--width wide: width must be a number");
  EXPECT_THAT(refusal({"--width", "nan"}), StartsWith("--width nan: width must be 0.1 to 10"));
  EXPECT_EQ(refusal({"--watch", "up"}), "--watch up: watch must be one of both, above, below");
  EXPECT_EQ(refusal({"--timezone", "Berlin"}),
            "--timezone Berlin: no time zone; one is called like Europe/Berlin, or UTC");
  EXPECT_THAT(refusal({"--timezone", ""}), StartsWith("--timezone '': no time zone"));
  EXPECT_EQ(refusal({"--lower-limit", "abc"}), "--lower-limit abc: lower_limit must be a number");
  EXPECT_THAT(refusal({"--adaptation", "1"}), HasSubstr("one of slow, normal, fast"));
  EXPECT_THAT(refusal({"--filtering", ""}), HasSubstr("one of minimal, moderate, strict"));
  EXPECT_THAT(refusal({"--min-deviation", "-1"}), HasSubstr("must be 0 or more"));
  EXPECT_THAT(refusal({"--upper-limit", "inf"}), HasSubstr("must be finite"));
  EXPECT_EQ(refusal({"--lower-limit", "9", "--upper-limit", "3"}),
            "--upper-limit 3: lower_limit must be below upper_limit");
  EXPECT_THAT(refusal({"--exclude", "2026-03-01"}),
              HasSubstr("--exclude 2026-03-01: wants FROM/TO"));
  EXPECT_THAT(refusal({"--exclude", "soon/2026-03-01"}), HasSubstr("\"soon\" is not a time"));
  EXPECT_EQ(refusal({"--exclude", "2026-03-02/2026-03-01"}),
            "--exclude 2026-03-02/2026-03-01: the end 2026-03-01T00:00:00Z must be after the "
            "beginning 2026-03-02T00:00:00Z");
  EXPECT_EQ(refusal({"--exclude", "2026-03-01/2026-03-02,learn=maybe"}),
            "--exclude 2026-03-01/2026-03-02,learn=maybe: learn must be true or false");
  EXPECT_EQ(refusal({"--calendar", "sat,mute=no"}),
            "--calendar sat,mute=no: mute must be true or false");
  EXPECT_THAT(refusal({"--calendar", "12-25,13-40"}), HasSubstr("day '13-40' is none of"));
  std::vector<std::string> ranges;
  for (int i = 0; i < 11; ++i)
    ranges.insert(ranges.end(), {"--exclude", "2026-03-01/2026-03-02"});
  EXPECT_EQ(refusal(ranges), "--exclude 2026-03-01/2026-03-02: there may be at most 10 ranges");
  std::vector<std::string> many;
  for (int i = 0; i < 11; ++i)
    many.insert(many.end(), {"--calendar", "sat"});
  EXPECT_EQ(refusal(many), "--calendar sat: a detector uses at most 10 calendars");
}

}  // namespace
}  // namespace tidemark::cli::detect
