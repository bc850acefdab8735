#include "judge/findings.h"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "judge/why.h"
#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr int kDays = 28;
constexpr int kEnd = 24 * kDays;

class FindingsTest : public JudgeTest {
 protected:
  FindingBook book() { return FindingBook({*judge_, *store_, *control_, clock_}); }
  FindingBook::Deps deps() { return {*judge_, *store_, *control_, clock_}; }

  std::vector<FindingView> found(bool with_replay = false) {
    FindingQuery query;
    query.with_replay = with_replay;
    query.limit = 1000;
    auto out = book().list(query);
    EXPECT_TRUE(out) << out.error().what;
    return out ? *out : std::vector<FindingView>();
  }
  /// Four weeks, then a detector: what comes from here on is judged.
  void learn_and_watch(DetectorChoices choices = {}) {
    put_hours(0, kEnd);
    const auto put = judge_->put(target(), std::move(choices), {kHour});
    ASSERT_TRUE(put) << put.error().what;
  }
  /// One hour far outside, and the next one, so that it closes.
  void put_spike(int number, double value) {
    put(number, value);
    put(number + 1, value_at(number + 1));
  }
};

TEST_F(FindingsTest, a_period_outside_of_its_band_is_one_finding_and_survives_flush_and_restart) {
  learn_and_watch();
  put_spike(kEnd, 900);
  const auto first = found();
  ASSERT_EQ(first.size(), 1U);
  const FindingView& view = first.front();
  EXPECT_EQ(view.ref.at, hour(kEnd));
  EXPECT_EQ(view.finding.value, 900);
  EXPECT_EQ(view.finding.kind, FindingKind::spike);
  EXPECT_EQ(view.finding.began, hour(kEnd));
  EXPECT_GE(view.finding.score, 0.5);
  EXPECT_FALSE(view.finding.replay);
  EXPECT_LT(view.limits.upper, 900);
  EXPECT_EQ(view.band, bands(kEnd, kEnd + 1).front().band);
  EXPECT_FALSE(view.retracted);
  ASSERT_TRUE(store_->flush());
  put_spike(kEnd + 3, 5);
  restart();
  const auto again = found();
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[1].finding, view.finding);
  EXPECT_EQ(again[0].finding.kind, FindingKind::dip);
  EXPECT_EQ(book().find(to_id(view.ref)).value().finding, view.finding);
}

TEST_F(FindingsTest, a_level_that_stays_is_named_and_dated_back_to_its_beginning) {
  learn_and_watch();
  for (int i = 0; i < 6; ++i)
    put(kEnd + i, 900);
  put(kEnd + 6, value_at(kEnd + 6));
  const auto last = book().find(to_id({judge_->find(target())->spec.id, kHour, hour(kEnd + 4)}));
  ASSERT_TRUE(last);
  EXPECT_EQ(last->finding.kind, FindingKind::level_shift);
  EXPECT_EQ(last->finding.began, hour(kEnd));
}

TEST_F(FindingsTest, a_constant_that_stays_elsewhere_is_named_once) {
  for (int number = 0; number < kEnd; ++number)
    put(number, 5);
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  for (int i = 0; i < 24; ++i) {
    put(kEnd + i, 6);
    if (i == 2) restart();
  }
  auto all = found();
  std::erase_if(all,
                [](const auto& each) { return each.finding.kind != FindingKind::level_shift; });
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].ref.at, hour(kEnd + 4));
  EXPECT_EQ(all[0].finding.began, hour(kEnd));
  EXPECT_LE(bands(kEnd + 5, kEnd + 6).front().band.expected, 6.001);
  EXPECT_GE(bands(kEnd + 5, kEnd + 6).front().band.expected, 5.999);
  const auto why = explain(deps(), to_id(all[0].ref));
  ASSERT_TRUE(why) << why.error().what;
  EXPECT_TRUE(why->reproduced) << why->difference;
  EXPECT_NE(why->sentence.find("the level has changed"), std::string::npos) << why->sentence;
}

