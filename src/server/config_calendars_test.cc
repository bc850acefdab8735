#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/config_text_test.h"

namespace tidemark::server {
namespace {

using ::testing::HasSubstr;

std::string refusal(const std::string& content) {
  const auto made = read_config_text(content);
  return made ? "taken" : made.error().what;
}

constexpr const char* kFile = R"(
calendars:
  plain: [sat]
  as a map: {days: [sun]}
  bank holidays:
    days: [holidays US, "12-24"]
    mute: true
    learn: true
    match: {namespace: Glue, name: "rec*", dimensions: {JobName: "etl-*", Cost: 7}, tags: {owner: finance}}
  holidays DE: {match: {}}
detectors:
  - {namespace: Glue, name: records, stat: Sum, tags: {owner: finance, cost: 7},
     dimensions: {JobName: etl-a, Cost: 7}, calendars: [plain, as a map]}
  - {namespace: Glue, name: records, stat: Sum, dimensions: {JobName: ml-x}, calendars: [bank holidays]}
)";

TEST(ConfiguredCalendars, those_with_a_match_are_for_all_that_do) {
  const auto made = read_config_text(kFile);
  ASSERT_TRUE(made) << made.error().what;
  ASSERT_EQ(made->calendars.size(), 2U);
  const judge::SharedCalendar& bank = made->calendars[0];
  EXPECT_EQ(bank.use,
            (judge::CalendarUse{{"bank holidays", {"holidays US", "12-24"}}, true, true}));
  EXPECT_EQ(bank.match,
            (judge::CalendarMatch{
                "Glue", "rec*", {{"Cost", "7"}, {"JobName", "etl-*"}}, {{"owner", "finance"}}}));
  const judge::SharedCalendar& all = made->calendars[1];
  EXPECT_EQ(all.use, (judge::CalendarUse{{"holidays DE", {"holidays DE"}}, true, false}));
  EXPECT_EQ(all.match, judge::CalendarMatch{});
  // Detectors may name any of them as well, and tags are texts.
  ASSERT_EQ(made->detectors.size(), 2U);
  EXPECT_EQ(made->detectors[0].choices.own.tags,
            (judge::Tags{{"cost", "7"}, {"owner", "finance"}}));
  EXPECT_EQ(made->detectors[0].choices.own.calendars[1].calendar.days,
            std::vector<std::string>{"sun"});
  EXPECT_EQ(made->detectors[1].choices.own.calendars[0].calendar, bank.use.calendar);
}

// `detect --detector-config` must see the calendars that the server's detector would.
TEST(ConfiguredCalendars, choices_of_a_detector_of_the_file_hold_those_that_match_it) {
  testing::FaultyFiles files;
  auto file = files.create("t.yaml");
  ASSERT_TRUE((*file)->append(kFile));
  const auto first = configured_choices(files, "t.yaml", "Glue/records{Cost=7,JobName=etl-a} Sum");
  ASSERT_TRUE(first) << first.error().what;
  std::vector<std::string> names;
  for (const judge::CalendarUse& use : first->own.calendars)
    names.push_back(use.calendar.name);
  EXPECT_EQ(names, (std::vector<std::string>{"plain", "as a map", "bank holidays", "holidays DE"}));
  const auto second = configured_choices(files, "t.yaml", "Glue/records{JobName=ml-x} Sum");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->own.calendars.size(), 2U);  // its own wins, and that of all
}

TEST(ConfiguredCalendars, mistakes_are_told_with_their_place) {
  EXPECT_THAT(refusal("calendars: {a: {days: [sat], mute: false}}"),
              HasSubstr("t.yaml:1:36: without a match, mute and learn stand at the detectors"));
  EXPECT_THAT(refusal("calendars: {a: {days: [sat], match: }}"), HasSubstr("{} is all detectors"));
  EXPECT_THAT(refusal("calendars: {a: {days: [sat], match: {metric: b}}}"),
              HasSubstr("unknown key 'metric'"));
  EXPECT_THAT(refusal("calendars: {a: {days: [noday], match: {}}}"),
              HasSubstr("calendar 'a': day 'noday' is none of"));
  EXPECT_THAT(refusal("calendars: {a: {days: [sat], match: {tags: [b]}}}"),
              HasSubstr("t.yaml:1:44: expected keys with values"));
  EXPECT_THAT(refusal("calendars: {a: {day: [sat]}}"), HasSubstr("did you mean 'days'?"));
  EXPECT_THAT(refusal("calendars: {a: 5}"), HasSubstr("expected a list"));
  EXPECT_THAT(refusal("calendars: {a: }"), HasSubstr("expected a list"));
  std::string many = "calendars: {";
  for (int i = 0; i < 21; ++i)
    many += "c" + std::to_string(i) + ": {days: [sat], match: {}}, ";
  EXPECT_THAT(refusal(many + "}"), HasSubstr("there may be 20 calendars with a match"));
  EXPECT_THAT(refusal("detectors: [{namespace: a, name: b, stat: Sum, tags: [c]}]"),
              HasSubstr("t.yaml:1:54: expected keys with values"));
  EXPECT_THAT(refusal("detectors: [{namespace: a, name: b, stat: Sum, tags: {\"\": c}}]"),
              HasSubstr("t.yaml:1:13: tags: a key has 1 to 128 bytes"));
}

}  // namespace
}  // namespace tidemark::server
