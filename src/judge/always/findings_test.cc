#include "judge/findings.h"

#include <gtest/gtest.h>

#include "judge/why.h"
#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

constexpr int kEnd = 24 * 14;

class AlwaysOnFindingsTest : public JudgeTest {
 protected:
  FindingBook::Deps deps() { return {*judge_, *store_, *control_, clock_}; }
  std::vector<FindingView> found(FindingTier tier = FindingTier::always_on) {
    FindingQuery query;
    query.tier = tier;
    query.with_replay = true;
    auto out = FindingBook(deps()).list(query);
    EXPECT_TRUE(out) << out.error().what;
    return out ? *out : std::vector<FindingView>();
  }
};

TEST_F(AlwaysOnFindingsTest, a_metric_that_nobody_watches_is_found_and_explained) {
  put_hours(0, kEnd);
  put(kEnd, 900);
  const auto all = found();
  ASSERT_EQ(all.size(), 1U);
  const FindingView& view = all.front();
  EXPECT_TRUE(is_always_on(view));
  EXPECT_EQ(view.target.metric, kMetric);
  EXPECT_EQ(view.target.stat.name, "Sum");
  EXPECT_EQ(view.ref.period, kHour);
  EXPECT_EQ(view.ref.at, hour(kEnd));
  EXPECT_EQ(view.finding.value, 900);
  EXPECT_EQ(view.value_now, 900);
  EXPECT_LT(view.limits.upper, 900);
  EXPECT_TRUE(found(FindingTier::detector).empty());
  EXPECT_EQ(found(FindingTier::all).size(), 1U);

  const auto why = explain(deps(), to_id(view.ref));
  ASSERT_TRUE(why) << why.error().what;
  EXPECT_TRUE(why->reproduced) << why->difference;
  EXPECT_EQ(why->receipt.model, "always_on");
  EXPECT_EQ(why->same_slot.size(), 8U);
  EXPECT_EQ(why->slot_step, Explanation::SlotStep::day);  // two weeks are stored
  EXPECT_EQ(why->timezone, "UTC");
  EXPECT_EQ(why->same_slot.front().value, value_at(kEnd - 24));
  EXPECT_NE(why->sentence.find("Sum of records: 900"), std::string::npos) << why->sentence;
}

TEST_F(AlwaysOnFindingsTest, of_one_metric_and_not_of_one_with_more_dimensions) {
  MetricRef wider = kMetric;
  wider.dimensions.push_back({"Run", "1"});
  for (int number = 0; number <= kEnd; ++number) {
    put(number, number == kEnd ? 900 : value_at(number));
    Batch batch;
    batch.series.push_back({*to_series_key(wider, "None"),
                            {{hour(number), Cell::of(number == kEnd ? 901 : value_at(number))}}});
    ASSERT_TRUE(write_and_wait(*store_, std::move(batch)));
  }
  EXPECT_EQ(found().size(), 2U);
  FindingQuery query;
  query.tier = FindingTier::always_on;
  for (const auto& [metric, value] : {std::pair(kMetric, 900.0), std::pair(wider, 901.0)}) {
    query.metric = metric;
    const auto of_it = FindingBook(deps()).list(query);
    ASSERT_TRUE(of_it) << of_it.error().what;
    ASSERT_EQ(of_it->size(), 1U);
    EXPECT_EQ(of_it->front().finding.value, value);
  }
  query.metric->name = "other";
  EXPECT_TRUE(FindingBook(deps()).list(query)->empty());
}

TEST_F(AlwaysOnFindingsTest, the_same_findings_after_a_flush_and_a_kill_in_between) {
  put_hours(0, 100);
  ASSERT_TRUE(store_->flush());
  put_hours(100, 200);
  restart();
  put_hours(200, kEnd);
  restart();
  put(kEnd, 900);
  const auto broken = found();
  restart();
  const auto again = found();
  stop();
  begin_anew();
  put_hours(0, kEnd);
  put(kEnd, 900);
  const auto straight = found();
  ASSERT_EQ(straight.size(), 1U);
  ASSERT_EQ(broken.size(), 1U);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(straight[0].finding, broken[0].finding);
  EXPECT_EQ(straight[0].band, broken[0].band);
  EXPECT_EQ(again[0].finding, broken[0].finding);
  EXPECT_EQ(again[0].band, broken[0].band);
}

TEST_F(AlwaysOnFindingsTest, is_silent_while_a_detector_watches_the_metric) {
  put_hours(0, kEnd);
  const auto detector = judge_->put(target(), {}, {kHour});
  ASSERT_TRUE(detector);
  put(kEnd, 900);
  put_hours(kEnd + 1, kEnd + 48);
  EXPECT_TRUE(found().empty());
  EXPECT_EQ(found(FindingTier::all).size(), found(FindingTier::detector).size());
  ASSERT_TRUE(judge_->remove(detector->id));
  put(kEnd + 48, 9000);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(AlwaysOnFindingsTest, a_verdict_is_kept_and_changes_no_model) {
  put_hours(0, kEnd);
  put(kEnd, 900);
  const std::string id = to_id(found().at(0).ref);
  const auto judged = FindingBook(deps()).judge(id, Verdict::real, "looked");
  ASSERT_TRUE(judged) << judged.error().what;
  ASSERT_TRUE(judged->verdict);
  EXPECT_EQ(judged->verdict->verdict, Verdict::real);
  ASSERT_TRUE(FindingBook(deps()).take_back(id));
  EXPECT_FALSE(found().at(0).verdict);
  EXPECT_FALSE(FindingBook(deps()).find("always_on-9999.3600.0"));
}

}  // namespace
}  // namespace tidemark::judge
