#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/config.h"
#include "testing/faulty_files.h"

namespace tidemark::server {
namespace {

using ::testing::HasSubstr;

// Secrets that are not there do not matter: only the detectors are read.
constexpr const char* kFile = R"(
aws: {access_keys: [{id: a, secret_file: /nowhere}]}
calendars: {closed: [sat, "12-25"]}
detectors:
  - {namespace: Glue, name: records, stat: Sum, timezone: Europe/Berlin, watch: below, width: 2,
     dimensions: {Job: a}, calendars: [{name: closed, mute: false}], lower_limit: 0}
  - {namespace: Glue, name: records, stat: Sum, dimensions: {Job: b}}
  - {namespace: Glue, name: seconds, stat: Maximum, adaptation: fast}
)";

Result<judge::DetectorChoices> choices(const std::string& content, const std::string& name) {
  testing::FaultyFiles files;
  auto file = files.create("t.yaml");
  EXPECT_TRUE((*file)->append(content));
  return configured_choices(files, "t.yaml", name);
}

TEST(ConfiguredChoices, are_found_by_the_metric_s_name_or_its_whole_title) {
  const auto seconds = choices(kFile, "seconds");
  ASSERT_TRUE(seconds) << seconds.error().what;
  EXPECT_EQ(seconds->adaptation, judge::AdaptationSpeed::fast);
  const auto records = choices(kFile, "Glue/records{Job=a} Sum");
  ASSERT_TRUE(records) << records.error().what;
  EXPECT_EQ(records->timezone, "Europe/Berlin");
  EXPECT_EQ(records->own.watch, judge::Watch::below);
  EXPECT_EQ(records->own.lower_limit, 0);
  ASSERT_EQ(records->own.calendars.size(), 1U);
  EXPECT_FALSE(records->own.calendars[0].mute);
  EXPECT_EQ(records->own.calendars[0].calendar.days, (std::vector<std::string>{"sat", "12-25"}));
  const auto only = choices("detectors: [{namespace: a, name: b, stat: Sum, width: 2}]", "");
  ASSERT_TRUE(only) << only.error().what;
  EXPECT_EQ(only->own.width, 2);
}

TEST(ConfiguredChoices, public_holidays_are_named_without_a_calendar_of_their_own) {
  const auto made = choices(
      "detectors: [{namespace: a, name: b, stat: Sum, calendars: [holidays US, {name: holidays DE, "
      "learn: true}]}]",
      "");
  ASSERT_TRUE(made) << made.error().what;
  ASSERT_EQ(made->own.calendars.size(), 2U);
  EXPECT_EQ(made->own.calendars[0].calendar.days, std::vector<std::string>{"holidays US"});
  EXPECT_TRUE(made->own.calendars[1].learn);
  const char* unknown = "detectors: [{namespace: a, name: b, stat: Sum, calendars: [holidays XX]}]";
  EXPECT_THAT(choices(unknown, "").error().what, HasSubstr("t.yaml:1:13: calendar 'holidays XX'"));
  const char* number = "detectors: [{namespace: a, name: b, stat: Sum, calendars: [{name: 5}]}]";
  EXPECT_THAT(choices(number, "").error().what, HasSubstr("t.yaml:1:60: no calendar of that name"));
}

TEST(ConfiguredChoices, a_width_may_be_said_as_the_share_that_lies_inside) {
  const auto made =
      choices("detectors: [{namespace: a, name: b, stat: Sum, confidence: 0.99}]", "");
  ASSERT_TRUE(made) << made.error().what;
  EXPECT_NEAR(made->own.width, 2.5758293035489, 1e-12);
  EXPECT_THAT(
      choices("detectors: [{namespace: a, name: b, stat: Sum, confidence: 99}]", "").error().what,
      HasSubstr("t.yaml:1:13: confidence must be 0.08 to 0.999999999999"));
  EXPECT_THAT(
      choices("detectors: [{namespace: a, name: b, stat: Sum, width: 2, confidence: 0.99}]", "")
          .error()
          .what,
      HasSubstr("give one of the two"));
}

constexpr const char* kMath = R"(
aws: {account_id: "111122223333"}
detectors:
  - math:
      - {id: e, return_data: false, metric_stat: {stat: Sum, period_s: 3600,
           metric: {namespace: Shop, name: errors, dimensions: {Shard: 7}}}}
      - {id: share, expression: 100 * e, label: "errors, %"}
    region: eu-west-1
    confidence: 0.99
)";

TEST(ConfiguredChoices, metric_math_is_a_detector_as_any_other) {
  const auto made = choices(kMath, "errors, %");
  ASSERT_TRUE(made) << made.error().what;
  EXPECT_NEAR(made->own.width, 2.5758293035489, 1e-12);
  testing::FaultyFiles files;
  auto file = files.create("t.yaml");
  ASSERT_TRUE((*file)->append(kMath));
  Config config;
  const auto read = read_config_file(files, "t.yaml", &config);
  ASSERT_TRUE(read) << read.error().what;
  ASSERT_EQ(config.detectors.size(), 1U);
  const judge::DetectorTarget& target = config.detectors[0].target;
  EXPECT_FALSE(target.metric);
  ASSERT_EQ(target.math.size(), 2U);
  EXPECT_EQ(target.math[0].metric_stat->metric,
            (MetricRef{"111122223333", "eu-west-1", "Shop", "errors", {{"Shard", "7"}}}));
  EXPECT_FALSE(target.math[0].return_data);
  EXPECT_TRUE(target.math[1].return_data);
}

TEST(ConfiguredChoices, metric_math_that_is_none_is_refused_with_its_place) {
  const auto refused = [](const std::string& content) {
    const auto made = choices(content, "");
    return made ? "taken" : made.error().what;
  };
  EXPECT_EQ(refused("detectors: [{math: [{id: a, expresion: 1}]}]"),
            "t.yaml:1:20: math[0].expresion is no member of this");
  EXPECT_THAT(refused("detectors: [{math: [{id: a, expression: 1 + nobody}]}]"),
              HasSubstr("nobody"));
  EXPECT_THAT(refused("detectors: [{math: [{id: a, expression: 1}, {id: b, expression: 2}]}]"),
              HasSubstr("exactly one query"));
  EXPECT_THAT(refused("detectors: [{math: [{id: a, expression: 1}], stat: Sum}]"),
              HasSubstr("either math, or namespace, name and stat"));
  EXPECT_THAT(refused("detectors: [{}]"), HasSubstr("needs namespace, name and stat, or math"));
  EXPECT_THAT(refused("detectors: [{math: }]"), HasSubstr("math must be a list"));
}

TEST(ConfiguredChoices, a_name_that_fits_none_or_several_is_told_all_of_them) {
  for (const char* name : {"records", "", "none"}) {
    const auto made = choices(kFile, name);
    ASSERT_FALSE(made) << name;
    EXPECT_EQ(made.error().code, Errc::invalid);
    EXPECT_THAT(made.error().what,
                HasSubstr("'Glue/records{Job=a} Sum', 'Glue/records{Job=b} Sum'"));
  }
  EXPECT_THAT(choices("{}", "a").error().what, HasSubstr("t.yaml has no detectors"));
  EXPECT_THAT(
      choices("detectors: [{namespace: a, name: b, stat: Sum, width: 20}]", "").error().what,
      HasSubstr("t.yaml:1:13: width must be 0.1 to 10, not 20"));
  EXPECT_THAT(choices("detector: []", "").error().what, HasSubstr("did you mean 'detectors'?"));
}

}  // namespace
}  // namespace tidemark::server
