#include "judge/run/siblings.h"

#include <cmath>

#include <gtest/gtest.h>

#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;

TEST(Siblings, share_all_but_the_values_of_their_dimensions) {
  DetectorTarget a;
  a.metric = MetricRef{"1", "r", "Glue", "records", {{"Job", "a"}}};
  a.stat = *parse_statistic("Sum");
  DetectorTarget b = a;
  EXPECT_FALSE(are_siblings(a, b));  // the same one
  b.metric->dimensions[0].value = "b";
  EXPECT_TRUE(are_siblings(a, b));
  b.metric->dimensions[0].name = "Task";
  EXPECT_FALSE(are_siblings(a, b));
  b = a;
  b.metric->dimensions = {{"Job", "b"}, {"Run", "1"}};
  EXPECT_FALSE(are_siblings(a, b));
  b = a;
  b.metric->dimensions[0].value = "b";
  b.stat = *parse_statistic("Average");
  EXPECT_FALSE(are_siblings(a, b));
}

Lent lends(double width, Nearness near = {}, Duration period = hours(1)) {
  return {{period, {width, 2 * width, 3 * width}, {width, width, width}, 1}, near};
}

TEST(Siblings, the_seed_of_a_period_is_the_median) {
  std::vector<Lent> lent{lends(0.1), lends(0.3), lends(9.0), lends(1, {}, hours(24))};
  const auto seeds = middle_of(lent);
  ASSERT_EQ(seeds.size(), 2U);
  EXPECT_EQ(seeds[0].period, Duration(hours(1)));
  EXPECT_EQ(seeds[0].siblings, 3U);
  EXPECT_EQ(seeds[0].below[1], 0.6);
  EXPECT_TRUE(middle_of({}).empty());
}

TEST(Siblings, the_two_nearest_decide_which_of_them_lend) {
  const auto width = [](const std::vector<Lent>& lent) { return middle_of(lent)[0].below[0]; };
  const auto count = [](const std::vector<Lent>& lent) { return middle_of(lent)[0].siblings; };
  // Two and more of a family lend, and those that share more words before those that share fewer.
  const Nearness family{false, 1}, deep{false, 3}, owner{true, 0}, both{true, 1};
  EXPECT_EQ(width({lends(7), lends(1, family), lends(8), lends(1, family), lends(9)}), 1);
  EXPECT_EQ(width({lends(7, family), lends(2, deep), lends(8), lends(2, deep)}), 2);
  // One alone is no family: those that are next lend with it, strangers at the last.
  EXPECT_EQ(count({lends(1, deep), lends(5, family), lends(6, family), lends(9)}), 3U);
  EXPECT_EQ(count({lends(1, deep), lends(5), lends(6)}), 3U);
  EXPECT_EQ(count({lends(1, deep)}), 1U);
  // The same owner counts before any family, and its family before all else.
  EXPECT_EQ(width({lends(4, owner), lends(4, owner), lends(1, deep), lends(1, deep)}), 4);
  EXPECT_EQ(width({lends(4, owner), lends(3, both), lends(3, both), lends(1, deep)}), 3);
  // Each period has its own nearest: of the days there are but strangers.
  const auto seeds = middle_of({lends(1, family), lends(1, family), lends(6, {}, hours(24))});
  ASSERT_EQ(seeds.size(), 2U);
  EXPECT_EQ(seeds[1].below[0], 6);
}

TEST(Siblings, a_family_is_told_by_the_words_that_names_begin_with) {
  EXPECT_EQ(shared_words("etl-orders-eu", "etl-orders-us"), 2U);
  EXPECT_EQ(shared_words("etl-orders-eu", "etl-invoices-eu"), 1U);
  EXPECT_EQ(shared_words("etl-orders-eu", "ml-train-1"), 0U);
  EXPECT_EQ(shared_words("etl", "etl-a"), 1U);
  EXPECT_EQ(shared_words("etl", "etlx"), 0U);  // whole words
  EXPECT_EQ(shared_words("EtlOrdersEu", "EtlOrdersUs"), 2U);
  EXPECT_EQ(shared_words("Ärger-süd", "Ärger-nord"), 1U);
  // Numbers of runs, dates and ids say nothing; what stands before them does.
  EXPECT_EQ(shared_words("ml-train-1", "ml-train-1-eu"), 2U);
  EXPECT_EQ(shared_words("load-2024-01-05-eu", "load-2024-01-05-us"), 1U);
  EXPECT_EQ(shared_words("worker1", "worker27"), 1U);
  EXPECT_EQ(shared_words("i-0a1b2c", "i-0a1b2d"), 1U);
  EXPECT_EQ(shared_words("17", "18"), 0U);
  EXPECT_EQ(shared_words("17", "17"), 1U);
  EXPECT_EQ(shared_words("", ""), 1U);
  EXPECT_EQ(shared_words("", "a"), 0U);
  EXPECT_EQ(shared_words("--", "-"), 0U);
}

