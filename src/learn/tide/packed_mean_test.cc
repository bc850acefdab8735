#include "learn/tide/packed_mean.h"

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "learn/archive.h"
#include "learn/testing_series.h"

namespace tidemark::learn::tide {
namespace {

double kept(double mean) {
  PackedMean out;
  out.set(mean, 1);
  return out.mean();
}

TEST(PackedMean, begins_as_nothing_that_was_never_passed) {
  EXPECT_EQ(PackedMean().mean(), 0);
  EXPECT_EQ(PackedMean().passes(), 0);
}

TEST(PackedMean, keeps_eleven_digits_and_no_more_than_was_there) {
  Chance chance(11);
  for (int i = 0; i < 10'000; ++i) {
    const double mean = std::exp(100 * (chance.flat() - 0.5)) * chance.normal();
    EXPECT_NEAR(kept(mean), mean, 4e-12 * std::abs(mean));
    EXPECT_LE(std::abs(kept(mean)), std::abs(mean));
    EXPECT_EQ(kept(-mean), -kept(mean));
    EXPECT_EQ(kept(std::ldexp(mean, 40)), std::ldexp(kept(mean), 40));
  }
  for (const double whole : {1.0, 1000.0, 12'345'678'901.0, -3.0, kHuge, -kHuge})
    EXPECT_NEAR(kept(whole), whole, 4e-12 * std::abs(whole));
  EXPECT_EQ(kept(274'877'906'943), 274'877'906'943);
}

TEST(PackedMean, passes_and_mean_do_not_touch_each_other) {
  PackedMean both;
  for (int passes = 0; passes <= PackedMean::kPassesMax; ++passes) {
    both.set(-1.0 / 3, passes);
    EXPECT_EQ(both.passes(), passes);
    EXPECT_EQ(both.mean(), kept(-1.0 / 3));
  }
}

TEST(PackedMean, bytes_that_are_no_number_are_corrupt) {
  for (const double mean : {std::numeric_limits<double>::infinity(),
                            -std::numeric_limits<double>::infinity(),
                            std::numeric_limits<double>::quiet_NaN(),
                            1e301}) {
    PackedMean bad;
    bad.set(mean, 3);
    ByteSink out;
    StateWriter writer(out);
    PackedMean::visit(std::as_const(bad), writer);
    const std::string bytes = std::move(out).take();
    EXPECT_EQ(bytes.size(), 7U);
    ByteSource in(bytes);
    StateReader reader(in);
    PackedMean read;
    PackedMean::visit(read, reader);
    EXPECT_FALSE(reader.ok()) << mean;
    EXPECT_EQ(read.mean(), 0);
  }
}

}  // namespace
}  // namespace tidemark::learn::tide