TEST_F(FindingsTest, history_that_is_replayed_gives_findings_that_are_marked_so) {
  put_hours(0, kEnd);
  put_spike(kEnd, 900);
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  EXPECT_TRUE(found().empty());
  const auto spike = book().find(to_id({judge_->find(target())->spec.id, kHour, hour(kEnd)}));
  ASSERT_TRUE(spike);
  EXPECT_TRUE(spike->finding.replay);
  EXPECT_FALSE(found(true).empty());
}

TEST_F(FindingsTest, one_side_only_when_only_one_is_watched) {
  DetectorChoices choices;
  choices.own.watch = Watch::below;
  learn_and_watch(choices);
  put_spike(kEnd, 900);
  EXPECT_TRUE(found().empty());
  put_spike(kEnd + 4, 1);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(FindingsTest, a_least_deviation_keeps_small_ones_quiet) {
  DetectorChoices choices;
  choices.own.min_deviation = 5000;
  learn_and_watch(choices);
  put_spike(kEnd, 900);
  for (const FindingView& view : found())
    EXPECT_EQ(view.finding.kind, FindingKind::unusual_level);  // by score, inside of its band
}

// Mute and learn are two choices: four excluded ranges, one of each kind, the same spikes in each.
TEST_F(FindingsTest, mute_and_learn_are_chosen_apart) {
  DetectorChoices choices;
  for (int i = 0; i < 4; ++i) {
    choices.excluded.push_back(
        {hour(kEnd + 24 * i), hour(kEnd + 24 * i + 12), (i & 1) != 0, (i & 2) != 0});
  }
  learn_and_watch(choices);
  for (int number = kEnd; number < kEnd + 24 * 4; ++number)
    put(number, number % 24 == 6 ? 900 : value_at(number));
  std::set<Timestamp> at;
  for (const FindingView& view : found()) {
    if (view.finding.value == 900) at.insert(view.ref.at);
  }
  EXPECT_TRUE(at.contains(hour(kEnd + 6)));
  EXPECT_FALSE(at.contains(hour(kEnd + 24 + 6)));
  EXPECT_TRUE(at.contains(hour(kEnd + 48 + 6)));
  EXPECT_FALSE(at.contains(hour(kEnd + 72 + 6)));
}

TEST_F(FindingsTest, a_calendar_mutes_its_days_in_the_time_zone_of_the_detector) {
  // kEnd is 2013-11-29T00:00Z; in New York that is the evening of the 28th, Thanksgiving.
  ASSERT_EQ(format_rfc3339(hour(kEnd)), "2013-11-29T00:00:00Z");
  DetectorChoices choices;
  choices.timezone = "America/New_York";
  choices.own.calendars.push_back({{"holidays", {"4th thu of nov"}}, true, false});
  learn_and_watch(choices);
  put_spike(kEnd + 2, 900);
  EXPECT_TRUE(found().empty());
  put_hours(kEnd + 4, kEnd + 8);
  put_spike(kEnd + 8, 900);
  EXPECT_EQ(found().size(), 1U);
}

TEST_F(FindingsTest, late_data_take_a_finding_back_and_keep_what_was_known_then) {
  learn_and_watch();
  put_spike(kEnd, 3);
  ASSERT_EQ(found().size(), 1U);
  put_at(hour(kEnd) + minutes(30), value_at(kEnd) - 3);  // the rest of that hour
  const auto all = found();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].finding.value, 3);
  EXPECT_EQ(all[0].value_now, value_at(kEnd));
  EXPECT_TRUE(all[0].retracted);
  EXPECT_FALSE(all[0].finding.late);
}

TEST_F(FindingsTest, late_data_raise_a_finding_that_was_ordinary_at_first) {
  learn_and_watch();
  put(kEnd, value_at(kEnd));
  put(kEnd + 1, value_at(kEnd + 1));
  EXPECT_TRUE(found().empty());
  put_at(hour(kEnd) + minutes(30), 800);  // the job reported twice
  const auto all = found();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(all[0].finding.late);
  EXPECT_EQ(all[0].finding.value, value_at(kEnd) + 800);
  const auto why = explain(deps(), to_id(all[0].ref));
  ASSERT_TRUE(why);
  EXPECT_NE(why->sentence.find("late"), std::string::npos) << why->sentence;
}

