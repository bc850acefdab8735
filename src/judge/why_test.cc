#include "judge/why.h"

#include <map>

#include <gtest/gtest.h>

#include "base/zone.h"
#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;

constexpr Duration kDay = hours(24);
const std::string kAuckland = "Pacific/Auckland";

Timestamp utc(const char* text) {
  return *parse_rfc3339(text);
}
MetricRef metric_of(const std::string& job) {
  MetricRef out = kMetric;
  out.dimensions = {{"Job", job}};
  return out;
}

/// Hourly metrics whose history is there at once.
class WhyTest : public JudgeTest {
 protected:
  void begin(Timestamp at) {
    TearDown();
    files_ = std::make_unique<testing::FaultyFiles>();
    clock_.set(at);
    SetUp();
  }
  /// By the hour and the weekday that clocks show, and the week: no two hours before are the same.
  static double usual_at(Timestamp at, const std::string& zone) {
    const CivilTime civil = to_civil(at + std::chrono::seconds(Zone(zone).offset_s(at)));
    return 1000 + civil.hour * 10 + civil.weekday * 3 +
           static_cast<double>(at.s() / 3600 % 1009) / 1e3;
  }
  void put_series(const MetricRef& metric,
                  Timestamp from,
                  Timestamp to,
                  const std::string& zone,
                  std::optional<Timestamp> spike = std::nullopt) {
    Batch batch;
    batch.series.push_back({*to_series_key(metric, unit_), {}});
    for (Timestamp at = from; at < to; at = at + kHour) {
      batch.series.back().samples.push_back(
          {at, Cell::of(at == spike ? 9000 : usual_at(at, zone))});
    }
    clock_.set(std::max(clock_.wall(), to - kHour));
    const auto written = write_and_wait(*store_, std::move(batch));
    ASSERT_TRUE(written) << written.error().what;
  }
  std::string unit_ = "None";
  std::string watch(const MetricRef& metric, const std::string& zone) {
    DetectorChoices choices;
    choices.timezone = zone;
    DetectorTarget target = JudgeTest::target();
    target.metric = metric;
    const auto kept = judge_->put(target, choices, {kHour});
    EXPECT_TRUE(kept) << kept.error().what;
    EXPECT_TRUE(judge_->settle());
    return kept ? kept->id : "";
  }
  Explanation why(const std::string& detector, Timestamp at) {
    auto out = explain({*judge_, *store_, *control_, clock_}, to_id({detector, kHour, at}));
    EXPECT_TRUE(out) << out.error().what;
    return out ? *std::move(out) : Explanation();
  }
  /// A spike after so much history.
  Explanation why_after(Duration history, Timestamp spike, const std::string& zone) {
    begin(spike - history);
    put_series(kMetric, spike - history, spike, zone);
    const std::string id = watch(kMetric, zone);
    put_series(kMetric, spike, spike + 2 * kHour, zone, spike);
    return why(id, spike);
  }
  static void expect_same_slot(const Explanation& why,
                               const std::vector<const char*>& times,
                               const std::string& zone) {
    ASSERT_EQ(why.same_slot.size(), times.size());
    for (std::size_t i = 0; i < times.size(); ++i) {
      EXPECT_EQ(format_rfc3339(why.same_slot[i].at), times[i]);
      EXPECT_EQ(why.same_slot[i].value, usual_at(utc(times[i]), zone));
    }
  }
};

// Sunday, 13 April, eight in the morning there; the clocks had gone back a week before.
TEST_F(WhyTest, tells_the_time_of_the_zone_and_the_same_time_of_past_weeks_over_a_change) {
  const auto told = why_after(35 * kDay, utc("2014-04-12T20:00:00Z"), kAuckland);
  EXPECT_NE(told.sentence.find("on 13 Apr 2014 08:00 (Pacific/Auckland); "), std::string::npos)
      << told.sentence;
  EXPECT_EQ(told.timezone, kAuckland);
  EXPECT_EQ(to_text(told.slot_step), "week");
  expect_same_slot(told,
                   {"2014-04-05T20:00:00Z",
                    "2014-03-29T19:00:00Z",
                    "2014-03-22T19:00:00Z",
                    "2014-03-15T19:00:00Z"},
                   kAuckland);
  EXPECT_NE(told.sureness.find("since 9 Mar 2014 09:00"), std::string::npos) << told.sureness;
  EXPECT_TRUE(told.reproduced) << told.difference;
}

TEST_F(WhyTest, compares_with_the_days_before_while_fewer_than_three_weeks_are_stored) {
  const auto told = why_after(21 * kDay, utc("2014-04-06T20:00:00Z"), kAuckland);
  EXPECT_EQ(to_text(told.slot_step), "day");
  expect_same_slot(told,
                   {"2014-04-05T20:00:00Z",
                    "2014-04-04T19:00:00Z",
                    "2014-04-03T19:00:00Z",
                    "2014-04-02T19:00:00Z",
                    "2014-04-01T19:00:00Z",
                    "2014-03-31T19:00:00Z",
                    "2014-03-30T19:00:00Z",
                    "2014-03-29T19:00:00Z"},
                   kAuckland);
}

TEST_F(WhyTest, is_in_utc_where_no_zone_is_given) {
  const auto told = why_after(63 * kDay, utc("2014-04-12T20:00:00Z"), "");
  EXPECT_NE(told.sentence.find("on 12 Apr 2014 20:00; "), std::string::npos) << told.sentence;
  EXPECT_EQ(told.timezone, "UTC");
  ASSERT_EQ(told.same_slot.size(), 8U);
  EXPECT_EQ(told.same_slot.back().at, utc("2014-02-15T20:00:00Z"));
}