class SiblingsTest : public JudgeTest {
 protected:
  static MetricRef job(const std::string& name) {
    MetricRef out = kMetric;
    out.dimensions[0].value = name;
    return out;
  }
  static DetectorTarget watch(const MetricRef& metric) {
    DetectorTarget out;
    out.metric = metric;
    out.stat = *parse_statistic("Sum");
    return out;
  }
  void put_day(const MetricRef& metric, int day, double value) {
    const Timestamp at = hour(24 * day);
    clock_.set(std::max(clock_.wall(), at));
    Batch batch;
    batch.series.push_back({*to_series_key(metric, "None"), {{at, Cell::of(value)}}});
    ASSERT_TRUE(write_and_wait(*store_, std::move(batch)));
  }
  /// A daily job that varies by that share of its level.
  static double run_of(const std::string& name, int day, double share) {
    return 1000 * (1 + share * std::sin(day * 37 + name.back() * 11));
  }
  static constexpr double kWide = 0.2, kNarrow = 0.1;
  /// Trained jobs of two families: what is loaded varies by a tenth, what is trained by a
  /// hundredth.
  void make_families(const Tags& tags_of_ml = {}) {
    const std::map<std::string, double> shares{
        {"etl-a", 0.1}, {"etl-b", 0.1}, {"etl-c", 0.1}, {"ml-x", 0.01}, {"ml-y", 0.01}};
    for (int day = 0; day < 60; ++day) {
      for (const auto& [name, share] : shares)
        put_day(job(name), day, run_of(name, day, share));
    }
    for (const auto& [name, share] : shares) {
      DetectorChoices choices;
      if (share < 0.1) choices.own.tags = tags_of_ml;
      ASSERT_TRUE(judge_->put(watch(job(name)), choices, {hours(24)}));
    }
  }
  /// What a new job of that name borrows.
  Seed borrowed(const std::string& name, const Tags& tags = {}) {
    DetectorChoices choices;
    choices.own.tags = tags;
    const auto spec = judge_->put(watch(job(name)), choices, {hours(24)});
    EXPECT_TRUE(spec && spec->seeds.size() == 1) << name;
    return spec && spec->seeds.size() == 1 ? spec->seeds[0] : Seed{};
  }
  double width_at(const MetricRef& metric, int day) {
    const auto found = days(metric, day, day + 1).points;
    return found.size() == 1 ? found[0].band.above[2] : -1;
  }
  BandSeries days(const MetricRef& metric, int from, int to) {
    MetricQuery query;
    query.id = "m1";
    query.metric_stat = MetricStat{metric, hours(24), *parse_statistic("Sum"), std::nullopt};
    return *judge_->bands({{query}, hours(24)}, hour(24 * from), hour(24 * to));
  }
};

