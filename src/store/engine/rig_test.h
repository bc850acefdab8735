#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "store/sample_store.h"
#include "testing/faulty_files.h"
#include "testing/manual_clock.h"

namespace tidemark::store {

inline constexpr std::int64_t kStartSeconds = 1'700'000'000;

inline Timestamp at_second(std::int64_t offset) {
  return Timestamp::from_s(kStartSeconds + offset);
}

inline SeriesKey key_of(const std::string& name, std::vector<Label> labels = {}) {
  return make_series_key(name, std::move(labels)).value();
}

inline Batch one(const SeriesKey& key, std::int64_t second, Value value) {
  Batch batch;
  batch.series.push_back({key, {{at_second(second), std::move(value)}}});
  return batch;
}

/// A store on a disk that can fail, with time that stands still.
struct Rig {
  explicit Rig(std::uint64_t seed = 1) : random(make_seeded_random(seed)) {
    options.directory = "data";
    options.flush_interval = Duration(0);
  }
  ~Rig() { store.reset(); }
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  [[nodiscard]] Result<void> try_open() {
    store.reset();
    auto opened = SampleStore::open(options, {*files, clock, *random, meter}, guest);
    if (!opened) return tl::unexpected(opened.error());
    store = std::move(*opened);
    return {};
  }
  void open() {
    const auto opened = try_open();
    ASSERT_TRUE(opened) << opened.error().what;
  }
  /// What a power cut now leaves becomes the disk; the store is gone.
  void crash(testing::CrashMode mode) {
    auto image = files->crash(mode, *random);
    store.reset();
    files = std::move(image);
  }
  Result<Accepted> write(Batch batch) { return write_and_wait(*store, std::move(batch)); }
  std::vector<Sample> read(const SeriesKey& key) {
    const auto id = store->find(key);
    if (!id) return {};
    auto samples = store->read(*id, Timestamp::min(), Timestamp::max());
    EXPECT_TRUE(samples) << samples.error().what;
    return samples ? *samples : std::vector<Sample>{};
  }
  /// Seconds after the start and value of each double.
  std::map<std::int64_t, double> doubles(const SeriesKey& key) {
    std::map<std::int64_t, double> out;
    for (const Sample& sample : read(key))
      out[sample.at.s() - kStartSeconds] = std::get<double>(sample.value);
    return out;
  }

  std::unique_ptr<testing::FaultyFiles> files = std::make_unique<testing::FaultyFiles>();
  testing::ManualClock clock{at_second(0)};
  std::unique_ptr<Random> random;
  Meter meter;
  StoreOptions options;
  ShardGuest* guest = nullptr;
  std::unique_ptr<SampleStore> store;
};

}  // namespace tidemark::store