// A verdict of "real" is worth an exclusion of that period: the bands after it are the same to the
// bit as those of a detector that was told beforehand.
TEST_F(FindingsTest, real_and_known_leave_the_training_set) {
  std::vector<BandPoint> expected;
  for (const auto verdict :
       {std::optional<Verdict>(), std::optional(Verdict::real), std::optional(Verdict::known)}) {
    TearDown();
    begin_anew();
    DetectorChoices choices;
    if (!verdict) choices.excluded.push_back({hour(kEnd), hour(kEnd + 1), false, false});
    learn_and_watch(choices);
    put_spike(kEnd, 900);
    const std::string id = to_id({judge_->find(target())->spec.id, kHour, hour(kEnd)});
    if (verdict) {
      ASSERT_TRUE(book().judge(id, *verdict, "sent twice by the upstream"));
      EXPECT_EQ(book().find(id)->verdict->comment, "sent twice by the upstream");
    }
    put_hours(kEnd + 2, kEnd + 24);
    const auto after = bands(kEnd + 4, kEnd + 24);
    ASSERT_EQ(after.size(), 20U);
    if (!verdict) {
      expected = after;
    } else {
      for (std::size_t i = 0; i < after.size(); ++i)
        EXPECT_EQ(after[i].band, expected[i].band);
    }
  }
}

TEST_F(FindingsTest, expected_widens_the_band_of_that_slot_and_can_be_taken_back) {
  learn_and_watch();
  put_spike(kEnd, 900);
  put_hours(kEnd + 2, kEnd + 24);
  const std::string id = to_id(found().front().ref);
  const auto reach = [&](int number) {
    return limits_at(bands(number, number + 1).front().band, 3).upper;
  };
  ASSERT_TRUE(book().judge(id, Verdict::expected, ""));
  put_hours(kEnd + 24, kEnd + 25);
  put_hours(kEnd + 25, kEnd + 48);
  const double widened = reach(kEnd + 47);
  ASSERT_TRUE(book().take_back(id));
  EXPECT_FALSE(book().find(id)->verdict);
  put_hours(kEnd + 48, kEnd + 72);
  EXPECT_LT(reach(kEnd + 71), widened);
  EXPECT_TRUE(judge_->find(target())->spec.marks.empty());
}

TEST_F(FindingsTest, reviewed_changes_nothing_and_a_missed_window_makes_it_more_sensitive) {
  learn_and_watch();
  put_spike(kEnd, 900);
  const std::string id = to_id(found().front().ref);
  const auto before = judge_->find(target())->spec;
  ASSERT_TRUE(book().judge(id, Verdict::reviewed, ""));
  EXPECT_EQ(judge_->find(target())->spec, before);
  EXPECT_EQ(book().judge(id, Verdict::missed, "").error().code, Errc::invalid);
  ASSERT_TRUE(book().missed(target(), hour(kEnd + 3), hour(kEnd + 5)));
  EXPECT_LT(finding_width(judge_->find(target())->spec), finding_width(before));
  EXPECT_EQ(book().missed(target(), hour(5), hour(5)).error().code, Errc::invalid);
}

TEST_F(FindingsTest, a_receipt_is_computed_again_to_the_same_bytes) {
  DetectorChoices choices;
  choices.excluded.push_back({hour(24 * 5), hour(24 * 6)});
  learn_and_watch(choices);
  put_spike(kEnd, 900);
  put_hours(kEnd + 2, kEnd + 30);
  put_spike(kEnd + 30, 2);
  // Other choices since then: the receipt is of those that were in force.
  choices.adaptation = AdaptationSpeed::fast;
  ASSERT_TRUE(judge_->put(target(), choices, {kHour}));
  for (const FindingView& view : found()) {
    const auto why = explain(deps(), to_id(view.ref));
    ASSERT_TRUE(why) << why.error().what;
    ASSERT_TRUE(why->recomputed);
    EXPECT_EQ(to_json(*why->recomputed), to_json(why->receipt));
    EXPECT_TRUE(why->reproduced) << why->difference;
    EXPECT_EQ(why->receipt.revision, 1U);
    EXPECT_EQ(why->same_slot.size(), 4U);  // of the four weeks that are stored
    EXPECT_EQ(why->slot_step, Explanation::SlotStep::week);
  }
}

