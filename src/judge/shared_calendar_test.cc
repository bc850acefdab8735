#include "judge/shared_calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/worker.h"
#include "judge/findings.h"
#include "judge/math/testing_share.h"
#include "judge/why.h"
#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

MetricRef job(const std::string& name) {
  MetricRef out = kMetric;
  out.dimensions[0].value = name;
  return out;
}
DetectorTarget watch(const std::string& name) {
  DetectorTarget out;
  out.metric = job(name);
  out.stat = *parse_statistic("Sum");
  return out;
}

bool fits(const json& match, const DetectorTarget& target, const Tags& tags = {}) {
  const auto made = shared_calendar_from_json({{"days", {"sat"}}, {"match", match}}, "closed");
  EXPECT_TRUE(made) << made.error().what;
  return made && matches(made->match, target, tags);
}

TEST(SharedCalendar, matches_where_all_holds_that_is_said) {
  const DetectorTarget etl = watch("etl-orders-eu");  // of Glue, called records
  EXPECT_TRUE(fits(json::object(), etl));
  EXPECT_TRUE(fits({{"namespace", "Glue"}, {"name", "records"}}, etl));
  EXPECT_FALSE(fits({{"namespace", "Glue"}, {"name", "record"}}, etl));
  EXPECT_FALSE(fits({{"namespace", "glue"}}, etl));
  EXPECT_TRUE(fits({{"dimensions", {{"Job", "etl-*"}}}}, etl));
  EXPECT_FALSE(fits({{"dimensions", {{"Job", "etl-*"}, {"Run", "*"}}}}, etl));
  EXPECT_FALSE(fits({{"tags", {{"owner", "*"}}}}, etl));
  EXPECT_TRUE(fits({{"tags", {{"owner", "*"}}}}, etl, {{"owner", ""}}));
  EXPECT_FALSE(fits({{"tags", {{"owner", "fin*"}}}}, etl, {{"owner", "ops"}}));
  EXPECT_FALSE(fits({{"name", "records"}, {"tags", {{"owner", "fin*"}}}}, etl));
}

TEST(SharedCalendar, a_star_is_any_run_of_characters_and_nothing_else_is_special) {
  const auto value = [](const char* pattern, const std::string& text) {
    return fits({{"dimensions", {{"Job", pattern}}}}, watch(text));
  };
  EXPECT_TRUE(value("*", ""));
  EXPECT_TRUE(value("*", "a"));
  EXPECT_TRUE(value("**a**", "a"));
  EXPECT_TRUE(value("*-eu", "etl-eu-eu"));
  EXPECT_TRUE(value("etl*eu*", "etl-x-eu"));
  EXPECT_FALSE(value("etl*eu", "etl-x-eu2"));
  EXPECT_FALSE(value("", "a"));
  EXPECT_FALSE(value("etl-?", "etl-a"));
  EXPECT_FALSE(value("etl.*", "etl-a"));
  EXPECT_TRUE(value("[a]*", "[a]b"));
  // What would take a naive matcher for ever.
  EXPECT_FALSE(value("*a*a*a*a*a*a*a*a*a*a*a*a*b", std::string(2000, 'a')));
}

TEST(SharedCalendar, of_metric_math_one_metric_must_fit) {
  const DetectorTarget share = testing_share("100 * errors / requests", kHour);
  EXPECT_TRUE(fits(json::object(), share));
  EXPECT_TRUE(fits({{"name", "errors"}}, share));
  EXPECT_FALSE(fits({{"name", "errors"}, {"namespace", "Shop"}}, share));
  EXPECT_FALSE(fits({{"name", "share"}}, share));
  EXPECT_TRUE(fits({{"tags", {{"owner", "a"}}}}, share, {{"owner", "a"}}));
}

std::string refusal(const json& from, const std::string& name = "closed") {
  const auto made = shared_calendar_from_json(from, name);
  return made ? "taken" : made.error().what;
}

