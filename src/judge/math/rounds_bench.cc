// What a closed period of metric math costs, reading included: one that depends on its own time
// alone, one that looks back, one that looks around, and a whole history for a model made anew. Two
// inputs of `periods` minutes in memory; judging and learning (learn's bench) come on top.
#include <benchmark/benchmark.h>

#include "judge/math/rounds.h"
#include "judge/math/testing_share.h"
#include "query/testing_reader.h"

namespace tidemark::judge {
namespace {

using std::chrono::minutes;

const Timestamp kBegin = Timestamp::from_s(1'383'264'000);

DetectorSpec spec_of(const char* expression, Timestamp created_at) {
  DetectorSpec out;
  out.id = "share";
  out.created_at = created_at;
  out.periods = {minutes(1)};
  out.target = testing_share(expression, minutes(1));
  return out;
}

void run(benchmark::State& state, const char* expression, bool anew) {
  const auto periods = state.range(0);
  query::TestingReader reader;
  for (std::int64_t i = 0; i <= periods; ++i) {
    reader.put(testing_metric("errors"), kBegin + minutes(i), 5);
    reader.put(testing_metric("requests"), kBegin + minutes(i), 1000);
  }
  query::NoBands bands;
  const Timestamp open = kBegin + minutes(periods);
  const Timestamp now = open + minutes(2);
  MathRounds rounds;
  rounds.know(spec_of(expression, open));
  MathStatus status;
  if (!anew) status.place = MathPlace{1, false, open, open};
  status.touched[open] = {1, open};
  rounds.publish(0, "share", status);
  std::size_t notes = 0;
  for ([[maybe_unused]] auto _ : state) {
    rounds.retry();
    notes += rounds.work({reader, bands}, now, 1, 1).notes.size();
  }
  if (notes == 0) state.SkipWithError("nothing was told");
}

void one_period(benchmark::State& state) {
  run(state, "100 * errors / requests", false);
}
BENCHMARK(one_period)->Arg(10'000)->Arg(400'000)->Unit(benchmark::kMicrosecond);

void one_period_that_looks_back(benchmark::State& state) {
  run(state, "RATE(errors)", false);
}
BENCHMARK(one_period_that_looks_back)->Arg(10'000)->Arg(400'000)->Unit(benchmark::kMicrosecond);

void one_period_that_looks_around(benchmark::State& state) {
  run(state, "RUNNING_SUM(errors)", false);
}
BENCHMARK(one_period_that_looks_around)->Arg(10'000)->Arg(400'000)->Unit(benchmark::kMicrosecond);

void a_whole_history(benchmark::State& state) {
  run(state, "100 * errors / requests", true);
}
BENCHMARK(a_whole_history)->Arg(10'000)->Arg(400'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tidemark::judge
