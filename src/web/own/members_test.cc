#include "web/own/members.h"

#include <gtest/gtest.h>

#include "web/own/choices_form.h"

namespace tidemark::web::own {
namespace {

TEST(Members, the_first_that_is_not_known_is_refused_by_its_name) {
  EXPECT_FALSE(refuse_unknown({{"k", 1}, {"was", 2}}, kWidthMembers));
  EXPECT_FALSE(refuse_unknown(json::object(), kWidthMembers));
  const auto refusal = refuse_unknown({{"k", 1}, {"waz", 2}}, kWidthMembers);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 400);
  EXPECT_EQ(refusal->code, "invalid_field");
  EXPECT_EQ(refusal->field, "waz");
  EXPECT_EQ(refusal->message, "waz is no member of this; did you mean 'was'?");
  EXPECT_EQ(refuse_unknown({{"width", 1}}, kWidthMembers)->message,
            "width is no member of this; known are k, was");
  EXPECT_EQ(refuse_unknown({{std::string(5000, 'a'), 1}}, kWidthMembers)->field.size(), 60U);
}

ApiError refused(const char* choices) {
  const auto read = read_choices(json::parse(choices), {});
  return read ? ApiError{200, "taken", "taken", "taken"} : read.error();
}
std::string field_of(const char* choices) {
  return refused(choices).field;
}
std::string message_of(const char* choices) {
  return refused(choices).message;
}

TEST(ChoicesForm, an_unknown_choice_is_refused_wherever_it_lies) {
  EXPECT_EQ(message_of(R"({"widht": 2})"),
            "choices.widht is no member of this; did you mean 'width'?");
  EXPECT_EQ(field_of(R"({"widht": 2})"), "choices.widht");
  EXPECT_EQ(field_of(R"({"excluded": [{"from": "2026-01-01T00:00:00Z",
                                       "to": "2026-01-02T00:00:00Z", "mut": true}]})"),
            "choices.excluded[0].mut");
  EXPECT_EQ(field_of(R"({"calendars": [{"name": "sun"}, {"name": "sat", "day": ["sat"]}]})"),
            "choices.calendars[1].day");
  // Keys of tags are people's own.
  EXPECT_EQ(field_of(R"({"tags": {"owner": "a"}, "calendars": [{"name": "sun"}]})"), "taken");
}

TEST(ChoicesForm, a_wrong_choice_is_the_field_and_named_as_this_api_names_it) {
  EXPECT_EQ(field_of(R"({"width": 11})"), "choices.width");
  EXPECT_EQ(field_of(R"({"width": "2"})"), "choices.width");
  EXPECT_EQ(field_of(R"({"confidence": 99})"), "choices.confidence");
  EXPECT_EQ(field_of(R"({"lower_limit": 2, "upper_limit": 1})"), "choices.lower_limit");
  EXPECT_EQ(field_of(R"({"calendars": [{"name": "c", "days": ["noday"]}]})"), "choices.calendars");
  EXPECT_EQ(field_of(R"({"excluded": [{"from": "x"}]})"), "choices.excluded[0].from");
  EXPECT_EQ(field_of("5"), "choices");
  EXPECT_EQ(field_of(R"({"timezone": "Berlin"})"), "choices.timezone");
  EXPECT_EQ(message_of(R"({"timezone": "Berlin"})"),
            "timezone 'Berlin' is no time zone; one is called like Europe/Berlin");
  const char* reversed =
      R"({"excluded": [{"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}]})";
  EXPECT_EQ(field_of(reversed), "choices.excluded[0].to");
  EXPECT_EQ(message_of(reversed),
            "excluded[0].to 2026-01-01T00:00:00Z must be after from, 2026-01-02T00:00:00Z");
}

}  // namespace
}  // namespace tidemark::web::own
