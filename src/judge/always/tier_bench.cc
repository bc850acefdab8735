// What the always-on tier adds to ingest: CPU a sample, and bytes kept a series.
#include <random>
#include <vector>

#include <benchmark/benchmark.h>
#include <malloc.h>

#include "judge/always/tier.h"

namespace {

using namespace std::chrono_literals;
using tidemark::Cell;
using tidemark::Duration;
using tidemark::EnteredSeries;
using tidemark::Sample;
using tidemark::SeriesId;
using tidemark::SeriesKey;
using tidemark::Timestamp;
using tidemark::judge::AlwaysOnTier;

constexpr std::size_t kRecord = 1000;  // series of a record, as a collector sends them
constexpr int kWarm = 60;              // periods before it is measured

/// So many series that send at once, a sample each `every`; the periods are of a minute.
class Load {
 public:
  Load(std::size_t series, Duration every) : samples_(series), every_(every) {}

  void step(AlwaysOnTier& tier) {
    now_ = now_ + every_;
    for (std::size_t from = 0; from < samples_.size(); from += kRecord) {
      std::vector<EnteredSeries> entered;
      for (std::size_t i = from; i < std::min(from + kRecord, samples_.size()); ++i) {
        samples_[i] = {now_, 100 + noise_(random_)};
        entered.push_back({SeriesId(i + 1), &key_, {&samples_[i], 1}});
      }
      tier.on_batch({++sequence_, now_, entered}, tell_);
    }
  }

 private:
  SeriesKey key_{"queue_length", {}};
  std::vector<Sample> samples_;
  Duration every_;
  Timestamp now_ = Timestamp::from_s(1'383'264'000);
  std::uint64_t sequence_ = 0;
  std::mt19937_64 random_{1};
  std::normal_distribution<double> noise_{0, 5};
  AlwaysOnTier::Tell tell_ = [](const AlwaysOnTier::Found&) { return true; };
};

void measure(benchmark::State& state, bool on, Duration every) {
  const auto series = static_cast<std::size_t>(state.range(0));
  Load load(series, every);
  const std::size_t before = mallinfo2().uordblks;
  AlwaysOnTier tier({on, series});
  for (int i = 0; i < kWarm * static_cast<int>(1min / every); ++i)
    load.step(tier);
  const std::size_t after = mallinfo2().uordblks;
  for (auto _ : state)
    load.step(tier);
  using benchmark::Counter;
  state.counters["per_sample"] =
      Counter(static_cast<double>(series), Counter::kIsIterationInvariantRate | Counter::kInvert);
  state.counters["bytes_per_series"] =
      static_cast<double>(after - before) / static_cast<double>(series);
}

// What is left without the tier is the load itself: take it off.
BENCHMARK_CAPTURE(measure, off_every_minute, false, 1min)->Arg(1'000)->Arg(100'000);
BENCHMARK_CAPTURE(measure, on_every_minute, true, 1min)->Arg(1'000)->Arg(100'000);
BENCHMARK_CAPTURE(measure, off_every_15_s, false, 15s)->Arg(100'000);
BENCHMARK_CAPTURE(measure, on_every_15_s, true, 15s)->Arg(100'000);

}  // namespace
