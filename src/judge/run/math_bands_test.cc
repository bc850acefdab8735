#include "judge/run/math_bands.h"

#include <gtest/gtest.h>

#include "judge/math/expression.h"
#include "judge/math/testing_share.h"
#include "judge/run/ad_hoc.h"
#include "judge/world_test.h"
#include "query/testing_reader.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class MathBandsTest : public JudgeTest {
 protected:
  void put_metric(const char* name, Timestamp at, double value) {
    clock_.set(std::max(clock_.wall(), at));
    Batch batch;
    batch.series.push_back({*to_series_key(testing_metric(name), "None"), {{at, Cell::of(value)}}});
    ASSERT_TRUE(write_and_wait(*store_, std::move(batch)));
  }
  static BandIdentity ratio(const char* expression, Duration period = kHour) {
    return {testing_share(expression, period).math, period};
  }
  void put_hour(int number) {
    put_metric("errors", hour(number), 5 + number % 24 + number * 7 % 5);
    put_metric("requests", hour(number), 1000 + number % 24 * 10);
  }
  /// By the kept model, and by a replay of everything.
  void expect_as_replayed(const BandIdentity& identity, int from, int to) {
    const query::PeriodRange range{hour(from), hour(to), clock_.wall()};
    const auto kept = judge_->bands(identity, range.from, range.to);
    const auto replayed = replay_bands({*store_, *judge_}, identity, {}, range);
    ASSERT_TRUE(kept) << kept.error().what;
    ASSERT_TRUE(replayed) << replayed.error().what;
    ASSERT_EQ(kept->points.size(), replayed->points.size()) << "at hour " << to;
    for (std::size_t i = 0; i < kept->points.size(); ++i) {
      EXPECT_EQ(kept->points[i].start, replayed->points[i].start);
      EXPECT_EQ(kept->points[i].band, replayed->points[i].band);
    }
  }
};

TEST_F(MathBandsTest, a_kept_model_gives_what_a_replay_gives_to_the_bit) {
  const BandIdentity identity = ratio("100 * errors / requests");
  for (int number = 0; number < 24 * 8; ++number)
    put_hour(number);
  expect_as_replayed(identity, 24 * 6, 24 * 8 + 1);
  for (int number = 24 * 8; number < 24 * 9; ++number) {
    if (number % 7 == 3) continue;  // an hour without data
    put_hour(number);
    expect_as_replayed(identity, 24 * 6, number + 1);
  }
}

TEST_F(MathBandsTest, late_data_and_other_choices_make_it_anew) {
  const BandIdentity identity = ratio("errors + 0 * requests");
  for (int number = 0; number < 24 * 8; ++number)
    put_hour(number);
  expect_as_replayed(identity, 24 * 7, 24 * 8);
  const auto before = judge_->bands(identity, hour(24 * 7), hour(24 * 8));
  put_metric("errors", hour(24 * 5) + minutes(30), 400);  // late, in a period that was learned
  expect_as_replayed(identity, 24 * 7, 24 * 8);
  const auto after = judge_->bands(identity, hour(24 * 7), hour(24 * 8));
  ASSERT_TRUE(before && after);
  EXPECT_FALSE(before->points.back().band == after->points.back().band);
}

TEST_F(MathBandsTest, asking_again_reads_only_what_is_new) {
  const BandIdentity identity = ratio("errors / requests");
  for (int number = 0; number < 24 * 8; ++number)
    put_hour(number);
  expect_as_replayed(identity, 24 * 7, 24 * 8);
  MathBands math;
  query::PeriodRange range{hour(24 * 7), hour(24 * 8), clock_.wall()};
  ASSERT_TRUE(math.bands({*store_, *judge_}, identity, {}, range));
  EXPECT_FALSE(math.empty());
  // A store that has lost all but its newest hours answers the same: the rest is remembered.
  query::TestingReader recent;
  for (int number = 24 * 7; number < 24 * 8 + 2; ++number) {
    recent.put(testing_metric("errors"), hour(number), 5 + number % 24 + number * 7 % 5);
    recent.put(testing_metric("requests"), hour(number), 1000 + number % 24 * 10);
  }
  for (int number = 24 * 8; number < 24 * 8 + 2; ++number)
    put_hour(number);
  range.as_of = clock_.wall();
  range.to = hour(24 * 8 + 2);
  const auto kept = math.bands({recent, *judge_}, identity, {}, range);
  const auto whole = judge_->bands(identity, range.from, range.to);
  ASSERT_TRUE(kept && whole);
  ASSERT_EQ(kept->points.size(), whole->points.size());
  EXPECT_EQ(kept->points.back().band, whole->points.back().band);
}

TEST_F(MathBandsTest, an_expression_that_looks_around_is_replayed) {
  const BandIdentity identity = ratio("errors / AVG(requests)");
  for (int number = 0; number < 24 * 3; ++number)
    put_hour(number);
  expect_as_replayed(identity, 24, 24 * 3);
}

TEST_F(MathBandsTest, an_expression_of_minutes_has_a_band) {
  const BandIdentity identity = ratio("errors / requests", minutes(1));
  for (int number = 0; number < 200; ++number) {
    put_metric("errors", hour(0) + minutes(number), 3 + number * 7 % 5);
    put_metric("requests", hour(0) + minutes(number), 100);
  }
  const auto bands = judge_->bands(identity, hour(3), hour(4));
  ASSERT_TRUE(bands) << bands.error().what;
  EXPECT_FALSE(bands->points.empty());
  const Timestamp now = hour(24 * 2000);
  EXPECT_LE((now - math_history_start(minutes(1), now)) / minutes(1), 450'000);
  EXPECT_EQ(math_history_start(minutes(1), now), math_history_start(minutes(1), now + minutes(1)));
}

}  // namespace
}  // namespace tidemark::judge
