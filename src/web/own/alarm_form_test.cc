#include "web/own/alarm_form.h"

#include <gtest/gtest.h>

namespace tidemark::web::own {
namespace {

const MetricHome kHome{"111122223333", "eu-west-1"};

std::string refusal_of(const json& body) {
  Form form(body);
  EXPECT_FALSE(read_named_metric(body, form, kHome));
  if (!form.error()) return "taken";
  EXPECT_EQ(form.error()->field, "metric");
  return form.error()->message;
}

TEST(AlarmForm, names_a_metric_by_namespace_name_and_dimensions_in_any_order) {
  const MetricRef rows{
      "111122223333", "eu-west-1", "Jobs", "rows", {{"job", "etl"}, {"stage", "load"}}};
  for (const char* dimensions : {R"({"stage": "load", "job": "etl"})",
                                 R"([{"name": "stage", "value": "load"},
                                     {"name": "job", "value": "etl"}])"}) {
    const json body{
        {"metric",
         {{"namespace", "Jobs"}, {"name", "rows"}, {"dimensions", json::parse(dimensions)}}}};
    Form form(body);
    EXPECT_EQ(read_named_metric(body, form, kHome), rows);
    EXPECT_FALSE(form.error());
  }
}

TEST(AlarmForm, names_a_metric_of_another_region) {
  const json body{{"metric", {{"namespace", "Jobs"}, {"name", "rows"}, {"region", "us-east-1"}}}};
  Form form(body);
  EXPECT_EQ(read_named_metric(body, form, kHome),
            (MetricRef{"111122223333", "us-east-1", "Jobs", "rows", {}}));
}

TEST(AlarmForm, says_what_is_wrong_with_the_name_of_a_metric) {
  const json rows{{"namespace", "Jobs"}, {"name", "rows"}};
  EXPECT_EQ(refusal_of({{"metric", rows}, {"metric_id", "s1"}}),
            "metric and metric_id name two metrics; give one of them");
  EXPECT_EQ(refusal_of({{"metric", "rows"}}), "metric must be an object");
  EXPECT_EQ(refusal_of({{"metric", {{"name", "rows"}}}}), "metric.namespace is required");
  EXPECT_EQ(refusal_of({{"metric", {{"namespace", ""}, {"name", "rows"}}}}),
            "metric.namespace must be a text that is not empty");
  json other = rows;
  other["id"] = "s1";
  EXPECT_EQ(refusal_of({{"metric", other}}), "metric.id is no member of this");
  other = rows;
  other["account"] = "444455556666";
  EXPECT_EQ(refusal_of({{"metric", other}}),
            "metric.account must be that of this server, 111122223333");
}

}  // namespace
}  // namespace tidemark::web::own
