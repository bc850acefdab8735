#include "model/metric_query_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const MetricHome kHome{"111122223333"};

Result<std::vector<MetricQuery>> form(const json& from) {
  return metric_queries_from_form(from, "math", kHome);
}

json stat(json metric = {{"namespace", "Shop"}, {"name", "errors"}}, json period = 3600) {
  return {{"metric", std::move(metric)}, {"stat", "Sum"}, {"period_s", std::move(period)}};
}

std::string refusal(const json& query) {
  const auto made = form(json::array({query}));
  EXPECT_TRUE(made || made.error().code == Errc::invalid);
  return made ? "taken" : made.error().what;
}

TEST(MetricQueryForm, what_people_leave_out_is_that_of_the_server) {
  const auto made = form(
      json::array({{{"id", "e"},
                    {"metric_stat",
                     stat({{"namespace", "Shop"},
                           {"name", "errors"},
                           {"dimensions", {{"z", "1"}, {"a", "2"}}}})},
                    {"return_data", false}},
                   {{"id", "x"}, {"expression", "e / 2"}, {"label", "half"}, {"period_s", 60.0}}}));
  ASSERT_TRUE(made) << made.error().what;
  MetricQuery errors;
  errors.id = "e";
  errors.return_data = false;
  errors.metric_stat =
      MetricStat{{"111122223333", "us-east-1", "Shop", "errors", {{"a", "2"}, {"z", "1"}}},
                 std::chrono::hours(1),
                 *parse_statistic("Sum"),
                 std::nullopt};
  MetricQuery half;
  half.id = "x";
  half.expression = "e / 2";
  half.label = "half";
  half.period = std::chrono::minutes(1);
  EXPECT_EQ(*made, (std::vector<MetricQuery>{errors, half}));
  // What an answer writes can be sent back, and a kept document reads it too.
  EXPECT_EQ(*form(to_json(*made)), *made);
  EXPECT_EQ(*metric_queries_from_json(to_json(*made)), *made);
}

TEST(MetricQueryForm, a_refusal_names_the_member) {
  EXPECT_EQ(metric_queries_from_form({{"a", 1}}, "math", kHome).error().what,
            "math must be a list");
  EXPECT_EQ(refusal(5), "math[0] must be an object");
  EXPECT_EQ(refusal({{"expression", "1"}}), "math[0].id is required");
  EXPECT_EQ(refusal({{"id", 5}, {"expression", "1"}}), "math[0].id must be a text");
  EXPECT_EQ(refusal({{"id", "a"}, {"expresion", "1"}}), "math[0].expresion is no member of this");
  EXPECT_EQ(refusal({{"id", "a"}}), "math[0] must have either metric_stat or expression");
  EXPECT_EQ(refusal({{"id", "a"}, {"expression", "1"}, {"metric_stat", stat()}}),
            "math[0] must have either metric_stat or expression");
  EXPECT_EQ(refusal({{"id", "a"}, {"expression", "1"}, {"return_data", "no"}}),
            "math[0].return_data must be true or false");
  const auto of_metric = [](json metric, json period = 60) {
    return refusal({{"id", "a"}, {"metric_stat", stat(std::move(metric), std::move(period))}});
  };
  const json metric{{"namespace", "Shop"}, {"name", "errors"}};
  EXPECT_EQ(of_metric(metric), "taken");
  EXPECT_EQ(of_metric({{"namespace", "Shop"}}), "math[0].metric_stat.metric.name is required");
  EXPECT_THAT(of_metric({{"namespace", ""}, {"name", "e"}}),
              HasSubstr(".metric.namespace must be"));
  for (const json& period : {json(0), json(-60), json(61), json(1e300), json("60"), json(60.5)})
    EXPECT_THAT(of_metric(metric, period), HasSubstr("math[0].metric_stat.period_s must be"));
  json other = metric;
  other["account"] = "999";
  EXPECT_EQ(of_metric(other),
            "math[0].metric_stat.metric.account must be that of this server, 111122223333");
  json dimensions = metric;
  dimensions["dimensions"] = {{{"name", "a"}, {"value", "1"}}, {{"name", "a"}, {"value", "2"}}};
  EXPECT_THAT(of_metric(dimensions), HasSubstr(".dimensions must be of different names"));
  dimensions["dimensions"] = {{{"name", "a"}}};
  EXPECT_EQ(of_metric(dimensions), "math[0].metric_stat.metric.dimensions[0].value is required");
  dimensions["dimensions"] = {{"a", 5}};
  EXPECT_EQ(of_metric(dimensions), "math[0].metric_stat.metric.dimensions.a must be a text");
  dimensions["dimensions"] = json::object();
  for (int i = 0; i < 31; ++i)
    dimensions["dimensions"][std::to_string(i)] = "x";
  EXPECT_THAT(of_metric(dimensions), HasSubstr(".dimensions must be 30 at most"));
  json odd = stat();
  odd["stat"] = "Mode";
  EXPECT_EQ(refusal({{"id", "a"}, {"metric_stat", odd}}),
            "math[0].metric_stat.stat: 'Mode' is not a statistic");
}

TEST(MetricQueryForm, a_kept_document_leaves_nothing_out) {
  for (const char* text : {R"([{"id": "a", "expression": "1"}])",
                           R"([{"expression": "1", "return_data": true}])",
                           R"({"id": "a"})",
                           R"([{"id": "a", "return_data": true, "metric_stat": {"stat": "Sum",
                               "period_s": 60, "metric": {"namespace": "n", "name": "m"}}}])"}) {
    EXPECT_EQ(metric_queries_from_json(json::parse(text)).error().code, Errc::corrupt) << text;
  }
}

}  // namespace
}  // namespace tidemark
