#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "alarm/backtest.h"
#include "alarm/mute_commands.h"
#include "alarm/world_test.h"

/// A past to live through first and to test afterwards.
namespace tidemark::alarm {

inline const Timestamp kStart = Timestamp::from_s(1'704'067'200);  // Monday 2024-01-01, 00:00

struct Sent {
  Timestamp at;
  std::string name;
  double value = 0;
};

/// Lives through it: the alarm is put at kStart, each sample comes at its own time, those of one
/// instant together.
inline void live(World& world,
                 const AlarmRule& rule,
                 const std::vector<Sent>& samples,
                 Timestamp to,
                 const std::vector<MuteRule>& mutes = {}) {
  world.put(rule);
  for (const MuteRule& mute : mutes) {
    if (!MuteCommands(world.engine()).put(mute)) throw std::invalid_argument(mute.expression);
  }
  for (std::size_t i = 0; i < samples.size();) {
    const Timestamp at = samples[i].at;
    world.advance_to(at);
    const std::size_t first = i;
    for (; i < samples.size() && samples[i].at == at; ++i)
      world.store_only(samples[i].name, at, samples[i].value);
    std::vector<Judged> judged;
    for (std::size_t j = first; j < i; ++j) {
      const SeriesKey key = *to_series_key(World::metric(samples[j].name), "None");
      judged.push_back({*world.reader.find(key), key, at, at});
    }
    world.engine().on_judged(i, std::move(judged));
    world.engine().settle();
  }
  world.advance_to(to);
}

inline Backtest run(World& world, const BacktestRequest& request) {
  const auto out = backtest({world.reader, world.bands}, request);
  if (!out) throw std::runtime_error(out.error().what);
  return *out;
}

/// A value a minute from kStart on; nullopt: none.
inline std::vector<Sent> each(Duration period, const std::vector<std::optional<double>>& values) {
  std::vector<Sent> out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i]) out.push_back({kStart + period * static_cast<int>(i), "depth", *values[i]});
  }
  return out;
}

}  // namespace tidemark::alarm
