#include "query/insights/read.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "query/insights/parser.h"
#include "query/testing_reader.h"

namespace tidemark::query::insights {
namespace {

using std::chrono::minutes;

const MetricHome kHome{"000000000000", "us-east-1"};

Timestamp at(std::int64_t second) {
  return Timestamp::from_s(1'700'000'040 + second);  // a whole minute
}

MetricRef metric(std::vector<Label> dimensions, const std::string& name = "m") {
  return {kHome.account, kHome.region, "n", name, std::move(dimensions)};
}

/// "label: 1 - 3 | …" over the ten minutes from at(0) on; "-" where there is no point.
std::string text_of(const std::vector<TimeSeries>& series) {
  std::string out;
  for (const TimeSeries& each : series) {
    if (!out.empty()) out += " | ";
    out += each.label + ":";
    std::size_t next = 0;
    for (int minute = 0; minute < 10; ++minute) {
      const bool is_there =
          next < each.points.size() && each.points[next].at == at(minute * std::int64_t{60});
      out += is_there ? fmt::format(" {}", each.points[next].value) : " -";
      next += is_there ? 1 : 0;
    }
    EXPECT_EQ(next, each.points.size()) << "points off the minutes";
  }
  while (out.ends_with(" -"))
    out.resize(out.size() - 2);
  return out;
}

Result<SelectResult> read(const store::Reader& reader,
                          const std::string& query,
                          Duration period = minutes(1),
                          Timestamp as_of = Timestamp::max()) {
  const auto select = parse_select(query);
  EXPECT_TRUE(select) << query << ": " << select.error().what;
  return read_select(reader, *select, kHome, period, {at(0), at(600), as_of});
}

class SelectRead : public testing::Test {
 protected:
  std::string get(const std::string& query) {
    const auto result = read(reader, query);
    return result ? text_of(result->series) : result.error().what;
  }
  TestingReader reader;
};

TEST_F(SelectRead, merges_all_observations_of_a_period) {
  reader.put(metric({{"host", "a"}}), at(0), 1);
  reader.put(metric({{"host", "a"}}), at(0), 2);  // the same instant
  reader.put(metric({{"host", "b"}}), at(30), 9);
  reader.put(metric({}), at(60), 5);
  reader.put(*to_series_key(metric({{"host", "c"}}), "Bytes"),
             {at(60), Cell::of_statistics(10, 10, -1, 7)});
  EXPECT_EQ(get("SELECT SUM(m) FROM n"), ": 12 15");
  EXPECT_EQ(get("SELECT COUNT(m) FROM n"), ": 3 11");
  EXPECT_EQ(get("SELECT AVG(m) FROM n"), fmt::format(": 4 {}", 15.0 / 11)) << "not of averages";
  EXPECT_EQ(get("SELECT MIN(m) FROM n"), ": 1 -1");
  EXPECT_EQ(get("SELECT MAX(m) FROM n"), ": 9 7");
}

TEST_F(SelectRead, takes_units_of_a_metric_together) {
  reader.put(metric({}), at(0), 1, "Bytes");
  reader.put(metric({}), at(0), 2, "Count");
  EXPECT_EQ(get("SELECT SUM(m) FROM n"), ": 3");
}

TEST_F(SelectRead, schema_wants_exactly_its_dimensions) {
  reader.put(metric({}), at(0), 1);
  reader.put(metric({{"a", "x"}}), at(0), 2);
  reader.put(metric({{"a", "x"}, {"b", "y"}}), at(0), 4);
  EXPECT_EQ(get("SELECT SUM(m) FROM n"), ": 7");
  EXPECT_EQ(get("SELECT SUM(m) FROM SCHEMA(n)"), ": 1");
  EXPECT_EQ(get("SELECT SUM(m) FROM SCHEMA(n, a)"), ": 2");
  EXPECT_EQ(get("SELECT SUM(m) FROM SCHEMA(n, b, a)"), ": 4");
  EXPECT_EQ(get("SELECT SUM(m) FROM SCHEMA(n, A)"), ":") << "names are told by case";
}

TEST_F(SelectRead, conditions_hold_of_no_metric_without_the_dimension) {
  reader.put(metric({}), at(0), 1);
  reader.put(metric({{"a", "x"}}), at(0), 2);
  reader.put(metric({{"a", "z"}, {"b", "y"}}), at(0), 4);
  EXPECT_EQ(get("SELECT SUM(m) FROM n WHERE a = 'x'"), ": 2");
  EXPECT_EQ(get("SELECT SUM(m) FROM n WHERE a != 'x'"), ": 4");
  EXPECT_EQ(get("SELECT SUM(m) FROM n WHERE a != 'x' AND b != 'q'"), ": 4");
  EXPECT_EQ(get("SELECT SUM(m) FROM n WHERE a = 'x' AND a = 'z'"), ":");
  EXPECT_EQ(get("SELECT SUM(m) FROM n WHERE a = ''"), ":");
  EXPECT_EQ(get("SELECT SUM(m) FROM n WHERE a != ''"), ": 6");
  EXPECT_EQ(get("SELECT SUM(m) FROM n WHERE AWS.AccountId = '000000000000'"), ": 7");
  EXPECT_EQ(get("SELECT SUM(m) FROM n WHERE AWS.AccountId = '1'"), ":");
  // Labels of ours are no dimensions.
  EXPECT_EQ(get("SELECT SUM(m) FROM n WHERE aws_region = 'us-east-1'"), ":");
  EXPECT_EQ(get("SELECT SUM(m) FROM n WHERE aws_unit != 'Bytes'"), ":");
}

TEST_F(SelectRead, groups_by_values_and_calls_the_rest_other) {
  reader.put(metric({}), at(0), 1);
  reader.put(metric({{"a", "x"}}), at(0), 2);
  reader.put(metric({{"a", "Z"}, {"b", "y"}}), at(0), 4);
  reader.put(metric({{"a", "Z"}, {"b", "q"}}), at(60), 8);
  reader.put(metric({{"a", "old"}}), at(-60), 9);  // before the range: no group of it
  EXPECT_EQ(get("SELECT SUM(m) FROM n GROUP BY a"),
            "Other: 1 - - - - - - - - - | Z: 4 8 - - - - - - - - | x: 2");
  EXPECT_EQ(get("SELECT SUM(m) FROM n WHERE a = 'Z' GROUP BY b, a"),
            "q Z: - 8 - - - - - - - - | y Z: 4");
  EXPECT_EQ(get("SELECT SUM(m) FROM n GROUP BY AWS.AccountId"), "000000000000: 7 8");
  EXPECT_EQ(get("SELECT SUM(m) FROM n WHERE a = 'nobody' GROUP BY a"), "") << "no group, no series";
}

TEST_F(SelectRead, a_value_other_is_another_group_than_none) {
  reader.put(metric({}), at(0), 1);
  reader.put(metric({{"a", "Other"}}), at(0), 2);
  EXPECT_EQ(get("SELECT SUM(m) FROM n GROUP BY a"), "Other: 2 - - - - - - - - - | Other: 1");
}

TEST_F(SelectRead, ranks_by_datapoints_over_the_whole_window) {
  for (int minute = 0; minute < 4; ++minute)
    reader.put(metric({{"a", "even"}}), at(minute * 60), 5);
  reader.put(metric({{"a", "peak"}}), at(0), 9);
  reader.put(metric({{"a", "peak"}}), at(60), 0);
  reader.put(metric({{"a", "same"}}), at(0), 9);
  const auto order = [this](const std::string& tail) {
    std::string out;
    const auto result = read(reader, "SELECT SUM(m) FROM n GROUP BY a " + tail);
    for (const TimeSeries& each : result->series)
      out += (out.empty() ? "" : " ") + each.label;
    return out;
  };
  EXPECT_EQ(order(""), "even peak same");
  EXPECT_EQ(order("ORDER BY MAX()"), "even peak same") << "equal ones by their values";
  EXPECT_EQ(order("ORDER BY MAX() DESC"), "peak same even") << "equal ones by their values";
  EXPECT_EQ(order("ORDER BY SUM() DESC"), "even peak same");
  EXPECT_EQ(order("ORDER BY AVG()"), "peak even same");
  EXPECT_EQ(order("ORDER BY MIN() DESC"), "same even peak");
  EXPECT_EQ(order("ORDER BY COUNT() ASC"), "same peak even");
  EXPECT_EQ(order("ORDER BY MAX() DESC LIMIT 2"), "peak same");
  EXPECT_EQ(order("LIMIT 1"), "even");
}

TEST_F(SelectRead, sees_neither_other_places_nor_names_nor_later_samples) {
  auto elsewhere = metric({});
  elsewhere.region = "eu-west-1";
  reader.put(elsewhere, at(0), 1);
  elsewhere = metric({});
  elsewhere.account = "999999999999";
  reader.put(elsewhere, at(0), 2);
  elsewhere = metric({});
  elsewhere.metric_namespace = "N";
  reader.put(elsewhere, at(0), 4);
  reader.put(metric({}, "M"), at(0), 8);
  EXPECT_EQ(get("SELECT SUM(m) FROM n"), ":");
  reader.put(metric({}), at(0), 16);
  reader.put(metric({}), at(90), 32);
  EXPECT_EQ(text_of(read(reader, "SELECT SUM(m) FROM n", minutes(1), at(89))->series), ": 16");
  EXPECT_EQ(get("SELECT SUM(m) FROM n"), ": 16 32");
}

TEST_F(SelectRead, drops_what_is_no_number_and_reports_what_cannot_be_read) {
  reader.put(metric({{"a", "x"}}), at(0), 1e308);
  reader.put(metric({{"a", "y"}}), at(0), 1e308);
  reader.put(metric({{"a", "y"}}), at(60), 1);
  EXPECT_EQ(get("SELECT SUM(m) FROM n"), ": - 1");
  reader.damage(metric({{"a", "y"}}));
  EXPECT_EQ(read(reader, "SELECT SUM(m) FROM n").error().code, Errc::corrupt);
}

TEST(SelectLimits, reads_the_first_metrics_and_says_that_there_are_more) {
  TestingReader reader;
  const auto host = [](std::size_t i) { return metric({{"host", fmt::format("{:05}", i)}}); };
  for (std::size_t i = 0; i < kSelectMetricsMax; ++i)
    reader.put(host(i), at(0), 1);
  reader.put(host(0), at(0), 1, "Bytes");  // a unit is no metric
  auto all = read(reader, "SELECT SUM(m) FROM n");
  EXPECT_FALSE(all->more_metrics);
  EXPECT_EQ(text_of(all->series), fmt::format(": {}", kSelectMetricsMax + 1));
  reader.put(host(kSelectMetricsMax), at(0), 100);
  all = read(reader, "SELECT SUM(m) FROM n");
  EXPECT_TRUE(all->more_metrics);
  EXPECT_EQ(text_of(all->series), fmt::format(": {}", kSelectMetricsMax + 1));
  EXPECT_FALSE(read(reader, "SELECT SUM(m) FROM n WHERE host = '10000'")->more_metrics);
}

TEST(SelectLimits, gives_the_first_groups_and_says_that_there_are_more) {
  TestingReader reader;
  const auto host = [](std::size_t i) { return metric({{"host", fmt::format("{:04}", i)}}); };
  for (std::size_t i = 0; i < kSelectSeriesMax; ++i)
    reader.put(host(i), at(0), static_cast<double>(i));
  const std::string query = "SELECT SUM(m) FROM n GROUP BY host";
  EXPECT_EQ(read(reader, query)->series.size(), kSelectSeriesMax);
  EXPECT_FALSE(read(reader, query)->more_series);
  for (std::size_t i = kSelectSeriesMax; i < 3 * kSelectSeriesMax; ++i)
    reader.put(host(i), at(0), static_cast<double>(i));
  auto some = read(reader, query);
  EXPECT_TRUE(some->more_series);
  ASSERT_EQ(some->series.size(), kSelectSeriesMax);
  EXPECT_EQ(some->series.back().label, "0499");
  some = read(reader, query + " ORDER BY MAX() DESC");
  EXPECT_TRUE(some->more_series);
  ASSERT_EQ(some->series.size(), kSelectSeriesMax);
  EXPECT_EQ(some->series.front().label, "1499") << "all are sorted before they are cut";
  EXPECT_EQ(some->series.back().label, "1000");
  some = read(reader, query + " ORDER BY MAX() DESC LIMIT 3");
  EXPECT_FALSE(some->more_series) << "no more were asked for";
  EXPECT_EQ(some->series.size(), 3U);
}

/// The plainest way to the same: every observation looked at for every group and minute.
struct Observation {
  MetricRef metric;
  std::int64_t second;
  double value;
};

std::string reference(const std::vector<Observation>& all, const Select& select) {
  std::map<std::vector<std::string>, std::map<Timestamp, std::vector<double>>> groups;
  for (const Observation& each : all) {
    std::map<std::string, std::string> has;
    std::vector<std::string> names, group;
    for (const Label& dimension : each.metric.dimensions) {
      has[dimension.name] = dimension.value;
      names.push_back(dimension.name);
    }
    bool is_in = !select.schema || *select.schema == names;
    for (const Condition& c : select.where)
      is_in = is_in && has.contains(c.key.name) && (has[c.key.name] == c.value) == c.equal;
    for (const LabelKey& key : select.group_by)
      group.push_back(has.contains(key.name) ? has[key.name] : "Other");
    if (is_in) groups[group][at(each.second).floor_to(minutes(1))].push_back(each.value);
  }
  if (select.group_by.empty()) groups[{}];
  const auto value = [](Function function, const std::vector<double>& of) {
    double sum = 0;
    for (const double v : of)
      sum += v;
    const auto count = static_cast<double>(of.size());
    if (function == Function::sum) return sum;
    if (function == Function::count) return count;
    if (function == Function::avg) return sum / count;
    return function == Function::min ? *std::min_element(of.begin(), of.end())
                                     : *std::max_element(of.begin(), of.end());
  };
  std::vector<std::pair<double, TimeSeries>> out;
  for (const auto& [group, periods] : groups) {
    TimeSeries series{fmt::format("{}", fmt::join(group, " ")), minutes(1), false, {}};
    std::vector<double> points;
    for (const auto& [start, values] : periods) {
      points.push_back(value(select.function, values));
      series.points.push_back({start, points.back()});
    }
    double rank = select.order && !points.empty() ? value(select.order->by, points) : 0;
    out.emplace_back(select.order && select.order->descending ? -rank : rank, std::move(series));
  }
  std::stable_sort(
      out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  out.resize(std::min(out.size(), select.limit.value_or(out.size())));
  std::vector<TimeSeries> series;
  for (auto& [rank, each] : out)
    series.push_back(std::move(each));
  return text_of(series);
}

TEST(SelectRandom, agrees_with_the_plainest_way) {
  constexpr std::uint64_t kSeed = 20'261'129;
  const auto chance = make_seeded_random(kSeed);
  const auto random = [&chance] { return chance->next(); };
  const auto one_of = [&random](const std::vector<std::string>& texts) {
    return texts[random() % texts.size()];
  };
  for (int round = 0; round < 300; ++round) {
    TestingReader reader;
    std::vector<Observation> all;
    for (auto left = random() % 60; left > 0; --left) {
      std::vector<Label> dimensions;
      for (const char* name : {"a", "b", "c"}) {
        if (random() % 3 != 0) dimensions.push_back({name, one_of({"x", "y", "z"})});
      }
      all.push_back({metric(dimensions),
                     static_cast<std::int64_t>(random() % 600),
                     static_cast<double>(random() % 21) - 10});
      reader.put(
          all.back().metric, at(all.back().second), all.back().value, one_of({"None", "Bytes"}));
    }
    const std::string query =
        "SELECT " + one_of({"AVG", "COUNT", "MAX", "MIN", "SUM"}) + "(m) FROM " +
        one_of({"n", "n", "SCHEMA(n)", "SCHEMA(n, a)", "SCHEMA(n, b, a)"}) +
        one_of({"", " WHERE a = 'x'", " WHERE b != 'y'", " WHERE a != 'x' AND c = 'z'"}) +
        one_of({"", " GROUP BY a", " GROUP BY c, a", " GROUP BY b, nobody"}) +
        one_of({"", " ORDER BY AVG()", " ORDER BY MAX() DESC", " ORDER BY COUNT() DESC"}) +
        one_of({"", " LIMIT 1", " LIMIT 3"});
    const auto result = read(reader, query);
    ASSERT_TRUE(result) << query;
    EXPECT_EQ(text_of(result->series), reference(all, *parse_select(query)))
        << query << ", seed " << kSeed << ", round " << round;
  }
}

}  // namespace
}  // namespace tidemark::query::insights
