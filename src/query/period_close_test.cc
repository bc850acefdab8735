#include "query/period_close.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace tidemark::query {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kDay = hours(24);
Timestamp at(std::int64_t second) {
  return Timestamp::from_s(second);
}
PeriodCell cell_at(std::int64_t second, double count) {
  return {at(second), Cell::of(1, count), 1};
}

/// Periods of a minute, from second 0 on, with these sample counts; 0: no samples.
std::vector<PeriodCell> minutes_with(const std::vector<double>& counts) {
  std::vector<PeriodCell> out;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) out.push_back(cell_at(static_cast<std::int64_t>(i) * 60, counts[i]));
  }
  return out;
}

TEST(GraceOf, is_a_tenth_between_a_second_and_a_minute) {
  EXPECT_EQ(grace_of(seconds(1)), seconds(1));
  EXPECT_EQ(grace_of(seconds(10)), seconds(1));
  EXPECT_EQ(grace_of(seconds(60)), seconds(6));
  EXPECT_EQ(grace_of(seconds(300)), seconds(30));
  EXPECT_EQ(grace_of(seconds(600)), seconds(60));
  EXPECT_EQ(grace_of(kDay), seconds(60));
}

TEST(UsualCount, is_what_eight_of_the_last_ten_share) {
  const auto usual = [](std::vector<double> counts) { return usual_count(counts); };
  EXPECT_EQ(usual({5, 5, 5, 5, 5, 5, 5, 5, 5, 5}), 5);
  EXPECT_EQ(usual({5, 5, 5, 5, 5, 5, 5, 5, 4, 6}), 5);
  EXPECT_EQ(usual({4, 5, 5, 5, 5, 5, 5, 5, 5, 6}), 5);
  EXPECT_EQ(usual({5, 5, 5, 5, 5, 5, 5, 4, 4, 6}), std::nullopt);
  EXPECT_EQ(usual({5, 5, 5, 5, 5, 5, 5, 5}), 5);
  EXPECT_EQ(usual({5, 5, 5, 5, 5, 5, 5}), std::nullopt);
  EXPECT_EQ(usual({}), std::nullopt);
  // Only the last ten count.
  EXPECT_EQ(usual({9, 9, 9, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}), 5);
}

struct CloseRow {
  const char* what;
  std::vector<double> counts;  ///< of the minutes from second 0 on
  std::int64_t start;
  std::int64_t now;
  std::optional<CloseReason> expected;
};

TEST(CloseReasonTable, holds) {
  const std::vector<double> usual(10, 5);
  auto reached = usual;
  reached.push_back(5);
  auto above = usual;
  above.push_back(7);
  auto below = usual;
  below.push_back(4);
  auto future = below;  // the minute after the next has a sample already
  future.push_back(0);
  future.push_back(1);
  auto followed = below;  // by the next minute, which is complete
  followed.push_back(5);
  auto lost = usual;
  lost.push_back(0);
  lost.push_back(5);
  auto unusual = usual;
  unusual[7] = unusual[8] = unusual[9] = 4;
  unusual.push_back(4);
  unusual.push_back(1);
  const CloseRow rows[] = {
      {"open: nothing says it is complete", {3}, 0, 59, std::nullopt},
      {"open within the grace", {3}, 0, 65, std::nullopt},
      {"end and grace over", {3}, 0, 66, CloseReason::grace_over},
      {"a later period has a sample", {3, 1}, 0, 60, CloseReason::later_sample},
      {"not by itself", {3, 1}, 60, 119, std::nullopt},
      {"an empty one, too, by a later sample", {3, 0, 1}, 60, 120, CloseReason::later_sample},
      {"an empty one by time", {3}, 60, 126, CloseReason::grace_over},
      {"an empty one is open before", {3}, 60, 125, std::nullopt},
      {"one that lies in the future", {3}, 60, 59, std::nullopt},
      {"usual count reached", reached, 600, 601, CloseReason::count_reached},
      {"usual count passed", above, 600, 601, CloseReason::count_reached},
      {"usual count not reached", below, 600, 659, std::nullopt},
      {"future sample closes nothing", future, 600, 659, std::nullopt},
      {"until its time has come", future, 600, 720, CloseReason::grace_over},
      {"a later sample, with a usual count not reached", followed, 600, 665, std::nullopt},
      {"closes it with the grace", followed, 600, 666, CloseReason::grace_over},
      {"the complete one behind it waits for it", followed, 660, 665, std::nullopt},
      {"and closes with it", followed, 660, 666, CloseReason::count_reached},
      {"an empty one with a usual count waits", lost, 600, 665, std::nullopt},
      {"with the complete one behind it", lost, 660, 665, std::nullopt},
      {"until end and grace", lost, 600, 666, CloseReason::grace_over},
      {"of both", lost, 660, 666, CloseReason::count_reached},
      {"counts that do not agree leave it to a later sample",
       unusual,
       600,
       660,
       CloseReason::later_sample},
  };
  for (const CloseRow& row : rows) {
    const auto cells = minutes_with(row.counts);
    EXPECT_EQ(close_reason(cells, at(row.start), minutes(1), at(row.now)), row.expected)
        << row.what;
  }
}

