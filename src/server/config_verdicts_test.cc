#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/config_text_test.h"

namespace tidemark::server {
namespace {

using ::testing::HasSubstr;

std::string refusal(const std::string& entry) {
  const auto made = read_config_text("verdicts: [" + entry + "]");
  return made ? "taken" : made.error().what;
}

constexpr const char* kWindow = "from: 2013-11-05T00:00:00Z, to: 2013-11-06T00:00:00Z";

TEST(ConfiguredVerdicts, are_of_findings_or_of_windows_that_were_missed) {
  const auto made = read_config_text(R"(
verdicts:
  - {finding: 6f1c.3600.1383264000, verdict: expected, comment: "sale: 7"}
  - {verdict: missed, namespace: Glue, name: records, dimensions: {JobName: a}, stat: Sum,
     from: 2013-11-05T00:00:00Z, to: 2013-11-06T00:00:00Z}
  - verdict: missed
    math:
      - {id: e, return_data: false, metric_stat: {stat: Sum, period_s: 3600, metric: {namespace: Shop, name: errors}}}
      - {id: share, expression: 100 * e}
    from: 2013-11-05T00:00:00Z
    to: 2013-11-06T00:00:00Z
)");
  ASSERT_TRUE(made) << made.error().what;
  ASSERT_EQ(made->verdicts.size(), 3U);
  EXPECT_EQ(made->verdicts[0].finding, "6f1c.3600.1383264000");
  EXPECT_EQ(made->verdicts[0].verdict, judge::Verdict::expected);
  EXPECT_EQ(made->verdicts[0].comment, "sale: 7");
  EXPECT_EQ(made->verdicts[1].target.metric,
            (MetricRef{"000000000000", "us-east-1", "Glue", "records", {{"JobName", "a"}}}));
  EXPECT_EQ(format_rfc3339(made->verdicts[1].to), "2013-11-06T00:00:00Z");
  EXPECT_EQ(made->verdicts[2].target.math.size(), 2U);
  EXPECT_TRUE(read_config_text("verdicts: ")->verdicts.empty());
}

TEST(ConfiguredVerdicts, mistakes_are_told_with_their_place) {
  const std::string window = kWindow;
  EXPECT_THAT(refusal("{finding: a, verdict: false}"),
              HasSubstr("t.yaml:1:34: 'false' is none of expected, real, known"));
  EXPECT_THAT(refusal("{finding: a}"), HasSubstr("t.yaml:1:12: a verdict is needed"));
  EXPECT_THAT(refusal("{verdict: real}"), HasSubstr("needs a finding's id"));
  EXPECT_THAT(refusal("{finding: a, verdict: real, name: b}"), HasSubstr("neither window nor"));
  EXPECT_THAT(refusal("{finding: a, verdict: real, " + window + "}"),
              HasSubstr("neither window nor"));
  EXPECT_THAT(refusal("{verdict: missed, namespace: a, name: b, stat: Sum}"),
              HasSubstr("missed is about a window"));
  EXPECT_THAT(refusal("{verdict: missed, finding: a, " + window + "}"),
              HasSubstr("missed is about a window"));
  EXPECT_THAT(refusal("{verdict: missed, " + window + "}"),
              HasSubstr("needs namespace, name and stat, or math"));
  EXPECT_THAT(refusal("{verdict: missed, from: yesterday}"), HasSubstr("expected a time such as"));
  EXPECT_THAT(refusal("{verdict: missed, namespace: a, name: b, stat: Sum, "
                      "from: 2013-11-06T00:00:00Z, to: 2013-11-06T00:00:00Z}"),
              HasSubstr("missed is about a window"));
  EXPECT_THAT(refusal("{finding: a, verdict: real, comment: " + std::string(2001, 'c') + "}"),
              HasSubstr("comment has more than 2000 bytes"));
  EXPECT_THAT(refusal("{finding: a, verdict: real}, {finding: a, verdict: known}"),
              HasSubstr("t.yaml:1:41: of this there is a verdict above already"));
  EXPECT_THAT(refusal("{finding: a, verdikt: real}"), HasSubstr("did you mean 'verdict'?"));
  EXPECT_EQ(read_config_text("verdicts: 5").error().what,
            "t.yaml:1:11: expected a list of verdicts");
}

}  // namespace
}  // namespace tidemark::server
