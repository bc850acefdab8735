#include "act/action_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::act {
namespace {

using ::testing::HasSubstr;

/// Why it is refused; "" where it is taken.
std::string refusal(const std::string& action, const std::string& region = "us-east-1") {
  RunbookConfig runbooks;
  runbooks.by_name["restart"] = Runbook{{"/bin/true"}};
  const auto checked = check_action(action, region, runbooks);
  if (checked) return "";
  EXPECT_EQ(checked.error().code, Errc::invalid);
  return checked.error().what;
}

TEST(CheckAction, takes_what_can_be_told_and_what_only_aws_can_do) {
  for (const char* action :
       {"runbook:restart",
        "arn:tidemark:runbook:us-east-1:000000000000:restart",
        "arn:aws:sns:us-east-1:000000000000:ops",
        "arn:aws:sns:us-east-1:111122223333:of-another-account",
        "arn:aws:automate:us-east-1:ec2:stop",
        "arn:aws:lambda:us-west-2:000000000000:function:f",
        "arn:aws:ssm:us-east-1:000000000000:opsitem:1",
        "arn:aws:swf:us-east-1:000000000000:action/actions/AWS_EC2.InstanceId.Stop/1.0",
        "arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:x:"
        "autoScalingGroupName/a:policyName/b",
        "arn:alarm"}) {
    EXPECT_EQ(refusal(action), "");
  }
  EXPECT_EQ(refusal("arn:aws-cn:sns:cn-north-1:000000000000:ops", "cn-north-1"), "");
}

TEST(CheckAction, refuses_what_can_never_be_told) {
  EXPECT_EQ(refusal("foo"), "Invalid arn syntax: foo");
  EXPECT_EQ(refusal(""), "Invalid arn syntax: ");
  EXPECT_EQ(refusal("arn:aws:sns:us-east-1:ops"), "Invalid arn syntax: arn:aws:sns:us-east-1:ops");
  EXPECT_EQ(refusal("arn:aws:sns:us-west-2:000000000000:ops"),
            "Invalid region us-west-2 specified. Only us-east-1 is supported.");
  EXPECT_EQ(refusal("arn:aws:sns:us-gov-west-1:000000000000:ops", "us-gov-west-1"),
            "Invalid partition aws specified. Only aws-us-gov is supported.");
  EXPECT_THAT(refusal("runbook:nope"), HasSubstr("There is no runbook 'nope'"));
  EXPECT_THAT(refusal("arn:tidemark:runbook:us-east-1:000000000000:nope"),
              HasSubstr("runbooks.commands"));
  EXPECT_EQ(refusal("arn:tidemark:runbok:us-east-1:000000000000:restart"),
            "Invalid service runbok specified. Only runbook is supported.");
}

}  // namespace
}  // namespace tidemark::act