TEST_F(WhyTest, says_what_else_moved_in_the_same_hours_and_not_what_moved_long_before) {
  const Timestamp first = utc("2014-03-01T00:00:00Z");
  const Timestamp spike = first + 28 * kDay;
  begin(first);
  const std::vector<std::pair<std::string, Timestamp>> jobs{
      {"one", spike}, {"two", spike}, {"far", spike - 6 * kHour}};
  std::map<std::string, std::string> ids;
  for (const auto& [job, at] : jobs) {
    put_series(metric_of(job), first, spike - kDay, "");
    ids[job] = watch(metric_of(job), "");
  }
  for (const auto& [job, at] : jobs)
    put_series(metric_of(job), spike - kDay, spike + 2 * kHour, "", at);
  for (const auto& [job, other] : {std::pair{"one", "two"}, {"two", "one"}}) {
    const auto told = why(ids[job], spike);
    ASSERT_FALSE(told.also_moved.empty()) << job;
    for (const Explanation::Moved& each : told.also_moved)
      EXPECT_EQ(each.at, spike) << format_rfc3339(each.at);
    EXPECT_EQ(told.also_moved.front().target.metric, metric_of(other));
    EXPECT_EQ(told.also_moved.front().id, to_id({ids[other], kHour, spike}));
  }
  EXPECT_TRUE(why(ids["far"], spike - 6 * kHour).also_moved.empty());
}

TEST_F(WhyTest, tells_what_people_changed_and_not_what_followed_from_findings) {
  const Timestamp spike = utc("2014-04-12T20:00:00Z");
  begin(spike - 28 * kDay);
  put_series(kMetric, spike - 28 * kDay, spike, "");
  const std::string id = watch(kMetric, "");
  put_series(kMetric, spike, spike + 2 * kHour, "", spike);
  std::vector<ControlChange> audits{
      AddAudit{spike - 2 * kDay, "user", "update alarm", "arn:long-before", ""},
      AddAudit{spike - 5 * kHour, "user", "update alarm", "arn:rows", ""}};
  for (int number = 0; number < 20; ++number) {
    const Timestamp at = spike - 4 * kHour + std::chrono::minutes(number);
    audits.emplace_back(AddAudit{at, "alarm", "transition", "arn:rows", "OK -> ALARM"});
    audits.emplace_back(AddAudit{at, "outbox", "runbook.start", "open-ticket", ""});
    audits.emplace_back(AddAudit{at, "outbox", "runbook.end", "open-ticket", ""});
    audits.emplace_back(AddAudit{at, "user", "verdict", id, "real"});
  }
  audits.emplace_back(AddAudit{spike - kHour, "user", "create mute rule", "arn:night", ""});
  ASSERT_TRUE(control_->commit_and_wait(std::move(audits)));
  const auto told = why(id, spike);
  ASSERT_EQ(told.changes.size(), 3U);
  EXPECT_EQ(told.changes[0].object, "arn:night");
  EXPECT_EQ(told.changes[1].object, "arn:rows");
  EXPECT_EQ(told.changes[2].what, "create detector");
}

TEST_F(WhyTest, writes_units_behind_values_and_none_where_there_are_several) {
  const Timestamp spike = utc("2014-04-12T20:00:00Z");
  unit_ = "Milliseconds";
  begin(spike - 21 * kDay);
  put_series(kMetric, spike - 21 * kDay, spike, "");
  const std::string id = watch(kMetric, "");
  put_series(kMetric, spike, spike + 2 * kHour, "", spike);
  const std::string sentence = why(id, spike).sentence;
  EXPECT_NE(sentence.find(": 9,000 ms on "), std::string::npos) << sentence;
  EXPECT_NE(sentence.find(" ms are usual at this time"), std::string::npos) << sentence;
  unit_ = "Bytes";
  put_series(kMetric, spike + 2 * kHour, spike + 3 * kHour, "");
  const std::string mixed = why(id, spike).sentence;
  EXPECT_NE(mixed.find(": 9,000 on "), std::string::npos) << mixed;
}

TEST_F(WhyTest, says_how_sure_it_is) {
  const Timestamp spike = utc("2014-04-12T20:00:00Z");
  EXPECT_EQ(why_after(10 * kDay, spike, "").sureness,
            "The model had learned 240 periods since 2 Apr 2014 20:00; it has not seen two weeks "
            "yet, so weekdays are not told apart. It is 65 % sure that this is unusual.");
  begin(spike - 28 * kDay);
  put_series(kMetric, spike - 28 * kDay, spike, "");
  DetectorChoices choices;
  choices.excluded.push_back({spike - 9 * kDay, spike - 8 * kDay});
  choices.excluded.push_back({spike - 3 * kDay, spike - 2 * kDay});
  const auto kept = judge_->put(target(), choices, {kHour});
  ASSERT_TRUE(kept);
  ASSERT_TRUE(judge_->mark(
      kept->id, "", Mark{spike - 5 * kDay, spike - 4 * kDay, Mark::Effect::exclude, "", 0}));
  ASSERT_TRUE(judge_->settle());
  put_series(kMetric, spike, spike + 2 * kHour, "", spike);
  EXPECT_EQ(why(kept->id, spike).sureness,
            "The model had learned 672 periods since 15 Mar 2014 20:00; 2 ranges are excluded; 1 "
            "verdict bears on it. It is 78 % sure that this is unusual.");
}

}  // namespace
}  // namespace tidemark::judge
