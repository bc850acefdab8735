// What a detector of the server costs: all that happens with a sample and with the period that it
// closes (band issued, judged, named, silence watched, learned), and the bytes of all that is kept.
#include <string>

#include <benchmark/benchmark.h>
#include <malloc.h>

#include "judge/run/model_run.h"
#include "judge/run/testing_spec.h"
#include "learn/testing_series.h"

namespace tidemark::judge {
namespace {

using namespace std::chrono_literals;

constexpr int kPeriods = 20'000;

/// A sample a period, live: each closes the one before.
void one_period(benchmark::State& state, Duration period) {
  const auto values = learn::seasonal_series(1, kPeriods, period);
  const Timestamp begin = query::period_start(Timestamp::from_s(1'704'067'200), period);
  std::size_t bytes = 0, told = 0, heap = 0;
  for (auto _ : state) {
    const std::size_t before = mallinfo2().uordblks;
    ModelRun run(testing_spec(period, begin), period);
    for (int i = 0; i < kPeriods; ++i) {
      const Sample sample{begin + i * period, Cell::of(values[static_cast<std::size_t>(i)])};
      run.feed({&sample, 1}, sample.at + 1s);
      told += run.take_issued().size() + run.take_found().size();
    }
    heap = mallinfo2().uordblks - before;
    ByteSink saved;
    run.save(saved);
    bytes = saved.size();
  }
  benchmark::DoNotOptimize(told);
  using benchmark::Counter;
  state.counters["per_period"] =
      Counter(kPeriods, Counter::kIsIterationInvariantRate | Counter::kInvert);
  state.counters["state_bytes"] = static_cast<double>(bytes);
  state.counters["memory_bytes"] = static_cast<double>(heap + sizeof(ModelRun));
}
BENCHMARK_CAPTURE(one_period, 1min, 1min)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(one_period, 1h, 1h)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(one_period, 1day, 24h)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tidemark::judge
