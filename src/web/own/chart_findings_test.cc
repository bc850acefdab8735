#include "web/own/chart_findings.h"

#include <gtest/gtest.h>

namespace tidemark::web::own {
namespace {

using std::chrono::hours;

const Timestamp kStart = Timestamp::from_s(1'383'264'000);
Timestamp hour(int number) {
  return kStart + hours(number);
}

/// 80 to 120 at k = 2, for hours 0 to 3.
BandSeries bands() {
  BandSeries out;
  for (int number = 0; number < 4; ++number) {
    IssuedBand band;
    band.expected = 100;
    band.below = band.above = {10, 20, 30};
    out.points.push_back({hour(number), band});
  }
  return out;
}

judge::FindingView found_always_on(Timestamp at, double value) {
  judge::FindingView out;
  out.ref = {"always_on-1", hours(1), at};
  out.finding.value = value;
  out.limits = {90, 110};
  return out;
}

TEST(ChartFindings, marks_what_is_outside_and_every_finding_wherever_it_lies) {
  const std::map<Timestamp, double> values{
      {hour(0), 100}, {hour(1), 115}, {hour(2), 130}, {hour(3), 70}};
  const KeptFindings kept{{hour(1), {"inside", 0.8}}, {hour(3), {"outside", 0.9}}};
  const auto points = judged_points(values, bands(), 2);
  EXPECT_EQ(outside_of(points).size(), 2U);
  const json marks = marks_json(marks_of(points, kept, {}), hours(1), " ms");
  ASSERT_EQ(marks.size(), 3U) << marks;
  EXPECT_EQ(marks[0]["direction"], "inside");
  EXPECT_EQ(marks[0]["id"], "inside");
  EXPECT_EQ(marks[0]["score"], 0.8);
  EXPECT_EQ(marks[0]["upper"], 120);
  EXPECT_EQ(marks[1]["direction"], "above");
  EXPECT_EQ(marks[1]["reason"], "130 ms on 1 Nov 2013 02:00; 80 to 120 ms are usual");
  EXPECT_TRUE(marks[1]["id"].is_null() && marks[1]["tier"].is_null()) << marks;
  EXPECT_EQ(marks[2]["direction"], "below");
  EXPECT_EQ(marks[2]["tier"], "detector");
}

TEST(ChartFindings, says_how_many_findings_lie_inside) {
  const std::map<Timestamp, double> values{{hour(0), 100}, {hour(1), 115}, {hour(2), 130}};
  const auto points = judged_points(values, bands(), 2);
  EXPECT_EQ(inside_words(marks_of(points, {{hour(2), {"a", 0.8}}}, {})), "");
  EXPECT_EQ(inside_words(marks_of(points, {{hour(1), {"a", 0.8}}}, {})),
            " 1 point within it is a finding all the same.");
  EXPECT_EQ(inside_words(marks_of(points, {{hour(0), {"a", 0.8}}, {hour(1), {"b", 0.8}}}, {})),
            " 2 points within it are findings all the same.");
}

TEST(ChartFindings, marks_what_the_always_on_tier_found_by_limits_of_its_own) {
  const std::map<Timestamp, double> values{{hour(0), 130}, {hour(1), 115}, {hour(2), 95}};
  const std::vector<judge::FindingView> always_on{
      found_always_on(hour(0), 130), found_always_on(hour(1), 115), found_always_on(hour(2), 95)};
  const json marks =
      marks_json(marks_of(judged_points(values, bands(), 2), {{hour(0), {"mine", 0.8}}}, always_on),
                 hours(1),
                 "");
  ASSERT_EQ(marks.size(), 3U) << marks;
  EXPECT_EQ(marks[0]["id"], "mine");
  EXPECT_EQ(marks[1]["tier"], "always_on");
  EXPECT_EQ(marks[1]["upper"], 110);
  EXPECT_EQ(marks[1]["direction"], "above");
  EXPECT_EQ(marks[2]["direction"], "inside");
}

}  // namespace
}  // namespace tidemark::web::own
