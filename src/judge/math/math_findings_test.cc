#include <algorithm>
#include <iterator>

#include <gtest/gtest.h>

#include "judge/math/math_world_test.h"
#include "judge/run/ad_hoc.h"

namespace tidemark::judge {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST_F(MathTest, inputs_of_two_shards_make_one_finding_when_the_last_of_them_closes) {
  learn_and_watch();
  const auto shards = spy_->shards();
  ASSERT_NE(shards.at("errors"), shards.at("requests")) << "the test needs two shards";
  put_metric("errors", hour(kMathEnd), 400);
  EXPECT_TRUE(found().empty()) << "requests may still come";
  put_metric("requests", hour(kMathEnd) + minutes(20), 1000);
  ASSERT_EQ(found().size(), 1U);
  const FindingView view = found().front();
  EXPECT_EQ(to_id(view.ref), id_of(kMathEnd));
  EXPECT_EQ(view.finding.value, 40);
  EXPECT_EQ(view.finding.kind, FindingKind::spike);
  EXPECT_FALSE(view.finding.replay);
  EXPECT_EQ(view.value_now, 40);
  EXPECT_LT(view.limits.upper, 40);
  EXPECT_EQ(view.band, share_bands(kMathEnd, kMathEnd + 1).front().band);
  EXPECT_FALSE(is_always_on(view));
}

TEST_F(MathTest, bands_of_history_are_those_of_a_replay_to_the_bit) {
  put_three_weeks();
  const auto replayed = share_bands(kMathEnd - 48, kMathEnd + 1);
  ASSERT_EQ(replayed.size(), 49U);
  ASSERT_TRUE(judge_->put(share(), {}, {}));
  const auto kept = share_bands(kMathEnd - 48, kMathEnd + 1);
  ASSERT_EQ(kept.size(), replayed.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    IssuedBand band = kept[i].band;
    EXPECT_TRUE(band.replay);
    EXPECT_EQ(band, replayed[i].band) << i;
  }
}

TEST_F(MathTest, a_missing_input_is_judged_when_its_time_is_over) {
  learn_and_watch();
  put_metric("requests", hour(kMathEnd), 1000);
  EXPECT_EQ(judge_->next_due(), hour(kMathEnd + 1) + seconds(60));
  pass_to(hour(kMathEnd + 1) + seconds(59));
  EXPECT_TRUE(found().empty());
  pass_to(hour(kMathEnd + 1) + seconds(60));
  ASSERT_EQ(found().size(), 1U) << "no errors count as 0";
  EXPECT_EQ(found().front().finding.value, 0);
  EXPECT_EQ(found().front().finding.kind, FindingKind::dip);
}

TEST_F(MathTest, a_backlog_that_comes_input_by_input_is_judged_whole) {
  learn_and_watch();
  put_both(kMathEnd);
  pass_to(hour(kMathEnd + 6) + minutes(5));
  const auto values = [this] {  // a cut is silent, too
    auto out = found();
    std::erase_if(out, [](const auto& each) { return each.finding.kind == FindingKind::silence; });
    return out;
  };
  ASSERT_TRUE(values().empty());
  for (int i = 1; i < 6; ++i)
    put_metric("errors", hour(kMathEnd + i), i == 4 ? 400 : errors_at(kMathEnd + i));
  for (int i = 1; i < 6; ++i)
    put_metric("requests", hour(kMathEnd + i), 1000);
  EXPECT_TRUE(values().empty()) << "more may come";
  pass_to(hour(kMathEnd + 6) + minutes(6));
  ASSERT_EQ(values().size(), 1U);
  EXPECT_EQ(values().front().ref.at, hour(kMathEnd + 4));
  EXPECT_EQ(values().front().finding.value, 40);
  EXPECT_FALSE(values().front().finding.late);
  EXPECT_EQ(judge_->find_id(id_)->trained_periods, static_cast<std::uint64_t>(kMathEnd + 6));
}

// A counter as a metric is begun again with every restart of what counts.
TEST_F(MathTest, a_counter_is_judged_by_its_increase_over_resets_and_a_stall_is_found) {
  const auto grown_by = [](int number) { return requests_at(number) + errors_at(number); };
  double counter = 0;
  const auto put_counter = [&](int number) {
    put_metric("errors", hour(number), counter);
    put_metric("requests", hour(number), 1);
  };
  const int resets[] = {100, 200, 201, 350, kMathEnd + 5, kMathEnd + 20};
  const auto grow = [&](int number) {
    const bool anew = std::find(std::begin(resets), std::end(resets), number) != std::end(resets);
    counter = (anew ? 0 : counter) + grown_by(number);
  };
  for (int number = 0; number < kMathEnd; ++number) {
    grow(number);
    put_counter(number);
  }
  const auto made = judge_->put(share("IF(DIFF(errors) < 0, errors, DIFF(errors))"), {}, {});
  ASSERT_TRUE(made) << made.error().what;
  for (int number = kMathEnd; number < kMathEnd + 30; ++number) {
    grow(number);
    put_counter(number);
  }
  EXPECT_TRUE(found().empty()) << found().front().finding.value;
  put_counter(kMathEnd + 30);  // it counts no more
  grow(kMathEnd + 31);
  put_counter(kMathEnd + 31);
  ASSERT_EQ(found().size(), 1U);
  EXPECT_EQ(found().front().ref.at, hour(kMathEnd + 30));
  EXPECT_EQ(found().front().finding.value, 0);
  EXPECT_EQ(found().front().finding.kind, FindingKind::dip);
}

TEST_F(MathTest, a_division_by_zero_is_no_value) {
  learn_and_watch();
  put_metric("errors", hour(kMathEnd), 400);
  put_metric("requests", hour(kMathEnd), 0);
  put_metric("errors", hour(kMathEnd + 1), 400);  // and nobody asked
  pass_to(hour(kMathEnd + 2) + seconds(60));
  EXPECT_TRUE(found().empty());
  put_metric("errors", hour(kMathEnd + 2) + minutes(2), 400);
  put_metric("requests", hour(kMathEnd + 2) + minutes(2), 1000);
  ASSERT_EQ(found().size(), 1U);
  EXPECT_EQ(found().front().ref.at, hour(kMathEnd + 2));
  EXPECT_EQ(share_bands(kMathEnd, kMathEnd + 3).size(), 3U);
}

TEST_F(MathTest, an_expression_that_never_has_a_value_costs_no_due_instants) {
  learn_and_watch(share("errors / (0 * requests)"));
  pass_to(hour(kMathEnd + 30));
  EXPECT_FALSE(judge_->next_due());
  EXPECT_TRUE(found(true).empty());
  EXPECT_EQ(judge_->find_id(id_)->state, TrainingState::pending_training);
}

/// What a world came to: findings as known, bands.
struct Outcome {
  std::vector<std::pair<Timestamp, Finding>> found;
  std::vector<std::pair<Timestamp, IssuedBand>> bands;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

class MathRestartTest : public MathTest {
 protected:
  /// A day with a spike, a gap and a late value; `between` runs behind every sample.
  Outcome live_a_day(const std::function<void()>& between) {
    learn_and_watch();
    for (int i = 0; i < 24; ++i) {
      if (i == 9) continue;
      put_metric("errors", hour(kMathEnd + i), i == 4 ? 300 : errors_at(kMathEnd + i));
      between();
      if (i != 12)
        put_metric("requests", hour(kMathEnd + i) + minutes(5), requests_at(kMathEnd + i));
      between();
      if (i == 15) put_metric("errors", hour(kMathEnd + 11) + minutes(1), 500);
      if (i == 15) between();
    }
    pass_to(hour(kMathEnd + 25));
    between();
    Outcome out;
    for (const FindingView& view : found(true))
      out.found.emplace_back(view.ref.at, view.finding);
    for (const BandPoint& point : share_bands(0, kMathEnd + 30))
      out.bands.emplace_back(point.start, point.band);
    return out;
  }
};

TEST_F(MathRestartTest, restarts_between_the_inputs_change_nothing) {
  const Outcome whole = live_a_day([] {});
  std::set<Timestamp> live;
  for (const auto& [at, finding] : whole.found) {
    EXPECT_TRUE(live.insert(at).second) << "found twice";
  }
  EXPECT_TRUE(live.contains(hour(kMathEnd + 4)));
  EXPECT_TRUE(live.contains(hour(kMathEnd + 11))) << "made so by a late value";
  stop();
  begin_anew();
  EXPECT_EQ(live_a_day([this] { restart(); }), whole);
  stop();
  begin_anew();
  int count = 0;
  EXPECT_EQ(live_a_day([this, &count] {
              if (++count % 3 == 0) {
                ASSERT_TRUE(store_->flush());
              }
              restart();
            }),
            whole);
}

TEST_F(MathTest, a_late_value_judges_the_period_once_more_and_both_verdicts_are_kept) {
  learn_and_watch();
  put_both(kMathEnd);
  put_metric("errors", hour(kMathEnd + 1), 400);
  put_metric("requests", hour(kMathEnd + 1), 1000);
  put_both(kMathEnd + 2);
  ASSERT_EQ(found().size(), 1U);
  const IssuedBand band = found().front().band;
  // Late requests make it ordinary, late errors an ordinary hour unusual.
  put_metric("requests", hour(kMathEnd + 1) + minutes(30), 400 * 50 - 1000);
  put_metric("errors", hour(kMathEnd) + minutes(30), 500);
  const auto now = found();
  ASSERT_EQ(now.size(), 2U);
  EXPECT_EQ(now[0].finding.value, 40);
  EXPECT_EQ(now[0].value_now, 2);
  EXPECT_TRUE(now[0].retracted);
  EXPECT_FALSE(now[0].finding.late);
  EXPECT_EQ(now[0].band, band);
  EXPECT_EQ(now[1].ref.at, hour(kMathEnd));
  EXPECT_TRUE(now[1].finding.late);
  EXPECT_EQ(now[1].finding.value, 100 * (errors_at(kMathEnd) + 500) / requests_at(kMathEnd));
  EXPECT_FALSE(now[1].retracted);
}

TEST_F(MathTest, a_late_value_that_came_before_a_crash_is_judged_after_it) {
  learn_and_watch();
  put_both(kMathEnd);
  put_both(kMathEnd + 1);
  // Written while nobody looks: the record is in the log, what it leads to is not.
  judge_->stop();
  Batch batch;
  batch.series.push_back({*to_series_key(testing_metric("errors"), "None"),
                          {{hour(kMathEnd) + minutes(30), Cell::of(500)}}});
  ASSERT_TRUE(write_and_wait(*store_, std::move(batch)));
  EXPECT_TRUE(found().empty());
  ASSERT_TRUE(store_->flush());
  restart();
  ASSERT_EQ(found().size(), 1U);
  EXPECT_TRUE(found().front().finding.late);
}

TEST_F(MathTest, why_computes_the_receipt_again_to_the_same_bytes) {
  learn_and_watch();
  put_metric("errors", hour(kMathEnd), 400);
  put_metric("requests", hour(kMathEnd), 1000);
  put_both(kMathEnd + 1);
  const auto why = explain(deps(), id_of(kMathEnd));
  ASSERT_TRUE(why) << why.error().what;
  EXPECT_TRUE(why->reproduced) << why->difference << "\n"
                               << to_json(why->receipt) << "\n"
                               << to_json(*why->recomputed);
  EXPECT_EQ(why->receipt.learned, static_cast<std::uint64_t>(kMathEnd));
  EXPECT_EQ(why->sentence.find("100 * errors / requests: 40 on "), 0U) << why->sentence;
  EXPECT_NE(why->rarity.find("Never as high in 21 days"), std::string::npos) << why->rarity;
  ASSERT_FALSE(why->same_slot.empty());
  EXPECT_EQ(why->slot_step, Explanation::SlotStep::week);
  EXPECT_EQ(why->same_slot.front().value,
            100 * errors_at(kMathEnd - 168) / requests_at(kMathEnd - 168));
  // Its own input moved as well, and tells of it.
  ASSERT_TRUE(judge_->put({testing_metric("errors"), *parse_statistic("Sum"), {}}, {}, {kHour}));
  const auto again = explain(deps(), id_of(kMathEnd));
  ASSERT_TRUE(again);
  ASSERT_EQ(again->also_moved.size(), 1U);
  EXPECT_EQ(again->also_moved.front().target.metric, testing_metric("errors"));
}

TEST_F(MathTest, verdicts_bear_on_learning_and_can_be_taken_back) {
  learn_and_watch();
  for (int i = 0; i < 6; ++i) {
    put_metric("errors", hour(kMathEnd + i), i == 2 ? 400 : errors_at(kMathEnd + i));
    put_metric("requests", hour(kMathEnd + i), requests_at(kMathEnd + i));
  }
  ASSERT_EQ(found().size(), 1U);
  const std::string id = to_id(found().front().ref);
  FindingBook book(deps());
  const auto reviewed = book.judge(id, Verdict::reviewed, "seen");
  ASSERT_TRUE(reviewed) << reviewed.error().what;
  EXPECT_EQ(judge_->find_id(id_)->spec.revision, 1U);
  EXPECT_EQ(judge_->find_id(id_)->trained_periods, static_cast<std::uint64_t>(kMathEnd + 6));
  std::uint64_t revision = 1;
  for (const Verdict verdict : {Verdict::real, Verdict::known, Verdict::expected}) {
    const auto kept = book.judge(id, verdict, "");
    ASSERT_TRUE(kept) << kept.error().what;
    EXPECT_EQ(kept->verdict->verdict, verdict);
    EXPECT_TRUE(book.find(id));
    const auto marks = judge_->find_id(id_)->spec.marks;
    ASSERT_EQ(marks.size(), 1U);
    EXPECT_EQ(marks.front().effect,
              verdict == Verdict::expected ? Mark::Effect::learn : Mark::Effect::exclude);
    revision = judge_->find_id(id_)->spec.revision;
  }
  EXPECT_GT(revision, 2U);
  // What comes behind the band that was there is judged by the model that has learned it, and can
  // be computed again.
  put_both(kMathEnd + 6);
  put_metric("errors", hour(kMathEnd + 7), 900);
  put_metric("requests", hour(kMathEnd + 7), 1000);
  const auto why = explain(deps(), id_of(kMathEnd + 7));
  ASSERT_TRUE(why) << why.error().what;
  EXPECT_TRUE(why->reproduced) << why->difference << "\n"
                               << to_json(why->receipt) << "\n"
                               << to_json(*why->recomputed);
  EXPECT_EQ(why->receipt.revision, revision);
  EXPECT_EQ(why->receipt.spec.marks.size(), 1U);
  ASSERT_TRUE(book.take_back(id));
  EXPECT_TRUE(judge_->find_id(id_)->spec.marks.empty());
  const double before = finding_width(judge_->find_id(id_)->spec);
  ASSERT_TRUE(book.missed(share(), hour(kMathEnd + 1), hour(kMathEnd + 2)));
  EXPECT_LT(finding_width(judge_->find_id(id_)->spec), before);
  EXPECT_EQ(book.judge(id, Verdict::missed, "").error().code, Errc::invalid);
}

TEST_F(MathTest, a_verdict_changes_the_band_and_a_restart_keeps_it) {
  learn_and_watch();
  for (int i = 0; i < 5; ++i) {
    put_metric("errors", hour(kMathEnd + i), 400);
    put_metric("requests", hour(kMathEnd + i), 1000);
  }
  const auto next = [this] { return share_bands(kMathEnd + 6, kMathEnd + 7); };
  FindingBook book(deps());
  ASSERT_TRUE(book.judge(id_of(kMathEnd), Verdict::expected, ""));
  put_both(kMathEnd + 5);
  const auto band = next();
  ASSERT_EQ(band.size(), 1U);
  restart();
  EXPECT_EQ(next().front().band, band.front().band);
  EXPECT_EQ(judge_->find_id(id_)->trained_periods, static_cast<std::uint64_t>(kMathEnd + 6));
}

TEST_F(MathTest, deleting_the_detector_takes_its_findings_away) {
  learn_and_watch();
  put_metric("errors", hour(kMathEnd), 400);
  put_metric("requests", hour(kMathEnd), 1000);
  ASSERT_EQ(found().size(), 1U);
  ASSERT_TRUE(judge_->remove(id_));
  EXPECT_TRUE(found(true).empty());
  EXPECT_EQ(FindingBook(deps()).find(id_of(kMathEnd)).error().code, Errc::not_found);
  put_both(kMathEnd + 1);
  restart();
  EXPECT_TRUE(found(true).empty());
  EXPECT_FALSE(judge_->next_due());
}

TEST_F(MathTest, the_same_expression_is_the_same_detector_however_it_is_written) {
  learn_and_watch();
  DetectorTarget other = share();
  other.math.back().label = "Share of errors";
  std::swap(other.math[0], other.math[2]);
  const auto again = judge_->put(other, {}, {});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, id_);
  put_metric("errors", hour(kMathEnd), 400);
  put_metric("requests", hour(kMathEnd), 1000);
  EXPECT_EQ(explain(deps(), id_of(kMathEnd))->sentence.find("Share of errors: 40"), 0U);
}

TEST_F(MathTest, what_cannot_be_watched_is_refused_with_the_reason) {
  put_three_weeks();
  const auto refusal = [this](const DetectorTarget& target, std::vector<Duration> periods = {}) {
    const auto made = judge_->put(target, {}, periods);
    EXPECT_FALSE(made);
    return made ? "" : made.error().what;
  };
  EXPECT_NE(refusal(share("errors / nobody")).find("nobody"), std::string::npos);
  EXPECT_NE(refusal(share("[errors, requests]")).find("single time series"), std::string::npos);
  EXPECT_NE(refusal(share("AVG(errors)")).find("single time series"), std::string::npos);
  EXPECT_NE(refusal(share(), {minutes(5)}).find("3600 s"), std::string::npos);
  DetectorTarget two = share();
  two.math.front().return_data = true;
  EXPECT_NE(refusal(two).find("exactly one"), std::string::npos);
}

TEST_F(MathTest, an_expression_that_looks_around_is_judged_as_well) {
  learn_and_watch(share("DIFF(100 * errors / requests)"));
  put_both(kMathEnd);
  put_metric("errors", hour(kMathEnd + 1), 400);
  put_metric("requests", hour(kMathEnd + 1), 1000);
  ASSERT_EQ(found().size(), 1U);
  EXPECT_EQ(found().front().ref.at, hour(kMathEnd + 1));
  EXPECT_EQ(found().front().value_now, found().front().finding.value);
  const auto why = explain(deps(), id_of(kMathEnd + 1));
  ASSERT_TRUE(why);
  EXPECT_TRUE(why->reproduced) << why->difference;
}

TEST_F(MathTest, an_expression_that_stops_is_a_silence) {
  learn_and_watch();
  for (int i = 0; i < 8; ++i)
    put_both(kMathEnd + i);
  EXPECT_TRUE(found().empty());
  restart();
  pass_to(hour(kMathEnd + 24));
  ASSERT_EQ(found().size(), 1U);
  EXPECT_EQ(found().front().finding.kind, FindingKind::silence);
  EXPECT_EQ(found().front().finding.began, hour(kMathEnd + 8));
  EXPECT_NE(explain(deps(), to_id(found().front().ref))->sentence.find("no data on"),
            std::string::npos);
}

/// When told of an input, reads what is known of its period.
class Listener final : public JudgedSink {
 public:
  explicit Listener(std::function<std::size_t()> count) : count_(std::move(count)) {}
  void on_judged(std::uint64_t /*sequence*/, std::vector<Judged> judged) override {
    for (const Judged& each : judged) {
      if (to_metric_ref(each.key)->name == "requests") seen_.push_back(count_());
    }
  }
  std::vector<std::size_t> seen_;

 private:
  std::function<std::size_t()> count_;
};

TEST_F(MathTest, alarms_hear_of_an_input_when_its_expression_has_been_judged) {
  learn_and_watch();
  Listener listener([this] { return found().size(); });
  judge_->set_judged_sink(&listener);
  put_metric("errors", hour(kMathEnd), 400);
  put_metric("requests", hour(kMathEnd), 1000);
  judge_->set_judged_sink(nullptr);
  EXPECT_EQ(listener.seen_, std::vector<std::size_t>{1});
}

}  // namespace
}  // namespace tidemark::judge
