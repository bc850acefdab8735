#include "judge/run/silence.h"

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/zone.h"
#include "judge/findings.h"
#include "judge/why.h"
#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr int kEnd = 24 * 28;

class SilenceTest : public JudgeTest {
 protected:
  FindingBook book() { return FindingBook({*judge_, *store_, *control_, clock_}); }
  std::vector<FindingView> silences(bool with_replay = false) {
    FindingQuery query;
    query.with_replay = with_replay;
    query.limit = 1000;
    auto out = book().list(query);
    EXPECT_TRUE(out) << out.error().what;
    if (!out) return {};
    std::erase_if(
        *out, [](const FindingView& view) { return view.finding.kind != FindingKind::silence; });
    return *out;
  }
  void learn_and_watch(DetectorChoices choices = {}) {
    put_hours(0, kEnd);
    const auto kept = judge_->put(target(), std::move(choices), {kHour});
    ASSERT_TRUE(kept) << kept.error().what;
    for (int i = 0; i < 8; ++i)
      put(kEnd + i, value_at(kEnd + i));
  }
  static constexpr int kLast = kEnd + 7;  // the last hour that is there
};

TEST_F(SilenceTest, a_metric_that_stops_is_one_finding_at_the_due_time_and_survives_restarts) {
  learn_and_watch();
  pass_to(hour(kLast + 3));
  EXPECT_TRUE(silences().empty());
  restart();
  pass_to(hour(kLast + 4));
  EXPECT_TRUE(silences().empty());  // its third hour is over, but not the grace behind it
  pass_to(hour(kLast + 4) + minutes(2));
  const auto first = silences();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_TRUE(std::isnan(first[0].finding.value));
  EXPECT_EQ(first[0].ref.at, hour(kLast + 3));
  EXPECT_EQ(first[0].finding.began, hour(kLast + 1));
  EXPECT_GE(first[0].finding.score, 0.5);
  EXPECT_FALSE(first[0].finding.replay);
  EXPECT_FALSE(first[0].retracted);
  restart();
  pass_to(hour(kLast + 30));
  ASSERT_TRUE(store_->flush());
  restart();
  for (int i = 31; i < 40; ++i)
    put(kLast + i, value_at(kLast + i));
  EXPECT_EQ(silences().size(), 1U);
}

TEST_F(SilenceTest, nobody_need_ask_in_time) {
  learn_and_watch();
  put(kLast + 20, value_at(kLast + 20));
  const auto found = silences();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].ref.at, hour(kLast + 3));
  EXPECT_EQ(found[0].finding.began, hour(kLast + 1));
}

TEST_F(SilenceTest, late_data_that_fill_it_take_it_back) {
  learn_and_watch();
  pass_to(hour(kLast + 5));
  ASSERT_EQ(silences().size(), 1U);
  for (int i = 1; i < 6; ++i)
    put_at(hour(kLast + i), value_at(kLast + i));
  const auto found = silences();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].retracted);
  EXPECT_TRUE(std::isnan(found[0].finding.value));
  EXPECT_EQ(found[0].value_now, value_at(kLast + 3));
}

TEST_F(SilenceTest, a_receipt_is_computed_again) {
  learn_and_watch();
  pass_to(hour(kLast + 5));
  ASSERT_EQ(silences().size(), 1U);
  const auto why = explain({*judge_, *store_, *control_, clock_}, to_id(silences().front().ref));
  ASSERT_TRUE(why) << why.error().what;
  EXPECT_NE(why->sentence.find("no data"), std::string::npos) << why->sentence;
  EXPECT_EQ(to_json(why->receipt).find("nan"), std::string::npos);
  EXPECT_TRUE(why->reproduced) << why->difference << to_json(*why->recomputed)
                               << to_json(why->receipt);
}

TEST_F(SilenceTest, of_history_it_is_marked_replay) {
  put_hours(0, kEnd - 30);
  put_hours(kEnd - 20, kEnd);
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  EXPECT_TRUE(silences().empty());
  const auto found = silences(true);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].finding.replay);
  EXPECT_EQ(found[0].finding.began, hour(kEnd - 30));
}

TEST_F(SilenceTest, excluded_hours_are_quiet_and_the_silence_behind_them_is_heard) {
  DetectorChoices choices;
  choices.excluded.push_back({hour(kLast + 1), hour(kLast + 11), true, false});
  learn_and_watch(choices);
  pass_to(hour(kLast + 11));
  EXPECT_TRUE(silences().empty());
  pass_to(hour(kLast + 14));
  const auto found = silences();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].ref.at, hour(kLast + 11));
}

