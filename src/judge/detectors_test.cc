#include "judge/detectors.h"

#include <cmath>

#include <gtest/gtest.h>

#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

void expect_same(const std::vector<BandPoint>& a,
                 const std::vector<BandPoint>& b,
                 bool with_replay_flag = true) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].start, b[i].start);
    IssuedBand left = a[i].band;
    IssuedBand right = b[i].band;
    if (!with_replay_flag) left.replay = right.replay = false;
    EXPECT_EQ(left, right) << "at " << format_rfc3339(a[i].start);
  }
}

TEST_F(JudgeTest, a_detector_without_data_is_pending_and_learns_when_data_come) {
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  EXPECT_EQ(judge_->find(target())->state, TrainingState::pending_training);
  put_hours(0, 4);
  EXPECT_EQ(judge_->find(target())->state, TrainingState::trained_insufficient_data);
  put_hours(4, 72);
  EXPECT_EQ(judge_->find(target())->state, TrainingState::trained);
}

TEST_F(JudgeTest, stored_history_is_replayed_on_creation) {
  put_hours(0, 24 * 10);
  const auto spec = judge_->put(target(), {}, {kHour});
  ASSERT_TRUE(spec);
  EXPECT_EQ(judge_->find(target())->state, TrainingState::trained);
  const auto found = bands(24 * 8, 24 * 9);
  ASSERT_EQ(found.size(), 24U);
  EXPECT_TRUE(found.front().band.replay);
  const auto limits = limits_at(found[12].band, 2);
  EXPECT_LT(limits.lower, value_at(12));
  EXPECT_GT(limits.upper, value_at(12));
}

TEST_F(JudgeTest, a_model_made_anew_goes_on_as_the_live_one_would_have) {
  const int made_anew = 24 * 9;
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put_hours(0, made_anew + 24);
  const auto live = bands(made_anew + 1, made_anew + 24);
  TearDown();
  begin_anew();
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put_hours(0, made_anew);
  ASSERT_TRUE(judge_->put(target(), {}, {minutes(30)}));  // replays the store into all its models
  put_hours(made_anew, made_anew + 24);
  ASSERT_EQ(live.size(), 23U);
  expect_same(live, bands(made_anew + 1, made_anew + 24));
}

// Who makes a detector has not looked through the past for what to exclude.
TEST_F(JudgeTest, spikes_in_history_leave_the_band_as_it_is_without_them) {
  const auto width_after = [&](const std::vector<int>& spikes) {
    TearDown();
    begin_anew();
    for (int number = 0; number < 24 * 40; ++number) {
      const bool is_spike = std::find(spikes.begin(), spikes.end(), number) != spikes.end();
      put(number, value_at(number) + (is_spike ? 2000 : 0));
    }
    EXPECT_TRUE(judge_->put(target(), {}, {kHour}));
    double widest = 0;
    for (const BandPoint& point : bands(24 * 37, 24 * 40)) {
      const auto limits = limits_at(point.band, 3);
      widest = std::max(widest, limits.upper - limits.lower);
    }
    return widest;
  };
  const double calm = width_after({});
  EXPECT_LE(width_after({24 * 20 + 5, 24 * 27 + 13, 24 * 35 + 2}), 3 * calm);
  EXPECT_LE(width_after({24 * 30 + 5, 24 * 30 + 6, 24 * 30 + 7}), 3 * calm);
}

TEST_F(JudgeTest, a_band_stays_as_issued_whatever_comes_later) {
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put_hours(0, 24 * 8);
  const auto before = bands(0, 24 * 8);
  put(24 * 8, 1e6);
  put_at(hour(24 * 7) + minutes(30), 5000);  // late
  put_hours(24 * 8 + 1, 24 * 9);
  ASSERT_TRUE(judge_->tick(clock_.wall()));
  expect_same(before, bands(0, 24 * 8));
}

TEST_F(JudgeTest, the_band_of_a_period_is_there_when_its_first_sample_is) {
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put_hours(0, 24 * 8);
  put(24 * 8, value_at(0));
  EXPECT_EQ(bands(24 * 8, 24 * 8 + 1).size(), 1U);
}

