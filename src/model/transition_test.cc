#include "model/transition.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

Transition full() {
  Transition out;
  out.id = "0b0e6a6e-2f7c-4d0e-9c55-2f1b0a5d7c11";
  out.alarm_name = "records \"read\" \xc3\xa4";
  out.alarm_arn = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:records";
  out.alarm_description = "line\nbreak";
  out.account = "000000000000";
  out.region = "us-east-1";
  out.old_state = "OK";
  out.new_state = "ALARM";
  out.reason = "Threshold Crossed";
  out.reason_data = R"({"version":"1.0"})";
  out.reason_words = "recordsRead was 291";
  out.at = Timestamp::from_ns(1'385'596'800'123'456'789);
  out.configuration_updated_at = Timestamp::from_ns(-1);
  out.late = true;
  out.drill = true;
  out.after_mute = true;
  out.metric_title = "Glue recordsRead (Sum, 1 day)";
  out.dimensions = "JobName=etl";
  out.unit = " ms";
  out.trigger_json = R"({"Period":60})";
  out.configuration_json = R"({"metrics":[]})";
  out.ok_actions = {"arn:ok"};
  out.alarm_actions = {"arn:a", "arn:b"};
  out.insufficient_data_actions = {};
  out.evidence = {{Timestamp::from_s(60), 0.1, std::nullopt, std::nullopt, 1e300},
                  {Timestamp::from_s(120), std::nullopt, -0.5, 3.0, 4.25}};
  return out;
}

TEST(Transition, comes_back_from_json_bit_for_bit) {
  const auto back = transition_from_json(to_json(full()));
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(*back, full());
}

TEST(Transition, ignores_unknown_members) {
  std::string text = to_json(full());
  text.insert(1, R"("added_later":{"x":[1]},)");
  const auto back = transition_from_json(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, full());
}

TEST(Transition, is_read_as_an_earlier_version_kept_it) {
  std::string text = to_json(full());
  for (const std::string member : {R"("dimensions":"JobName=etl",)", R"("unit":" ms",)"}) {
    // The last one has its comma in front.
    const std::string last = "," + member.substr(0, member.size() - 1);
    const std::string& found = text.find(member) == std::string::npos ? last : member;
    ASSERT_NE(text.find(found), std::string::npos) << member;
    text.erase(text.find(found), found.size());
  }
  const auto back = transition_from_json(text);
  ASSERT_TRUE(back) << back.error().what;
  Transition expected = full();
  expected.dimensions = expected.unit = "";
  EXPECT_EQ(*back, expected);
}

TEST(Transition, refuses_a_missing_member_a_wrong_type_and_what_is_no_json) {
  const std::string good = to_json(full());
  const auto replaced = [&good](const std::string& from, const std::string& to) {
    std::string out = good;
    const auto at = out.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return out.replace(at, from.size(), to);
  };
  const std::string broken[] = {
      "",
      "{}",
      "[]",
      good.substr(0, good.size() / 2),
      replaced(R"("late":true)", R"("late":1)"),
      replaced(R"("old_state")", R"("older_state")"),
      replaced(R"("ok_actions":["arn:ok"])", R"("ok_actions":"arn:ok")"),
      replaced(R"("evidence":[)", R"("evidence":7,"e":[)"),
      replaced(R"("value":0.1)", R"("value":"0.1")"),
  };
  for (const std::string& text : broken) {
    const auto back = transition_from_json(text);
    ASSERT_FALSE(back) << text;
    EXPECT_EQ(back.error().code, Errc::corrupt);
  }
}

TEST(Transition, refuses_more_evidence_than_the_limit) {
  Transition transition = full();
  transition.evidence.assign(kEvidenceMaxPoints, {});
  EXPECT_TRUE(transition_from_json(to_json(transition)));
  transition.evidence.emplace_back();
  EXPECT_FALSE(transition_from_json(to_json(transition)));
}

TEST(Transition, bytes_that_are_no_utf8_are_replaced_and_not_thrown) {
  Transition transition = full();
  transition.alarm_name = "bad\xff";
  const auto back = transition_from_json(to_json(transition));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->alarm_name, "bad\xef\xbf\xbd");
}

}  // namespace
}  // namespace tidemark
