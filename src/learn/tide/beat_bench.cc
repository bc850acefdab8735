// How well seasons shorter than a day are learned, over many seeds: widths, what is expected at
// peaks, coverage. `learn_bench --benchmark_filter=^beat/` prints a row for each family and way to
// teach: of twenty seeds the middle, the second worst and the worst.
#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "learn/testing_teach.h"

namespace {

using namespace std::chrono_literals;
using tidemark::learn::Chance;
using tidemark::learn::k_from_confidence;
using tidemark::learn::Policy;
using tidemark::learn::Taught;

constexpr double kNoise = 2;
constexpr double kPeak = 300;
constexpr double kLevel = 400;
constexpr int kSeeds = 20;
constexpr int kPeriodsBefore = 20;  // and 400 slots at least
constexpr int kSlotsSeen = 1500;

/// Height above the level at a place of the period.
using Shape = std::function<double(int place, int period)>;

/// What is done to a series beside its season.
struct Trouble {
  std::string name;
  double day = 0;       ///< amplitude
  double shift = 0;     ///< of the level, before it is looked at
  int gap_most = 0;     ///< slots of a gap, every 120 slots or so
  double outliers = 0;  ///< part of the values that are up to two peaks off
  double missed = 0;    ///< part of the periods without their shape
  double jitter = 0;    ///< part of the periods a slot early or late
  double heights = 0;   ///< deviation of the periods' heights
};

struct Family {
  std::string name;
  int period = 15;
  Shape shape;
  Trouble trouble;
};

/// One life of a series, slot by slot.
class Series {
 public:
  Series(const Family& of, std::uint64_t seed, int shift_at)
      : of_(of), noise_(seed * 7919 + 13), events_(seed * 104'729 + 5), shift_at_(shift_at) {}
  /// Next slot; a gap may come before it.
  void step() {
    ++at_;
    if (at_ % of_.period == of_.period / 2) turn();
    const double away = static_cast<double>(at_ - shift_at_);
    base_ = kLevel + of_.trouble.day * std::sin(at_ * 2 * std::numbers::pi / 1440) +
            (away > 0 ? of_.trouble.shift : 0);
    above_ = height_ * of_.shape((at_ - late_ + of_.period) % of_.period, of_.period);
    value_ = base_ + above_ + kNoise * noise_.normal();
    if (events_.flat() < of_.trouble.outliers) value_ += kPeak * (4 * events_.flat() - 2);
  }
  /// Slots without a value from here on; 0 mostly.
  int gap() {
    if (of_.trouble.gap_most == 0 || events_.flat() >= 1.0 / 120) return 0;
    const int slots = 1 + static_cast<int>(events_.flat() * of_.trouble.gap_most);
    for (int i = 0; i < slots; ++i)
      step();
    return slots;
  }
  [[nodiscard]] double base() const { return base_; }
  [[nodiscard]] double above() const { return above_; }
  [[nodiscard]] double value() const { return value_; }

 private:
  /// Decides about the period to come.
  void turn() {
    height_ = 1 + of_.trouble.heights * events_.normal();
    if (events_.flat() < of_.trouble.missed) height_ = 0;
    const double where = events_.flat();
    late_ = where < of_.trouble.jitter / 2 ? -1 : where < of_.trouble.jitter ? 1 : 0;
  }

  const Family& of_;
  Chance noise_;
  Chance events_;
  int shift_at_;
  int at_ = -1;
  double height_ = 1;
  int late_ = 0;
  double base_ = 0;
  double above_ = 0;
  double value_ = 0;
};

struct Seen {
  double width = 0;     ///< at 95 %, against the noise's own
  double expected = 0;  ///< at peaks, against what comes
  double inside95 = 0;
  double inside99 = 0;
};

Seen live(const Family& family, Policy policy, std::uint64_t seed) {
  const int before = std::max(kPeriodsBefore * family.period, 400);
  Series series(family, seed, before / 2);
  Taught detector(1min, policy);
  Seen out;
  int peaks = 0;
  for (int i = 0; i < before + kSlotsSeen; ++i) {
    detector.skip(series.gap());
    series.step();
    if (i >= before) {
      const double k95 = k_from_confidence(0.95);
      out.width += detector.width(k95) / (2 * k95 * kNoise * kSlotsSeen);
      out.inside95 += detector.inside(series.value(), k95) ? 100.0 / kSlotsSeen : 0;
      const double k99 = k_from_confidence(0.99);
      out.inside99 += detector.inside(series.value(), k99) ? 100.0 / kSlotsSeen : 0;
      if (series.above() > 0.9 * kPeak) {
        out.expected += (detector.outlook()->expected - series.base()) / series.above();
        ++peaks;
      }
    }
    detector.feed(series.value());
  }
  out.expected /= std::max(peaks, 1);
  return out;
}

void seeds(benchmark::State& state, const Family& family, Policy policy) {
  std::vector<double> widths;
  Seen least{0, 1e9, 100, 100};
  for (auto _ : state) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      const Seen seen = live(family, policy, seed);
      widths.push_back(seen.width);
      least.expected = std::min(least.expected, seen.expected);
      least.inside95 = std::min(least.inside95, seen.inside95);
      least.inside99 = std::min(least.inside99, seen.inside99);
    }
  }
  std::sort(widths.begin(), widths.end());
  state.counters["width"] = widths[widths.size() / 2];
  state.counters["width_19th"] = widths[widths.size() - 2];
  state.counters["width_worst"] = widths.back();
  state.counters["peak_least"] = least.expected;
  state.counters["in95_least"] = least.inside95;
  state.counters["in99_least"] = least.inside99;
}