TEST(SharedCalendar, what_is_wrong_is_refused_by_its_member) {
  const json all = json::object();
  EXPECT_EQ(refusal({{"days", {"sat"}}}), "match is required");
  EXPECT_EQ(refusal({{"days", {"sat"}}, {"match", 1}}), "match must be an object");
  EXPECT_EQ(match_from_json(json::parse("[", nullptr, false)).error().what,
            "match must be an object");
  EXPECT_EQ(refusal({{"days", {"sat"}}, {"match", {{"metric", "a"}}}}),
            "match.metric is no member of this");
  EXPECT_EQ(refusal({{"days", {"sat"}}, {"match", {{"dimensions", {"a"}}}}}),
            "match.dimensions must be an object of texts");
  EXPECT_EQ(refusal({{"days", {"sat"}}, {"match", {{"tags", {{"a", 1}}}}}}),
            "match.tags.a must be a text");
  EXPECT_EQ(refusal({{"days", "sat"}, {"match", all}}), "days must be a list");
  EXPECT_EQ(refusal({{"name", "open"}, {"days", {"sat"}}, {"match", all}}),
            "name must be 'closed', as it is called already");
  EXPECT_EQ(refusal({{"days", {"sat"}}, {"mute", 1}, {"match", all}}),
            "mute must be true or false");
  EXPECT_EQ(refusal({{"day", {"sat"}}, {"match", all}}), "day is no member of this");
  EXPECT_THAT(refusal({{"days", {"noday"}}, {"match", all}}),
              HasSubstr("calendar 'closed': day 'noday' is none of"));
  EXPECT_THAT(refusal({{"match", all}}), HasSubstr("calendar 'closed': day 'closed' is none of"));
  EXPECT_EQ(refusal({{"match", all}}, "holidays US"), "taken");
  EXPECT_EQ(refusal({{"days", {"sat"}}, {"match", all}}, std::string(65, 'n')),
            "a calendar's name has 1 to 64 bytes");
  EXPECT_EQ(refusal({{"days", {"sat"}}, {"match", {{"name", std::string(257, 'n')}}}}),
            "match.name has 257 bytes, limit 256");
}

TEST(SharedCalendar, an_answer_can_be_sent_back) {
  const auto made = shared_calendar_from_json(
      {{"days", {"sat", "12-25"}},
       {"mute", false},
       {"learn", true},
       {"match", {{"dimensions", {{"Job", "etl-*"}}}, {"tags", {{"owner", "finance"}}}}}},
      "closed");
  ASSERT_TRUE(made);
  EXPECT_EQ(*shared_calendar_from_json(shared_calendar_json(*made), "closed"), *made);
  EXPECT_EQ(*match_from_json(match_json(made->match)), made->match);
}

class SharedCalendarsTest : public JudgeTest {
 protected:
  static SharedCalendar calendar(const std::string& name,
                                 const std::vector<std::string>& days,
                                 const json& match = json::object()) {
    return *shared_calendar_from_json({{"days", days}, {"match", match}}, name);
  }
  void take_over(const SharedCalendar& given) {
    const auto put = judge_->put_calendar(given);
    ASSERT_TRUE(put) << put.error().what;
    ASSERT_TRUE(judge_->settle());
  }
  DetectorSpec spec_of(const std::string& name) { return judge_->find(watch(name))->spec; }
  /// Names of what it inherits.
  std::vector<std::string> inherited(const std::string& name) {
    std::vector<std::string> out;
    for (const CalendarUse& use : spec_of(name).inherited)
      out.push_back(use.calendar.name);
    return out;
  }
  void watch_all(std::initializer_list<const char*> names) {
    for (const char* name : names)
      ASSERT_TRUE(judge_->put(watch(name), {}, {kHour}));
  }
  std::size_t pending() {
    std::size_t out = 0;
    for (const CalendarView& view : judge_->calendar_views())
      out += view.pending;
    return out;
  }
};