TEST(CloseReason, daily_single_point_is_judged_when_it_arrives) {
  std::vector<PeriodCell> cells;
  for (int day = 0; day <= 8; ++day)
    cells.push_back(cell_at(day * 86400, 1));
  // On the eighth day seven are known, which is too few; on the ninth eight.
  EXPECT_EQ(close_reason(std::span(cells).first(8), at(7 * 86400), kDay, at(7 * 86400 + 5)),
            std::nullopt);
  EXPECT_EQ(close_reason(cells, at(8 * 86400), kDay, at(8 * 86400 + 5)),
            CloseReason::count_reached);
}

TEST(CloseReason, usual_count_skips_periods_without_samples) {
  std::vector<PeriodCell> cells;  // weekdays only: two days a week are empty
  for (int day = 0; day < 15; ++day) {
    if (day % 7 < 5) cells.push_back(cell_at(day * 86400, 1));
  }
  ASSERT_EQ(cells.back().start, at(14 * 86400));
  // The Sunday before may still get its point within its grace.
  EXPECT_EQ(close_reason(cells, at(14 * 86400), kDay, at(14 * 86400 + 59)), std::nullopt);
  EXPECT_EQ(close_reason(cells, at(14 * 86400), kDay, at(14 * 86400 + 60)),
            CloseReason::count_reached);
}

TEST(OpenPeriod, breaches_only_by_what_later_data_cannot_undo) {
  struct Row {
    const char* statistic;
    bool above, below, sum_may_fall_above;
  };
  for (const Row& row : {Row{"Maximum", true, false, true},
                         Row{"SampleCount", true, false, true},
                         Row{"Minimum", false, true, false},
                         Row{"Sum", true, false, false},
                         Row{"Average", false, false, false},
                         Row{"p99", false, false, false},
                         Row{"tc90", false, false, false},
                         Row{"IQM", false, false, false}}) {
    const Statistic statistic = *parse_statistic(row.statistic);
    EXPECT_EQ(open_period_can_breach(statistic, Direction::above, true), row.above)
        << row.statistic;
    EXPECT_EQ(open_period_can_breach(statistic, Direction::below, true), row.below)
        << row.statistic;
    EXPECT_EQ(open_period_can_breach(statistic, Direction::above, false), row.sum_may_fall_above)
        << row.statistic;
  }
}

// PeriodCloser ------------------------------------------------------------------------------------

Sample sample(std::int64_t second, double value = 1) {
  return {at(second), Cell::of(value)};
}
Fed feed(PeriodCloser* closer, std::vector<Sample> samples, std::int64_t received) {
  return closer->feed(samples, at(received));
}

