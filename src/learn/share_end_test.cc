#include "learn/share_end.h"

#include <gtest/gtest.h>

#include "learn/archive.h"
#include "learn/testing_series.h"
#include "learn/width.h"

namespace tidemark::learn {
namespace {

using namespace std::chrono_literals;

std::optional<double> end_of(const std::vector<double>& values) {
  ShareEnd end;
  for (const double value : values)
    end.learn(value);
  return end.known();
}

TEST(ShareEnd, is_known_where_values_come_back_to_it_and_never_pass_it) {
  EXPECT_EQ(end_of({}), std::nullopt);
  EXPECT_EQ(end_of({99.5, 100, 98, 100, 100, 100}), std::nullopt);
  EXPECT_EQ(end_of({99.5, 100, 98, 100, 100, 100, 0, 100}), 100);
  EXPECT_EQ(end_of({0.5, 1, 0.5, 1, 0.5, 1}), 1);
  EXPECT_EQ(end_of({0.5, 1, 0, 1, 0, 1, 0, 1.5}), std::nullopt);
  EXPECT_EQ(end_of({0.5, 1, 0, 1, 0, 1, 70, 100, 0, 100, 0, 100}), 100);
  EXPECT_EQ(end_of({99.5, 100, 0, 100, 0, 100, 100.5, 100, 0, 100, 0, 100}), std::nullopt);
  EXPECT_EQ(end_of({99.5, 101, 0, 101, 0, 101}), std::nullopt);
}

TEST(ShareEnd, takes_longer_among_whole_numbers_and_is_no_constant) {
  std::vector<double> values;
  for (int i = 0; i < 29; ++i)
    values.insert(values.end(), {99, 100});
  EXPECT_EQ(end_of(values), std::nullopt);
  values.insert(values.end(), {99, 100});
  EXPECT_EQ(end_of(values), 100);
  EXPECT_EQ(end_of(std::vector<double>(1000, 100)), std::nullopt);
  EXPECT_EQ(end_of(std::vector<double>(1000, 1)), std::nullopt);
  EXPECT_EQ(end_of(std::vector<double>(1000, 0)), std::nullopt);
}

TEST(ShareEnd, is_kept_and_a_damaged_one_is_refused) {
  ShareEnd end;
  for (const double value : {99.5, 100.0, 99.5, 100.0, 99.5})
    end.learn(value);
  ByteSink out;
  StateWriter writer(out);
  ShareEnd::visit(end, writer);
  const std::string kept = std::move(out).take();
  ByteSource in(kept);
  StateReader reader(in);
  ShareEnd again;
  ShareEnd::visit(again, reader);
  ASSERT_TRUE(reader.ok());
  again.learn(100);
  EXPECT_EQ(again.known(), 100);
  for (const std::string& bytes : {std::string("\x7f\x00", 2), std::string("\x00\x7f", 2)}) {
    ByteSource bad(bytes);
    StateReader refused(bad);
    ShareEnd::visit(again, refused);
    EXPECT_FALSE(refused.ok());
  }
}

class Shares : public ::testing::TestWithParam<std::string> {};

// A rate of success: what is missing to the end scatters.
TEST_P(Shares, bands_do_not_pass_the_end_at_any_width) {
  for (const double end : {1.0, 100.0}) {
    const DetectorConfig config = config_at(5min);
    Chance chance(3);
    auto detector = must_make(GetParam(), config);
    for (int i = 0; i < 3000; ++i) {
      const double value = std::min(1.0, 0.97 + 0.02 * chance.normal()) * end;
      const auto outlook = detector->expect(test_slot(i, config.cadence));
      for (const double k : {0.5, 1.0, 1.96, 2.0, 2.5, 3.0, 4.0, 10.0}) {
        if (i < 200) break;
        const Edges band = edges_at(*outlook, k);
        ASSERT_LE(band.upper, end) << i << " at " << k;
        if (k > 3) {
          ASSERT_EQ(band.upper, end) << i << " at " << k;
        }
        ASSERT_LT(band.lower, band.upper);
      }
      detector->learn(test_slot(i, config.cadence), value, Teach::learn);
    }
    // The other side goes by its own errors as before.
    const auto outlook = detector->expect(test_slot(3000, config.cadence));
    EXPECT_LT(edges_at(*outlook, 3).lower, 0.94 * end);
    EXPECT_GT(edges_at(*outlook, 3).lower, 0.80 * end);
  }
}

TEST_P(Shares, what_passes_100_later_is_no_share) {
  const DetectorConfig config = config_at(5min);
  Chance chance(4);
  auto detector = must_make(GetParam(), config);
  for (int i = 0; i < 2000; ++i) {
    const double highest = i < 1000 ? 100.0 : 400.0;
    detector->learn(
        test_slot(i, config.cadence), std::min(highest, 97 + 2 * chance.normal()), Teach::learn);
  }
  EXPECT_GT(edges_at(*detector->expect(test_slot(2000, config.cadence)), 3).upper, 100.5);
}

INSTANTIATE_TEST_SUITE_P(Tiers,
                         Shares,
                         ::testing::Values("tide", "always_on"),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace tidemark::learn