TEST_F(SilenceTest, an_excluded_silence_is_not_learned_as_usual) {
  DetectorChoices choices;
  choices.excluded.push_back({hour(kLast + 1), hour(kLast + 21), true, false});
  learn_and_watch(choices);
  pass_to(hour(kLast + 15));
  for (int i = 15; i < 30; ++i)
    put(kLast + i, value_at(kLast + i));
  pass_to(hour(kLast + 34));
  const auto found = silences();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].ref.at, hour(kLast + 32));
}

/// A job that runs at three in the morning, from Monday to Friday.
class WeekdayJobTest : public SilenceTest {
 protected:
  static constexpr int kDays = 7 * 6;
  static Timestamp run_of(int day) { return hour(day * 24) + hours(3) + minutes(day * 7 % 11); }
  static bool works(int day) {
    const int weekday = to_civil(hour(day * 24)).weekday;
    return weekday != 0 && weekday != 6;
  }
  void run(int from, int to) {
    for (int day = from; day < to; ++day) {
      if (works(day)) put_at(run_of(day), 100 + day % 3);
    }
  }
  void watch_days() {
    run(0, kDays);
    ASSERT_TRUE(judge_->put(target(), {}, {hours(24)}));
    run(kDays, kDays + 14);
  }
};

TEST_F(WeekdayJobTest, is_not_missed_at_the_weekend_and_on_monday_when_its_time_has_passed) {
  watch_days();
  int monday = kDays + 14;
  while (to_civil(hour(monday * 24)).weekday != 1)
    ++monday;
  run(kDays + 14, monday);
  pass_to(hour(monday * 24));
  EXPECT_TRUE(silences(true).empty());
  pass_to(hour(monday * 24) + hours(3) + minutes(10));
  EXPECT_TRUE(silences().empty());
  pass_to(hour(monday * 24) + hours(5));
  const auto found = silences();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].ref.at, hour(monday * 24));
  EXPECT_EQ(found[0].finding.began, hour(monday * 24));
  // It comes after all, in the evening: the day is not over yet.
  put_at(hour(monday * 24) + hours(20), 101);
  EXPECT_TRUE(silences().front().retracted);
  run(monday + 1, monday + 4);
  pass_to(hour((monday + 4) * 24));
  EXPECT_EQ(silences().size(), 1U);
}

TEST_F(WeekdayJobTest, a_model_made_anew_still_knows_the_time_of_day) {
  watch_days();
  ASSERT_TRUE(judge_->mark(
      judge_->find(target())->spec.id, "", Mark{hour(0), hour(24), Mark::Effect::learn, "", 0}));
  int day = kDays + 14;
  while (!works(day))
    ++day;
  pass_to(hour(day * 24) + hours(5));
  EXPECT_EQ(silences().size(), 1U);
}

TEST_F(SilenceTest, a_metric_that_never_was_regular_is_never_silent) {
  int at = 0;
  for (int i = 0; i < 400; ++i) {
    put(at, 10 + i % 5);
    at += 1 + (i * i * 7 + i / 3) % 5 * ((i * 13) % 7 == 0 ? 9 : 1);
  }
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put(at, 10);
  pass_to(hour(at + 24 * 30));
  EXPECT_TRUE(silences().empty());
  EXPECT_TRUE(silences(true).empty());
}

/// Four weeks of hours, however late each of them comes, and the bands of the last two.
class LateDataTest : public SilenceTest {
 protected:
  using Bands = std::vector<std::pair<double, std::array<double, 3>>>;
  void watch() { ASSERT_TRUE(judge_->put(target(), {}, {kHour})); }
  Bands last_weeks() {
    Bands out;
    for (const BandPoint& point : bands(kEnd - 24 * 14, kEnd))
      out.emplace_back(point.band.expected, point.band.above);
    return out;
  }
  Bands in_time() {
    watch();
    put_hours(0, kEnd);
    auto out = last_weeks();
    TearDown();
    begin_anew();
    return out;
  }
};

TEST_F(LateDataTest, history_sent_hour_by_hour_to_a_detector_that_is_there_has_the_same_bands) {
  const auto expected = in_time();
  ASSERT_EQ(expected.size(), 24U * 14);
  watch();
  clock_.set(hour(kEnd + 1000));
  put_hours(0, kEnd);
  EXPECT_TRUE(silences(true).empty());
  EXPECT_EQ(last_weeks(), expected);
  // Who imports is waited for as long as the import is behind; then the metric has stopped.
  pass_to(hour(kEnd + 1003));
  EXPECT_TRUE(silences().empty());
  restart();
  pass_to(hour(kEnd + 1004));
  EXPECT_EQ(silences().size(), 1U);
}

TEST_F(LateDataTest, a_source_that_is_hours_behind_all_the_time_is_not_silent) {
  const auto expected = in_time();
  watch();
  for (int i = 0; i < kEnd; ++i) {
    pass_to(hour(i) + minutes(i < 24 * 14 ? 179 : 181 + i % 11));
    put(i, value_at(i));
  }
  EXPECT_TRUE(silences(true).empty());
  EXPECT_EQ(last_weeks(), expected);
  pass_to(hour(kEnd + 8));
  EXPECT_EQ(silences().size(), 1U);
}