TEST_F(SharedCalendarsTest, are_of_the_detectors_that_match_now_and_later) {
  watch_all({"etl-a", "etl-b", "ml-x"});
  take_over(calendar("closed", {"sat"}, {{"dimensions", {{"Job", "etl-*"}}}}));
  EXPECT_THAT(inherited("etl-a"), ElementsAre("closed"));
  EXPECT_THAT(inherited("etl-b"), ElementsAre("closed"));
  EXPECT_THAT(inherited("ml-x"), IsEmpty());
  EXPECT_EQ(spec_of("etl-a").revision, 2U);
  EXPECT_EQ(spec_of("ml-x").revision, 1U);
  EXPECT_TRUE(spec_of("etl-a").choices.own.calendars.empty());
  watch_all({"etl-c"});
  EXPECT_THAT(inherited("etl-c"), ElementsAre("closed"));
  EXPECT_EQ(spec_of("etl-c").revision, 1U);
  ASSERT_EQ(judge_->calendar_views().size(), 1U);
  EXPECT_EQ(judge_->calendar_views()[0].detectors, 3U);
  EXPECT_EQ(judge_->calendar_views()[0].pending, 0U);

  // A change takes effect on all of them, one that says the same on none.
  const auto sequence = store_->sequence();
  take_over(calendar("closed", {"sat"}, {{"dimensions", {{"Job", "etl-*"}}}}));
  EXPECT_EQ(store_->sequence(), sequence);
  take_over(calendar("closed", {"sat", "sun"}, {{"dimensions", {{"Job", "*-x"}}}}));
  EXPECT_THAT(inherited("etl-a"), IsEmpty());
  EXPECT_THAT(inherited("ml-x"), ElementsAre("closed"));
  EXPECT_EQ(spec_of("etl-a").revision, 3U);
  ASSERT_TRUE(judge_->remove_calendar("closed"));
  ASSERT_TRUE(judge_->settle());
  EXPECT_THAT(inherited("ml-x"), IsEmpty());
  EXPECT_EQ(judge_->remove_calendar("closed").error().code, Errc::not_found);
}

TEST_F(SharedCalendarsTest, a_tag_makes_a_detector_match) {
  take_over(calendar("closed", {"sat"}, {{"tags", {{"owner", "fin*"}}}}));
  watch_all({"a"});
  EXPECT_THAT(inherited("a"), IsEmpty());
  DetectorChoices choices;
  choices.own.tags = {{"owner", "finance"}};
  ASSERT_TRUE(judge_->put(watch("a"), choices, {}));
  EXPECT_THAT(inherited("a"), ElementsAre("closed"));
  EXPECT_EQ(spec_of("a").revision, 2U);  // it bears on its bands now
  ASSERT_TRUE(judge_->put(watch("a"), {}, {}));
  EXPECT_THAT(inherited("a"), IsEmpty());
}

TEST_F(SharedCalendarsTest, a_calendar_of_its_own_of_that_name_wins) {
  take_over(calendar("closed", {"sat"}));
  take_over(calendar("feast", {"12-25"}));
  DetectorChoices choices;
  choices.own.calendars.push_back({{"closed", {"sun"}}, false, true});
  ASSERT_TRUE(judge_->put(watch("a"), choices, {kHour}));
  EXPECT_THAT(inherited("a"), ElementsAre("feast"));
  const DetectorChoices judged = judging_choices(spec_of("a"));
  ASSERT_EQ(judged.own.calendars.size(), 2U);
  EXPECT_EQ(judged.own.calendars[0], choices.own.calendars[0]);
  ASSERT_TRUE(judge_->put(watch("a"), {}, {}));
  EXPECT_THAT(inherited("a"), ElementsAre("closed", "feast"));
}