TEST_F(JudgeTest, restart_gives_the_same_bands_and_goes_on_bit_for_bit) {
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put_hours(0, 24 * 8);
  const auto before = bands(0, 24 * 8);
  restart();
  expect_same(before, bands(0, 24 * 8));
  ASSERT_TRUE(store_->flush());  // checkpoint, log trimmed
  put_hours(24 * 8, 24 * 9);
  restart();
  put_hours(24 * 9, 24 * 10);
  const auto stopped_often = bands(0, 24 * 10);

  // One that was never stopped.
  TearDown();
  begin_anew();
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put_hours(0, 24 * 10);
  expect_same(stopped_often, bands(0, 24 * 10));
}

TEST_F(JudgeTest, data_time_alone_closes_a_period) {
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put(0, 5);
  const auto due = judge_->next_due();
  ASSERT_TRUE(due);
  EXPECT_EQ(*due, hour(1) + minutes(1));  // end + grace of 60 s
  clock_.set(*due - seconds(1));
  ASSERT_TRUE(judge_->tick(clock_.wall()));
  EXPECT_EQ(judge_->find(target())->trained_periods, 0U);
  clock_.set(*due);
  ASSERT_TRUE(judge_->tick(clock_.wall()));
  EXPECT_EQ(judge_->find(target())->trained_periods, 1U);
  EXPECT_FALSE(judge_->next_due());
}

TEST_F(JudgeTest, a_period_closed_by_time_is_closed_after_a_restart) {
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put_hours(0, 24 * 8);
  clock_.set(hour(24 * 8) + minutes(1));
  ASSERT_TRUE(judge_->tick(clock_.wall()));
  put_at(hour(24 * 8 - 1) + minutes(59), 1000);  // late for the closed one
  const auto before = bands(0, 24 * 8 + 1);
  restart();
  expect_same(before, bands(0, 24 * 8 + 1));
}

TEST_F(JudgeTest, older_history_makes_the_model_anew) {
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put_hours(24 * 7, 24 * 8);
  const auto learned = judge_->find(target())->trained_periods;
  put_hours(0, 24 * 7);  // a backfill, after the fact
  const auto issued = bands(24 * 7, 24 * 8);
  told_.all.clear();
  ASSERT_TRUE(judge_->tick(clock_.wall()));
  expect_same(issued, bands(24 * 7, 24 * 8));
  ASSERT_TRUE(judge_->settle());
  EXPECT_GE(judge_->find(target())->trained_periods, learned + 24 * 7);
  EXPECT_EQ(bands(24 * 5, 24 * 6).size(), 24U);  // bands of the past, marked replay
  EXPECT_TRUE(bands(24 * 5, 24 * 6).front().band.replay);
  // Those of the first hours, when the model was new, are there now; the issued ones stay.
  auto now = bands(24 * 7, 24 * 8);
  ASSERT_EQ(now.size(), 24U);
  now.erase(now.begin(), now.end() - static_cast<std::ptrdiff_t>(issued.size()));
  expect_same(issued, now);
  ASSERT_FALSE(told_.all.empty());
  EXPECT_EQ(told_.all.back().from, hour(0));
}

