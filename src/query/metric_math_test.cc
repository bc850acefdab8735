#include "query/metric_math.h"

#include <cmath>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tidemark::query {
namespace {

using std::chrono::seconds;

/// Saturday 2013-11-30T23:57:00Z.
constexpr std::int64_t kStart = 1385855820;

/// "30 20 - 0": one value a minute from the start of the window, "-" for none.
TimeSeries series_of(const std::string& label, const std::string& values, bool is_metric = true) {
  TimeSeries out{label, seconds(60), is_metric, {}};
  std::istringstream words(values);
  std::string word;
  for (std::int64_t minute = 0; words >> word; ++minute) {
    if (word != "-")
      out.points.push_back({Timestamp::from_s(kStart + minute * 60), std::stod(word)});
  }
  return out;
}

/// The window: six minutes from kStart, over the end of a month.
class Window final : public MathScope {
 public:
  explicit Window(std::vector<std::pair<std::string, std::string>> metrics)
      : metrics_(std::move(metrics)) {}

  Result<MathValue> value_of(const std::string& id) override {
    for (const auto& [name, values] : metrics_) {
      if (name == id) return series_of(name, values, name != "e1");
    }
    return fail(Errc::not_found, id);
  }
  Result<std::vector<TimeSeries>> metrics(std::string_view part) override {
    std::vector<TimeSeries> out;
    for (const auto& [name, values] : metrics_) {
      if (name != "e1" && name.find(part) != std::string::npos) {
        out.push_back(series_of(name, values));
      }
    }
    return out;
  }
  Result<std::vector<TimeSeries>> band(const std::string& id, double k) override {
    if (id == "nobody") return fail(Errc::not_found, id);
    TimeSeries upper = series_of("high", "10 10 10 10 10 10", false);
    TimeSeries lower = series_of("low", "0 0 0 0 0 0", false);
    for (DataPoint& point : upper.points)
      point.value *= k;
    for (DataPoint& point : lower.points)
      point.value -= k;
    return std::vector<TimeSeries>{upper, lower};
  }
  [[nodiscard]] Timestamp from() const override { return Timestamp::from_s(kStart); }
  [[nodiscard]] Timestamp to() const override { return Timestamp::from_s(kStart + 360); }
  [[nodiscard]] Duration period() const override { return seconds(60); }