TEST(PeriodCloser, gives_five_minute_sums_fed_each_minute_once_the_fifth_is_there) {
  PeriodCloser closer(minutes(5));
  std::vector<ClosedPeriod> closed;
  for (int minute = 0; minute < 60; ++minute) {
    const Fed fed = feed(&closer, {sample(minute * 60, minute)}, minute * 60 + 1);
    EXPECT_TRUE(fed.late.empty());
    for (const ClosedPeriod& period : fed.closed) {
      closed.push_back(period);
      const std::size_t number = closed.size();
      // Eight periods close by their follower; then the usual count of five is known. The eighth
      // closes at minute 40, the ninth with its own fifth sample at minute 44.
      EXPECT_EQ(minute,
                number <= 8 ? static_cast<int>(number) * 5 : static_cast<int>(number) * 5 - 1);
      EXPECT_EQ(period.reason,
                number <= 8 ? CloseReason::later_sample : CloseReason::count_reached);
    }
  }
  ASSERT_EQ(closed.size(), 12U);
  EXPECT_EQ(closed[11].cell.sum(), 55 + 56 + 57 + 58 + 59);
  EXPECT_EQ(closed[11].samples, 5U);
}

TEST(PeriodCloser, closes_by_time_after_the_grace_and_not_before) {
  PeriodCloser closer(minutes(1));
  feed(&closer, {sample(0)}, 1);
  EXPECT_EQ(closer.next_due(), at(66));
  EXPECT_TRUE(closer.advance(at(65)).empty());
  ASSERT_NE(closer.open_cell(at(0)), nullptr);
  const auto closed = closer.advance(at(66));
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].reason, CloseReason::grace_over);
  EXPECT_EQ(closer.next_due(), std::nullopt);
  EXPECT_EQ(closer.open_cell(at(0)), nullptr);
}

TEST(PeriodCloser, reports_late_samples_with_their_period) {
  PeriodCloser closer(minutes(1));
  feed(&closer, {sample(0)}, 1);
  EXPECT_EQ(feed(&closer, {sample(150)}, 150).closed.size(), 1U);
  const Fed fed = feed(&closer, {sample(30, 7), sample(70, 8), sample(50, 9), sample(155)}, 156);
  ASSERT_EQ(fed.late.size(), 2U);
  EXPECT_EQ(fed.late[0].start, at(0));
  EXPECT_EQ(fed.late[0].cell.sum(), 16);
  EXPECT_EQ(fed.late[1].start, at(60));  // closed without any sample
  EXPECT_TRUE(fed.closed.empty());
  EXPECT_EQ(closer.open_cell(at(120))->count(), 2);
}

TEST(PeriodCloser, late_samples_count_for_the_usual_count) {
  PeriodCloser closer(minutes(1));
  for (int minute = 0; minute < 10; ++minute) {
    feed(&closer, {sample(minute * 60), sample(minute * 60 + 1)}, minute * 60 + 2);
  }
  // Three samples a minute from now on: the third is late until three is what is usual.
  bool third_was_late = false;
  for (int minute = 10; minute < 30; ++minute) {
    feed(&closer, {sample(minute * 60), sample(minute * 60 + 1)}, minute * 60 + 2);
    third_was_late = !feed(&closer, {sample(minute * 60 + 2)}, minute * 60 + 3).late.empty();
  }
  EXPECT_FALSE(third_was_late);
}

TEST(PeriodCloser, future_samples_do_not_close_the_present) {
  PeriodCloser closer(minutes(1));
  feed(&closer, {sample(0), sample(3600), sample(600)}, 1);
  EXPECT_EQ(feed(&closer, {sample(20)}, 20).closed.size(), 0U);
  EXPECT_EQ(closer.open_cell(at(0))->count(), 2);
  EXPECT_EQ(closer.advance(at(66)).size(), 1U);
  EXPECT_TRUE(closer.advance(at(600)).empty());
  // The one of 600 s is present now; what comes before it is late.
  EXPECT_EQ(feed(&closer, {sample(300)}, 601).late.size(), 1U);
  const auto closed = closer.advance(at(3600));
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].start, at(600));
}