// A daily job of a family: its siblings vary by a tenth. From its third run on it has a band of
// about that width around its own level, which is a hundred times theirs.
TEST_F(SiblingsTest, a_new_job_has_a_usable_band_at_its_third_point) {
  for (int day = 0; day < 60; ++day) {
    for (const char* name : {"a", "b", "c"})
      put_day(job(name), day, 1000 * (1 + 0.1 * std::sin(day * 37 + name[0] * 11)));
  }
  for (const char* name : {"a", "b", "c"})
    ASSERT_TRUE(judge_->put(watch(job(name)), {}, {hours(24)}));
  const auto spec = judge_->put(watch(job("new")), {}, {hours(24)});
  ASSERT_TRUE(spec);
  ASSERT_EQ(spec->seeds.size(), 1U);
  EXPECT_EQ(spec->seeds[0].siblings, 3U);
  for (int day = 60; day < 63; ++day)
    put_day(job("new"), day, 100'000 * (1 + 0.1 * std::sin(day * 29)));
  const auto bands = days(job("new"), 62, 63);
  ASSERT_EQ(bands.points.size(), 1U);  // made before the third value was seen
  const Limits limits = limits_at(bands.points[0].band, 3);
  EXPECT_GT(limits.lower, 50'000);
  EXPECT_LT(limits.lower, 95'000);
  EXPECT_GT(limits.upper, 105'000);
  EXPECT_LT(limits.upper, 150'000);
  // A run that is far off is a finding at once; restored state goes on the same way.
  ASSERT_TRUE(store_->flush());
  restart();
  put_day(job("new"), 63, 20'000);
  const auto next = days(job("new"), 63, 64);
  ASSERT_EQ(next.points.size(), 1U);
  EXPECT_GT(limits_at(next.points[0].band, 3).lower, 20'000);
}

// Siblings of 60 to 90 that vary by a third lend more than a new one near 95 of 100 can have.
TEST_F(SiblingsTest, a_young_band_keeps_to_the_choices) {
  for (int day = 0; day < 60; ++day) {
    for (const char* name : {"a", "b", "c"})
      put_day(job(name), day, 75 + 25 * std::sin(day * 37 + name[0] * 11));
  }
  for (const char* name : {"a", "b", "c"})
    ASSERT_TRUE(judge_->put(watch(job(name)), {}, {hours(24)}));
  DetectorChoices choices;
  choices.own.lower_limit = 40;
  choices.own.upper_limit = 100;
  choices.own.min_deviation = 2;
  ASSERT_TRUE(judge_->put(watch(job("full")), choices, {hours(24)}));
  ASSERT_TRUE(judge_->put(watch(job("small")), {}, {hours(24)}));
  for (int day = 60; day < 75; ++day) {
    put_day(job("full"), day, day % 2 == 0 ? 98 : 92);
    put_day(job("small"), day, day % 2 == 0 ? 1 : 0);
  }
  const BandSeries full = days(job("full"), 62, 75);
  EXPECT_EQ(full.points.size(), 13U);
  for (const BandPoint& point : full.points) {
    for (const double k : {0.5, 2.0, 3.0, 6.0}) {
      const Limits limits = limits_at(point.band, k, full.within);
      EXPECT_GE(limits.lower, 40) << format_rfc3339(point.start);
      EXPECT_LE(limits.upper, 100) << format_rfc3339(point.start);
    }
    EXPECT_GE(point.band.below[0], 2) << format_rfc3339(point.start);
    EXPECT_LE(point.band.expected + point.band.above[2], 100) << format_rfc3339(point.start);
  }
  for (const BandPoint& point : days(job("small"), 62, 75).points)
    EXPECT_GE(limits_at(point.band, 3).lower, 0) << format_rfc3339(point.start);
}

TEST_F(SiblingsTest, a_new_job_borrows_of_its_family_a_stranger_of_all) {
  make_families();
  const Seed wide = borrowed("etl-d"), narrow = borrowed("ml-z"), all = borrowed("report");
  EXPECT_EQ(wide.siblings, 3U);
  EXPECT_GT(wide.above[2], kWide);
  EXPECT_EQ(narrow.siblings, 2U);
  EXPECT_LT(narrow.above[2], kNarrow);
  EXPECT_EQ(all.siblings, 5U);
  EXPECT_GT(all.above[2], kWide);  // three of five vary by a tenth
}

TEST_F(SiblingsTest, the_same_owner_counts_before_the_family) {
  make_families({{kOwnerTag, "science"}});
  EXPECT_LT(borrowed("etl-d", {{kOwnerTag, "science"}}).above[2], kNarrow);
  EXPECT_GT(borrowed("etl-e", {{kOwnerTag, "nobody"}}).above[2], kWide);
  EXPECT_GT(borrowed("etl-f", {{"team", "science"}}).above[2], kWide);
  // Its owner stays with it: what is tagged later borrows nothing anew.
  DetectorChoices later;
  later.own.tags = {{kOwnerTag, "science"}};
  const auto before = judge_->find(watch(job("etl-e")))->spec.seeds;
  ASSERT_TRUE(judge_->put(watch(job("etl-e")), later, {}));
  restart();
  EXPECT_EQ(judge_->find(watch(job("etl-e")))->spec.seeds, before);
}

// The new one varies by a hundredth, its family by a tenth; a twin of another name has no siblings.
TEST_F(SiblingsTest, what_was_borrowed_shrinks_to_its_own) {
  make_families();
  MetricRef twin = job("etl-d");
  twin.name = "written";
  ASSERT_TRUE(judge_->put(watch(job("etl-d")), {}, {hours(24)}));
  ASSERT_TRUE(judge_->put(watch(twin), {}, {hours(24)}));
  for (int day = 60; day < 60 + 71; ++day) {
    put_day(job("etl-d"), day, run_of("etl-d", day, 0.01));
    put_day(twin, day, run_of("etl-d", day, 0.01));
  }
  std::vector<double> widths;
  for (const int point : {4, 10, 30, 70})
    widths.push_back(width_at(job("etl-d"), 60 + point - 1));
  EXPECT_GT(widths[0], kWide * 1000);  // all of it is borrowed
  for (std::size_t i = 1; i < widths.size(); ++i)
    EXPECT_LT(widths[i], 0.75 * widths[i - 1]) << i;
  // Twice its own at point 30, and nothing but its own at point 70.
  EXPECT_GT(widths[2], 2 * width_at(twin, 60 + 29));
  EXPECT_LE(widths[3], width_at(twin, 60 + 69));
}

TEST_F(SiblingsTest, without_siblings_there_is_no_band_at_the_third_point) {
  ASSERT_TRUE(judge_->put(watch(job("lone")), {}, {hours(24)}));
  for (int day = 0; day < 4; ++day)
    put_day(job("lone"), day, 100);
  EXPECT_TRUE(days(job("lone"), 0, 4).points.empty());
}

}  // namespace
}  // namespace tidemark::judge