 private:
  std::vector<std::pair<std::string, std::string>> metrics_;
};

std::string text_of(const TimeSeries& series) {
  std::map<std::int64_t, double> by_minute;
  for (const DataPoint& point : series.points)
    by_minute[(point.at.s() - kStart) / 60] = point.value;
  std::string out;
  for (std::int64_t minute = 0; minute < 6; ++minute) {
    if (minute > 0) out += ' ';
    out += by_minute.contains(minute) ? fmt::format("{:.10g}", by_minute[minute]) : "-";
  }
  return out;
}

/// A scalar as its number, a series as six values, an array with " | " between.
std::string text_of(const MathValue& value) {
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{:.10g}", *number);
  if (const auto* series = std::get_if<TimeSeries>(&value)) return text_of(*series);
  std::string out;
  for (const TimeSeries& member : std::get<std::vector<TimeSeries>>(value)) {
    if (!out.empty()) out += " | ";
    out += text_of(member);
  }
  return out;
}

Window window() {
  return Window({{"m1", "30 20 0 0 5 -"},
                 {"m2", "20 - 20 - -5 1"},
                 {"m3", "- - - - - -"},
                 {"errors", "1 1 1 1 1 1"},
                 {"m4xx", "1.5 - - 4.5 - -2.5"},
                 {"c1", "1 1 0 0 - -"},
                 {"c2", "30 - 0 0 30 -"},
                 {"c3", "0 0 20 - 20 -"}});
}

Result<MathResult> evaluate(const std::string& text) {
  TM_TRY(const auto expression, MathExpression::parse(text));
  Window scope = window();
  return expression.evaluate(scope);
}

std::string outcome(const std::string& text) {
  const auto result = evaluate(text);
  return result ? text_of(result->value) : result.error().what;
}

struct Row {
  const char* expression;
  const char* expected;
};

void expect_rows(std::initializer_list<Row> rows) {
  for (const Row& row : rows)
    EXPECT_EQ(outcome(row.expression), row.expected) << row.expression;
}

void expect_reach(Reach expected, std::initializer_list<const char*> texts) {
  for (const char* text : texts)
    EXPECT_EQ(MathExpression::parse(text)->reach(), expected) << text;
}

TEST(MetricMath, knows_what_a_value_depends_on) {
  expect_reach(Reach::one_time,
               {"100 * errors / requests",
                "IF(a > 3, a, 0)",
                "FILL(a, 0) + b",
                "ABS(-a)",
                "SUM([a, b])",
                "AVG(METRICS())",
                "MAX(METRICS(\"x\")) ^ 2",
                "7"});
  expect_reach(Reach::back,
               {"RATE(a)",
                "1 + DIFF(a)",
                "IF(DIFF(a) < 0, a, DIFF(a))",
                "FILL(a, REPEAT) / DIFF_TIME(b)",
                "SUM([RATE(a), RATE(b)])"});
  expect_reach(Reach::window,
               {"a / AVG(a)",
                "a - FIRST(a)",
                "RUNNING_SUM(a)",
                "DIFF(RUNNING_SUM(a))",
                "FILL(a, LINEAR)",
                "SUM(RATE(a))",
                "ANOMALY_DETECTION_BAND(a)"});
}

TEST(MetricMath, binds_as_expected) {
  expect_rows({{"1 + 2 * 3", "7"},
               {"(1 + 2) * 3", "9"},
               {"10 - 4 - 3", "3"},
               {"100 / 10 / 5", "2"},
               {"2 ^ 3 ^ 2", "512"},
               {"-2 ^ 2", "-4"},
               {"2 ^ -1", "0.5"},
               {"2 * -3", "-6"},
               {"--3", "3"},
               {"1 + 1 == 2", "1"},
               {"1 < 2 AND 3 < 2", "0"},
               {"0 AND 0 OR 1", "1"},
               {"1 || 0 && 0", "1"},
               {"1 != 1 || 2 >= 2", "1"},
               {"3 > 2 == 1", "1"},
               {"1e-3 * 1E3", "1"},
               {".5 + 1.", "1.5"},
               {"-5 AND -1", "1"}});
}

TEST(MetricMath, of_two_series_counts_missing_values_as_0) {
  expect_rows({{"m1 + m2", "50 20 20 0 0 1"},
               {"m1 - m2", "10 20 -20 0 10 -1"},
               {"m1 * m2", "600 0 0 0 -25 0"},
               {"m1 + m3", "30 20 0 0 5 -"},
               {"m3 + m3", "- - - - - -"},
               // Division by zero drops the point.
               {"m1 / m2", "1.5 - 0 - -1 0"},
               {"m2 / m1", "0.6666666667 0 - - -1 -"}});
}

// The example of the user guide: metric1 = [30, 20, 0, 0], metric2 = [20, -, 20, -].
TEST(MetricMath, compares_as_the_user_guide_shows) {
  Window scope({{"metric1", "30 20 0 0"}, {"metric2", "20 - 20 -"}});
  for (const Row& row : {Row{"(metric1 < metric2)", "0 0 1 0 - -"},
                         Row{"(metric1 >= 30)", "1 0 0 0 - -"},
                         Row{"(metric1 > 15 AND metric2 > 15)", "1 0 0 0 - -"}}) {
    const auto result = MathExpression::parse(row.expression)->evaluate(scope);
    ASSERT_TRUE(result.has_value()) << row.expression;
    EXPECT_EQ(text_of(result->value), row.expected) << row.expression;
  }
}

TEST(MetricMath, of_scalars_and_series_keeps_the_points) {
  expect_rows({{"m1 + 1", "31 21 1 1 6 -"},
               {"100 - m1", "70 80 100 100 95 -"},
               {"m1 / 10", "3 2 0 0 0.5 -"},
               {"60 / m1", "2 3 - - 12 -"},
               {"m1 ^ 2", "900 400 0 0 25 -"},
               {"2 ^ (m1 / 10)", "8 4 1 1 1.414213562 -"},
               {"-m1", "-30 -20 -0 -0 -5 -"},
               {"m1 / 0", "- - - - - -"},
               {"m1 > 4", "1 1 0 0 1 -"},
               {"5 == m1", "0 0 0 0 1 -"},
               {"m1 != 0 && m1 < 25", "0 1 0 0 1 -"}});
}

TEST(MetricMath, of_arrays_meets_every_member) {
  expect_rows({{"[m1, m2] * 2", "60 40 0 0 10 - | 40 - 40 - -10 2"},
               {"100 / [m1, m2]", "3.333333333 5 - - 20 - | 5 - 5 - -20 100"},
               {"[m1, m2] - errors", "29 19 -1 -1 4 -1 | 19 -1 19 -1 -6 0"},
               {"errors - [m1, m2]", "-29 -19 1 1 -4 1 | -19 1 -19 1 6 0"},
               {"-[m1]", "-30 -20 -0 -0 -5 -"},
               {"[[m1], [m2, m3]]", "30 20 0 0 5 - | 20 - 20 - -5 1 | - - - - - -"}});
}

TEST(MetricMath, sums_up_a_series_to_a_scalar) {
  expect_rows({{"SUM(m1)", "55"},
               {"AVG(m1)", "11"},
               {"MIN(m2)", "-5"},
               {"MAX(m1)", "30"},
               {"DATAPOINT_COUNT(m1)", "5"},
               {"STDDEV(c2)", "15"},
               {"STDDEV(errors)", "0"},
               {"SUM(m3)", "0"},
               {"DATAPOINT_COUNT(m3)", "0"},
               {"m1 - AVG(m1)", "19 9 -11 -11 -6 -"},
               // A scalar without a value leaves no point.
               {"m1 - AVG(m3)", "- - - - - -"},
               {"m1 > MAX(m3)", "- - - - - -"}});
}

TEST(MetricMath, sums_up_an_array_time_by_time) {
  expect_rows({{"SUM([m1, m2])", "50 20 20 0 0 1"},
               // AVG counts the missing as 0, the others look at those present.
               {"AVG([m1, m2])", "25 10 10 0 0 0.5"},
               {"MIN([m1, m2])", "20 20 0 0 -5 1"},
               {"MAX([m1, m2])", "30 20 20 0 5 1"},
               {"STDDEV([m1, m2])", "5 0 10 0 5 0"},
               {"DATAPOINT_COUNT([m1, m2, m3])", "2 1 2 1 2 1"},
               {"SUM([m1])", "30 20 0 0 5 -"},
               {"SUM(100 / [m1, m2])", "8.333333333 5 5 - 0 100"}});
}

TEST(MetricMath, changes_each_value) {
  expect_rows({{"ABS(m2)", "20 - 20 - 5 1"},
               {"CEIL(m4xx)", "2 - - 5 - -2"},
               {"FLOOR(m4xx)", "1 - - 4 - -3"},
               {"LOG(m1)", "3.401197382 2.995732274 - - 1.609437912 -"},
               {"LOG10(m1 * 10)", "2.477121255 2.301029996 - - 1.698970004 -"},
               {"ABS([m1 - m2, m2 - m1])", "10 20 20 0 10 1 | 10 20 20 0 10 1"},
               {"ABS(-3) + CEIL(1.2)", "5"}});
}

TEST(MetricMath, compares_values_with_those_before) {
  expect_rows({{"DIFF(m1)", "- -10 -20 0 5 -"},
               {"DIFF(m2)", "- - 0 - -25 6"},
               {"DIFF_TIME(m2)", "- - 120 - 120 60"},
               {"RATE(m2)", "- - 0 - -0.2083333333 0.1"},
               {"RUNNING_SUM(m2)", "20 - 40 - 35 36"},
               {"RUNNING_SUM([m1, errors])", "30 50 50 50 55 - | 1 2 3 4 5 6"},
               {"DIFF(m3)", "- - - - - -"}});
}

TEST(MetricMath, fills_the_periods_of_the_window) {
  expect_rows({{"FILL(m2, 0)", "20 0 20 0 -5 1"},
               {"FILL(m2, REPEAT)", "20 20 20 20 -5 1"},
               {"FILL(m2, LINEAR)", "20 20 20 7.5 -5 1"},
               {"FILL(m4xx, LINEAR)", "1.5 2.5 3.5 4.5 1 -2.5"},
               {"FILL(m1, REPEAT)", "30 20 0 0 5 5"},
               {"FILL(m1, LINEAR)", "30 20 0 0 5 -"},
               {"FILL(m3, 7)", "7 7 7 7 7 7"},
               {"FILL(m3, REPEAT)", "- - - - - -"},
               {"FILL(m2, m1)", "20 20 20 0 -5 1"},
               {"FILL(m1, MIN(m1))", "30 20 0 0 5 0"},
               {"FILL([m1, m2], 9)", "30 20 0 0 5 9 | 20 9 20 9 -5 1"},
               {"TIME_SERIES(MAX(m1))", "30 30 30 30 30 30"}});
}

// The tables of "Using IF expressions" in the user guide.
TEST(MetricMath, chooses_as_the_user_guide_shows) {
  expect_rows({{"IF(c1, c2, c3)", "30 0 20 - - -"},
               {"IF(c1, 5, c3)", "5 5 20 - - -"},
               {"IF(c1, c2, 5)", "30 0 5 5 - -"},
               {"IF(c1, 1, 2)", "1 1 2 2 - -"},
               {"IF(c1, c2)", "30 0 - - - -"},
               {"IF(c1, 5)", "5 5 - - - -"},
               {"IF(m1 < 25, m1)", "- 20 0 0 5 -"},
               {"IF(m1 < 25, 10, 2)", "2 10 10 10 10 -"},
               {"IF(1, m1, m2)", "30 20 0 0 5 -"},
               {"IF(0, m1, m2)", "20 - 20 - -5 1"},
               {"IF(0, m1)", "- - - - - -"},
               {"IF(-1, 4, 5)", "4"},
               {"IF(DATAPOINT_COUNT(m1) + DATAPOINT_COUNT(m2) == 9, m1 + m2)", "50 20 20 0 0 1"}});
}

TEST(MetricMath, picks_and_orders_members_of_arrays) {
  expect_rows({{"FIRST([m1, m2])", "30 20 0 0 5 -"},
               {"LAST([m1, m2])", "20 - 20 - -5 1"},
               {"METRIC_COUNT([m1, m2, m3])", "3"},
               {"REMOVE_EMPTY([m1, m3])", "30 20 0 0 5 -"},
               // Sums 36, 55, 6; averages 9, 11, 1; series without points come last.
               {"SORT([m2, m1, errors], SUM, ASC)", "1 1 1 1 1 1 | 20 - 20 - -5 1 | 30 20 0 0 5 -"},
               {"SORT([m2, m3, m1, errors], AVG, DESC, 2)", "30 20 0 0 5 - | 20 - 20 - -5 1"},
               {"SORT([m2, m1], MIN, ASC)", "20 - 20 - -5 1 | 30 20 0 0 5 -"},
               {"LAST(SORT([m3, m1, m2], MAX, ASC))", "- - - - - -"},
               {"SLICE([m1, m2, m3, errors], 1, 3)", "20 - 20 - -5 1 | - - - - - -"},
               {"SLICE([m1, m2, errors], 2)", "1 1 1 1 1 1"},
               {"SLICE([m1, m2], 5, 9)", ""}});
}

TEST(MetricMath, metrics_finds_metrics_by_a_part_of_their_id) {
  Window scope({{"m1", "1 2 3"}, {"e1", "9 9 9"}, {"errors", "5 5 5"}, {"m2_4xx", "10 20 30"}});
  const auto run = [&scope](const char* text) {
    return text_of(MathExpression::parse(text)->evaluate(scope)->value);
  };
  EXPECT_EQ(run("SUM(METRICS())"), "16 27 38 - - -");
  EXPECT_EQ(run("METRICS('4xx') * 2"), "20 40 60 - - -");
  EXPECT_EQ(run("SUM([METRICS(\"m1\"), METRICS(\"4xx\")])"), "11 22 33 - - -");
  EXPECT_EQ(run("METRIC_COUNT(METRICS(\"none\"))"), "0");
  EXPECT_EQ(run("FIRST(METRICS(\"none\"))"), "- - - - - -");
}

TEST(MetricMath, knows_the_calendar_in_utc) {
  expect_rows({{"MINUTE(m3)", "57 58 59 0 1 2"},
               {"HOUR(m3)", "23 23 23 0 0 0"},
               {"DAY(m3)", "6 6 6 7 7 7"},  // Saturday, Sunday
               {"DATE(m3)", "30 30 30 1 1 1"},
               {"MONTH(m3)", "11 11 11 12 12 12"},
               {"YEAR(m3)", "2013 2013 2013 2013 2013 2013"},
               {"EPOCH(m3) - 1385855820", "0 60 120 180 240 300"},
               {"IF(DAY(m1) < 7, m1)", "30 20 0 - - -"},
               {"m1 / PERIOD(m1) * 60", "30 20 0 0 5 -"},
               {"PERIOD(m1)", "60"}});
}

TEST(MetricMath, band_is_upper_then_lower) {
  expect_rows({{"ANOMALY_DETECTION_BAND(m1)", "20 20 20 20 20 20 | -2 -2 -2 -2 -2 -2"},
               {"FIRST(ANOMALY_DETECTION_BAND(m1, 3))", "30 30 30 30 30 30"},
               {"LAST(ANOMALY_DETECTION_BAND(m1, 1 + 0.5))", "-1.5 -1.5 -1.5 -1.5 -1.5 -1.5"},
               {"IF(m1 > FIRST(ANOMALY_DETECTION_BAND(m1)), 1, 0)", "1 0 0 0 0 0"}});
}

TEST(MetricMath, notes_points_that_are_no_numbers) {
  EXPECT_TRUE(evaluate("m1 / m2")->dropped_points);
  EXPECT_TRUE(evaluate("LOG(m1)")->dropped_points);
  EXPECT_TRUE(evaluate("m1 * 1e308 * 1e308")->dropped_points);
  EXPECT_FALSE(evaluate("m1 + m2")->dropped_points);
  EXPECT_FALSE(evaluate("DIFF(m1)")->dropped_points);
}

TEST(MetricMath, says_what_is_wrong_and_where) {
  const std::string types = "Unsupported operand type(s) for ";
  for (const auto& [expression, expected] :
       std::initializer_list<std::pair<std::string, std::string>>{
           {"", "unexpected end of expression at position 1"},
           {"m1 +", "unexpected end of expression at position 5"},
           {"m1 m2", "unexpected 'm2' at position 4"},
           {"(m1", "unexpected end of expression at position 4"},
           {"m1)", "unexpected ')' at position 3"},
           {"[]", "empty list at position 1"},
           {"m1 = 2", "unexpected character at position 4"},
           {"m1 & m2", "unexpected character at position 4"},
           {"3x", "unexpected character at position 2"},
           {"1e999", "number out of range at position 1"},
           {"METRICS('x)", "string that begins at position 9 has no end"},
           {"AND m1", "unexpected 'AND' at position 1"},
           {"SUM(m1, m2)", "Function 'SUM' takes 1 to 1 arguments, not 2, at position 1"},
           {"ANOMALY_DETECTOR(m1)", "Function 'ANOMALY_DETECTOR' not found at position 1"},
           {"avg(m1)", "Function 'avg' not found at position 1"},
           {"1 + SEARCH('{AWS/EC2}', 'Average')",
            "Function 'SEARCH' is not supported at position 5"},
           {"m1 + m9", "no metric or expression has the id 'm9' at position 6"},
           {"ANOMALY_DETECTION_BAND(nobody)",
            "no metric or expression has the id 'nobody' at position 24"},
           {"ANOMALY_DETECTION_BAND(m1 + m2)",
            "ANOMALY_DETECTION_BAND takes the id of a metric or expression as its first argument "
            "at "
            "position 27"},
           {"ANOMALY_DETECTION_BAND(m1, -1)",
            "ANOMALY_DETECTION_BAND wants a number above 0 as its second argument at position 28"},
           {"1 + 'text'", types + "+: '[Scalar, String]' at position 3"},
           {"[m1] * [m2]", types + "*: '[TimeSeries[], TimeSeries[]]' at position 6"},
           {"-REPEAT", types + "-: '[REPEAT]' at position 1"},
           {"[m1, 2]", types + "[]: '[Scalar]' at position 6"},
           {"SUM(2)", types + "SUM: '[Scalar]' at position 1"},
           {"IF([m1], 1, 2)", types + "IF: '[TimeSeries[], Scalar, Scalar]' at position 1"},
           {"FILL(m1, DESC)", types + "FILL: '[TimeSeries, DESC]' at position 1"},
           {"SORT([m1], ASC, SUM)", types + "SORT: '[TimeSeries[], ASC, SUM]' at position 1"},
           {"PERIOD(m1 + m2)", types + "PERIOD: '[TimeSeries]' at position 1"},
           {"SLICE([m1], -1)", "SLICE wants whole numbers from 0 as its bounds at position 1"}}) {
    EXPECT_EQ(outcome(expression), expected) << expression;
  }
  EXPECT_NE(outcome("M1 + 2").find("'M1' at position 1"), std::string::npos);
  EXPECT_NE(outcome("SUM(SELECT AVG(x) FROM y)").find("'SELECT' at position 5"), std::string::npos)
      << "a Metrics Insights query stands alone";
}

TEST(MetricMath, holds_its_limits) {
  const auto nested = [](int levels) {
    return std::string(static_cast<std::size_t>(levels), '(') + "1" +
           std::string(static_cast<std::size_t>(levels), ')');
  };
  EXPECT_EQ(outcome(nested(kExpressionMaxDepth - 1)), "1");
  EXPECT_EQ(evaluate(nested(kExpressionMaxDepth)).error().code, Errc::limit);
  EXPECT_EQ(evaluate(std::string(1500, '-') + "1").error().code, Errc::limit);
  EXPECT_EQ(evaluate(std::string(1500, '[')).error().code, Errc::limit);
  EXPECT_EQ(evaluate(std::string(kExpressionMaxBytes + 1, ' ')).error().code, Errc::limit);
  // A long sum is no deep one.
  std::string sum = "1";
  while (sum.size() + 2 <= kExpressionMaxBytes)
    sum += "+1";
  EXPECT_EQ(outcome(sum), fmt::format("{}", (sum.size() + 1) / 2));
  // Arrays of arrays do not grow without end.
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 400; ++i)
    many.emplace_back(fmt::format("m{}", i), "1");
  Window scope(many);
  const auto twice = MathExpression::parse("[METRICS(), METRICS()]")->evaluate(scope);
  EXPECT_EQ(twice.error().code, Errc::limit);
}

