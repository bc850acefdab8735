// What the choices of a detector do to the rows of `tidemark detect`.
#include <cmath>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/detect/choices.h"
#include "cli/detect/run.h"

namespace tidemark::cli::detect {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string judge(const std::string& text, const Settings& settings = {}) {
  const auto in = rows::text_input(text);
  rows::TextOutput out;
  const auto tally = run(*in, "data.csv", settings, out);
  EXPECT_TRUE(tally) << tally.error().what;
  return std::string(out.text());
}

/// A row of the output; columns from `finding` on are there with --explain only.
struct Judged {
  std::optional<double> lower, expected, upper;
  double score = 0;
  bool finding = false;
  std::string band, reason;
};

std::vector<Judged> rows_of(const std::string& output) {
  std::vector<Judged> out;
  std::istringstream lines(output);
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::vector<std::string> cells;
    std::istringstream rest(line);
    for (std::string cell; cells.size() < 7 && std::getline(rest, cell, ',');)
      cells.push_back(cell);
    Judged row;
    const auto number = [&](std::size_t i) {
      return cells[i].empty() ? std::nullopt : std::optional(std::stod(cells[i]));
    };
    row.lower = number(2);
    row.expected = number(3);
    row.upper = number(4);
    row.score = *number(5);
    row.finding = cells.size() > 6 && cells[6] == "1";
    row.band = cells[2] + "," + cells[3] + "," + cells[4];
    std::getline(rest, row.reason);
    out.push_back(row);
  }
  return out;
}

Settings chosen(const std::vector<GivenChoice>& given) {
  Settings out;
  auto choices = read_choices(given, {});
  EXPECT_TRUE(choices) << choices.error().what;
  out.choices = *std::move(choices);
  out.by_width = has_choice(given, "width");
  out.explain = true;
  return out;
}

constexpr int kHour = 3600;
const std::int64_t kMonday = 1'767'571'200;  // 2026-01-05T00:00:00Z

/// Hours from kMonday on, `value` of each.
std::string hours_csv(int count, const std::function<double(int)>& value) {
  std::string out = "timestamp,value\n";
  for (int i = 0; i < count; ++i)
    out += fmt::format("{},{}\n", kMonday + std::int64_t{kHour} * i, value(i));
  return out;
}

double wobble(int i) {
  return 100 + 10 * std::sin(i * 3.14159265 / 12) + i * 7919 % 13 / 3.0;
}