TEST(PeriodCloser, history_in_several_requests_is_not_cut_at_their_borders) {
  PeriodCloser closer(minutes(5));
  std::vector<ClosedPeriod> closed;
  for (int first = 0; first < 100; first += 7) {  // seven minutes a request, long ago
    std::vector<Sample> samples;
    for (int minute = first; minute < std::min(first + 7, 100); ++minute) {
      samples.push_back(sample(minute * 60, minute));
    }
    const Fed fed = feed(&closer, samples, 1'000'000 + first / 7);
    EXPECT_TRUE(fed.late.empty());
    closed.insert(closed.end(), fed.closed.begin(), fed.closed.end());
  }
  for (const ClosedPeriod& period : closer.advance(at(1'000'100)))
    closed.push_back(period);
  ASSERT_EQ(closed.size(), 20U);
  for (const ClosedPeriod& period : closed)
    EXPECT_EQ(period.cell.count(), 5);
}

TEST(PeriodCloser, holds_a_bounded_number_of_periods) {
  PeriodCloser closer(seconds(1));
  std::vector<Sample> samples;
  for (int i = 0; i < 1000; ++i)
    samples.push_back(sample(1000 - i));
  EXPECT_EQ(feed(&closer, samples, 0).dropped, 1000 - PeriodCloser::kMaxOpenPeriods);
  EXPECT_NE(closer.open_cell(at(1)), nullptr);  // the nearest are kept
  EXPECT_EQ(closer.open_cell(at(1000)), nullptr);
  std::vector<Sample> past;
  for (int i = 0; i < 100'000; ++i)
    past.push_back(sample(i));
  PeriodCloser other(seconds(1));
  const Fed fed = feed(&other, past, 1'000'000);
  EXPECT_EQ(fed.dropped, 0U);
  EXPECT_EQ(fed.closed.size(), 100'000U);  // the last one by its usual count
}

struct Step {
  std::vector<Sample> samples;
  std::int64_t received;
};

/// A stream with late, future, repeated and missing samples.
std::vector<Step> random_stream(Random& random, int steps) {
  std::vector<Step> out;
  std::int64_t now = 1000;
  for (int i = 0; i < steps; ++i) {
    now += static_cast<std::int64_t>(random.next() % 40);
    Step step{{}, now};
    for (std::uint64_t n = random.next() % 3; n > 0; --n) {
      const std::uint64_t kind = random.next() % 10;
      std::int64_t second = now;
      if (kind == 0) second -= static_cast<std::int64_t>(random.next() % 300);
      if (kind == 1) second += static_cast<std::int64_t>(random.next() % 300);
      step.samples.push_back(sample(second, static_cast<double>(random.next() % 9)));
    }
    out.push_back(std::move(step));
  }
  return out;
}

std::string bytes_of(const PeriodCloser& closer) {
  ByteSink sink;
  closer.save(sink);
  return std::move(sink).take();
}

std::string text_of(const Fed& fed) {
  ByteSink sink;
  for (const ClosedPeriod& period : fed.closed) {
    sink.i64(period.start.ns());
    sink.u8(static_cast<std::uint8_t>(period.reason));
    period.cell.save(sink);
  }
  for (const PeriodCell& period : fed.late) {
    sink.i64(-period.start.ns());
    period.cell.save(sink);
  }
  return std::move(sink).take();
}

TEST(PeriodCloser, restored_at_any_step_goes_on_as_if_uninterrupted) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto random = make_seeded_random(seed);
    PeriodCloser whole(minutes(1));
    PeriodCloser stopped(minutes(1));
    for (const Step& step : random_stream(*random, 200)) {
      const std::string bytes = bytes_of(stopped);
      stopped = PeriodCloser(minutes(1));
      ByteSource source(bytes);
      ASSERT_TRUE(stopped.restore(source).has_value()) << "seed " << seed;
      EXPECT_TRUE(source.empty());
      EXPECT_EQ(bytes_of(stopped), bytes) << "seed " << seed;
      ASSERT_EQ(text_of(feed(&stopped, step.samples, step.received)),
                text_of(feed(&whole, step.samples, step.received)))
          << "seed " << seed;
    }
  }
}

