#include "store/block/chunk.h"

#include <bit>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/random.h"

namespace tidemark::store {
namespace {

std::vector<Sample> numbers(std::initializer_list<double> values) {
  std::vector<Sample> out;
  for (const double value : values) {
    out.push_back({Timestamp::from_s(60 * static_cast<std::int64_t>(out.size())), value});
  }
  return out;
}

void expect_round_trip(const std::vector<Sample>& samples) {
  const Chunk chunk = encode_chunk(samples);
  EXPECT_EQ(chunk.first, samples.front().at);
  EXPECT_EQ(chunk.last, samples.back().at);
  const auto back = decode_chunk(chunk.bytes);
  ASSERT_TRUE(back) << back.error().what;
  ASSERT_EQ(back->size(), samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    EXPECT_EQ((*back)[i].at, samples[i].at);
    ASSERT_EQ((*back)[i].value.index(), samples[i].value.index());
    if (const auto* number = std::get_if<double>(&samples[i].value)) {
      EXPECT_EQ(std::bit_cast<std::uint64_t>(std::get<double>((*back)[i].value)),
                std::bit_cast<std::uint64_t>(*number));
    } else {
      EXPECT_EQ((*back)[i].value, samples[i].value);
    }
  }
}

TEST(Chunk, keeps_every_bit_of_a_double) {
  using Limits = std::numeric_limits<double>;
  expect_round_trip(numbers({0.0, -0.0, 1.0}));
  expect_round_trip(numbers({1.5, Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}));
  expect_round_trip(numbers({std::bit_cast<double>(std::uint64_t{0x7ff0000000000002}), 1.0, 2.0}));
  expect_round_trip(numbers({Limits::denorm_min(), Limits::max(), Limits::lowest(), 0.1}));
  expect_round_trip(numbers({9007199254740993.0, 0.001, 9007199254740991.0}));
  expect_round_trip(numbers({0.1, 0.2, 0.3, 123456.789, -17.25}));
  expect_round_trip(numbers({42.0}));
}

TEST(Chunk, keeps_extreme_and_uneven_times) {
  std::vector<Sample> samples;
  for (const std::int64_t ns : {INT64_MIN,
                                INT64_MIN + 1,
                                std::int64_t{-5},
                                std::int64_t{0},
                                std::int64_t{1'000'000'007},
                                INT64_MAX}) {
    samples.push_back({Timestamp::from_ns(ns), 1.0});
  }
  expect_round_trip(samples);
}

TEST(Chunk, random_runs_come_back) {
  const auto random = make_seeded_random(7);
  for (int run = 0; run < 300; ++run) {
    std::vector<Sample> samples;
    const std::size_t count = 1 + random->next() % kChunkMaxSamples;
    const std::uint64_t shape = random->next() % 4;
    std::int64_t at = static_cast<std::int64_t>(random->next() % 2'000'000'000) * 1'000'000'000;
    for (std::size_t i = 0; i < count; ++i) {
      at += static_cast<std::int64_t>(1 + (shape == 0 ? 0 : random->next() % 1'000'000));
      double value = std::bit_cast<double>(random->next());
      if (shape == 1) value = static_cast<double>(random->next() % 10'000) / 100;
      if (shape == 2) value = static_cast<double>(i / 10);
      samples.push_back({Timestamp::from_ns(at), value});
    }
    expect_round_trip(samples);
  }
}

TEST(Chunk, keeps_cells_of_all_sorts) {
  Cell inexact_sum = Cell::of(0.1);
  inexact_sum.merge(Cell::of(0.1));
  inexact_sum.merge(Cell::of(0.1));
  Cell two_values = Cell::of(1);
  two_values.merge(Cell::of(2, 5));
  Cell sketch;
  for (int i = 1; i <= 2000; ++i)
    sketch.merge(Cell::of(i));
  ASSERT_TRUE(sketch.is_sketch());
  std::vector<Sample> samples;
  for (const Cell& cell : {Cell::of(3, 2),
                           inexact_sum,
                           two_values,
                           sketch,
                           Cell::of_statistics(4, 10, 1, 5),
                           Cell::of(-1e300, 0.5)}) {
    samples.push_back({Timestamp::from_s(static_cast<std::int64_t>(samples.size())), cell});
  }
  expect_round_trip(samples);
  expect_round_trip({samples[2]});
}

TEST(Chunk, cells_of_one_value_take_few_bytes) {
  std::vector<Sample> samples;
  for (int i = 0; i < 240; ++i) {
    samples.push_back({Timestamp::from_s(60 * i), Cell::of(100 + i % 7)});
  }
  EXPECT_LT(encode_chunk(samples).bytes.size(), 4U * samples.size());
  expect_round_trip(samples);
}

TEST(Chunk, keeps_bands) {
  std::vector<Sample> samples;
  for (int i = 0; i < 20; ++i) {
    const double x = i * 1.1;
    samples.push_back({Timestamp::from_s(300 * i),
                       IssuedBand{x, {x / 3, x / 2, x}, {x / 7, x / 5, 2 * x}, i % 3 == 0}});
  }
  expect_round_trip(samples);
}

TEST(Chunk, keeps_findings) {
  std::vector<Sample> samples;
  for (int i = 0; i < 20; ++i) {
    const auto at = Timestamp::from_s(300 * i);
    samples.push_back({at,
                       Finding{i * 1.1,
                               i / 20.0,
                               static_cast<FindingKind>(i % kFindingKinds),
                               at - std::chrono::seconds(i % 3 * 300),
                               1000U + static_cast<unsigned>(i),
                               7,
                               i % 3 == 0,
                               i % 5 == 0,
                               i % 7 == 0 ? Finding::kNotKept : i / 19.0}});
  }
  expect_round_trip(samples);
}

TEST(Chunk, findings_of_the_version_before_do_not_tell_their_confidence) {
  const auto at = Timestamp::from_s(60);
  const Finding finding{7, 0.6, FindingKind::dip, at, 500, 3, false, true};
  const Chunk chunk = encode_chunk(std::vector<Sample>{{at, finding}});
  // Kind 3 ended where kind 4 has the column of confidences: here one constant, a u8 and an f64.
  std::string before = chunk.bytes.substr(0, chunk.bytes.size() - 9);
  before[0] = 3;
  const auto back = decode_chunk(before);
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(std::get<Finding>(back->front().value), finding);
  EXPECT_EQ(finding.confidence, Finding::kNotKept);
}

TEST(Chunk, an_impossible_confidence_is_corrupt) {
  Finding finding;
  for (const double wrong : {-0.5, 1.5, std::nan("")}) {
    finding.confidence = wrong;
    const Chunk chunk = encode_chunk(std::vector<Sample>{{Timestamp::from_s(60), finding}});
    EXPECT_FALSE(decode_chunk(chunk.bytes)) << wrong;
  }
}

TEST(Chunk, a_finding_of_an_unknown_kind_is_corrupt) {
  const Chunk chunk = encode_chunk(std::vector<Sample>{{Timestamp::from_s(60), Finding{}}});
  std::string bytes = chunk.bytes;
  // kind, count, unit of time, column of one time (form, minimum, width); then the finding's kind.
  bytes[6] = static_cast<char>(kFindingKinds);
  const auto back = decode_chunk(bytes);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, Errc::corrupt);
}

TEST(Chunk, cut_bytes_are_corrupt) {
  const Chunk chunk = encode_chunk(numbers({0.1, 0.7, 1e300, 4}));
  for (std::size_t cut = 0; cut < chunk.bytes.size(); ++cut) {
    const auto back = decode_chunk(std::string_view(chunk.bytes).substr(0, cut));
    ASSERT_FALSE(back) << cut;
    EXPECT_EQ(back.error().code, Errc::corrupt);
  }
  EXPECT_FALSE(decode_chunk(chunk.bytes + "x"));
}

}  // namespace
}  // namespace tidemark::store