TEST(SilenceWatch, a_sparse_regular_metric_is_judged_by_its_gaps) {
  SilenceWatch watch(minutes(1));
  const auto at = [](int minute) { return Timestamp::from_s(1'383'264'000) + minutes(minute); };
  for (int i = 0; i < 100; ++i)
    EXPECT_FALSE(watch.see(at(i * 7 + i % 2), 0));
  const auto next = watch.next();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->at, at(99 * 7 + 1 + 16));  // twice the longest gap, of eight minutes
  watch.told();
  EXPECT_FALSE(watch.next());
  EXPECT_FALSE(watch.see(at(2000), 0));  // it is known
  EXPECT_TRUE(watch.next());
}

/// Days with data that came at these times.
SilenceWatch watched_days(const std::string& zone, const std::vector<Timestamp>& arrivals) {
  SilenceWatch out(hours(24), zone);
  for (const Timestamp at : arrivals) {
    out.note_arrival(at.floor_to(hours(24)), at);
    out.see(at.floor_to(hours(24)), 3600);
  }
  return out;
}
std::vector<Timestamp> daily(const char* from, const char* to, const std::string& zone, int hour) {
  std::vector<Timestamp> out;
  for (Timestamp day = *parse_rfc3339(from); day < *parse_rfc3339(to); day = day + hours(24))
    out.push_back(Zone(zone).at_local((day + hours(hour)).s()));
  return out;
}

TEST(SilenceWatch, a_daily_time_is_that_of_the_zone_or_of_utc_and_the_later_one_until_it_is_known) {
  const std::string berlin = "Europe/Berlin";
  const char* const before = "2013-09-01T00:00:00Z";
  for (const auto& [zone, until, due] :
       {std::tuple{berlin, "2013-10-27T00:00:00Z", "2013-10-27T05:30:00Z"},
        {std::string(), "2013-10-27T00:00:00Z", "2013-10-27T07:30:00Z"},
        {berlin, "2014-03-30T00:00:00Z", "2014-03-30T04:30:00Z"},
        {std::string(), "2014-03-30T00:00:00Z", "2014-03-30T06:30:00Z"}}) {
    const auto next = watched_days(berlin, daily(before, until, zone, 6)).next();
    ASSERT_TRUE(next);
    EXPECT_EQ(format_rfc3339(next->due), due) << zone;
  }
  // Learned in winter, the first change is that of spring: a job that goes by UTC is no hour late.
  const auto next =
      watched_days(berlin, daily("2014-01-01T00:00:00Z", "2014-03-30T00:00:00Z", "", 6)).next();
  ASSERT_TRUE(next);
  EXPECT_EQ(format_rfc3339(next->due), "2014-03-30T06:30:00Z");
}

TEST(SilenceWatch, goes_on_from_its_saved_state) {
  const auto days = daily("2013-09-01T00:00:00Z", "2013-11-20T00:00:00Z", "Europe/Berlin", 6);
  const SilenceWatch zoned = watched_days("Europe/Berlin", days);
  ByteSink of_days;
  zoned.save(of_days);
  SilenceWatch again(hours(24), "Europe/Berlin");
  ByteSource from(of_days.view());
  ASSERT_TRUE(again.restore(from));
  EXPECT_TRUE(from.empty());
  again.told();
  again.see(*parse_rfc3339("2013-11-20T00:00:00Z"), 3600);
  ASSERT_TRUE(again.next());
  EXPECT_EQ(format_rfc3339(again.next()->due), "2013-11-21T05:30:00Z");

  SilenceWatch lived(hours(1));
  for (int i = 0; i < 400; ++i)
    lived.see(Timestamp::from_s(1'383'264'000) + hours(i + i / 100), 3600);
  ByteSink kept;
  lived.save(kept);
  SilenceWatch restored(hours(1));
  ByteSource in(kept.view());
  ASSERT_TRUE(restored.restore(in));
  EXPECT_TRUE(in.empty());
  for (SilenceWatch* watch : {&lived, &restored})
    watch->see(Timestamp::from_s(1'383'264'000) + hours(405), 3600);
  ByteSink a, b;
  lived.save(a);
  restored.save(b);
  EXPECT_EQ(a.view(), b.view());
  for (std::size_t cut = 0; cut < kept.size(); cut += 11) {
    SilenceWatch damaged(hours(1));
    ByteSource part(kept.view().substr(0, cut));
    EXPECT_FALSE(damaged.restore(part));
  }
}

}  // namespace
}  // namespace tidemark::judge
