// Where a sample count is usual, a period waits for it until its end and grace.
#include <gtest/gtest.h>

#include "query/period_close.h"

namespace tidemark::query {
namespace {

using std::chrono::minutes;

Timestamp at(std::int64_t second) {
  return Timestamp::from_s(second);
}
Sample sample(std::int64_t second) {
  return {at(second), Cell::of(1)};
}
Fed feed(PeriodCloser* closer, std::vector<Sample> samples, std::int64_t received) {
  return closer->feed(samples, at(received));
}

/// Ten minutes of two senders are closed.
PeriodCloser closer_of_two_senders() {
  PeriodCloser out(minutes(1));
  for (int minute = 0; minute < 10; ++minute)
    feed(&out, {sample(minute * 60), sample(minute * 60 + 30)}, minute * 60 + 31);
  return out;
}

/// Two senders, of which the second reports each minute's value three seconds after its end.
TEST(PeriodCloser, waits_for_the_second_sender_where_two_samples_are_usual) {
  PeriodCloser closer = closer_of_two_senders();
  for (int minute = 10; minute < 30; ++minute) {
    EXPECT_TRUE(feed(&closer, {sample(minute * 60)}, minute * 60).closed.empty()) << minute;
    if (minute == 10) continue;
    const Fed fed = feed(&closer, {sample(minute * 60 - 5)}, minute * 60 + 3);
    EXPECT_TRUE(fed.late.empty());
    ASSERT_EQ(fed.closed.size(), 1U) << minute;
    EXPECT_EQ(fed.closed[0].reason, CloseReason::count_reached);
    EXPECT_EQ(fed.closed[0].cell.count(), 2);
  }
}

TEST(PeriodCloser, closes_with_the_grace_what_has_lost_a_sample) {
  PeriodCloser closer = closer_of_two_senders();
  feed(&closer, {sample(600)}, 600);
  // The next one is complete within the grace; it does not overtake.
  EXPECT_TRUE(feed(&closer, {sample(660), sample(661)}, 661).closed.empty());
  EXPECT_EQ(closer.closed_before(), at(600));
  EXPECT_EQ(closer.next_due(), at(666));
  const auto closed = closer.advance(at(666));
  ASSERT_EQ(closed.size(), 2U);
  EXPECT_EQ(closed[0].reason, CloseReason::grace_over);
  EXPECT_EQ(closed[1].reason, CloseReason::count_reached);
}

TEST(PeriodCloser, an_empty_period_gets_its_samples_until_the_grace_where_a_count_is_usual) {
  PeriodCloser closer(minutes(1));
  for (int minute = 0; minute < 10; ++minute)
    feed(&closer, {sample(minute * 60)}, minute * 60);
  EXPECT_TRUE(feed(&closer, {sample(660)}, 660).closed.empty());
  EXPECT_EQ(closer.closed_before(), at(600));
  EXPECT_EQ(closer.next_due(), at(666));
  PeriodCloser lost = closer;
  const Fed fed = feed(&closer, {sample(659)}, 662);
  EXPECT_TRUE(fed.late.empty());
  EXPECT_EQ(fed.closed.size(), 2U);
  EXPECT_EQ(lost.advance(at(666)).size(), 1U);
  EXPECT_EQ(lost.closed_before(), at(720));
  EXPECT_EQ(feed(&lost, {sample(659)}, 667).late.size(), 1U);
}

TEST(PeriodCloser, a_backlog_that_lacks_samples_does_not_pile_up) {
  PeriodCloser closer(minutes(1));
  std::vector<Sample> backlog;
  for (int minute = 0; minute < 2000; ++minute) {
    backlog.push_back(sample(minute * 60));
    if (minute % 10 != 9) backlog.push_back(sample(minute * 60 + 30));
  }
  const Fed fed = feed(&closer, backlog, 1'000'000);
  EXPECT_EQ(fed.dropped, 0U);
  EXPECT_EQ(fed.closed.size(), 1999U);
  EXPECT_EQ(closer.next_due(), at(1'000'006));
}

}  // namespace
}  // namespace tidemark::query