// Between the place of the log where a rebuild begins and the one where it is put in place: data
// come, the server stops, with or without a checkpoint. The bands are those of one that ran on.
TEST_F(JudgeTest, a_rebuild_goes_on_over_a_restart) {
  enum class Stop { never, plain, flushed, killed_after_flush };
  std::vector<BandPoint> expected;
  for (const Stop stop : {Stop::never, Stop::plain, Stop::flushed, Stop::killed_after_flush}) {
    TearDown();
    begin_anew();
    ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
    put_hours(24 * 7, 24 * 9);
    put_hours(0, 24 * 7);
    ASSERT_TRUE(judge_->tick(clock_.wall()));  // begins
    put_hours(24 * 9, 24 * 9 + 5);
    if (stop == Stop::flushed || stop == Stop::killed_after_flush) {
      ASSERT_TRUE(store_->flush());
    }
    put_hours(24 * 9 + 5, 24 * 9 + 8);
    if (stop == Stop::killed_after_flush) {
      restart();
      put_hours(24 * 9 + 8, 24 * 9 + 10);
      restart();
    } else {
      if (stop != Stop::never) restart();
      put_hours(24 * 9 + 8, 24 * 9 + 10);
    }
    ASSERT_TRUE(judge_->settle());
    put_hours(24 * 9 + 10, 24 * 10);
    EXPECT_GE(judge_->find(target())->trained_periods, 24U * 9 + 20);
    if (stop == Stop::never) {
      expected = bands(0, 24 * 10);
      EXPECT_GT(expected.size(), 24U * 8);
    } else {
      expect_same(expected, bands(0, 24 * 10));
    }
  }
}

TEST_F(JudgeTest, removing_a_detector_forgets_its_rebuild) {
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put_hours(24 * 7, 24 * 8);
  put_hours(0, 24 * 7);
  ASSERT_TRUE(judge_->tick(clock_.wall()));
  ASSERT_TRUE(judge_->remove(judge_->find(target())->spec.id));
  ASSERT_TRUE(judge_->settle());
  EXPECT_TRUE(judge_->list({}).empty());
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  EXPECT_EQ(judge_->find(target())->trained_periods, 24U * 8);
}

TEST_F(JudgeTest, excluded_ranges_are_not_learned) {
  for (int number = 0; number < 24 * 10; ++number) {
    put(number, number >= 24 * 5 && number < 24 * 6 ? 9000 : value_at(number));
  }
  DetectorChoices choices;
  choices.excluded = {{hour(24 * 5), hour(24 * 6)}};
  ASSERT_TRUE(judge_->put(target(), choices, {kHour}));
  for (const BandPoint& point : bands(24 * 6 + 1, 24 * 10)) {
    EXPECT_LT(limits_at(point.band, 2).upper, 400) << format_rfc3339(point.start);
  }
}

// The clocks of New York go back on 3 November 2013: 09:00 there is 13:00 UTC before, 14:00 after.
TEST_F(JudgeTest, a_season_is_learned_in_the_time_zone_of_the_detector) {
  constexpr int kClocksGoBack = 24 * 2 + 6;
  constexpr int kThird = 24 * 2;  // of November, the first day of the other time
  constexpr int kFifth = 24 * 4;
  const auto load_at = [](int number) {
    const int of_day = (number % 24 + 24) % 24;
    return (of_day == (number < kClocksGoBack ? 13 : 14) ? 500 : 100) + number * number % 5;
  };
  const auto holds = [&](int number) {
    const auto found = bands(number, number + 1);
    EXPECT_EQ(found.size(), 1U);
    // At k = 2 one ordinary value in twenty is outside.
    const auto limits = limits_at(found.at(0).band, 3);
    return limits.lower <= load_at(number) && load_at(number) <= limits.upper &&
           limits.upper - limits.lower < 200;  // it is expected, not merely not excluded
  };
  const auto learn = [&](bool with_zone, const auto& has_data) {
    TearDown();
    begin_anew();
    for (int number = -24 * 42; number <= kFifth + 14; ++number) {
      if (has_data(number)) put(number, load_at(number));
    }
    DetectorChoices choices;
    if (with_zone) choices.timezone = "America/New_York";
    ASSERT_TRUE(judge_->put(target(), choices, {kHour}));
  };
  for (const bool with_zone : {true, false}) {
    SCOPED_TRACE(with_zone ? "America/New_York" : "UTC");
    learn(with_zone, [](int /*number*/) { return true; });
    EXPECT_TRUE(holds(kThird - 24 + 13));
    EXPECT_EQ(holds(kThird + 13), with_zone);
    EXPECT_EQ(holds(kThird + 14), with_zone);
    // Nothing came on the first two days of the other time, from which a model without the zone
    // would have learned the new hour.
    learn(with_zone, [](int number) { return number < kClocksGoBack || number >= kFifth; });
    EXPECT_EQ(holds(kFifth + 13), with_zone);
    EXPECT_EQ(holds(kFifth + 14), with_zone);
  }
}