// The bands are those that the same calendar gives as the detector's own, to the bit; also through
// a restart with the note in the log alone, and one with it in the checkpoint.
TEST_F(SharedCalendarsTest, bands_are_as_with_a_calendar_of_its_own) {
  const SharedCalendar closed = calendar("closed", {"sat", "sun"});
  DetectorChoices own;
  own.own.calendars.push_back(closed.use);
  ASSERT_TRUE(judge_->put(target(), own, {kHour}));
  put_hours(0, 24 * 16);
  const auto wanted = bands(24 * 8, 24 * 16);
  const auto plain =
      *judge_->bands({identity().queries, std::chrono::minutes(30)}, hour(0), hour(1));
  TearDown();
  begin_anew();
  ASSERT_TRUE(judge_->put_calendar(closed));
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put_hours(0, 24 * 9);
  restart();
  EXPECT_THAT(inherited("etl"), ElementsAre("closed"));
  put_hours(24 * 9, 24 * 12);
  ASSERT_TRUE(store_->flush());
  restart();
  EXPECT_THAT(inherited("etl"), ElementsAre("closed"));
  put_hours(24 * 12, 24 * 16);
  const auto got = bands(24 * 8, 24 * 16);
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_EQ(got[i].band, wanted[i].band) << i;
  // A period that no model is kept for is replayed by the same calendars.
  const BandIdentity half{identity().queries, std::chrono::minutes(30)};
  EXPECT_EQ(judge_->bands(half, hour(0), hour(1))->points.size(), plain.points.size());
}

TEST_F(SharedCalendarsTest, mute_and_receipts_name_them_and_know_former_ones) {
  put_hours(0, 24 * 28);
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  const auto friday = 24 * 28;  // 2013-11-29
  put(friday + 2, 900);
  put_hours(friday + 3, friday + 5);
  const FindingBook::Deps deps{*judge_, *store_, *control_, clock_};
  const auto before = FindingBook(deps).list({});
  ASSERT_EQ(before->size(), 1U);
  const std::string id = to_id(before->front().ref);
  take_over(calendar("black friday", {"2013-11-29"}));
  put(friday + 5, 900);
  put_hours(friday + 6, friday + 24);
  EXPECT_EQ(FindingBook(deps).list({})->size(), 1U);  // the second is on a muted day
  put(friday + 26, 900);
  put_hours(friday + 27, friday + 30);
  auto after = FindingBook(deps).list({});
  std::erase_if(*after, [](const FindingView& view) { return view.finding.value != 900; });
  ASSERT_EQ(after->size(), 2U);
  // The first is of the choices before, the second of those with the calendar.
  const auto first = explain(deps, id);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->reproduced) << first->difference;
  EXPECT_EQ(json::parse(to_json(first->receipt))["inherited"], json::array());
  const auto second = explain(deps, to_id(after->front().ref));
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->reproduced) << second->difference;
  const json receipt = json::parse(to_json(second->receipt));
  EXPECT_EQ(receipt["revision"], 2);
  EXPECT_EQ(receipt["inherited"][0]["name"], "black friday");
  EXPECT_EQ(receipt["choices"]["calendars"], json::array());
  EXPECT_THAT(second->sureness, HasSubstr("calendar 'black friday', which it inherits"));
}

TEST_F(SharedCalendarsTest, metric_math_inherits_as_well) {
  const DetectorTarget share = testing_share("100 * errors / requests", kHour);
  ASSERT_TRUE(judge_->put(share, {}, {}));
  take_over(calendar("closed", {"sat"}, {{"name", "requests"}}));
  EXPECT_EQ(judge_->find(share)->spec.inherited.size(), 1U);
  EXPECT_EQ(judge_->find(share)->spec.revision, 2U);
}

// Stopped before the detectors have taken it over: the next start goes on.
TEST_F(SharedCalendarsTest, what_was_under_way_goes_on_after_a_restart) {
  put_hours(0, 24 * 3);
  watch_all({"etl", "b", "c", "d"});
  {
    // The detectors cannot be changed while a command holds them; stop() ends what waits.
    ASSERT_TRUE(judge_->put_calendar(calendar("closed", {"sat"})));
    restart();
  }
  ASSERT_TRUE(judge_->settle());
  EXPECT_EQ(pending(), 0U);
  for (const char* name : {"etl", "b", "c", "d"}) {
    EXPECT_THAT(inherited(name), ElementsAre("closed"));
    EXPECT_EQ(spec_of(name).revision, 2U) << "taken over once";
  }
}

