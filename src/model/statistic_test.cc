#include "model/statistic.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

double value_of(const std::string& name, const Cell& cell) {
  const auto statistic = parse_statistic(name);
  EXPECT_TRUE(statistic.has_value()) << name;
  const auto value = statistic ? evaluate(*statistic, cell) : std::nullopt;
  EXPECT_TRUE(value.has_value()) << name;
  return value.value_or(-1e99);
}

/// 1, 2, … 10, once each.
Cell one_to_ten() {
  Cell cell;
  for (int i = 10; i >= 1; --i)
    cell.merge(Cell::of(i));
  return cell;
}

struct Row {
  const char* name;
  double expected;
};

class StatisticTable : public testing::TestWithParam<Row> {};

TEST_P(StatisticTable, of_one_to_ten) {
  EXPECT_DOUBLE_EQ(value_of(GetParam().name, one_to_ten()), GetParam().expected);
}

// Worked out by hand from the definitions in the CloudWatch user guide.
INSTANTIATE_TEST_SUITE_P(
    ,
    StatisticTable,
    testing::Values(Row{"SampleCount", 10},
                    Row{"Sum", 55},
                    Row{"Average", 5.5},
                    Row{"Minimum", 1},
                    Row{"Maximum", 10},
                    Row{"p0", 1},
                    Row{"p100", 10},
                    Row{"p50", 5.5},
                    Row{"p90", 9.1},
                    Row{"p99.9", 9.991},
                    Row{"p33.3333333333", 1 + 9 * 0.333333333333},
                    Row{"tm90", 5},
                    Row{"TM(:90%)", 5},
                    Row{"TM(10%:90%)", 5.5},
                    Row{"TM(80%:)", 9.5},
                    Row{"tm95", 50.0 / 9.5},
                    Row{"TM(2:5)", 4},
                    Row{"TM(9:)", 10},
                    Row{"TM(:3)", 2},
                    Row{"IQM", 5.5},
                    Row{"TM(25%:75%)", 5.5},
                    Row{"tc90", 9},
                    Row{"TC(2:5)", 3},
                    Row{"TC(10%:30%)", 2},
                    Row{"TC(11:20)", 0},
                    Row{"ts90", 45},
                    Row{"TS(80%:)", 19},
                    Row{"TS(2:5)", 12},
                    Row{"TS(11:)", 0},
                    Row{"PR(:3)", 30},
                    Row{"PR(2:5)", 30},
                    Row{"PR(:300)", 100},
                    Row{"PR(300:)", 0},
                    Row{"PR(:0.5)", 0},
                    // 9 and 10 become p80 = 8.2; 1 becomes p10 = 1.9 in the last.
                    Row{"wm80", (36 + 8.2 + 8.2) / 10},
                    Row{"WM(2:8)", (2 + 2 + 33 + 8 + 8) / 10.0},
                    Row{"WM(10%:80%)", (1.9 + 35 + 8.2 + 8.2) / 10}));

TEST(Statistic, weights_are_counts) {
  Cell cell = Cell::of(1, 9);
  cell.merge(Cell::of(100, 1));
  EXPECT_DOUBLE_EQ(value_of("p50", cell), 1);
  EXPECT_NEAR(value_of("p90", cell), 1 + 0.1 * 99, 1e-12);  // rank 8.1 of 0…9
  EXPECT_DOUBLE_EQ(value_of("p100", cell), 100);
  EXPECT_DOUBLE_EQ(value_of("tm90", cell), 1);
  EXPECT_DOUBLE_EQ(value_of("PR(:1)", cell), 90);
}

TEST(Statistic, of_one_value_is_that_value) {
  for (const char* name : {"p0", "p50", "p99.99", "p100", "tm90", "wm90", "IQM", "Average"}) {
    EXPECT_DOUBLE_EQ(value_of(name, Cell::of(-7.25)), -7.25) << name;
    EXPECT_DOUBLE_EQ(value_of(name, Cell::of(-7.25, 0.25)), -7.25) << name;
  }
}

TEST(Statistic, is_unknown_for_an_empty_cell_and_after_all_is_trimmed) {
  for (const char* name : {"Sum", "SampleCount", "p50", "TC(1:2)"}) {
    EXPECT_FALSE(evaluate(*parse_statistic(name), Cell()).has_value()) << name;
  }
  EXPECT_FALSE(evaluate(*parse_statistic("TM(11:20)"), one_to_ten()).has_value());
}

TEST(Statistic, percentiles_need_the_distribution) {
  const Cell opaque = Cell::of_statistics(4, 10, 1, 4);
  for (const char* name : {"p50", "tm90", "wm90", "tc90", "ts90", "PR(:3)", "IQM"}) {
    EXPECT_FALSE(evaluate(*parse_statistic(name), opaque).has_value()) << name;
  }
  EXPECT_DOUBLE_EQ(value_of("Average", opaque), 2.5);
  EXPECT_DOUBLE_EQ(value_of("p90", Cell::of_statistics(4, 12, 3, 3)), 3);
}

TEST(Statistic, keeps_the_name_as_written) {
  EXPECT_EQ(parse_statistic("TM(10%:90%)")->name, "TM(10%:90%)");
  EXPECT_EQ(parse_statistic("IQM")->name, "IQM");
  EXPECT_EQ(parse_statistic("p99.9")->high, 99.9);
  EXPECT_FALSE(parse_statistic("TC(1:2)")->percent);
}

class NotAStatistic : public testing::TestWithParam<const char*> {};

TEST_P(NotAStatistic, is_refused) {
  EXPECT_FALSE(parse_statistic(GetParam()).has_value());
}

INSTANTIATE_TEST_SUITE_P(,
                         NotAStatistic,
                         testing::Values("",
                                         "average",
                                         "Median",
                                         "p",
                                         "p101",
                                         "p-1",
                                         "p1e1",
                                         "pnan",
                                         "pinf",
                                         "p90 ",
                                         "p9.12345678901",
                                         "tm",
                                         "tm100.1",
                                         "TM90",
                                         "TM()",
                                         "TM(:)",
                                         "TM(10:90%)",
                                         "TM(90%:10%)",
                                         "TM(5:5)",
                                         "TM(1:2",
                                         "TM1:2)",
                                         "TM(a:b)",
                                         "tm(1:2)",
                                         "PR(10%:90%)",
                                         "PR90",
                                         "TM(-1%:50%)",
                                         "TM(1:2:3)",
                                         "TM(1%%:2%)",
                                         "IQM()"));

}  // namespace
}  // namespace tidemark