std::string file_text(const std::string& name) {
  std::ifstream file(std::string(TIDEMARK_SOURCE_DIR "/tests/fixtures/detect/") + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(DetectWithoutChoices, is_what_it_was_before_there_were_any) {
  Settings plain;
  plain.explain = true;
  const std::string want = file_text("judged.csv");
  ASSERT_GT(want.size(), 10'000U);
  EXPECT_EQ(judge(file_text("rows.csv"), plain), want);
}

// A job at six in the morning of Berlin: five weeks of winter, then summer time from 29 March on.
TEST(DetectZone, the_season_follows_the_clocks_through_both_changes) {
  constexpr int kWinter = 12 * 7 * 24;  // to 2026-03-30T00:00Z, the day after the change
  const auto load = [](int i) {
    const int offset = i >= 83 * 24 + 1 && i < 293 * 24 + 1 ? 2 : 1;  // to 2026-10-25T01:00Z
    return ((i + offset) % 24 == 6 ? 1000 : 100) + i * 7919 % 13 / 3.0;
  };
  constexpr int kAll = 294 * 24;
  const std::string text = hours_csv(kAll, load);
  const auto berlin = rows_of(judge(text, chosen({{"timezone", "Europe/Berlin"}})));
  const auto utc = rows_of(judge(text, chosen({})));
  for (const int day : {83, 84, 293}) {  // the days of the changes, and the one after
    const int six = day * 24 + (day == 293 ? 5 : 4);
    EXPECT_GT(*berlin[six].expected, 700) << day;
    EXPECT_LT(*utc[six].expected, 300) << day;
  }
  EXPECT_TRUE(utc[83 * 24 + 4].finding);
  int found = 0;
  for (int i = kWinter - 48; i < kWinter + 48; ++i)
    found += berlin[i].finding ? 1 : 0;
  EXPECT_EQ(found, 0);
}

// What lies in the range has no say in anything that comes after it, not even by the first rows
// from which the cadence is learned, by a row given twice, or when the cadence changes and the
// newest rows are learned again.
TEST(DetectExcluded, a_range_at_the_file_s_start_is_as_if_it_held_other_values) {
  const auto with = [](double garbage, int step) {
    std::string out = "timestamp,value\n";
    std::int64_t at = kMonday;
    for (int i = 0; i < 400; ++i, at += i < 40 ? kHour : step) {
      const double value = i < 12 ? garbage * (1 + i % 3) : wobble(i);
      out += fmt::format("{},{}\n", at, value);
      if (i == 5) out += fmt::format("{},{}\n", at, 2 * garbage);
    }
    return out;
  };
  const auto settings = chosen({{"exclude", "2026-01-05/2026-01-05T12:00:00Z"}});
  for (const int step : {kHour, kHour / 4}) {
    const auto one = rows_of(judge(with(5000, step), settings));
    const auto other = rows_of(judge(with(-3, step), settings));
    const auto plain = rows_of(judge(with(5000, step)));
    ASSERT_EQ(one.size(), 401U);
    for (std::size_t i = 0; i < one.size(); ++i) {
      EXPECT_EQ(one[i].band, other[i].band) << i;
      EXPECT_EQ(one[i].score, other[i].score) << i;
      if (i < 13) {
        EXPECT_EQ(one[i].band, ",,") << i;
        EXPECT_EQ(one[i].reason, "muted: in an excluded range or a calendar");
        EXPECT_EQ(one[i].score, 0);
      }
    }
    EXPECT_FALSE(one[16].expected);
    ASSERT_TRUE(one[17].expected);  // four values after the range
    EXPECT_NE(one[30].band, plain[30].band);
    EXPECT_LT(*one[17].upper, 200);
  }
}

TEST(DetectExcluded, a_range_that_is_not_muted_is_heard_of_and_not_followed) {
  const std::string text =
      hours_csv(500, [](int i) { return i >= 300 && i < 340 ? 400 : wobble(i); });
  const std::string range =
      fmt::format("{}/{},mute=false", kMonday + 300 * kHour, kMonday + 340 * kHour);
  const auto kept = rows_of(judge(text, chosen({{"exclude", range}})));
  const auto followed = rows_of(judge(text));
  EXPECT_TRUE(kept[300].finding);
  EXPECT_THAT(kept[300].reason, StartsWith("spike: 400"));
  EXPECT_LT(*kept[339].expected, 120);
  EXPECT_GT(*followed[339].expected, 300);
}

TEST(DetectCalendar, one_that_covers_everything_leaves_nothing) {
  const std::string text = hours_csv(200, [](int i) { return i == 150 ? 900 : wobble(i); });
  const std::string week = "mon,tue,wed,thu,fri,sat,sun";
  for (const auto& row : rows_of(judge(text, chosen({{"calendar", week}})))) {
    EXPECT_EQ(row.band, ",,");
    EXPECT_EQ(row.score, 0);
    EXPECT_FALSE(row.finding);
    EXPECT_THAT(row.reason, StartsWith("muted: "));
  }
  for (const auto& row : rows_of(judge(text, chosen({{"calendar", week + ",mute=false"}})))) {
    EXPECT_EQ(row.band, ",,");
    EXPECT_EQ(row.reason, "learning: no band yet");
  }
  Settings plain;
  plain.explain = true;
  const auto unmuted = rows_of(judge(text, plain));
  const auto learned = rows_of(judge(text, chosen({{"calendar", week + ",learn=true"}})));
  ASSERT_EQ(learned.size(), unmuted.size());
  for (std::size_t i = 0; i < learned.size(); ++i) {
    EXPECT_EQ(learned[i].band, unmuted[i].band);
    EXPECT_EQ(learned[i].score, 0);
    EXPECT_FALSE(learned[i].finding);
  }
  EXPECT_TRUE(unmuted[150].finding);
}

TEST(DetectCalendar, days_are_those_of_the_time_zone) {
  const std::string text = hours_csv(24 * 14, wobble);
  const auto muted = [&](const std::string& zone) {
    const auto rows = rows_of(judge(text, chosen({{"timezone", zone}, {"calendar", "sat"}})));
    std::vector<int> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].reason.starts_with("muted")) out.push_back(static_cast<int>(i));
    }
    return out;
  };
  const auto here = muted("UTC"), there = muted("Pacific/Auckland");  // 13 hours ahead
  ASSERT_EQ(here.size(), 48U);
  ASSERT_EQ(there.size(), 48U);
  EXPECT_EQ(here.front(), 5 * 24);
  EXPECT_EQ(there.front(), 5 * 24 - 13);
}

TEST(DetectCalendar, public_holidays_are_days_like_others) {
  const std::string text = hours_csv(24 * 21, wobble);
  const auto rows = rows_of(judge(text, chosen({{"calendar", "holidays US,learn=true"}})));
  for (std::size_t i = 0; i < rows.size(); ++i)  // 19 January 2026: Martin Luther King's birthday
    EXPECT_EQ(rows[i].reason.starts_with("muted"), i / 24 == 14) << i;
}

TEST(DetectCalendar, learned_holidays_are_foreseen_from_the_third_on) {
  const auto policy_day = [](int i) { return i / 24; };
  // 1 February, 1 March, ... of 2026, counted from 5 January.
  const std::vector<int> firsts{27, 55, 86, 116, 147, 177, 208, 239, 269, 300};
  const auto is_rest = [&](int i) {
    return std::find(firsts.begin(), firsts.end(), policy_day(i)) != firsts.end();
  };
  const int odd = firsts[8] * 24 + 10;
  const std::string text =
      hours_csv(24 * 310, [&](int i) { return (is_rest(i) && i != odd ? 0.2 : 1.0) * wobble(i); });
  const auto rows = rows_of(judge(text, chosen({{"calendar", "day 1,learn=true,mute=false"}})));
  const auto without = rows_of(judge(text, chosen({})));
  double error = 0, error_without = 0;
  for (int i = firsts[2] * 24; i < 24 * 310; ++i) {
    if (!is_rest(i) || i == odd) continue;
    EXPECT_FALSE(rows[i].finding) << i;
    error += std::abs(*rows[i].expected - 0.2 * wobble(i));
    error_without += std::abs(*without[i].expected - 0.2 * wobble(i));
  }
  EXPECT_LT(error, error_without / 2);
  EXPECT_TRUE(rows[odd].finding);
  EXPECT_THAT(rows[odd].reason, StartsWith("spike: "));
}

