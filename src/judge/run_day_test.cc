// Jobs that run once a day by the clocks of a zone, whose UTC days the models are of.
#include <cmath>
#include <ostream>

#include <gtest/gtest.h>

#include "base/zone.h"
#include "judge/findings.h"
#include "judge/why.h"
#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kDay = hours(24);
constexpr std::int64_t kDaySeconds = 86'400;

/// A job and the clocks that it runs by.
struct Job {
  const char* zone;
  int minute;  ///< of the local day
};
void PrintTo(const Job& job, std::ostream* out) {
  *out << job.zone << " " << job.minute / 60 << ":" << job.minute % 60;
}

class RunDayTest : public JudgeTest {
 protected:
  static int day_of(const char* date) {
    return static_cast<int>(parse_rfc3339(std::string(date) + "T00:00:00Z")->s() / kDaySeconds);
  }
  static Timestamp run_of(const Job& job, int day) {
    const std::int64_t local =
        std::int64_t{day} * kDaySeconds + job.minute * 60 + day * 7 % 11 * 13;
    return Zone(job.zone).at_local(local);
  }
  /// By the weekday of its own zone; never the same twice in a row.
  static double value_of(int day) { return 100 + 40 * weekday_of(day) + day * day % 7; }
  static int weekday_of(int day) { return to_civil(Timestamp::from_s(day * kDaySeconds)).weekday; }
  static Timestamp period_of(const Job& job, int day) { return run_of(job, day).floor_to(kDay); }

  void begin(const Job& job, int day) {
    TearDown();
    files_ = std::make_unique<testing::FaultyFiles>();
    clock_.set(run_of(job, day) - kDay);
    SetUp();
  }
  void run(const Job& job, int day) {
    pass_to(run_of(job, day));
    put_at(run_of(job, day), value_of(day));
  }
  void run(const Job& job, int from, int to) {
    for (int day = from; day < to; ++day)
      run(job, day);
  }
  void watch(const std::string& zone) {
    DetectorChoices choices;
    choices.timezone = zone;
    const auto kept = judge_->put(target(), choices, {kDay});
    ASSERT_TRUE(kept) << kept.error().what;
    ASSERT_TRUE(judge_->settle());
  }
  FindingBook::Deps deps() { return {*judge_, *store_, *control_, clock_}; }
  std::vector<FindingView> found() {
    FindingQuery query;
    query.limit = 1000;
    auto out = FindingBook(deps()).list(query);
    EXPECT_TRUE(out) << out.error().what;
    return out ? *out : std::vector<FindingView>();
  }
  std::string found_text() {
    std::string out;
    for (const FindingView& view : found()) {
      out += std::string(to_text(view.finding.kind)) + " " + format_rfc3339(view.ref.at) + " " +
             std::to_string(view.finding.value) + "\n";
    }
    return out;
  }
  std::vector<BandPoint> all_bands(Timestamp from, Timestamp to) {
    auto out = judge_->bands(identity(kDay), from, to);
    EXPECT_TRUE(out) << out.error().what;
    return out ? out->points : std::vector<BandPoint>();
  }
  /// Of the period that holds the run of that day.
  double expected_of(const Job& job, int day) {
    const auto bands = all_bands(period_of(job, day), period_of(job, day) + kDay);
    EXPECT_EQ(bands.size(), 1U) << format_rfc3339(period_of(job, day));
    return bands.empty() ? std::nan("") : bands.front().band.expected;
  }
  /// Is what was foreseen for these days what their weekdays have?
  void expect_weekdays(const Job& job, int from, int to) {
    for (int day = from; day < to; ++day) {
      if (period_of(job, day) == period_of(job, day - 1)) continue;
      EXPECT_NEAR(expected_of(job, day), 100 + 40 * weekday_of(day) + 3, 18)
          << "run of " << format_rfc3339(Timestamp::from_s(day * kDaySeconds));
    }
  }
};

class RunDayOfTest : public RunDayTest, public ::testing::WithParamInterface<Job> {};

// Nine weeks of history, then a year that passes live: every run is there and as its weekday.
TEST_P(RunDayOfTest, a_year_with_both_changes_is_quiet_and_its_weekdays_are_those_of_the_zone) {
  const Job job = GetParam();
  const int first = day_of("2013-06-03");
  const int watched = first + 63;
  begin(job, first);
  run(job, first, watched);
  watch(job.zone);
  const int end = day_of("2014-06-01");
  run(job, watched, end);
  pass_to(run_of(job, end) + minutes(10));
  EXPECT_EQ(found_text(), "");
  expect_weekdays(job, watched, end);
}

TEST_P(RunDayOfTest, a_day_of_a_calendar_is_shown_as_the_period_of_its_run) {
  const Job job = GetParam();
  const int first = day_of("2013-09-20");
  const int end = day_of("2013-11-20");
  begin(job, first);
  run(job, first, end);
  watch(job.zone);
  restart();
  DetectorSpec spec = judge_->find(target())->spec;
  const Timestamp from = Timestamp::from_s(day_of("2013-09-01") * kDaySeconds);
  for (int day = first; day < end; ++day) {
    if (period_of(job, day) == period_of(job, day - 1)) continue;
    const std::string date = format_rfc3339(Timestamp::from_s(day * kDaySeconds)).substr(0, 10);
    spec.choices.own.calendars = {{{"closed", {date}}, true, false}};
    const auto shown = judge_->calendar_ranges(spec, kDay, from, from + kDay * 120);
    // Where the clocks changed, a day without a run stands for that of the next.
    ASSERT_FALSE(shown.empty()) << date;
    EXPECT_EQ(shown.back().to, period_of(job, day) + kDay) << date;
    EXPECT_LE(shown.back().to - shown.back().from, kDay * 2) << date;
    EXPECT_EQ(shown.size(), 1U) << date;
  }
}