std::vector<std::pair<std::string, Shape>> shapes() {
  const auto wave = [](int place, int period) {
    return kPeak / 2 * (1 - std::cos(2 * std::numbers::pi * place / period));
  };
  const auto spikes = [](int place, int period) {
    if (place == 0) return kPeak;
    return place == period / 3 ? kPeak / 2 : place == 2 * period / 3 ? -kPeak / 2 : 0;
  };
  return {{"job", [](int place, int) { return place == 0 ? kPeak : 0; }},
          {"long_job",
           [](int place, int period) { return place < std::max(2, period / 8) ? kPeak : 0; }},
          {"saw", [](int place, int period) { return kPeak * place / (period - 1); }},
          {"wave", wave},
          {"spikes", spikes},
          {"half", [](int place, int period) { return place < period / 2 ? kPeak : 0; }}};
}

std::vector<Family> families() {
  std::vector<Family> out;
  for (const auto& [name, shape] : shapes()) {
    for (const int period : {7, 10, 15, 20, 30, 60, 120})
      out.push_back({name, period, shape, {"plain"}});
  }
  const std::vector<Trouble> troubles{{.name = "day", .day = 100},
                                      {.name = "shift", .shift = 1000},
                                      {.name = "gaps", .gap_most = 60},
                                      {.name = "outliers", .outliers = 0.01},
                                      {.name = "missed", .missed = 0.05},
                                      {.name = "jitter", .jitter = 0.06},
                                      {.name = "much_jitter", .jitter = 0.2},
                                      {.name = "heights", .heights = 0.1},
                                      {.name = "day_outliers", .day = 100, .outliers = 0.01}};
  for (const int period : {10, 15, 60}) {
    for (std::size_t shape = 0; shape < 2; ++shape) {
      for (const Trouble& trouble : troubles)
        out.push_back({shapes()[shape].first, period, shapes()[shape].second, trouble});
    }
  }
  return out;
}

const bool registered = [] {
  for (const Family& family : families()) {
    for (const auto& [text, policy] :
         {std::pair<const char*, Policy>{"as_server", Policy::as_server},
          {"by_score", Policy::by_score}}) {
      const std::string title = "beat/" + family.name + "/" + std::to_string(family.period) + "/" +
                                family.trouble.name + "/" + text;
      benchmark::RegisterBenchmark(
          title.c_str(),
          [=, policy = policy](benchmark::State& state) { seeds(state, family, policy); })
          ->Unit(benchmark::kMillisecond)
          ->Iterations(1);
    }
  }
  return true;
}();

}  // namespace