TEST_F(FindingsTest, an_explanation_says_what_differs_after_late_data) {
  learn_and_watch();
  put_spike(kEnd, 900);
  put_at(hour(kEnd - 30) + minutes(1), 50);  // history has changed under it
  const auto why = explain(deps(), to_id(found().back().ref));
  ASSERT_TRUE(why);
  EXPECT_FALSE(why->reproduced);
  EXPECT_FALSE(why->difference.empty());
}

TEST_F(FindingsTest, a_value_that_is_stuck_inside_of_its_band_is_told_once) {
  const auto noisy = [](int number) {
    return 100 +
           static_cast<double>(static_cast<std::uint32_t>(number) * 2'654'435'761U >> 20U) / 99;
  };
  for (int number = 0; number < kEnd; ++number)
    put(number, noisy(number));
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  for (int number = kEnd; number < kEnd + 18; ++number) {
    put(number, number < kEnd + 8 ? noisy(number) : 120);
    if (number == kEnd + 14) restart();
  }
  auto all = found();
  std::erase_if(all, [](const auto& each) { return each.finding.kind != FindingKind::flat_line; });
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].finding.began, hour(kEnd + 8));
  EXPECT_EQ(all[0].ref.at, hour(kEnd + 13));
  EXPECT_GE(all[0].finding.score, 0.5);
  EXPECT_LT(all[0].finding.value, all[0].limits.upper);
  EXPECT_GT(all[0].finding.value, all[0].limits.lower);
  const auto why = explain(deps(), to_id(all[0].ref));
  ASSERT_TRUE(why) << why.error().what;
  EXPECT_TRUE(why->reproduced) << why->difference;
  EXPECT_NE(why->sentence.find("has not changed at all"), std::string::npos) << why->sentence;
}

TEST_F(FindingsTest, unknown_ids_are_not_found) {
  learn_and_watch();
  for (const char* id :
       {"", "x", "a.b.c", "a.3600.0", "..", "a.0.0", "a.3600.99999999999999999999"}) {
    EXPECT_EQ(book().find(id).error().code, Errc::not_found) << id;
  }
  const FindingRef ref{"a.b", kHour, hour(3)};
  EXPECT_EQ(parse_finding_id(to_id(ref)), ref);
}

TEST(Severity, has_its_borders_at_seven_and_nine_tenths) {
  const std::pair<double, std::string_view> table[] = {{0, "low"},
                                                       {0.5, "low"},
                                                       {std::nextafter(0.7, 0), "low"},
                                                       {0.7, "medium"},
                                                       {std::nextafter(0.9, 0), "medium"},
                                                       {0.9, "high"},
                                                       {1, "high"}};
  for (const auto& [score, word] : table)
    EXPECT_EQ(to_text(severity_of(score)), word) << score;
}

TEST(DetectorRevisions, former_choices_answer_for_their_revisions) {
  DetectorSpec spec;
  spec.revision = 5;
  spec.choices.own.width = 4;
  DetectorChoices first, second;
  first.own.width = 1;
  second.own.width = 2;
  spec.former = {{2, first, {}}, {4, second, {}}};
  spec.marks = {{Timestamp::from_s(0), Timestamp::from_s(1), Mark::Effect::missed, "", 2},
                {Timestamp::from_s(0), Timestamp::from_s(1), Mark::Effect::missed, "", 4}};
  EXPECT_EQ(at_revision(spec, 1)->choices.own.width, 1);
  EXPECT_EQ(at_revision(spec, 1)->marks.size(), 0U);
  EXPECT_EQ(at_revision(spec, 2)->choices.own.width, 1);
  EXPECT_EQ(at_revision(spec, 3)->choices.own.width, 2);
  EXPECT_EQ(at_revision(spec, 3)->marks.size(), 1U);
  EXPECT_EQ(at_revision(spec, 5)->choices.own.width, 4);
  EXPECT_NEAR(finding_width(spec), 4 * 0.81, 1e-12);
}

}  // namespace
}  // namespace tidemark::judge
