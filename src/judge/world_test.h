#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "judge/detectors.h"
#include "model/metric_ref.h"
#include "store/control_store.h"
#include "store/sample_store.h"
#include "testing/faulty_files.h"
#include "testing/manual_clock.h"

namespace tidemark::judge {

inline constexpr Duration kHour = std::chrono::hours(1);
inline const MetricRef kMetric{"000000000000", "us-east-1", "Glue", "records", {{"Job", "etl"}}};

inline double value_at(int hour) {
  const bool day = hour % 24 >= 8 && hour % 24 < 20;
  return 100 + (day ? 50 : 0) + (hour * 7) % 5;
}

struct Told final : JudgedSink {
  std::vector<Judged> all;  // read when all shards are at rest
  std::mutex mutex;         // shards tell from workers of their own
  void on_judged(std::uint64_t /*sequence*/, std::vector<Judged> judged) override {
    const std::lock_guard lock(mutex);
    for (Judged& item : judged)
      all.push_back(std::move(item));
  }
};

/// A store and a judge on an in-memory disk, that can be stopped and started again.
class JudgeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() /
            ("tidemark-judge-" + make_uuid(*make_system_random()) + ".db");
    start();
  }
  void TearDown() override {
    stop();
    for (const char* end : {"", "-wal", "-shm", "-commits"})
      std::filesystem::remove(path_.string() + end);
  }

  void start() {
    auto control = store::make_sqlite_control_store(path_.string());
    ASSERT_TRUE(control) << control.error().what;
    control_ = *std::move(control);
    judge_ = std::make_unique<Judge>(Judge::Deps{clock_, *random_, *control_, meter_, nullptr});
    store::StoreOptions options;
    options.directory = "data";
    options.disk_reserve_bytes = 0;
    auto store = store::SampleStore::open(options, {*files_, clock_, *random_, meter_}, guest());
    ASSERT_TRUE(store) << store.error().what;
    store_ = *std::move(store);
    judge_->set_judged_sink(&told_);
    const auto started = judge_->start(*store_, *store_);
    ASSERT_TRUE(started) << started.error().what;
  }
  /// What the store is opened with.
  virtual ShardGuest* guest() { return judge_.get(); }
  void stop() {
    if (judge_) judge_->stop();
    store_.reset();
    judge_.reset();
    control_.reset();
  }
  void restart() {
    stop();
    start();
  }
  void begin_anew() {
    files_ = std::make_unique<testing::FaultyFiles>();
    clock_.set(hour(0));
    SetUp();
  }

  static Timestamp hour(int number) { return Timestamp::from_s(1'383'264'000) + kHour * number; }

  void put(int number, double value) { put_at(hour(number), value); }
  void put_at(Timestamp at, double value) {
    clock_.set(std::max(clock_.wall(), at));
    Batch batch;
    batch.series.push_back({*to_series_key(kMetric, "None"), {{at, Cell::of(value)}}});
    const auto accepted = write_and_wait(*store_, std::move(batch));
    ASSERT_TRUE(accepted) << accepted.error().what;
  }
  void put_hours(int from, int to) {
    for (int number = from; number < to; ++number)
      put(number, value_at(number));
  }

  /// Runs every due instant up to `to`.
  void pass_to(Timestamp to) {
    for (int rounds = 0; rounds < 10'000; ++rounds) {
      const auto due = judge_->next_due();
      if (!due || *due > to) break;
      clock_.set(std::max(clock_.wall(), *due));
      ASSERT_TRUE(judge_->tick(clock_.wall()));
      ASSERT_NE(judge_->next_due(), due) << "a due instant that does not pass";
    }
    clock_.set(std::max(clock_.wall(), to));
    ASSERT_TRUE(judge_->tick(to));
  }

  static DetectorTarget target() {
    DetectorTarget out;
    out.metric = kMetric;
    out.stat = *parse_statistic("Sum");
    return out;
  }
  static BandIdentity identity(Duration period = kHour) {
    MetricQuery query;
    query.id = "m1";
    query.metric_stat = MetricStat{kMetric, period, *parse_statistic("Sum"), std::nullopt};
    return {{query}, period};
  }
  std::vector<BandPoint> bands(int from, int to) {
    auto found = judge_->bands(identity(), hour(from), hour(to));
    EXPECT_TRUE(found) << found.error().what;
    return found ? found->points : std::vector<BandPoint>();
  }

  testing::ManualClock clock_{Timestamp::from_s(1'383'264'000)};
  std::unique_ptr<Random> random_ = make_seeded_random(7);
  Meter meter_;
  std::unique_ptr<testing::FaultyFiles> files_ = std::make_unique<testing::FaultyFiles>();
  std::filesystem::path path_;
  Told told_;
  std::unique_ptr<ControlStore> control_;
  std::unique_ptr<Judge> judge_;
  std::unique_ptr<store::SampleStore> store_;
};

}  // namespace tidemark::judge
