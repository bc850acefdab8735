#include "judge/always/tier.h"

#include <functional>

#include <gtest/gtest.h>

namespace tidemark::judge {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Timestamp minute(int number) {
  return Timestamp::from_s(1'383'264'000) + minutes(number);
}

double usual(int number, int series = 0) {
  return 100 + series + (number * 7) % 5;
}

/// So many minutes are history enough, though those outside of the band do not count.
constexpr int kWarm = 11'000;

/// One tier, fed record by record.
struct World {
  explicit World(AlwaysOnOptions options = {}) : tier(options) {}

  void put(const std::vector<std::pair<int, Sample>>& samples, Timestamp now) {
    std::map<int, std::vector<Sample>> by_series;
    for (const auto& [series, sample] : samples)
      by_series[series].push_back(sample);
    std::vector<EnteredSeries> entered;
    for (const auto& [series, each] : by_series)
      entered.push_back({SeriesId(static_cast<std::uint64_t>(series)), &key, each});
    tier.on_batch({++sequence, now, entered}, tell);
  }
  void put(int number, double value, int series = 1) {
    put({{series, {minute(number), Cell::of(value)}}}, minute(number));
  }
  void put_usual(int from, int to) {
    for (int i = from; i < to; ++i)
      put(i, usual(i));
  }
  std::string saved() const {
    ByteSink out;
    tier.save(out);
    return std::move(out).take();
  }

