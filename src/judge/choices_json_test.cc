#include "judge/choices_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "learn/width.h"

namespace tidemark::judge {
namespace {

using ::testing::HasSubstr;

Result<DetectorChoices> read(const std::string& text, DetectorChoices base = {}) {
  return choices_from_json(nlohmann::json::parse(text), std::move(base));
}

double width_of(const std::string& text, double before = 3) {
  DetectorChoices base;
  base.own.width = before;
  const auto made = read(text, base);
  EXPECT_TRUE(made) << made.error().what;
  return made ? made->own.width : 0;
}

TEST(ChoicesJson, a_confidence_is_kept_as_the_width_that_has_this_share) {
  for (const double share : {0.08, 0.5, 0.9, 0.95, 0.99, 0.9973, 0.999, 0.999999999999}) {
    const std::string text = nlohmann::json{{"confidence", share}}.dump();
    EXPECT_EQ(width_of(text), learn::k_from_confidence(share)) << text;
    const auto made = read(text);
    EXPECT_TRUE(check_choices(*made)) << text;
    EXPECT_NEAR(shown_choices_json(*made)["confidence"].get<double>(), share, 1e-15) << text;
    EXPECT_FALSE(choices_json(*made).contains("confidence"));
  }
}

TEST(ChoicesJson, what_an_answer_says_of_its_width_can_be_sent_back_and_changes_nothing) {
  for (double width = 0.1; width <= 10; width += 0.1) {
    DetectorChoices choices;
    choices.own.width = width;
    const nlohmann::json shown = shown_choices_json(choices);
    const auto whole = choices_from_json(shown, {});
    ASSERT_TRUE(whole) << whole.error().what;
    EXPECT_EQ(*whole, choices) << shown.dump();
    EXPECT_EQ(width_of(nlohmann::json{{"confidence", shown["confidence"]}}.dump(), width), width);
  }
}

TEST(ChoicesJson, width_and_confidence_that_say_two_things_are_refused_and_so_is_no_share) {
  EXPECT_EQ(read(R"({"width": 3, "confidence": 0.9})").error().what,
            "confidence must be left out where width says another band: 0.9 is not the share of "
            "width 3; give one of the two");
  // A changed width beside the share of the one before, as somebody sends back who read the answer.
  DetectorChoices base;
  nlohmann::json stale = shown_choices_json(base);
  stale["width"] = 2;
  EXPECT_THAT(choices_from_json(stale, base).error().what, HasSubstr("give one of the two"));
  for (const char* share : {"0", "1", "99", "-0.5", "0.07", "0.9999999999999", "1e300"}) {
    EXPECT_THAT(read(std::string(R"({"confidence": )") + share + "}").error().what,
                HasSubstr("confidence must be 0.08 to 0.999999999999, such as 0.99 for 99 %, not "))
        << share;
  }
  for (const char* other : {"null", "\"0.99\"", "true", "[0.99]"}) {
    EXPECT_EQ(read(std::string(R"({"confidence": )") + other + "}").error().what,
              "confidence must be a number")
        << other;
  }
  EXPECT_EQ(read(R"({"width": "3", "confidence": 0.9})").error().what, "width must be a number");
}

}  // namespace
}  // namespace tidemark::judge