TEST_F(JudgeTest, bands_without_a_detector_are_those_a_detector_would_issue) {
  put_hours(0, 24 * 9);
  const auto ad_hoc = bands(24 * 8, 24 * 9);
  EXPECT_EQ(ad_hoc.size(), 24U);
  EXPECT_TRUE(judge_->list({}).empty());
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  expect_same(ad_hoc, bands(24 * 8, 24 * 9));
}

TEST_F(JudgeTest, the_learned_cadence_gives_a_detector_its_period) {
  ASSERT_TRUE(judge_->put(target(), {}, {}));
  put_hours(0, 24 * 3);
  const auto view = judge_->find(target());
  ASSERT_EQ(view->spec.periods, std::vector<Duration>{kHour});
  EXPECT_EQ(view->state, TrainingState::trained);
}

TEST_F(JudgeTest, needing_a_band_makes_a_default_detector_once_and_tells_of_it) {
  put_hours(0, 24 * 3);
  told_.all.clear();
  judge_->need_band(identity());
  judge_->need_band(identity());
  judge_->stop();  // ends when all that was asked for is done
  ASSERT_EQ(judge_->list({}).size(), 1U);
  ASSERT_FALSE(told_.all.empty());
  EXPECT_EQ(to_metric_ref(told_.all.front().key), kMetric);
}

TEST_F(JudgeTest, settling_waits_for_the_bands_that_are_needed) {
  put_hours(0, 24 * 40);
  told_.all.clear();
  judge_->need_band(identity());
  ASSERT_TRUE(judge_->settle());
  ASSERT_EQ(judge_->list({}).size(), 1U);
  EXPECT_EQ(judge_->find(target())->state, TrainingState::trained);
  EXPECT_FALSE(told_.all.empty());
}

TEST_F(JudgeTest, putting_again_keeps_the_id_and_replaces_the_choices) {
  const auto first = judge_->put(target(), {}, {kHour});
  DetectorChoices choices;
  choices.timezone = "Europe/Berlin";
  const auto second = judge_->put(target(), choices, {minutes(5)});
  ASSERT_TRUE(second);
  EXPECT_EQ(first->id, second->id);
  EXPECT_EQ(second->choices.timezone, "Europe/Berlin");
  EXPECT_EQ(second->periods, (std::vector<Duration>{minutes(5), kHour}));
  restart();
  EXPECT_EQ(judge_->find(target())->spec.choices.timezone, "Europe/Berlin");
}

TEST_F(JudgeTest, bad_choices_are_refused_by_name) {
  DetectorChoices choices;
  choices.timezone = "Mars/Olympus";
  EXPECT_NE(judge_->put(target(), choices, {}).error().what.find("Mars/Olympus"),
            std::string::npos);
  choices = {};
  choices.excluded = {{hour(2), hour(2)}};
  EXPECT_EQ(judge_->put(target(), choices, {}).error().code, Errc::invalid);
  choices.excluded.assign(11, {hour(1), hour(2)});
  EXPECT_NE(judge_->put(target(), choices, {}).error().what.find("limit 10"), std::string::npos);
}

TEST_F(JudgeTest, periods_that_no_model_has_are_refused_everywhere) {
  put_hours(0, 3);
  for (const Duration period : {Duration(0), Duration(hours(24 * 367)), Duration::max()}) {
    const auto made = judge_->put(target(), {}, {period});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Errc::invalid);
    const auto asked = judge_->bands(identity(period), hour(0), hour(3));
    ASSERT_FALSE(asked);
    EXPECT_NE(asked.error().what.find("31622400 s"), std::string::npos) << asked.error().what;
  }
  EXPECT_TRUE(judge_->list({}).empty());
}

TEST_F(JudgeTest, removing_an_unknown_detector_is_not_found) {
  EXPECT_EQ(judge_->remove("nope").error().code, Errc::not_found);
}

}  // namespace
}  // namespace tidemark::judge
