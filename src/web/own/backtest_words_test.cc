#include "web/own/backtest_words.h"

#include <gtest/gtest.h>

namespace tidemark::web::own {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Timestamp kFrom = Timestamp::from_s(1'704'067'200);

alarm::BacktestRequest request_over(Duration span) {
  alarm::BacktestRequest out;
  out.from = kFrom;
  out.to = kFrom + span;
  return out;
}

alarm::Backtest fired(std::size_t count, Duration in_alarm) {
  alarm::Backtest out;
  out.firings = count;
  out.in_alarm = in_alarm;
  out.past = alarm::PastData::enough;
  out.judged_from = kFrom;
  return out;
}

TEST(BacktestWords, say_spans_in_the_largest_unit_that_fits) {
  EXPECT_EQ(span_text(hours(24 * 28)), "28 days");
  EXPECT_EQ(span_text(hours(24)), "1 day");
  EXPECT_EQ(span_text(hours(36)), "36 hours");
  EXPECT_EQ(span_text(hours(100)), "4 days");
  EXPECT_EQ(span_text(minutes(41)), "41 minutes");
  EXPECT_EQ(span_text(seconds(90)), "90 seconds");
  EXPECT_EQ(span_text(seconds(0)), "0 seconds");
}

TEST(BacktestWords, say_how_often_and_how_long) {
  const auto request = request_over(hours(24 * 28));
  EXPECT_EQ(backtest_sentence(request, fired(3, minutes(41))),
            "Would have fired 3 times in 28 days (about 0.8 a week), 41 minutes in alarm.");
  EXPECT_EQ(backtest_sentence(request, fired(1, hours(1))),
            "Would have fired once in 28 days (about 0.2 a week), 1 hour in alarm.");
  EXPECT_EQ(backtest_sentence(request, fired(0, hours(0))), "Would not have fired in 28 days.");
  // A rate of a week, from less than one, would be a guess.
  EXPECT_EQ(backtest_sentence(request_over(hours(12)), fired(2, minutes(5))),
            "Would have fired twice in 12 hours, 5 minutes in alarm.");
}

TEST(BacktestWords, say_nothing_to_judge_yet_of_a_period_that_is_open) {
  const auto request = request_over(hours(24 * 28));
  alarm::Backtest past;
  past.past = alarm::PastData::open;
  EXPECT_EQ(backtest_sentence(request, past), "Nothing to judge yet in 28 days.");
  EXPECT_EQ(past_words(request, past),
            "All data of this time are of a period that is not over yet.");
  // Missing data that count as bad have fired before.
  past.firings = 1;
  past.in_alarm = hours(24 * 28);
  EXPECT_EQ(backtest_sentence(request, past),
            "Would have fired once in 28 days, 28 days in alarm.");
}

TEST(BacktestWords, say_too_little_history_and_no_zero) {
  const auto request = request_over(hours(24 * 28));
  alarm::Backtest past;
  EXPECT_EQ(backtest_sentence(request, past), "Too little history in 28 days.");
  EXPECT_EQ(past_words(request, past), "The metric has no data in this time.");
  EXPECT_EQ(per_week(request, past), std::nullopt);
  past.past = alarm::PastData::learning;
  past.periods_with_data = 1;
  EXPECT_EQ(backtest_sentence(request, past), "Too little history in 28 days.");
  EXPECT_EQ(past_words(request, past),
            "The metric has data in 1 period, but its usual range was still being learned: there "
            "was nothing to compare with.");
  // Missing data that count as bad fire without any.
  past = fired(1, hours(24 * 28));
  past.past = alarm::PastData::none;
  past.judged_from.reset();
  EXPECT_EQ(backtest_sentence(request, past),
            "Would have fired once in 28 days, 28 days in alarm.");
  EXPECT_EQ(past_words(request, past), "The metric has no data in this time.");
  past = fired(1, hours(1));
  past.past = alarm::PastData::some;
  past.judged_from = kFrom + hours(24 * 19);
  EXPECT_EQ(past_words(request, past), "Only the last 9 days of 28 days could be judged.");
  EXPECT_EQ(past_words(request, fired(1, hours(1))), "");
}

TEST(BacktestWords, say_which_width_keeps_within_a_budget) {
  auto request = request_over(hours(24 * 28));
  alarm::Backtest past = fired(9, hours(1));
  EXPECT_EQ(width_words(request, past), "");
  request.alarms_per_week = 1;
  past.width = alarm::WidthAdvice{2.3, 4, {{2.3, 4, hours(1)}, {10, 0, hours(0)}}};
  EXPECT_EQ(width_words(request, past),
            "k = 2.3 is the narrowest band that keeps within 1 a week (at most 4 here): it would "
            "have fired 4 times.");
  past.width->k = 10;
  EXPECT_EQ(width_words(request, past),
            "k = 10 is the narrowest band that keeps within 1 a week (at most 4 here): it would "
            "not have fired.");
  past.width->k.reset();
  EXPECT_EQ(width_words(request, past),
            "No width up to k = 10 keeps within 1 a week (at most 4 here).");
  past.judged_from = request.to - hours(48);
  EXPECT_EQ(width_words(request, past),
            "Too little history for a weekly number: at least six days must have been judged.");
}

}  // namespace
}  // namespace tidemark::web::own
