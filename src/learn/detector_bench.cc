// What a detector costs: expect, score and learn of one value, and the bytes of its saved state.
#include <string>

#include <benchmark/benchmark.h>

#include "learn/testing_series.h"

namespace {

using namespace std::chrono_literals;
using tidemark::ByteSink;
using tidemark::Duration;
using tidemark::learn::config_at;
using tidemark::learn::detector_names;
using tidemark::learn::must_make;
using tidemark::learn::seasonal_series;
using tidemark::learn::Slot;
using tidemark::learn::Teach;
using tidemark::learn::test_slot;

void expect_score_learn(benchmark::State& state, std::string_view name, Duration cadence) {
  constexpr int kValues = 20'000;
  const auto values = seasonal_series(1, kValues, cadence);
  std::vector<Slot> slots;
  slots.reserve(kValues);
  for (int i = 0; i < kValues; ++i)
    slots.push_back(test_slot(i, cadence));
  std::size_t bytes = 0;
  for (auto _ : state) {
    auto detector = must_make(name, config_at(cadence));
    for (std::size_t i = 0; i < kValues; ++i) {
      benchmark::DoNotOptimize(detector->expect(slots[i]));
      benchmark::DoNotOptimize(detector->score(slots[i], values[i]));
      detector->learn(slots[i], values[i], Teach::learn);
    }
    ByteSink saved;
    detector->save(saved);
    bytes = saved.size();
  }
  using benchmark::Counter;
  state.counters["per_value"] =
      Counter(kValues, Counter::kIsIterationInvariantRate | Counter::kInvert);
  state.counters["state_bytes"] = static_cast<double>(bytes);
}

const bool registered = [] {
  for (const auto name : detector_names()) {
    for (const auto& [text, cadence] : {std::pair<const char*, Duration>{"1min", 1min},
                                        std::pair<const char*, Duration>{"1h", 1h},
                                        std::pair<const char*, Duration>{"1day", 24h}}) {
      const std::string title = std::string(name) + "/" + text;
      benchmark::RegisterBenchmark(title.c_str(),
                                   [name, cadence = cadence](benchmark::State& state) {
                                     expect_score_learn(state, name, cadence);
                                   })
          ->Unit(benchmark::kMillisecond);
    }
  }
  return true;
}();

}  // namespace