TEST_F(SharedCalendarsTest, two_at_once_end_as_if_one_had_come_after_the_other) {
  put_hours(0, 24 * 3);
  watch_all({"etl", "b"});
  Worker one("tm-test-one"), two("tm-test-two"), own("tm-test-own");
  const auto change = [this](const char* name) {
    for (int round = 0; round < 5; ++round) {
      EXPECT_TRUE(judge_->put_calendar(calendar(name, {round % 2 == 0 ? "sat" : "sun"})));
      if (round != 2) continue;
      EXPECT_TRUE(judge_->remove_calendar(name));
    }
  };
  one.post([&change] { change("one"); });
  two.post([&change] { change("two"); });
  own.post([this] {
    for (int round = 1; round <= 5; ++round) {
      DetectorChoices choices;
      choices.own.width = round;
      EXPECT_TRUE(judge_->put(watch("b"), choices, {}));
    }
  });
  for (Worker* worker : {&one, &two, &own})
    worker->stop();
  ASSERT_TRUE(judge_->settle());
  EXPECT_EQ(pending(), 0U);
  EXPECT_THAT(inherited("etl"), ElementsAre("one", "two"));
  EXPECT_THAT(inherited("b"), ElementsAre("one", "two"));
  EXPECT_EQ(spec_of("b").choices.own.width, 5);
  // Log and documents say the same: a restart has nothing to mend.
  const DetectorSpec etl = spec_of("etl"), b = spec_of("b");
  restart();
  ASSERT_TRUE(judge_->settle());
  EXPECT_EQ(spec_of("etl"), etl);
  EXPECT_EQ(spec_of("b"), b);
}

TEST_F(SharedCalendarsTest, those_of_the_file_are_the_file_s_alone) {
  watch_all({"a"});
  take_over(calendar("closed", {"sun"}));
  ASSERT_TRUE(judge_->set_configured_calendars({calendar("closed", {"sat"})}));
  ASSERT_TRUE(judge_->settle());
  EXPECT_EQ(spec_of("a").inherited[0].calendar.days, std::vector<std::string>{"sat"});
  EXPECT_EQ(judge_->put_calendar(calendar("closed", {"sun"})).error().code, Errc::exists);
  EXPECT_EQ(judge_->remove_calendar("closed").error().what,
            "calendar 'closed' stands in the configuration file: it is changed there");
  take_over(calendar("by hand", {"sun"}));
  restart();
  const auto sequence = store_->sequence();
  ASSERT_TRUE(judge_->set_configured_calendars({calendar("closed", {"sat"})}));
  ASSERT_TRUE(judge_->settle());
  EXPECT_EQ(store_->sequence(), sequence) << "said again it is nothing";
  ASSERT_TRUE(judge_->set_configured_calendars({}));
  ASSERT_TRUE(judge_->settle());
  EXPECT_THAT(inherited("a"), ElementsAre("by hand"));
}

TEST_F(SharedCalendarsTest, there_may_be_twenty) {
  for (std::size_t i = 0; i < kSharedCalendarsMax; ++i)
    ASSERT_TRUE(judge_->put_calendar(calendar("c" + std::to_string(i), {"sat"})));
  const auto refused = judge_->put_calendar(calendar("one more", {"sat"}));
  EXPECT_EQ(refused.error().code, Errc::limit);
  EXPECT_EQ(refused.error().what, "there may be 20 calendars with a match, not 21");
  ASSERT_TRUE(judge_->put_calendar(calendar("c3", {"sun"})));  // in place of one
  ASSERT_TRUE(judge_->clear());
  EXPECT_TRUE(judge_->calendar_views().empty());
  restart();
  EXPECT_TRUE(judge_->calendar_views().empty());
}

TEST(SharedCalendar, a_document_from_before_there_were_any_is_read) {
  DetectorSpec spec;
  spec.id = "id";
  spec.target = watch("a");
  spec.former.push_back({1, {}, {}});
  spec.revision = 2;
  auto old = json::parse(to_json(spec));
  old.erase("inherited");
  old["former"][0].erase("inherited");
  EXPECT_EQ(*detector_spec_from_json(old.dump()), spec);
  spec.inherited.push_back({{"closed", {"sat"}}, true, false});
  spec.former[0].inherited.push_back({{"closed", {"sun"}}, false, true});
  EXPECT_EQ(*detector_spec_from_json(to_json(spec)), spec);
}

}  // namespace
}  // namespace tidemark::judge
