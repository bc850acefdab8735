#include "judge/detector_audit.h"

#include <gtest/gtest.h>

#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

class DetectorAudit : public JudgeTest {
 protected:
  /// "who what object: detail", oldest first.
  std::vector<std::string> told() {
    const auto entries = control_->audit({});
    EXPECT_TRUE(entries);
    std::vector<std::string> out;
    for (const AddAudit& each : *entries) {
      out.insert(out.begin(), each.who + " " + each.what + " " + each.object + ": " + each.detail);
    }
    return out;
  }
  const std::string object_ = "Glue/records{Job=etl} Sum";
};

TEST_F(DetectorAudit, names_what_was_changed_and_by_whom) {
  DetectorChoices choices;
  ASSERT_TRUE(judge_->put(target(), choices, {kHour}, kByConfiguration));
  choices.own.width = 4;
  choices.timezone = "Europe/Berlin";
  choices.excluded = {{clock_.wall(), clock_.wall() + kHour}};
  const auto kept = judge_->put(target(), choices, {kHour});
  ASSERT_TRUE(kept);
  ASSERT_TRUE(judge_->remove(kept->id));
  EXPECT_EQ(
      told(),
      (std::vector<std::string>{"configuration create detector " + object_ + ": ",
                                "user update detector " + object_ +
                                    ": excluded, timezone none -> Europe/Berlin, width 3 -> 4",
                                "user delete detector " + object_ + ": "}));
}

TEST_F(DetectorAudit, has_nothing_of_a_put_that_changes_nothing_or_is_refused) {
  ASSERT_TRUE(judge_->put(target(), DetectorChoices{}, {kHour}));
  ASSERT_TRUE(judge_->put(target(), DetectorChoices{}, {kHour}));
  DetectorChoices wrong;
  wrong.timezone = "Nowhere/None";
  ASSERT_FALSE(judge_->put(target(), wrong, {kHour}));
  ASSERT_FALSE(judge_->remove("no-such-id"));
  EXPECT_EQ(told(), (std::vector<std::string>{"user create detector " + object_ + ": "}));
}

TEST_F(DetectorAudit, says_of_a_period_more_that_there_is_one) {
  ASSERT_TRUE(judge_->put(target(), DetectorChoices{}, {kHour}));
  ASSERT_TRUE(judge_->put(target(), DetectorChoices{}, {2 * kHour}, kByTidemark));
  EXPECT_EQ(told().back(), "tidemark update detector " + object_ + ": periods");
}

}  // namespace
}  // namespace tidemark::judge