TEST(DetectLimits, the_band_stays_inside_and_values_outside_are_judged) {
  const auto percent = [](int i) {
    if (i % 97 == 60) return 140.0;
    if (i % 97 == 80) return -20.0;
    return std::clamp(92 + 15 * std::sin(i * 3.14159265 / 12) + i * 7919 % 13 / 3.0, 0.0, 100.0);
  };
  const auto rows =
      rows_of(judge(hours_csv(600, percent),
                    chosen({{"lower-limit", "0"}, {"upper-limit", "100"}, {"width", "3"}})));
  int outside = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].expected) continue;
    EXPECT_GE(*rows[i].lower, 0) << i;
    EXPECT_LE(*rows[i].lower, *rows[i].expected) << i;
    EXPECT_LE(*rows[i].expected, *rows[i].upper) << i;
    EXPECT_LE(*rows[i].upper, 100) << i;
    if (i % 97 != 60 && i % 97 != 80) continue;
    ++outside;
    EXPECT_TRUE(rows[i].finding) << i;
  }
  EXPECT_EQ(outside, 12);
  // All of it outside: the band clings to the limit.
  const auto beyond = rows_of(
      judge(hours_csv(60, [](int i) { return 200 + i % 5; }), chosen({{"upper-limit", "100"}})));
  EXPECT_EQ(*beyond.back().upper, 100);
  EXPECT_EQ(*beyond.back().expected, 100);
}

TEST(DetectWatch, one_side_only) {
  const std::string text = hours_csv(400, [](int i) {
    return i == 300 ? 900 : i == 350 ? -500 : wobble(i);
  });
  Settings settings = chosen({{"watch", "below"}});
  const auto rows = rows_of(judge(text, settings));
  EXPECT_FALSE(rows[300].finding);
  EXPECT_EQ(rows[300].score, 0);
  EXPECT_THAT(rows[300].reason, StartsWith("not watched: spike: 900"));
  EXPECT_TRUE(rows[350].finding);
  EXPECT_GE(rows[350].score, 0.5);
  // The score does not depend on whether reasons were asked for.
  settings.explain = false;
  const auto bare = rows_of(judge(text, settings));
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ(bare[i].score, rows[i].score) << i;
}

TEST(DetectWidth, is_the_server_s_and_what_lies_outside_is_a_finding) {
  const std::string text = hours_csv(400, wobble);
  Settings by_confidence;
  by_confidence.confidence = learn::confidence_from_k(1);
  by_confidence.explain = true;
  const auto wide = rows_of(judge(text, by_confidence));
  const auto narrow = rows_of(judge(text, chosen({{"width", "1"}})));
  int found = 0, outside = 0, by_score = 0;
  for (std::size_t i = 0; i < narrow.size(); ++i) {
    if (!narrow[i].expected) continue;
    EXPECT_NEAR(*narrow[i].lower, *wide[i].lower, 1e-6) << i;
    const double value = wobble(static_cast<int>(i));
    const bool is_outside = value < *narrow[i].lower || value > *narrow[i].upper;
    outside += is_outside ? 1 : 0;
    found += narrow[i].finding ? 1 : 0;
    by_score += wide[i].finding ? 1 : 0;
    if (is_outside) {
      EXPECT_TRUE(narrow[i].finding) << i;
    }
  }
  EXPECT_GT(outside, 40);
  EXPECT_GE(found, outside);
  EXPECT_LT(by_score, outside / 4);
}

TEST(DetectDeviation, half_widths_have_a_least) {
  const auto width = [](const std::vector<GivenChoice>& given) {
    const auto row = rows_of(judge(hours_csv(300, [](int) { return 100; }), chosen(given))).back();
    return (*row.upper - *row.lower) / 2;
  };
  EXPECT_LT(width({}), 1);
  EXPECT_NEAR(width({{"min-deviation", "7"}}), 7, 1e-9);
  EXPECT_NEAR(width({{"min-relative-deviation", "0.2"}}), 20, 1e-9);
}

// What it does is shown where the model is (learn/choices_test.cc); here, that it gets there.
TEST(DetectAdaptation, reaches_the_model) {
  const std::string text = hours_csv(600, [](int i) { return wobble(i) + (i < 500 ? 0 : 25); });
  const auto expected = [&](const std::string& speed) {
    return *rows_of(judge(text, chosen({{"adaptation", speed}})))[512].expected;
  };
  EXPECT_NE(expected("fast"), expected("slow"));
}

}  // namespace
}  // namespace tidemark::cli::detect
