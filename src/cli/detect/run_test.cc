#include "cli/detect/run.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tidemark::cli::detect {
namespace {

struct Output {
  std::vector<std::string> rows;  // without the header
  std::string header;
  Tally tally;
  std::string error;
};

Output judge(const std::string& text, const Settings& settings = {}) {
  const auto in = rows::text_input(text);
  rows::TextOutput out;
  const auto tally = run(*in, "data.csv", settings, out);
  Output got;
  if (tally) got.tally = *tally;
  if (!tally) got.error = tally.error().what;
  std::string_view rest = out.text();
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    got.rows.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  if (!got.rows.empty()) {
    got.header = got.rows.front();
    got.rows.erase(got.rows.begin());
  }
  return got;
}

std::vector<std::string> fields(const std::string& row) {
  std::vector<std::string> out(1);
  for (const char c : row) {
    if (c == ',') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

/// Minutes from epoch second 0 on; `values` as written.
std::string csv(const std::vector<std::string>& values) {
  std::string out = "timestamp,value\n";
  for (std::size_t i = 0; i < values.size(); ++i)
    out += fmt::format("{},{}\n", 60 * i, values[i]);
  return out;
}

std::vector<std::string> steady(int count) {
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i)
    out.push_back(fmt::format("{}", 100 + i * 7 % 5));
  return out;
}

TEST(Detect, answers_each_row_in_order_with_a_band_once_it_has_learned) {
  const Output got = judge(csv(steady(40)));
  EXPECT_EQ(got.header, "timestamp,value,lower,expected,upper,score");
  ASSERT_EQ(got.rows.size(), 40U);
  EXPECT_EQ(got.tally.rows, 40U);
  EXPECT_EQ(got.rows[0], "0,100,,,,0");
  EXPECT_EQ(got.rows[3], "180,101,,,,0");
  for (std::size_t i = 4; i < 40; ++i) {
    const auto row = fields(got.rows[i]);
    ASSERT_EQ(row.size(), 6U);
    EXPECT_EQ(row[0], fmt::format("{}", 60 * i));
    EXPECT_LE(std::stod(row[2]), std::stod(row[3]));
    EXPECT_LE(std::stod(row[3]), std::stod(row[4]));
    EXPECT_GE(std::stod(row[5]), 0);
    EXPECT_LE(std::stod(row[5]), 1);
  }
}

TEST(Detect, the_band_is_made_before_the_value_is_seen) {
  auto values = steady(60);
  const Output plain = judge(csv(values));
  values[50] = "1e6";
  const Output odd = judge(csv(values));
  for (std::size_t i = 0; i < 50; ++i)
    EXPECT_EQ(odd.rows[i], plain.rows[i]);
  for (const std::size_t column : {2, 3, 4})
    EXPECT_EQ(fields(odd.rows[50])[column], fields(plain.rows[50])[column]);
  EXPECT_GE(std::stod(fields(odd.rows[50])[5]), 0.5);
}

TEST(Detect, confidence_sets_the_width) {
  const auto width = [](double confidence) {
    const auto row = fields(judge(csv(steady(300)), {.confidence = confidence}).rows.back());
    return std::stod(row[4]) - std::stod(row[2]);
  };
  EXPECT_LT(width(0.5), width(0.95));
  EXPECT_LT(width(0.95), width(0.999));
}

TEST(Detect, a_missing_point_has_a_band_no_value_and_no_effect) {
  auto values = steady(60);
  values[40] = "";
  values[45] = "nan";
  values[46] = "inf";
  const Output got = judge(csv(values));
  ASSERT_EQ(got.rows.size(), 60U);
  for (const std::size_t i : {40, 45, 46}) {
    const auto row = fields(got.rows[i]);
    EXPECT_EQ(row[1], "");
    EXPECT_NE(row[3], "");
    EXPECT_EQ(row[5], "0");
  }
}

TEST(Detect, late_rows_are_counted_and_not_judged_and_repeated_ones_not_learned) {
  std::string text = csv(steady(40));
  text += "60,5000\n2340,100\n2340,5000\n";
  const Output got = judge(text);
  EXPECT_EQ(got.rows[40], "60,5000,,,,0");
  EXPECT_EQ(got.tally.late, 1U);
  const auto again = fields(got.rows[42]);
  EXPECT_EQ(again[3], fields(got.rows[39])[3]);
  EXPECT_GE(std::stod(again[5]), 0.5);
}

TEST(Detect, never_writes_nan_or_infinity_whatever_the_series_holds) {
  std::vector<std::string> values;
  const char* odd[] = {
      "1e300", "-1e300", "1.7976931348623157e308", "4.9e-324", "0", "NaN", "5", "-inf"};
  for (int i = 0; i < 2000; ++i)
    values.push_back(i % 97 < 60 ? fmt::format("{}", i % 13) : odd[i % 8]);
  const Output got = judge(csv(values), {.confidence = 0.9999, .explain = true});
  ASSERT_EQ(got.rows.size(), 2000U);
  EXPECT_EQ(got.error, "");
  for (const auto& row : got.rows) {
    const auto cells = fields(row);
    for (std::size_t i = 1; i < 6; ++i) {
      ASSERT_TRUE(std::isfinite(std::strtod(cells[i].c_str(), nullptr))) << row;
      ASSERT_EQ(cells[i].find_first_of("aif"), std::string::npos) << row;
    }
  }
}

TEST(Detect, one_point_and_no_point_are_answered) {
  EXPECT_EQ(judge("timestamp,value\n5,1\n").rows, std::vector<std::string>{"5,1,,,,0"});
  const Output none = judge("timestamp,value\n");
  EXPECT_EQ(none.header, "timestamp,value,lower,expected,upper,score");
  EXPECT_TRUE(none.rows.empty());
}

TEST(Detect, a_gap_of_a_year_leaves_a_sane_band) {
  std::string text = csv(steady(500));
  for (int i = 0; i < 20; ++i)
    text += fmt::format("{},{}\n", 31'536'000 + 60 * i, 100 + i % 5);
  const auto row = fields(judge(text).rows[500]);
  EXPECT_LT(std::stod(row[4]), 150);
  EXPECT_GT(std::stod(row[2]), 50);
}

TEST(Detect, rows_before_an_error_are_written) {
  const Output got = judge("timestamp,value\n0,1\n60,2\n120,fast\n");
  EXPECT_EQ(got.rows, (std::vector<std::string>{"0,1,,,,0", "60,2,,,,0"}));
  EXPECT_NE(got.error.find("data.csv:4: value: \"fast\""), std::string::npos);
}

TEST(Detect, same_input_same_bytes) {
  const std::string text = csv(steady(3000));
  EXPECT_EQ(judge(text).rows, judge(text).rows);
}

class Leaving final : public rows::ByteOutput {
 public:
  Result<void> write(std::string_view) override { return fail(Errc::unavailable, "left"); }
};

TEST(Detect, stops_when_the_reader_has_left) {
  const std::string text = csv(steady(100'000));
  const auto in = rows::text_input(text);
  Leaving out;
  const auto tally = run(*in, "data.csv", {}, out);
  ASSERT_FALSE(tally.has_value());
  EXPECT_EQ(tally.error().code, Errc::unavailable);
}

std::string reason_at(const std::vector<std::string>& values, std::size_t i) {
  const Output got = judge(csv(values), {.explain = true});
  EXPECT_EQ(got.header, "timestamp,value,lower,expected,upper,score,finding,reason");
  return got.rows.at(i);
}

TEST(DetectCounter, judges_the_increase_a_second_across_resets_and_gaps) {
  std::string counter = "timestamp,value\n";
  std::string rate = "timestamp,value\n";
  double total = 5e6;
  for (int i = 0; i < 400; ++i) {
    const double a_second = i == 350 ? 900 : 100 + i * 7 % 5;
    total = i == 200 ? 60 * a_second : total + 60 * a_second;
    counter += fmt::format("{},{}\n", 60 * i, total);
    rate += i == 0 ? "0,\n" : fmt::format("{},{}\n", 60 * i, a_second);
  }
  const Output got = judge(counter, {.counter = true});
  const Output expected = judge(rate);
  ASSERT_EQ(got.rows.size(), expected.rows.size());
  for (std::size_t i = 0; i < got.rows.size(); ++i)
    EXPECT_EQ(got.rows[i], expected.rows[i]);
  EXPECT_EQ(got.tally.findings, 1U);
}

TEST(DetectCounter, rows_without_an_increase_have_no_value_and_no_score) {
  std::string text = "timestamp,value\n";
  for (int i = 0; i < 60; ++i)
    text += fmt::format("{},{}\n", 60 * i, 6000 * i);
  text += "3540,9999999\n3000,1\n3600,\n3660,366000\n";
  const Output got = judge(text, {.counter = true, .explain = true});
  ASSERT_EQ(got.rows.size(), 64U);
  EXPECT_EQ(fields(got.rows[0])[1], "");
  EXPECT_NE(got.rows[0].find("no increase: "), std::string::npos) << got.rows[0];
  for (const std::size_t i : {60U, 61U, 62U}) {
    EXPECT_EQ(fields(got.rows[i])[1], "") << got.rows[i];
    EXPECT_EQ(fields(got.rows[i])[5], "0") << got.rows[i];
    EXPECT_EQ(fields(got.rows[i])[6], "0") << got.rows[i];
  }
  EXPECT_EQ(fields(got.rows[63])[1], "100") << "the rate over the gap";
}

TEST(DetectExplain, names_spikes_and_dips_with_their_figures) {
  auto values = steady(300);
  values[250] = "900";
  values[270] = "3";
  EXPECT_NE(reason_at(values, 250).find(",1,spike: 900 is above"), std::string::npos);
  EXPECT_NE(reason_at(values, 270).find(",1,dip: 3 is below"), std::string::npos);
  EXPECT_TRUE(reason_at(values, 200).ends_with(",0,"));
}

TEST(DetectExplain, names_a_level_that_stays) {
  auto values = steady(300);
  for (std::size_t i = 250; i < 300; ++i)
    values[i] = fmt::format("{}", 5000 + i * 1000);
  EXPECT_NE(reason_at(values, 250).find(",1,spike"), std::string::npos);
  EXPECT_NE(reason_at(values, 254).find("level shift: 5 rows in a row above the band"),
            std::string::npos);
  EXPECT_TRUE(reason_at(values, 249).ends_with(",0,"));
}

TEST(DetectExplain, a_constant_that_stays_elsewhere_is_one_finding_and_named_with_its_fifth_row) {
  for (const char* to : {"6", "105"}) {
    std::vector<std::string> values(500, "5");
    values.resize(540, to);
    const Output got = judge(csv(values), {.explain = true});
    EXPECT_EQ(got.tally.findings, 1U) << to;
    EXPECT_NE(got.rows[500].find(",1,spike: "), std::string::npos) << got.rows[500];
    EXPECT_NE(got.rows[504].find("level shift: 5 rows in a row"), std::string::npos)
        << got.rows[504];
    for (std::size_t i = 505; i < got.rows.size(); ++i) {
      const auto row = fields(got.rows[i]);
      EXPECT_LE(std::stod(row[2]), std::stod(to)) << got.rows[i];
      EXPECT_GE(std::stod(row[4]), std::stod(to)) << got.rows[i];
    }
  }
}

TEST(DetectExplain, a_new_level_of_a_series_with_a_day_is_a_finding_of_its_own_and_no_drift) {
  std::string text = "timestamp,value\n";
  const int changed = 42 * 24 + 9;
  for (int i = 0; i < changed + 48; ++i) {
    const double shape = 500 + 100 * std::sin(i * 3.14159265 / 12);
    text += fmt::format("{},{:.3f}\n", 3600 * i, shape * (i < changed ? 1 : 1.5) + i * i % 7);
  }
  const Output got = judge(text, {.explain = true});
  int shifts = 0;
  for (const std::string& row : got.rows) {
    shifts += row.find(",1,level shift: ") != std::string::npos ? 1 : 0;
    EXPECT_EQ(row.find("slow drift"), std::string::npos) << row;
  }
  EXPECT_GE(shifts, 1);
  EXPECT_LE(shifts, 3);
}

TEST(DetectExplain, five_rows_outside_that_no_score_speaks_of_are_a_finding) {
  // A share that is 100 but for some rows a few below; then twelve at 90.
  std::vector<std::string> values;
  for (int i = 0; i < 6000; ++i)
    values.push_back(i % 33 == i % 7 ? fmt::format("{}", 100 - i % 5) : "100");
  values.resize(6012, "90");
  const Output got = judge(csv(values), {.explain = true});
  const auto is_finding = [](const std::string& row) {
    return row.find(",1,") != std::string::npos;
  };
  EXPECT_TRUE(std::any_of(got.rows.end() - 12, got.rows.end(), is_finding));
}

TEST(DetectExplain, says_what_the_newest_values_have_in_common_where_each_is_inside) {
  std::string told;
  std::string text = "timestamp,value\n";
  for (int i = 0; i < 4000; ++i) {
    const int noise = (i * 7919 + i * i % 101) % 41 - 20;
    text += fmt::format("{},{}\n", 300 * i, 1000 + noise + (i >= 3500 && i < 3540 ? 14 : 0));
  }
  for (const std::string& row : judge(text, {.explain = true}).rows) {
    if (row.find(",1,unusual level: ") != std::string::npos) told += row + "\n";
  }
  EXPECT_EQ(told.find("unlike those before"), std::string::npos) << told;
}

TEST(DetectExplain, raises_a_state_that_no_score_speaks_of_once) {
  // Hours with a day's season for four weeks, then none; a small scatter.
  std::string text = "timestamp,value\n";
  const int changed = 28 * 24;
  for (int i = 0; i < changed + 48; ++i) {
    const double shape = i < changed ? std::sin(i * 3.14159265 / 12) : 0;
    text += fmt::format("{},{:.3f}\n", 3600 * i, 500 + 100 * shape + i * i % 7);
  }
  const Output got = judge(text, {.explain = true});
  int named = 0;
  for (std::size_t i = 0; i < got.rows.size(); ++i) {
    if (got.rows[i].find("lost season: since 1970-01-29") == std::string::npos) continue;
    ++named;
    EXPECT_GE(i, static_cast<std::size_t>(changed));
    EXPECT_EQ(fields(got.rows[i])[6], "1");
  }
  EXPECT_GE(named, 1);
  EXPECT_EQ(got.tally.findings,
            static_cast<std::uint64_t>(
                std::count_if(got.rows.begin(), got.rows.end(), [](const std::string& row) {
                  return fields(row)[6] == "1";
                })));
}

TEST(DetectExplain, says_why_a_row_was_not_judged) {
  auto values = steady(40);
  values[30] = "";
  EXPECT_TRUE(reason_at(values, 3).ends_with(",0,learning: no band yet"));
  EXPECT_TRUE(reason_at(values, 30).ends_with(",0,missing: no value"));
}

TEST(DetectExplain, tells_of_a_gap_before_the_value) {
  std::string text = csv(steady(300));
  text += fmt::format("{},9000\n", 60 * 300 + 3 * 3600);
  EXPECT_NE(
      judge(text, {.explain = true}).rows.back().find("first value after 3 hours without one"),
      std::string::npos);
}

}  // namespace
}  // namespace tidemark::cli::detect