TEST(PeriodCloser, ticks_change_only_when_a_period_is_given_out) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto random = make_seeded_random(seed);
    PeriodCloser ticked(minutes(1));
    PeriodCloser quiet(minutes(1));
    std::vector<ClosedPeriod> with;
    std::vector<ClosedPeriod> without;
    std::int64_t now = 1000;
    const auto add = [](std::vector<ClosedPeriod>* out, const std::vector<ClosedPeriod>& more) {
      out->insert(out->end(), more.begin(), more.end());
    };
    for (const Step& step : random_stream(*random, 300)) {
      for (; now < step.received; now += 7)
        add(&with, ticked.advance(at(now)));
      const Fed a = feed(&ticked, step.samples, step.received);
      const Fed b = feed(&quiet, step.samples, step.received);
      EXPECT_EQ(a.late, b.late) << "seed " << seed;
      add(&with, a.closed);
      add(&without, b.closed);
      ASSERT_EQ(bytes_of(ticked), bytes_of(quiet)) << "seed " << seed;
    }
    ASSERT_EQ(with.size(), without.size());
    for (std::size_t i = 0; i < with.size(); ++i) {
      EXPECT_EQ(with[i].start, without[i].start);
      EXPECT_EQ(with[i].cell, without[i].cell);
      if (i > 0) {
        EXPECT_LT(with[i - 1].start, with[i].start);
      }
    }
  }
}

TEST(PeriodCloser, agrees_with_close_reason_while_samples_come_in_order) {
  PeriodCloser closer(minutes(1));
  std::vector<Sample> stored;
  const auto random = make_seeded_random(3);
  for (int i = 0; i < 400; ++i) {
    const std::int64_t now = i * 20 + 5;
    std::vector<Sample> fresh;
    if (random->next() % 12 != 0) fresh.push_back(sample(now));
    stored.insert(stored.end(), fresh.begin(), fresh.end());
    feed(&closer, fresh, now);
    const auto cells = fold_into_periods(stored, minutes(1));
    for (const PeriodCell& cell : cells) {
      const bool closed = closer.open_cell(cell.start) == nullptr;
      EXPECT_EQ(close_reason(cells, cell.start, minutes(1), at(now)).has_value(), closed)
          << "period " << cell.start.s() << " at " << now;
    }
  }
}

TEST(PeriodCloser, gives_periods_that_are_known_to_be_closed_at_once_and_once) {
  PeriodCloser closer(minutes(1));
  const auto cells = fold_into_periods(std::vector<Sample>{sample(0), sample(60)}, minutes(1));
  const Fed first = closer.feed_closed(cells);
  ASSERT_EQ(first.closed.size(), 2U);
  EXPECT_EQ(first.closed.back().start, at(60));
  EXPECT_EQ(closer.closed_before(), at(120));
  EXPECT_FALSE(closer.next_due());
  const Fed again = closer.feed_closed({cells.back()});
  EXPECT_TRUE(again.closed.empty());
  ASSERT_EQ(again.late.size(), 1U);
  EXPECT_EQ(again.late.front().start, at(60));
}

TEST(PeriodCloser, refuses_bytes_that_are_cut_or_of_another_period) {
  PeriodCloser closer(minutes(1));
  feed(&closer, {sample(0), sample(60), sample(70), sample(600)}, 61);
  const std::string bytes = bytes_of(closer);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ByteSource cut(std::string_view(bytes).substr(0, size));
    EXPECT_EQ(closer.restore(cut).error().code, Errc::corrupt) << size;
  }
  EXPECT_EQ(bytes_of(closer), bytes);  // a failed restore changes nothing
  PeriodCloser other(minutes(5));
  ByteSource source(bytes);
  EXPECT_FALSE(other.restore(source).has_value());
}

TEST(PeriodCloser, says_when_the_first_and_the_last_sample_were_also_after_a_restart) {
  PeriodCloser closer(minutes(1));
  const std::vector<Sample> early{sample(7)}, later{sample(50), sample(20)};
  closer.feed(early, at(7));
  ByteSink kept;
  closer.save(kept);
  PeriodCloser restored(minutes(1));
  ByteSource in(kept.view());
  ASSERT_TRUE(restored.restore(in));
  restored.feed(later, at(50));
  const auto closed = restored.advance(at(120));
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].first, at(7));
  EXPECT_EQ(closed[0].last, at(50));
}

}  // namespace
}  // namespace tidemark::query