TEST(MetricMath, tells_what_it_depends_on) {
  const auto expression =
      MathExpression::parse("m2 + SUM([m1, m2]) / SUM(METRICS('x')) + METRICS()");
  EXPECT_EQ(expression->ids(), (std::vector<std::string>{"m2", "m1"}));
  EXPECT_EQ(expression->metrics_calls(), (std::vector<std::string>{"x", ""}));
  EXPECT_TRUE(expression->calls("METRICS"));
  EXPECT_FALSE(expression->calls("SEARCH"));
}

TEST(MetricMath, tells_a_plain_band) {
  const auto band = [](const char* text) { return MathExpression::parse(text)->as_band(); };
  EXPECT_EQ(band("ANOMALY_DETECTION_BAND(m1)")->k, 2);
  EXPECT_EQ(band(" ( ANOMALY_DETECTION_BAND( m1 , 3.5 ) ) ")->k, 3.5);
  EXPECT_EQ(band("ANOMALY_DETECTION_BAND(e1, 1)")->id, "e1");
  EXPECT_FALSE(band("FIRST(ANOMALY_DETECTION_BAND(m1))").has_value());
  EXPECT_FALSE(band("ANOMALY_DETECTION_BAND(m1, 0)").has_value());
  EXPECT_FALSE(band("m1").has_value());
}

}  // namespace
}  // namespace tidemark::query
