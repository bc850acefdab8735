#include "model/metric_ref.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

MetricRef records_read() {
  return {"000000000000",
          "us-east-1",
          "Glue",
          "glue.driver.aggregate.recordsRead",
          {{"JobName", "nightly"}, {"Type", "count"}}};
}

TEST(MetricRef, survives_the_way_through_a_series) {
  for (const char* unit : {"None", "Count", "Bytes/Second"}) {
    const auto key = to_series_key(records_read(), unit);
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(key->label(kAwsUnitLabel), unit);
    EXPECT_EQ(to_metric_ref(*key), records_read());
  }
}

TEST(MetricRef, series_of_other_protocols_are_none) {
  EXPECT_EQ(to_metric_ref(*make_series_key("up", {{"job", "node"}})), std::nullopt);
}

TEST(MetricRef, dimensions_may_not_take_reserved_names) {
  for (const char* name : {"aws_namespace", "aws_unit", "tidemark_band", "__name__"}) {
    MetricRef metric = records_read();
    metric.dimensions = {{name, "x"}};
    EXPECT_FALSE(to_series_key(metric, "None").has_value()) << name;
  }
}

TEST(MetricRef, matchers_find_all_units_and_also_metrics_with_more_dimensions) {
  const auto matchers = matchers_of(records_read());
  EXPECT_TRUE(matches(*to_series_key(records_read(), "None"), matchers));
  EXPECT_TRUE(matches(*to_series_key(records_read(), "Count"), matchers));
  MetricRef more = records_read();
  more.dimensions.insert(more.dimensions.begin(), {"A", "1"});
  EXPECT_TRUE(matches(*to_series_key(more, "None"), matchers));
  EXPECT_NE(to_metric_ref(*to_series_key(more, "None")), records_read());
  MetricRef other = records_read();
  other.region = "eu-west-1";
  EXPECT_FALSE(matches(*to_series_key(other, "None"), matchers));
}

TEST(MetricRef, text_is_equal_for_equal_metrics_only) {
  EXPECT_EQ(to_text(records_read()), to_text(records_read()));
  MetricRef other = records_read();
  other.dimensions.pop_back();
  EXPECT_NE(to_text(records_read()), to_text(other));
}

}  // namespace
}  // namespace tidemark
