#include "query/label/dynamic_label.h"

#include <gtest/gtest.h>

namespace tidemark::query::label {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

MetricStat stat_of_metric() {
  MetricRef metric{"123456789012", "eu-west-1", "Shop/Front", "latency", {}};
  metric.dimensions = {{"host", "web-1"}, {"it's}", "odd"}};
  return {metric, seconds(300), *parse_statistic("p99.9"), std::nullopt};
}

/// 2013-11-28T00:00:00Z, 00:05, 00:15, 00:20: 4, 1, 12345.678, 1.
TimeSeries four_points() {
  const Timestamp midnight = *parse_rfc3339("2013-11-28T00:00:00Z");
  TimeSeries out{"", seconds(300), true, {}};
  out.points = {{midnight, 4},
                {midnight + minutes(5), 1},
                {midnight + minutes(15), 12345.678},
                {midnight + minutes(20), 1}};
  return out;
}

const LabelTimes kTimes{*parse_rfc3339("2013-11-29T01:00:07.5Z"), Duration(0)};

std::string rendered(std::string_view text, const TimeSeries& series = four_points()) {
  const MetricStat metric = stat_of_metric();
  return render(text, {"latency p99.9", &metric, series}, kTimes);
}

struct Case {
  std::string_view label;
  std::string_view rendered;
  std::string_view without_points;
};

constexpr Case kCases[] = {
    {"${PROP('MetricName')}", "latency", "latency"},
    {"${PROP('Namespace')}", "Shop/Front", "Shop/Front"},
    {"${PROP('Stat')}", "p99.9", "p99.9"},
    {"${PROP('Period')}", "300", "300"},
    {"${PROP('Region')}", "eu-west-1", "eu-west-1"},
    {"${PROP('AccountId')}", "123456789012", "123456789012"},
    {"${PROP('AccountLabel')}", "--", "--"},
    {"${PROP('Dim.host')}", "web-1", "web-1"},
    {"${PROP('Dim.Host')}", "--", "--"},
    {"${PROP('Dim.')}", "--", "--"},
    {"${PROP('Dim.it's}')}", "odd", "odd"},
    {"${LABEL}", "latency p99.9", "latency p99.9"},
    {"${DATAPOINT_COUNT}", "4", "0"},
    {"${AVG}", "3,088", "--"},
    {"${SUM}", "12,352", "--"},
    {"${MAX}", "12,346", "--"},
    {"${MIN}", "1", "--"},
    {"${FIRST}", "4", "--"},
    {"${LAST}", "1", "--"},
    {"${FIRST_TIME}", "2013-11-28T00:00:00Z", "--"},
    {"${LAST_TIME}", "2013-11-28T00:20:00Z", "--"},
    {"${MAX_TIME}", "2013-11-28T00:15:00Z", "--"},
    {"${MIN_TIME}", "2013-11-28T00:05:00Z", "--"},
    {"${FIRST_TIME_RELATIVE}", "1d 1h 7s", "--"},
    {"${LAST_TIME_RELATIVE}", "1d 40m 7s", "--"},
    {"${MAX_TIME_RELATIVE}", "1d 45m 7s", "--"},
    {"${MIN_TIME_RELATIVE}", "1d 55m 7s", "--"},
    {"${FIRST_LAST_RANGE}", "3", "--"},
    {"${FIRST_LAST_TIME_RANGE}", "20m", "--"},
    {"${MIN_MAX_RANGE}", "12,345", "--"},
    {"${MIN_MAX_TIME_RANGE}", "10m", "--"},
    // Among other text, several times.
    {"[max: ${MAX} of ${LABEL}, ${MAX}] $ {} $$",
     "[max: 12,346 of latency p99.9, 12,346] $ {} $$",
     "[max: -- of latency p99.9, --] $ {} $$"},
    {"$${MIN}}", "$1}", "$--}"},
    // What is none stays.
    {"", "", ""},
    {"plain", "plain", "plain"},
    {"${}", "${}", "${}"},
    {"${avg}", "${avg}", "${avg}"},
    {"${ AVG }", "${ AVG }", "${ AVG }"},
    {"${MEDIAN} ${MIN}", "${MEDIAN} 1", "${MEDIAN} --"},
    {"${PROP('Unit')}", "${PROP('Unit')}", "${PROP('Unit')}"},
    {"${PROP(\"Stat\")}", "${PROP(\"Stat\")}", "${PROP(\"Stat\")}"},
    {"${PROP(')}", "${PROP(')}", "${PROP(')}"},
    {"${PROP('", "${PROP('", "${PROP('"},
    {"${AVG", "${AVG", "${AVG"},
    {"${", "${", "${"},
};

TEST(DynamicLabel, is_rendered_value_by_value) {
  const TimeSeries empty{"", seconds(300), true, {}};
  for (const Case& each : kCases) {
    EXPECT_EQ(rendered(each.label), each.rendered) << each.label;
    EXPECT_EQ(rendered(each.label, empty), each.without_points) << each.label;
  }
}

TEST(DynamicLabel, of_an_expression_knows_no_property_but_the_period) {
  const TimeSeries series = four_points();
  const auto of_expression = [&series](std::string_view text) {
    return render(text, {"e1", nullptr, series}, kTimes);
  };
  EXPECT_EQ(of_expression("${PROP('MetricName')} ${PROP('Dim.host')} ${PROP('Region')}"),
            "-- -- --");
  EXPECT_EQ(of_expression("${LABEL} ${PROP('Period')} ${MIN}"), "e1 300 1");
  EXPECT_EQ(of_expression("${PROP('Unit')}"), "${PROP('Unit')}");
}

TEST(DynamicLabel, what_a_value_holds_is_not_read_again) {
  MetricStat metric = stat_of_metric();
  metric.metric.name = "${MAX}";
  EXPECT_EQ(render("${PROP('MetricName')} ${LABEL}", {"${AVG}", &metric, four_points()}, kTimes),
            "${MAX} ${AVG}");
}

TEST(DynamicLabel, shows_times_by_the_clock_that_is_asked_for) {
  const TimeSeries series = four_points();
  const auto shown = [&series](Duration offset) {
    return render("${FIRST_TIME}", {"", nullptr, series}, {std::nullopt, offset});
  };
  EXPECT_EQ(shown(hours(1) + minutes(30)), "2013-11-28T01:30:00+01:30");
  EXPECT_EQ(shown(-minutes(30)), "2013-11-27T23:30:00-00:30");
  EXPECT_EQ(shown(-hours(11)), "2013-11-27T13:00:00-11:00");
  EXPECT_EQ(render("${FIRST_TIME_RELATIVE}", {"", nullptr, series}, {}), "--");
}

TEST(DynamicLabel, ages_of_what_is_to_come_and_of_now) {
  const TimeSeries series = four_points();
  const auto age = [&series](Timestamp now) {
    return render("${FIRST_TIME_RELATIVE}", {"", nullptr, series}, {now, Duration(0)});
  };
  EXPECT_EQ(age(series.points.front().at), "0s");
  EXPECT_EQ(age(series.points.front().at - minutes(90)), "1h 30m");
  EXPECT_EQ(age(Timestamp::max()).find('-'), std::string::npos);
  EXPECT_EQ(age(Timestamp::min()).find('-'), std::string::npos);
}

TEST(DynamicLabel, counts_its_values) {
  EXPECT_EQ(dynamic_values("plain ${"), 0U);
  EXPECT_EQ(dynamic_values("${LABEL}${LABEL} ${no} ${PROP('Dim.it's}')} ${"), 4U);
  EXPECT_TRUE(has_default_label("a ${AVG} ${LABEL}"));
  EXPECT_FALSE(has_default_label("a ${AVG} LABEL ${PROP('LABEL')}"));
}

}  // namespace
}  // namespace tidemark::query::label