  SeriesKey key{"requests", {}};
  std::uint64_t sequence = 0;
  std::vector<AlwaysOnTier::Found> found;
  bool watched = false;
  AlwaysOnTier::Tell tell = [this](const AlwaysOnTier::Found& each) {
    if (!watched) found.push_back(each);
    return !watched;
  };
  AlwaysOnTier tier;
};

TEST(AlwaysOnTier, finds_what_is_far_outside_and_then_is_quiet_for_a_day) {
  World world;
  world.put_usual(0, kWarm);
  for (int i = kWarm; i < kWarm + 3000; ++i)
    world.put(i, i % 100 == 99 ? 5000 : usual(i));
  // The first of some thirty, and the first of them a day later, unless it has got used to them.
  ASSERT_GE(world.found.size(), 1U);
  EXPECT_LE(world.found.size(), 2U);
  const auto& first = world.found.front();
  EXPECT_EQ(first.at, minute(kWarm + 99));
  EXPECT_EQ(first.period, minutes(1));
  EXPECT_EQ(first.finding.value, 5000);
  EXPECT_EQ(first.finding.kind, FindingKind::spike);
  EXPECT_FALSE(first.finding.replay);
  EXPECT_GT(5000, first.band.expected + first.band.above[2]);
  EXPECT_GE(first.finding.learned, 7 * 24 * 60U);
}

TEST(AlwaysOnTier, goes_on_bit_for_bit_from_its_saved_state) {
  World straight, broken;
  const auto value = [](int i) { return i == kWarm + 400 ? 900.0 : usual(i); };
  for (int i = 0; i < kWarm + 500; ++i) {
    straight.put(i, value(i));
    straight.put({{2, {minute(i) + seconds(3), value(i) / 3}}}, minute(i) + seconds(3));
    broken.put(i, value(i));
    // In the middle of a period, while young, and anywhere after.
    if (i == 3 || i == 150 || i == 333 || i == kWarm) {
      const std::string bytes = broken.saved();
      ByteSource in(bytes);
      AlwaysOnTier other(AlwaysOnOptions{});
      ASSERT_TRUE(other.restore(in));
      EXPECT_TRUE(in.empty());
      broken.tier = std::move(other);
      EXPECT_EQ(broken.saved(), bytes);
    }
    broken.put({{2, {minute(i) + seconds(3), value(i) / 3}}}, minute(i) + seconds(3));
  }
  EXPECT_EQ(straight.saved(), broken.saved());
  ASSERT_EQ(straight.found.size(), 2U);
  ASSERT_EQ(broken.found.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(straight.found[i].finding, broken.found[i].finding);
    EXPECT_EQ(straight.found[i].band, broken.found[i].band);
  }
}

TEST(AlwaysOnTier, refuses_every_cut_of_its_state_and_is_empty_then) {
  World world;
  for (int i = 0; i < 40; ++i)
    world.put(i, usual(i));
  const std::string bytes = world.saved();
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    ByteSource in(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(world.tier.restore(in)) << size;
    EXPECT_EQ(world.tier.counts().series, 0U);
  }
}

TEST(AlwaysOnTier, cells_of_one_instant_merge_and_doubles_of_one_do_not) {
  World world;
  for (int i = 0; i < kWarm; ++i) {
    const Timestamp at = minute(i);
    world.put({{1, {at, Cell::of(usual(i))}}, {2, {at, usual(i)}}}, at);
    world.put({{1, {at, Cell::of(usual(i))}}, {2, {at, 1e6}}}, at);
  }
  const Timestamp end = minute(kWarm);
  world.put({{1, {end, Cell::of(900)}}, {2, {end, 900.0}}}, end);
  world.put({{1, {end, Cell::of(900)}}, {2, {end, 1e6}}}, end);
  ASSERT_EQ(world.found.size(), 1U) << "the gauge closes with its next value";
  EXPECT_EQ(world.found[0].finding.value, 1800);
  world.tier.advance(end + minutes(2), world.tell);
  ASSERT_EQ(world.found.size(), 2U);
  EXPECT_EQ(world.found[1].finding.value, 900);
}

/// Two senders of one metric; the second one's value of a minute comes three seconds after its end.
TEST(AlwaysOnTier, waits_for_the_second_sender_of_a_metric) {
  World world;
  for (int i = 0; i < kWarm; ++i) {
    world.put(i, usual(i));
    world.put({{1, {minute(i) + seconds(30), Cell::of(usual(i))}}}, minute(i) + seconds(30));
  }
  world.put(kWarm, usual(kWarm));
  const int end = kWarm + 200;
  for (int i = kWarm + 1; i < end; ++i) {
    world.put(i, usual(i));
    const std::string bytes = world.saved();
    ByteSource in(bytes);
    ASSERT_TRUE(world.tier.restore(in));
    world.put({{1, {minute(i) - seconds(5), Cell::of(usual(i - 1))}}}, minute(i) + seconds(3));
  }
  EXPECT_TRUE(world.found.empty());
  EXPECT_EQ(world.tier.counts().late, 0U);
  // One of the second sender's is lost.
  world.put(end, usual(end));
  EXPECT_TRUE(world.found.empty());
  world.tier.advance(minute(end) + seconds(10), world.tell);
  ASSERT_EQ(world.found.size(), 1U);
  EXPECT_EQ(world.found[0].at, minute(end - 1));
  EXPECT_EQ(world.found[0].finding.value, usual(end - 1));
}

TEST(AlwaysOnTier, an_unfinished_period_is_judged_when_it_closes_and_not_before) {
  World world;
  for (int i = 0; i < 4 * kWarm; ++i) {  // a gauge every 15 s: its usual count is four
    const Timestamp at = minute(0) + seconds(15 * i);
    world.put({{1, {at, usual(i)}}}, at);
  }
  const Timestamp at = minute(kWarm);
  world.put({{1, {at, 900.0}}}, at);
  EXPECT_TRUE(world.found.empty());
  ASSERT_TRUE(world.tier.next_due());
  EXPECT_LE(*world.tier.next_due(), minute(kWarm + 1) + seconds(10));
  world.tier.advance(minute(kWarm + 1), world.tell);
  EXPECT_TRUE(world.found.empty());
  world.tier.advance(minute(kWarm + 1) + seconds(10), world.tell);
  ASSERT_EQ(world.found.size(), 1U);
  EXPECT_EQ(world.found[0].at, at);
}

TEST(AlwaysOnTier, late_and_far_future_values_are_counted_and_change_nothing) {
  World world;
  for (int i = 0; i < 200; ++i)
    world.put(i, usual(i));
  const std::string before = world.saved();
  // A year of history after the live data, and a clock that runs an hour ahead.
  for (int i = 1; i < 1000; ++i)
    world.put({{1, {minute(-500 * i), Cell::of(1e6)}}}, minute(199));
  world.put({{1, {minute(260), Cell::of(1e6)}}}, minute(199));
  EXPECT_EQ(world.saved(), before);
  EXPECT_EQ(world.tier.counts().late, 999U);
  EXPECT_EQ(world.tier.counts().early, 1U);
}

TEST(AlwaysOnTier, history_that_comes_first_is_learned_and_its_findings_are_marked) {
  World world;
  std::vector<std::pair<int, Sample>> history;
  for (int i = 0; i < kWarm + 500; ++i)
    history.push_back({1, {minute(i), Cell::of(i == kWarm ? 900 : usual(i))}});
  std::reverse(history.begin(), history.end());
  world.put(history, minute(100'000));
  ASSERT_EQ(world.found.size(), 1U);
  EXPECT_TRUE(world.found[0].finding.replay);
  EXPECT_EQ(world.found[0].at, minute(kWarm));
}

TEST(AlwaysOnTier, is_not_quiet_after_what_nobody_wanted) {
  World world;
  world.put_usual(0, kWarm);
  world.watched = true;
  world.put(kWarm, 900);
  world.put_usual(kWarm + 1, kWarm + 60);
  EXPECT_TRUE(world.found.empty());
  world.watched = false;
  world.put(kWarm + 60, 9000);
  EXPECT_EQ(world.found.size(), 1U);
}

TEST(AlwaysOnTier, finds_nothing_in_the_first_week) {
  World world;
  for (int i = 0; i < 7 * 24 * 60; ++i)
    world.put(i, i % 3000 == 2999 ? 9000 : usual(i));
  EXPECT_TRUE(world.found.empty());
}

TEST(AlwaysOnTier, a_full_tier_counts_new_series_and_gives_them_places_of_silent_ones) {
  World world({true, 100});
  int number = 0;
  for (int series = 0; series < 1000; ++series) {  // ten generations, a week apart
    if (series % 100 == 0) number += 7 * 24 * 60;
    world.put(number, 1, series);
  }
  EXPECT_EQ(world.tier.counts().series, 100U);
  EXPECT_EQ(world.tier.counts().refused, 0U);
  world.put(number, 1, 5000);
  EXPECT_EQ(world.tier.counts().refused, 1U);
}

TEST(AlwaysOnTier, a_series_that_reports_more_often_than_it_did_gets_a_shorter_period) {
  World world;
  for (int i = 0; i < 20; ++i)
    world.put({{1, {minute(60 * i), usual(i)}}}, minute(60 * i));
  constexpr int kEnd = 40 * 60 + kWarm;
  for (int i = 20 * 60; i < kEnd; ++i)
    world.put({{1, {minute(i), usual(i)}}}, minute(i));
  world.put({{1, {minute(kEnd), 900.0}}}, minute(kEnd));
  world.put({{1, {minute(kEnd + 1), 100.0}}}, minute(kEnd + 1));
  ASSERT_GE(world.found.size(), 1U);
  EXPECT_EQ(world.found.back().period, minutes(1));
}

TEST(AlwaysOnTier, a_counter_is_watched_by_its_rate_across_resets_and_gaps) {
  World world;
  world.key.name = "requests_total";
  double total = 0;
  for (int i = 0; i < kWarm + 300; ++i) {
    total += 60 * usual(i);
    if (i == 150) total = 60 * usual(i);  // began again
    if (i >= 200 && i < 220) continue;    // the next value spans the gap
    world.put({{1, {minute(i), total}}}, minute(i));
  }
  EXPECT_TRUE(world.found.empty());
  total += 60 * 900;
  world.put({{1, {minute(kWarm + 300), total}}}, minute(kWarm + 300));
  world.put({{1, {minute(kWarm + 301), total}}}, minute(kWarm + 301));
  ASSERT_EQ(world.found.size(), 1U);
  EXPECT_DOUBLE_EQ(world.found[0].finding.value, 900);
}

/// What is found when a series that rests at `from` goes to `to` for good.
std::vector<AlwaysOnTier::Found> shifted(const std::function<double(int)>& from,
                                         const std::function<double(int)>& to) {
  World world;
  for (int i = 0; i < kWarm + 300; ++i) {
    world.put(i, i < kWarm ? from(i) : to(i));
    if (i != kWarm + 2) continue;  // in the middle of it
    const std::string bytes = world.saved();
    ByteSource in(bytes);
    EXPECT_TRUE(world.tier.restore(in));
  }
  return world.found;
}

TEST(AlwaysOnTier, a_constant_that_stays_elsewhere_is_a_spike_and_then_a_level_shift) {
  for (const double to : {6.0, 105.0}) {
    const auto found = shifted([](int) { return 5; }, [to](int) { return to; });
    ASSERT_EQ(found.size(), 2U) << to;
    EXPECT_EQ(found[0].at, minute(kWarm));
    EXPECT_EQ(found[0].finding.kind, FindingKind::spike);
    EXPECT_EQ(found[1].at, minute(kWarm + 4));
    EXPECT_EQ(found[1].finding.kind, FindingKind::level_shift);
    EXPECT_EQ(found[1].finding.began, minute(kWarm));
    EXPECT_GT(found[1].finding.confidence, 0);
    EXPECT_LE(found[1].finding.confidence, 1);
  }
}

TEST(AlwaysOnTier, two_values_in_turn_that_become_two_others_are_a_level_shift) {
  const auto either = [](int i) { return static_cast<double>((i * 7919 / 13) % 2); };
  const auto found =
      shifted([&](int i) { return 5 + either(i); }, [&](int i) { return 8 + either(i); });
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.back().finding.kind, FindingKind::level_shift);
  EXPECT_EQ(found.back().finding.began, minute(kWarm));
  EXPECT_LE(found.size(), 2U);
}

TEST(AlwaysOnTier, goes_on_from_the_state_of_the_version_before) {
  World world;
  world.put_usual(0, 50);
  const std::string bytes = world.saved();
  const std::size_t more = sizeof(learn::StepWatch) + sizeof(learn::MissRate);
  std::string before = bytes.substr(0, bytes.size() - more);
  before[0] = 1;
  ByteSource in(before);
  ASSERT_TRUE(world.tier.restore(in));
  EXPECT_TRUE(in.empty());
  EXPECT_EQ(world.saved().substr(0, before.size()), "\x02" + before.substr(1));
}

TEST(AlwaysOnTier, switched_off_it_keeps_nothing) {
  World world({false, 100});
  for (int i = 0; i < 50; ++i)
    world.put(i, usual(i));
  EXPECT_EQ(world.tier.counts().series, 0U);
  EXPECT_TRUE(world.saved().empty());
}

}  // namespace
}  // namespace tidemark::judge
