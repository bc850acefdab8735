#include "query/request_window.h"

#include <gtest/gtest.h>

namespace tidemark::query {
namespace {

struct Asked {
  const char* start;
  const char* end;
  std::int64_t period_s;
  const char* rounded_start;
  const char* rounded_end;
};

constexpr const char* kAskedAt = "2016-10-20T12:34:56Z";

TEST(RequestWindow, is_rounded_as_the_api_reference_says) {
  const Asked cases[] = {
      // Less than 15 days ago: the minute.
      {"2016-10-20T12:32:34Z", "2016-10-20T12:34:56Z", 60, "12:32:00", "12:34:00"},
      {"2016-10-05T12:34:57Z", "2016-10-20T00:00:00Z", 60, "12:34:00", "00:00:00"},
      // 15 to 63 days: 5 minutes, of the start alone.
      {"2016-10-05T12:34:56Z", "2016-10-20T12:34:56Z", 60, "12:30:00", "12:34:00"},
      {"2016-08-18T12:34:56Z", "2016-10-20T12:34:56Z", 3600, "12:30:00", "12:34:00"},
      // Beyond: the hour.
      {"2016-08-18T12:34:55Z", "2016-10-20T12:34:56Z", 60, "12:00:00", "12:34:00"},
      // A period below a minute, as in the reference's two examples, and of any age.
      {"2016-10-20T01:05:13Z", "2016-10-20T01:05:23Z", 10, "01:05:10", "01:05:20"},
      {"2016-10-20T15:02:17Z", "2016-10-20T15:07:17Z", 5, "15:02:15", "15:07:15"},
      {"2016-01-01T15:02:17Z", "2016-10-20T15:07:17Z", 1, "15:02:17", "15:07:17"},
      // As long as it was asked for.
      {"2016-10-19T12:34:56Z", "2016-10-20T12:34:56Z", 86400, "12:34:00", "12:34:00"},
      // A request within a minute, or within a period below one, is for that.
      {"2016-10-20T12:32:10Z", "2016-10-20T12:32:11Z", 60, "12:32:00", "12:33:00"},
      {"2016-10-20T12:32:10Z", "2016-10-20T12:33:01Z", 60, "12:32:00", "12:33:00"},
      {"2016-10-20T12:32:11Z", "2016-10-20T12:32:12Z", 10, "12:32:10", "12:32:20"},
      // Old, its start lies far from its end once it is rounded.
      {"2016-01-01T12:32:10Z", "2016-01-01T12:32:11Z", 60, "12:00:00", "12:33:00"},
      // In the future.
      {"2016-10-21T12:32:10Z", "2016-10-21T13:32:10Z", 60, "12:32:00", "13:32:00"},
  };
  for (const Asked& asked : cases) {
    const PeriodRange range{*parse_rfc3339(asked.start), *parse_rfc3339(asked.end)};
    const RequestWindow window{range, *parse_rfc3339(kAskedAt)};
    const PeriodRange rounded = window.at(std::chrono::seconds(asked.period_s));
    const std::string what = std::string(asked.start) + " " + asked.end;
    EXPECT_EQ(format_rfc3339(rounded.from).substr(11, 8), asked.rounded_start) << what;
    EXPECT_EQ(format_rfc3339(rounded.to).substr(11, 8), asked.rounded_end) << what;
    EXPECT_EQ(rounded.grid, PeriodGrid::range_start) << what;
    EXPECT_LT(rounded.from, rounded.to) << what;
  }
}

TEST(RequestWindow, without_a_time_of_asking_is_what_was_asked) {
  const PeriodRange range{Timestamp::from_s(7), Timestamp::from_s(1007)};
  const PeriodRange taken = RequestWindow{range, std::nullopt}.at(std::chrono::seconds(60));
  EXPECT_EQ(taken.from, range.from);
  EXPECT_EQ(taken.to, range.to);
  EXPECT_EQ(taken.grid, PeriodGrid::epoch);
}

TEST(RequestWindow, holds_at_the_ends_of_time) {
  for (const Timestamp asked_at : {Timestamp::min(), Timestamp(), Timestamp::max()}) {
    const PeriodRange all{Timestamp::min(), Timestamp::max()};
    const PeriodRange rounded = rounded_range(all, std::chrono::seconds(60), asked_at);
    EXPECT_EQ(rounded.from, Timestamp::min());
    EXPECT_GT(rounded.to, Timestamp::max() - std::chrono::minutes(1));
  }
}

}  // namespace
}  // namespace tidemark::query
