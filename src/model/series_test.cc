#include "model/series.h"

#include <gtest/gtest.h>

#include "model/limits.h"

namespace tidemark {
namespace {

SeriesKey key_of(std::string name, std::vector<Label> labels) {
  return *make_series_key(std::move(name), std::move(labels));
}

TEST(SeriesKey, sorts_labels_and_drops_empty_values) {
  const SeriesKey key = key_of("up", {{"z", "1"}, {"a", "2"}, {"m", ""}});
  EXPECT_EQ(key.labels, (std::vector<Label>{{"a", "2"}, {"z", "1"}}));
  EXPECT_EQ(key, key_of("up", {{"a", "2"}, {"z", "1"}}));
  EXPECT_EQ(key.label("z"), "1");
  EXPECT_EQ(key.label("m"), "");
}

TEST(SeriesKey, refuses_what_breaks_a_limit) {
  EXPECT_FALSE(make_series_key("", {}).has_value());
  EXPECT_FALSE(make_series_key(std::string(limits::kNameMaxBytes + 1, 'x'), {}).has_value());
  EXPECT_FALSE(make_series_key("up", {{"a", "1"}, {"a", "2"}}).has_value());
  EXPECT_FALSE(make_series_key("up", {{"", "1"}}).has_value());
  EXPECT_FALSE(make_series_key("up", {{"a", std::string(limits::kLabelValueMaxBytes + 1, 'x')}})
                   .has_value());
  std::vector<Label> many;
  for (std::size_t i = 0; i <= limits::kLabelsMax; ++i)
    many.push_back({std::to_string(i), "x"});
  EXPECT_FALSE(make_series_key("up", many).has_value());
  const auto twice = make_series_key("up", {{"job", "1"}, {"job", "2"}});
  EXPECT_NE(twice.error().what.find("job"), std::string::npos);
}

TEST(SeriesKey, bytes_tell_apart_what_text_might_confuse) {
  const SeriesKey a = key_of("m", {{"a", "1,b=2"}});
  const SeriesKey b = key_of("m", {{"a", "1"}, {"b", "2"}});
  EXPECT_NE(encode_series_key(a), encode_series_key(b));
  for (const SeriesKey& key : {a,
                               b,
                               key_of("glue.driver.aggregate.recordsRead", {}),
                               key_of("größe", {{"ort", "Zürich \"1\""}})}) {
    const auto decoded = decode_series_key(encode_series_key(key));
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(*decoded, key);
  }
}

TEST(SeriesKey, refuses_bytes_that_are_cut_extended_or_hostile) {
  const std::string bytes = encode_series_key(key_of("m", {{"a", "1"}, {"b", "2"}}));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_series_key(std::string_view(bytes).substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(decode_series_key(bytes + "x").has_value());
  EXPECT_FALSE(decode_series_key("\x01m\xff\xff\xff\xff\x0f").has_value());
}

TEST(SeriesKey, text_escapes_quotes) {
  EXPECT_EQ(to_text(key_of("m", {{"a", "x\"y\\"}, {"b", "2"}})), R"(m{a="x\"y\\", b="2"})");
}

TEST(Matchers, all_must_hold) {
  const SeriesKey key = key_of("up", {{"job", "node"}});
  const auto equal = [](std::string label, std::string value) {
    return Matcher{std::move(label), Matcher::Op::equal, std::move(value)};
  };
  EXPECT_TRUE(matches(key, {}));
  EXPECT_TRUE(matches(key, {equal("__name__", "up"), equal("job", "node")}));
  EXPECT_FALSE(matches(key, {equal("__name__", "up"), equal("job", "other")}));
  EXPECT_TRUE(matches(key, {{"job", Matcher::Op::exists, ""}}));
  EXPECT_FALSE(matches(key, {{"zone", Matcher::Op::exists, ""}}));
  EXPECT_TRUE(matches(key, {{"zone", Matcher::Op::not_equal, "x"}}));
  EXPECT_TRUE(matches(key, {equal("zone", "")}));
}

TEST(Matchers, derived_series_are_found_only_by_their_own_label) {
  const SeriesKey derived = key_of("up", {{"job", "node"}, {"tidemark_band", "d/300"}});
  EXPECT_FALSE(matches(derived, {{"job", Matcher::Op::equal, "node"}}));
  EXPECT_FALSE(matches(derived, {}));
  EXPECT_TRUE(matches(derived, {{"tidemark_band", Matcher::Op::exists, ""}}));
}

}  // namespace
}  // namespace tidemark
