#include "alarm/mute_schedule.h"

#include <gtest/gtest.h>

namespace tidemark::alarm {
namespace {

Timestamp at(std::string_view text) {
  return *parse_rfc3339(text);
}

MuteSchedule made(std::string_view expression,
                  std::string_view duration,
                  const std::string& zone = "") {
  auto out = MuteSchedule::make(expression, duration, zone);
  EXPECT_TRUE(out) << out.error().what;
  return *std::move(out);
}

std::string until(MuteSchedule& schedule, std::string_view when) {
  const auto end = schedule.muted_until(at(when));
  return end ? format_rfc3339(*end) : "-";
}

TEST(MuteSchedule, OnceInLocalTime) {
  auto schedule = made("at(2026-12-23T00:00)", "P7D", "America/New_York");
  EXPECT_FALSE(schedule.recurs());
  EXPECT_EQ(until(schedule, "2026-12-23T04:59:59Z"), "-");
  EXPECT_EQ(until(schedule, "2026-12-23T05:00:00Z"), "2026-12-30T05:00:00Z");
  EXPECT_EQ(until(schedule, "2026-12-30T04:59:59Z"), "2026-12-30T05:00:00Z");
  EXPECT_EQ(until(schedule, "2026-12-30T05:00:00Z"), "-");
  EXPECT_EQ(schedule.next_begin(at("2026-12-01T00:00:00Z")), at("2026-12-23T05:00:00Z"));
  EXPECT_EQ(schedule.next_begin(at("2026-12-23T05:00:00Z")), std::nullopt);
}

TEST(MuteSchedule, WeekendFromFridayEvening) {
  auto schedule = made("cron(0 18 * * FRI)", "P2DT12H");
  EXPECT_TRUE(schedule.recurs());
  EXPECT_EQ(until(schedule, "2026-11-27T17:59:00Z"), "-");
  EXPECT_EQ(until(schedule, "2026-11-29T06:00:00Z"), "2026-11-30T06:00:00Z");
  EXPECT_EQ(until(schedule, "2026-11-30T06:00:00Z"), "-");
  EXPECT_EQ(schedule.next_begin(at("2026-11-29T06:00:00Z")), at("2026-12-04T18:00:00Z"));
}

TEST(MuteSchedule, FieldsOfCron) {
  auto schedule = made("cron(0,30 8-9/1 1 jan,DEC *)", "PT10M");
  EXPECT_EQ(until(schedule, "2026-12-01T09:35:00Z"), "2026-12-01T09:40:00Z");
  EXPECT_EQ(until(schedule, "2026-12-01T10:05:00Z"), "-");
  EXPECT_EQ(until(schedule, "2026-11-01T09:35:00Z"), "-");
  EXPECT_EQ(schedule.next_begin(at("2026-12-01T09:30:00Z")), at("2027-01-01T08:00:00Z"));
  auto steps = made("cron(5/20 * * * *)", "PT1M");
  EXPECT_EQ(until(steps, "2026-11-29T07:45:30Z"), "2026-11-29T07:46:00Z");
  EXPECT_EQ(until(steps, "2026-11-29T07:06:00Z"), "-");
}

TEST(MuteSchedule, BothDayFieldsMeanEither) {
  auto schedule = made("cron(0 0 13 * FRI)", "PT1H");
  EXPECT_NE(until(schedule, "2026-11-13T00:30:00Z"), "-");  // a Friday, the 13th
  EXPECT_NE(until(schedule, "2026-11-27T00:30:00Z"), "-");  // a Friday
  EXPECT_NE(until(schedule, "2026-12-13T00:30:00Z"), "-");  // a Sunday, the 13th
  EXPECT_EQ(until(schedule, "2026-11-28T00:30:00Z"), "-");
  auto sunday = made("cron(0 0 * * 7)", "PT1H");
  EXPECT_NE(until(sunday, "2026-11-29T00:30:00Z"), "-");
}

TEST(MuteSchedule, WindowsThatMeetAreOne) {
  auto daily = made("cron(0 0 * * MON-FRI)", "P1D");
  EXPECT_EQ(until(daily, "2026-11-24T12:00:00Z"), "2026-11-28T00:00:00Z");
  // For ever, followed for a hundred windows.
  auto longer = made("cron(0 */6 * * *)", "PT7H");
  EXPECT_EQ(until(longer, "2026-11-24T12:30:00Z"), "2026-12-19T19:00:00Z");
  auto always = made("cron(* * * * *)", "PT1M");
  EXPECT_EQ(until(always, "2026-11-24T12:00:00Z"), "2026-11-24T13:41:00Z");
}

TEST(MuteSchedule, ClocksThatLeap) {
  // 02:30 does not exist on 29 March and comes twice on 25 October.
  auto schedule = made("cron(30 2 * * *)", "PT1H", "Europe/Berlin");
  EXPECT_EQ(schedule.next_begin(at("2026-03-28T12:00:00Z")), at("2026-03-29T01:00:00Z"));
  EXPECT_EQ(until(schedule, "2026-03-29T01:10:00Z"), "2026-03-29T02:00:00Z");
  EXPECT_EQ(schedule.next_begin(at("2026-10-24T12:00:00Z")), at("2026-10-25T00:30:00Z"));
  EXPECT_EQ(schedule.next_begin(at("2026-10-25T00:30:00Z")), at("2026-10-26T01:30:00Z"));
}

TEST(MuteSchedule, LeapDayIsFoundAndNoDayIsNot) {
  auto leap = made("cron(0 0 29 2 *)", "PT1H");
  EXPECT_EQ(leap.next_begin(at("2026-11-29T00:00:00Z")), at("2028-02-29T00:00:00Z"));
  auto never = made("cron(0 0 31 2 *)", "PT1H");
  EXPECT_EQ(never.next_begin(at("2026-11-29T00:00:00Z")), std::nullopt);
}

TEST(MuteSchedule, RefusesWithTheFaultyPart) {
  const auto what =
      [](std::string_view expression, std::string_view duration, const std::string& zone = "") {
        const auto out = MuteSchedule::make(expression, duration, zone);
        return out ? std::string("taken") : out.error().what;
      };
  EXPECT_NE(what("rate(1 day)", "PT1H").find("Expression 'rate(1 day)'"), std::string::npos);
  EXPECT_NE(what("cron(0 2 * *)", "PT1H").find("five fields"), std::string::npos);
  EXPECT_NE(what("cron(60 2 * * *)", "PT1H").find("'60' is no minutes"), std::string::npos);
  EXPECT_NE(what("cron(0 2 * * SOMEDAY)", "PT1H").find("day-of-week"), std::string::npos);
  EXPECT_NE(what("cron(0 2 0 * *)", "PT1H").find("day-of-month"), std::string::npos);
  EXPECT_NE(what("cron(*/0 2 * * *)", "PT1H").find("minutes"), std::string::npos);
  EXPECT_NE(what("cron(9-3 2 * * *)", "PT1H").find("minutes"), std::string::npos);
  EXPECT_NE(what("at(2026-02-30T00:00)", "PT1H").find("2026-02-30T00:00"), std::string::npos);
  EXPECT_NE(what("at(2026-02-20)", "PT1H").find("yyyy-MM-ddThh:mm"), std::string::npos);
  for (const char* duration : {"",
                               "P",
                               "PT",
                               "PT0M",
                               "PT30S",
                               "P15DT1M",
                               "P1W",
                               "1H",
                               "PT1M1H",
                               "P1DT",
                               "PT99999999H",
                               "P155555D",
                               "P999999D",
                               "PT999999H",
                               "P15DT999999M"}) {
    EXPECT_NE(what("cron(0 2 * * *)", duration).find("Duration"), std::string::npos) << duration;
  }
  EXPECT_NE(what("cron(0 2 * * *)", "PT1H", "Mars/Base").find("Mars/Base"), std::string::npos);
}

}  // namespace
}  // namespace tidemark::alarm
