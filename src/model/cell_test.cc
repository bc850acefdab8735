#include "model/cell.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "base/random.h"
#include "model/limits.h"

namespace tidemark {
namespace {

void expect_same(const Cell& a, const Cell& b, std::uint64_t seed) {
  EXPECT_EQ(a.count(), b.count()) << "seed " << seed;
  EXPECT_NEAR(a.sum(), b.sum(), 1e-12 * std::fabs(a.sum())) << "seed " << seed;
  EXPECT_EQ(a.minimum(), b.minimum()) << "seed " << seed;
  EXPECT_EQ(a.maximum(), b.maximum()) << "seed " << seed;
  EXPECT_EQ(a.distribution(), b.distribution()) << "seed " << seed;
  EXPECT_EQ(a.has_distribution(), b.has_distribution()) << "seed " << seed;
}

/// A cell of up to `most` observations; now and then a statistic set or empty.
Cell random_cell(Random& random, std::uint64_t most) {
  Cell out;
  if (random.next() % 20 == 0) return Cell::of_statistics(3, 12, 2, 6);
  for (std::uint64_t n = random.next() % most; n > 0; --n) {
    const double value = static_cast<double>(random.next() % 3000 + 1) / 4;
    out.merge(Cell::of(value, static_cast<double>(1 + random.next() % 3)));
  }
  return out;
}

Cell merged(Cell a, const Cell& b) {
  a.merge(b);
  return a;
}

TEST(Cell, merges_in_any_order_and_grouping) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto random = make_seeded_random(seed);
    // Every fourth time so many distinct values that merging turns exact cells into sketches.
    const std::uint64_t most = seed % 4 == 0 ? 900 : 20;
    const Cell a = random_cell(*random, most);
    const Cell b = random_cell(*random, most);
    const Cell c = random_cell(*random, most);
    expect_same(merged(a, b), merged(b, a), seed);
    expect_same(merged(merged(a, b), c), merged(a, merged(b, c)), seed);
  }
}

TEST(Cell, merging_nothing_changes_nothing) {
  const Cell cell = Cell::of(3, 2);
  EXPECT_EQ(merged(cell, Cell()), cell);
  EXPECT_EQ(merged(Cell(), cell), cell);
  EXPECT_TRUE(merged(Cell(), Cell()).empty());
}

TEST(Cell, is_exact_to_1024_distinct_values_and_a_sketch_beyond) {
  Cell cell;
  for (std::size_t i = 0; i < limits::kCellExactValues; ++i) {
    cell.merge(Cell::of(static_cast<double>(i) + 1));
  }
  EXPECT_FALSE(cell.is_sketch());
  EXPECT_EQ(cell.distribution().size(), limits::kCellExactValues);
  cell.merge(Cell::of(1));
  EXPECT_FALSE(cell.is_sketch());
  cell.merge(Cell::of(0.5));
  EXPECT_TRUE(cell.is_sketch());
  const auto values = cell.distribution();
  const double total = std::accumulate(
      values.begin(), values.end(), 0.0, [](double sum, const auto& v) { return sum + v.second; });
  EXPECT_EQ(total, cell.count());
  EXPECT_EQ(cell.minimum(), 0.5);
  EXPECT_EQ(cell.maximum(), 1024);
}

TEST(Cell, sketch_values_are_within_half_a_percent) {
  Cell cell;
  for (int i = 0; i < 2000; ++i)
    cell.merge(Cell::of(std::pow(1.01, i) * (i % 2 == 0 ? 1 : -1)));
  ASSERT_TRUE(cell.is_sketch());
  for (const auto& [centre, count] : cell.distribution()) {
    // The nearest value that was put in.
    const double i = std::round(std::log(std::fabs(centre)) / std::log(1.01));
    const double nearest = std::copysign(std::pow(1.01, i), centre);
    EXPECT_LE(std::fabs(centre - nearest), 0.00501 * std::fabs(nearest));
  }
}

TEST(Cell, a_statistic_set_hides_the_distribution_of_all) {
  const Cell set = Cell::of_statistics(4, 10, 1, 4);
  EXPECT_FALSE(set.has_distribution());
  const Cell cell = merged(Cell::of(9), set);
  EXPECT_FALSE(cell.has_distribution());
  EXPECT_TRUE(cell.distribution().empty());
  EXPECT_EQ(cell.count(), 5);
  EXPECT_EQ(cell.sum(), 19);
  EXPECT_EQ(cell.maximum(), 9);
  EXPECT_TRUE(Cell::of_statistics(4, 12, 3, 3).has_distribution());
}

TEST(Cell, restores_what_it_saved) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto random = make_seeded_random(seed);
    const Cell cell = merged(random_cell(*random, 1500), random_cell(*random, 10));
    ByteSink sink;
    cell.save(sink);
    ByteSource source(sink.view());
    const auto restored = Cell::restore(source);
    ASSERT_TRUE(restored.has_value()) << "seed " << seed;
    EXPECT_EQ(*restored, cell) << "seed " << seed;
    EXPECT_TRUE(source.empty());
  }
}

TEST(Cell, refuses_bytes_that_are_cut_or_wrong) {
  ByteSink sink;
  merged(Cell::of(1), Cell::of(2)).save(sink);
  for (std::size_t size = 0; size < sink.size(); ++size) {
    ByteSource cut(sink.view().substr(0, size));
    EXPECT_FALSE(Cell::restore(cut).has_value()) << size;
  }
  std::string flags(sink.view());
  flags[0] = '\x08';
  ByteSource unknown_flags(flags);
  EXPECT_FALSE(Cell::restore(unknown_flags).has_value());
  ByteSink huge;
  huge.u8(4);
  for (int i = 0; i < 3; ++i)
    huge.f64(1);
  huge.varint(std::uint64_t{1} << 40U);
  ByteSource too_many(huge.view());
  EXPECT_FALSE(Cell::restore(too_many).has_value());
}

}  // namespace
}  // namespace tidemark
