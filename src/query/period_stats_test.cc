#include "query/period_stats.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "base/random.h"
#include "model/statistic.h"
#include "query/testing_reader.h"
#include "store/sample_store.h"
#include "testing/faulty_files.h"
#include "testing/manual_clock.h"

namespace tidemark::query {
namespace {

using std::chrono::seconds;

MetricRef metric() {
  return {"000000000000", "us-east-1", "Shop", "latency", {{"page", "home"}}};
}

/// One thing a client sent, kept as it was.
struct Sent {
  Timestamp at;
  std::string unit;
  std::vector<double> values;                    ///< single observations
  double count = 0, sum = 0, low = 0, high = 0;  ///< of a statistic set; count 0: none
};

/// What the simplest possible program makes of the same input.
struct Reference {
  double count = 0, sum = 0, magnitude = 0, low = 1e300, high = -1e300;
  bool opaque = false;
  std::vector<double> values;

  void add(const Sent& sent) {
    for (const double value : sent.values) {
      values.push_back(value);
      add_set(1, value, value, value);
    }
    if (sent.count == 0) return;
    opaque = true;
    add_set(sent.count, sent.sum, sent.low, sent.high);
  }
  void add_set(double n, double total, double least, double most) {
    count += n;
    sum += total;
    magnitude += std::fabs(total);
    low = std::min(low, least);
    high = std::max(high, most);
  }
  double percentile(double percent) {
    std::sort(values.begin(), values.end());
    const double rank = percent / 100 * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(rank);
    const auto above = std::min(below + 1, values.size() - 1);
    return values[below] + (rank - std::floor(rank)) * (values[above] - values[below]);
  }
};

/// Sums of these are exact in any order.
bool whole_numbers(std::uint64_t seed) {
  return seed % 3 == 0;
}

double random_value(Random& random, std::uint64_t seed) {
  const double value = std::exp(uniform(random) * 6);
  // Few distinct values, negative ones, or any.
  if (whole_numbers(seed)) return std::floor(value);
  return seed % 3 == 1 ? value - 100 : value;
}

Sent random_sent(Random& random, std::uint64_t seed) {
  Sent out;
  const std::int64_t resolution = seed % 2 == 0 ? 60 : 1;
  const auto offset = static_cast<std::int64_t>(random.next() % 7200);
  out.at = Timestamp::from_s((1'700'000'000 + offset) / resolution * resolution);
  out.unit = random.next() % 3 == 0 ? "Seconds" : "None";
  if (seed % 5 == 0 && random.next() % 4 == 0) {
    out.low = random_value(random, seed);
    out.high = out.low + (whole_numbers(seed) ? 2 : 1 + uniform(random));
    out.count = static_cast<double>(2 + random.next() % 5);
    out.sum = out.count * (out.low + out.high) / 2;
    return out;
  }
  const double value = random_value(random, seed);
  const std::uint64_t repeats = random.next() % 3 == 0 ? 1 + random.next() % 4 : 1;
  out.values.assign(repeats, value);
  if (random.next() % 4 == 0) out.values.push_back(random_value(random, seed));
  return out;
}

/// As web/aws does: equal values become one entry with a count.
Cell to_cell(const Sent& sent) {
  if (sent.count > 0) return Cell::of_statistics(sent.count, sent.sum, sent.low, sent.high);
  Cell out;
  double first = 0;
  for (const double value : sent.values)
    first += value == sent.values[0] ? 1 : 0;
  out.merge(Cell::of(sent.values[0], first));
  for (const double value : sent.values) {
    if (value != sent.values[0]) out.merge(Cell::of(value));
  }
  return out;
}

void expect_equal(const PeriodCell& period, Reference reference, std::uint64_t seed) {
  const auto value = [&period](const char* name) {
    return tidemark::evaluate(*parse_statistic(name), period.cell);
  };
  // What is not a whole number is rounded in another order here than there.
  const double near = whole_numbers(seed) ? 0 : 1e-12 * std::max(1.0, reference.magnitude);
  EXPECT_EQ(value("SampleCount"), reference.count) << "seed " << seed;
  EXPECT_NEAR(*value("Sum"), reference.sum, near) << "seed " << seed;
  EXPECT_NEAR(*value("Average"), reference.sum / reference.count, near) << "seed " << seed;
  EXPECT_EQ(value("Minimum"), reference.low) << "seed " << seed;
  EXPECT_EQ(value("Maximum"), reference.high) << "seed " << seed;
  ASSERT_EQ(value("p90").has_value(), !reference.opaque) << "seed " << seed;
  if (reference.opaque) return;
  const double p90 = reference.percentile(90);
  if (period.cell.is_sketch()) {
    EXPECT_NEAR(*value("p90"), p90, 0.00501 * std::fabs(p90)) << "seed " << seed;
  } else {
    EXPECT_DOUBLE_EQ(*value("p90"), p90) << "seed " << seed;
  }
}

/// Random times in random order: late and out of order by construction, often at one instant.
struct Mixture {
  explicit Mixture(std::uint64_t with_seed) : seed(with_seed), random(make_seeded_random(seed)) {}
  [[nodiscard]] std::uint64_t observations() const {
    return seed % 50 == 0 ? 6000 : 40 + seed % 200;
  }
  std::pair<SeriesKey, Sample> next() {
    const Sent sent = random_sent(*random, seed);
    expected[period_start(sent.at, period)].add(sent);
    return {*to_series_key(metric(), sent.unit), {sent.at, to_cell(sent)}};
  }
  void expect_equal_to(const store::Reader& reader) const {
    const auto cells = period_cells(
        reader, {metric(), std::nullopt, period}, {Timestamp::min(), Timestamp::max()});
    ASSERT_TRUE(cells.has_value());
    ASSERT_EQ(cells->size(), expected.size()) << "seed " << seed;
    auto reference = expected.begin();
    for (const PeriodCell& cell : *cells) {
      ASSERT_EQ(cell.start, reference->first) << "seed " << seed;
      expect_equal(cell, reference->second, seed);
      ++reference;
    }
  }

  static constexpr std::int64_t kPeriods[] = {1, 10, 60, 300, 3600};
  std::uint64_t seed;
  Duration period = seconds(kPeriods[seed % 5]);
  std::unique_ptr<Random> random;
  std::map<Timestamp, Reference> expected;
};

TEST(PeriodCells, equal_a_simple_reference_for_500_random_mixtures) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Mixture mixture(seed);
    TestingReader reader;
    for (std::uint64_t i = 0; i < mixture.observations(); ++i) {
      const auto [key, sample] = mixture.next();
      reader.put(key, sample);
    }
    mixture.expect_equal_to(reader);
  }
}

// The same through the store: what belongs to one period lies in the head and in several blocks,
// and is merged when it is read, when blocks are, and over a restart.
TEST(PeriodCells, equal_the_reference_through_the_store_with_flushes_and_a_restart) {
  for (std::uint64_t seed = 41; seed <= 60; ++seed) {
    Mixture mixture(seed);
    testing::FaultyFiles files;
    testing::ManualClock clock{Timestamp::from_s(1'700'000'000)};
    const auto random = make_seeded_random(seed + 1000);
    Meter meter;
    store::StoreOptions options;
    options.directory = "data";
    options.disk_reserve_bytes = 0;
    std::unique_ptr<store::SampleStore> store;
    const auto open = [&] {
      store.reset();
      auto opened = store::SampleStore::open(options, {files, clock, *random, meter}, nullptr);
      ASSERT_TRUE(opened) << opened.error().what;
      store = std::move(*opened);
    };
    open();
    const std::uint64_t count = mixture.observations();
    for (std::uint64_t i = 0; i < count;) {
      Batch batch;
      for (std::uint64_t n = 1 + random->next() % 8; n > 0 && i < count; --n, ++i) {
        auto [key, sample] = mixture.next();
        batch.series.push_back({std::move(key), {std::move(sample)}});
      }
      ASSERT_TRUE(write_and_wait(*store, std::move(batch)));
      if (random->next() % 4 == 0) {
        ASSERT_TRUE(store->flush());
      }
    }
    mixture.expect_equal_to(*store);
    EXPECT_GT(store->statistics().blocks, 0U) << "seed " << seed;
    open();
    mixture.expect_equal_to(*store);
    if (HasFailure()) return;
  }
}

TEST(PeriodCells, percentiles_of_a_sketch_are_within_half_a_percent) {
  const auto random = make_seeded_random(11);
  TestingReader reader;
  Reference reference;
  for (int i = 0; i < 20000; ++i) {
    const double value = std::exp(uniform(*random) * 8);
    reader.put(metric(), Timestamp::from_s(i % 300), value);
    reference.add({{}, "", {value}});
  }
  const auto cells = period_cells(reader,
                                  {metric(), std::nullopt, seconds(300)},
                                  {Timestamp::from_s(0), Timestamp::from_s(300)});
  ASSERT_EQ(cells->size(), 1U);
  ASSERT_TRUE(cells->front().cell.is_sketch());
  EXPECT_EQ(cells->front().samples, 300U);
  for (const double percent : {1.0, 25.0, 50.0, 90.0, 99.0, 99.9}) {
    const auto statistic = parse_statistic("p" + std::to_string(percent));
    ASSERT_TRUE(statistic.has_value());
    const double exact = reference.percentile(percent);
    EXPECT_NEAR(*tidemark::evaluate(*statistic, cells->front().cell), exact, 0.00501 * exact);
  }
}

TEST(PeriodCells, are_the_same_folded_from_samples_in_any_order) {
  std::vector<Sample> samples;
  for (int i = 0; i < 50; ++i)
    samples.push_back({Timestamp::from_s(i * 7), Value(double(i))});
  const auto ordered = fold_into_periods(samples, seconds(60));
  std::reverse(samples.begin(), samples.end());
  EXPECT_EQ(fold_into_periods(samples, seconds(60)), ordered);
  std::rotate(samples.begin(), samples.begin() + 20, samples.end());
  EXPECT_EQ(fold_into_periods(samples, seconds(60)), ordered);
  EXPECT_EQ(ordered.size(), 6U);
  EXPECT_EQ(ordered[0].cell.count(), 9);
}

TEST(PeriodCells, begin_at_multiples_of_their_length_also_before_1970) {
  EXPECT_EQ(period_start(Timestamp::from_s(-1), seconds(60)), Timestamp::from_s(-60));
  EXPECT_EQ(period_start(*parse_rfc3339("2013-11-28T13:14:15Z"), seconds(86400)),
            *parse_rfc3339("2013-11-28T00:00:00Z"));
  EXPECT_EQ(
      to_civil(period_start(*parse_rfc3339("2013-11-28T13:14:15Z"), seconds(7 * 86400))).weekday,
      4);
  EXPECT_EQ(period_start(Timestamp::min(), seconds(60)), Timestamp::min());
}

TEST(PeriodCells, take_whole_periods_of_the_range_and_no_further) {
  TestingReader reader;
  for (int i = 0; i < 20; ++i)
    reader.put(metric(), Timestamp::from_s(i * 60), 1);
  // From the middle of the first to the middle of the second period: both, whole.
  const auto cells = period_cells(reader,
                                  {metric(), std::nullopt, seconds(300)},
                                  {Timestamp::from_s(100), Timestamp::from_s(301)});
  ASSERT_EQ(cells->size(), 2U);
  EXPECT_EQ((*cells)[0].cell.count(), 5);
  EXPECT_EQ((*cells)[1].cell.count(), 5);
  EXPECT_EQ(period_cells(reader,
                         {metric(), std::nullopt, seconds(300)},
                         {Timestamp::from_s(0), Timestamp::from_s(300)})
                ->size(),
            1U);
  EXPECT_TRUE(period_cells(reader,
                           {metric(), std::nullopt, seconds(300)},
                           {Timestamp::from_s(300), Timestamp::from_s(300)})
                  ->empty());
}

TEST(PeriodCells, on_the_grid_of_a_range_start_there_and_count_nothing_outside) {
  TestingReader reader;
  for (int second = 0; second < 600; second += 30)
    reader.put(metric(), Timestamp::from_s(second), 1);
  const auto counts = [&reader](std::int64_t from, std::int64_t to) {
    PeriodRange range{Timestamp::from_s(from), Timestamp::from_s(to)};
    range.grid = PeriodGrid::range_start;
    const auto cells = period_cells(reader, {metric(), std::nullopt, seconds(120)}, range);
    std::map<std::int64_t, double> out;
    for (const PeriodCell& cell : *cells)
      out[cell.start.s()] = cell.cell.count();
    return out;
  };
  using Counts = std::map<std::int64_t, double>;
  EXPECT_EQ(counts(90, 330), (Counts{{90, 4}, {210, 4}}));
  EXPECT_EQ(counts(90, 331), (Counts{{90, 4}, {210, 4}, {330, 1}}));
  EXPECT_EQ(counts(120, 150), (Counts{{120, 1}})) << "the last period is cut at the end";
  EXPECT_EQ(counts(-50, 60), (Counts{{-50, 2}})) << "that of 60 s is outside";
  EXPECT_EQ(counts(600, 1200), Counts());
}

// Late data, several units, repeated instants, statistic sets and p90: as if all had come that much
// earlier.
TEST(PeriodCells, on_the_grid_of_a_range_equal_those_of_shifted_data) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Mixture mixture(seed);
    const Timestamp from = Timestamp::from_s(1'700'000'000 + static_cast<std::int64_t>(seed) * 17);
    TestingReader reader, shifted;
    for (std::uint64_t i = 0; i < mixture.observations(); ++i) {
      auto [key, sample] = mixture.next();
      reader.put(key, sample);
      sample.at = Timestamp(sample.at - from);
      shifted.put(key, sample);
    }
    const PeriodSelection selection{metric(), std::nullopt, mixture.period};
    PeriodRange range{from, Timestamp::max()};
    range.grid = PeriodGrid::range_start;
    const auto cells = period_cells(reader, selection, range);
    const auto wanted = period_cells(shifted, selection, {Timestamp(), Timestamp::max()});
    ASSERT_TRUE(cells.has_value() && wanted.has_value());
    ASSERT_EQ(cells->size(), wanted->size()) << "seed " << seed;
    EXPECT_FALSE(cells->empty()) << "seed " << seed;
    for (std::size_t i = 0; i < cells->size(); ++i) {
      EXPECT_EQ((*cells)[i].start, from + ((*wanted)[i].start - Timestamp())) << "seed " << seed;
      EXPECT_EQ((*cells)[i].cell, (*wanted)[i].cell) << "seed " << seed;
    }
  }
}

TEST(PeriodCells, know_nothing_later_than_as_of) {
  TestingReader reader;
  for (int i = 0; i < 10; ++i)
    reader.put(metric(), Timestamp::from_s(i * 60), 1);
  const auto cells =
      period_cells(reader,
                   {metric(), std::nullopt, seconds(300)},
                   {Timestamp::from_s(0), Timestamp::from_s(600), Timestamp::from_s(360)});
  ASSERT_EQ(cells->size(), 2U);
  EXPECT_EQ((*cells)[1].cell.count(), 2);  // 300 s and 360 s
}

// What alarms and models see (docs/decisions/0004); GetMetricData answers one unit alone.
TEST(PeriodCells, join_units_unless_one_is_asked_for) {
  TestingReader reader;
  reader.put(metric(), Timestamp::from_s(0), 1);
  reader.put(metric(), Timestamp::from_s(0), 10, "Seconds");
  reader.put(metric(), Timestamp::from_s(400), 100, "Seconds");
  MetricRef longer = metric();
  longer.dimensions.push_back({"zone", "b"});
  reader.put(longer, Timestamp::from_s(0), 1000);
  const PeriodRange range{Timestamp::from_s(0), Timestamp::from_s(300)};
  const auto all = period_cells(reader, {metric(), std::nullopt, seconds(300)}, range);
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ(all->front().cell.sum(), 11);
  EXPECT_EQ(period_cells(reader, {metric(), "Seconds", seconds(300)}, range)->front().cell.sum(),
            10);
  EXPECT_TRUE(period_cells(reader, {metric(), "Bytes", seconds(300)}, range)->empty());
  const auto units = period_cells_by_unit(reader, {metric(), std::nullopt, seconds(300)}, range);
  ASSERT_EQ(units->size(), 2U);
  EXPECT_EQ((*units)[0].unit, "None");
  EXPECT_EQ((*units)[0].cells[0].cell.sum(), 1);
  EXPECT_EQ((*units)[1].unit, "Seconds");
  EXPECT_EQ((*units)[1].cells.size(), 1U);
}

TEST(PeriodCells, of_other_protocols_count_each_finite_double_once) {
  TestingReader reader;
  const SeriesKey key = *make_series_key("up", {{"job", "node"}});
  reader.put(key, {Timestamp::from_s(1), Value(2.0)});
  reader.put(key, {Timestamp::from_s(1), Value(99.0)});  // the first wins
  reader.put(key, {Timestamp::from_s(2), Value(std::nan(""))});
  reader.put(key, {Timestamp::from_s(3), Value(4.0)});
  reader.put(*make_series_key("up", {{"job", "node"}, {"zone", "b"}}),
             {Timestamp::from_s(1), Value(50.0)});
  const PeriodRange range{Timestamp::from_s(0), Timestamp::from_s(60)};
  const MetricRef plain{"", "", "", "up", {{"job", "node"}}};
  const auto by_name = period_cells(reader, {plain, std::nullopt, seconds(60)}, range);
  ASSERT_EQ(by_name->size(), 1U);
  EXPECT_EQ(by_name->front().cell.count(), 2);
  EXPECT_EQ(by_name->front().cell.sum(), 6);
  const auto by_id = period_cells_of_series(reader, *reader.find(key), seconds(60), range);
  EXPECT_EQ(*by_id, *by_name);
}

TEST(PeriodCells, pass_on_what_the_reader_reports) {
  TestingReader reader;
  reader.put(metric(), Timestamp::from_s(0), 1);
  reader.damage(metric());
  const PeriodRange range{Timestamp::from_s(0), Timestamp::from_s(300)};
  EXPECT_EQ(period_cells(reader, {metric(), std::nullopt, seconds(300)}, range).error().code,
            Errc::corrupt);
  EXPECT_EQ(period_cells(reader, {metric(), std::nullopt, seconds(0)}, range).error().code,
            Errc::invalid);
}

TEST(PeriodCells, of_bands_are_none) {
  const std::vector<Sample> samples{{Timestamp::from_s(0), IssuedBand{}}};
  EXPECT_TRUE(fold_into_periods(samples, seconds(60)).empty());
}

}  // namespace
}  // namespace tidemark::query