TEST_P(RunDayOfTest, a_run_that_is_missing_on_the_day_after_a_change_is_a_silence) {
  const Job job = GetParam();
  const bool south = std::string_view(job.zone) == "Australia/Sydney";
  const bool america = std::string_view(job.zone) == "America/New_York";
  const int backward = day_of(south ? "2014-04-06" : america ? "2013-11-03" : "2013-10-27");
  const int forward = day_of(south ? "2013-10-06" : america ? "2014-03-09" : "2014-03-30");
  for (const int change : {backward, forward}) {
    SCOPED_TRACE(change == backward ? "backward" : "forward");
    const int first = change - 90;
    begin(job, first);
    run(job, first, change - 30);
    watch(job.zone);
    run(job, change - 30, change + 1);
    pass_to(run_of(job, change + 1) - minutes(1));
    EXPECT_EQ(found_text(), "");
    pass_to(run_of(job, change + 1) + hours(3));
    const auto all = found();
    ASSERT_EQ(all.size(), 1U) << found_text();
    EXPECT_EQ(all[0].finding.kind, FindingKind::silence);
    EXPECT_FALSE(all[0].retracted);
    // A UTC day that has the run of the change in it already cannot be called empty: the next is.
    const bool shared = period_of(job, change + 1) == period_of(job, change);
    EXPECT_EQ(all[0].ref.at, period_of(job, change + 1) + (shared ? kDay : Duration(0)));
    const auto why = explain(deps(), to_id(all[0].ref));
    ASSERT_TRUE(why) << why.error().what;
    EXPECT_TRUE(why->reproduced) << why->difference;
  }
}

TEST_F(RunDayTest, why_speaks_of_the_day_of_the_run_and_compares_with_its_weekday) {
  const Job job{"Europe/Berlin", 90};
  const int wednesday = day_of("2013-10-30");
  begin(job, wednesday - 63);
  run(job, wednesday - 63, wednesday - 7);
  watch(job.zone);
  run(job, wednesday - 7, wednesday);
  pass_to(run_of(job, wednesday));
  put_at(run_of(job, wednesday), 9000);
  const auto all = found();
  ASSERT_EQ(all.size(), 1U) << found_text();
  const auto why = explain(deps(), to_id(all[0].ref));
  ASSERT_TRUE(why) << why.error().what;
  EXPECT_NE(why->sentence.find("9,000 on 30 Oct 2013; "), std::string::npos) << why->sentence;
  EXPECT_NE(why->sentence.find("are usual for a Wednesday."), std::string::npos) << why->sentence;
  ASSERT_EQ(why->same_slot.size(), 8U);
  // In summer the run of a Wednesday is in the UTC day before.
  EXPECT_EQ(why->same_slot[0].at, Timestamp::from_s(day_of("2013-10-22") * kDaySeconds));
  for (int back = 1; back <= 8; ++back)
    EXPECT_EQ(why->same_slot[back - 1].value, value_of(wednesday - 7 * back));
  EXPECT_TRUE(why->reproduced) << why->difference;
}

TEST_F(RunDayTest,
       restarts_around_a_change_leave_the_bands_as_they_are_and_a_rebuild_the_time_of_day) {
  const Job job{"Europe/Berlin", 90};
  const int change = day_of("2013-10-27");
  std::vector<BandPoint> expected;
  for (const bool with_restarts : {false, true}) {
    begin(job, change - 60);
    run(job, change - 60, change - 12);
    watch(job.zone);
    for (int day = change - 12; day < change + 9; ++day) {
      run(job, day);
      if (!with_restarts) continue;
      if (day % 3 == 0) {
        ASSERT_TRUE(store_->flush());
      }
      restart();
    }
    EXPECT_EQ(found_text(), "");
    const auto bands = all_bands(run_of(job, change - 40), run_of(job, change + 9));
    ASSERT_GT(bands.size(), 40U);
    if (!with_restarts) {
      expected = bands;
      continue;
    }
    ASSERT_EQ(bands.size(), expected.size());
    for (std::size_t i = 0; i < bands.size(); ++i)
      EXPECT_EQ(bands[i].band, expected[i].band) << format_rfc3339(bands[i].start);
  }
  const Timestamp first = run_of(job, change - 60);
  ASSERT_TRUE(judge_->mark(
      judge_->find(target())->spec.id, "", Mark{first, first + kDay, Mark::Effect::learn, "", 0}));
  ASSERT_TRUE(judge_->settle());
  pass_to(run_of(job, change + 9) + minutes(20));
  EXPECT_EQ(found_text(), "");
  pass_to(run_of(job, change + 9) + minutes(40));
  EXPECT_EQ(found().size(), 1U) << found_text();
}

INSTANTIATE_TEST_SUITE_P(Jobs,
                         RunDayOfTest,
                         ::testing::Values(Job{"Europe/Berlin", 90},
                                           Job{"Europe/Berlin", 360},
                                           Job{"Europe/Berlin", 23 * 60 + 45},
                                           Job{"America/New_York", 90},
                                           Job{"America/New_York", 360},
                                           Job{"America/New_York", 23 * 60 + 45},
                                           Job{"America/New_York", 19 * 60 + 30},
                                           Job{"Australia/Sydney", 90},
                                           Job{"Australia/Sydney", 360},
                                           Job{"Australia/Sydney", 23 * 60 + 45},
                                           Job{"Australia/Sydney", 10 * 60 + 30}));

}  // namespace
}  // namespace tidemark::judge
