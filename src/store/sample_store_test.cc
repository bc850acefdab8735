#include "store/sample_store.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <limits>

#include <gtest/gtest.h>

#include "base/worker.h"
#include "store/engine/rig_test.h"

namespace tidemark::store {
namespace {

using testing::CrashMode;

/// Counts what the judge, and with it findings and alarms, would be told.
class CountingGuest final : public ShardGuest {
 public:
  void on_batch(ShardAccess& /*shard*/,
                const EnteredBatch& /*batch*/,
                bool /*replaying*/) override {
    ++batches_;
  }
  void on_note(ShardAccess& /*shard*/, const EnteredNote& /*note*/, bool /*replaying*/) override {}
  std::string save(ShardAccess& /*shard*/) override { return {}; }
  Result<void> restore(ShardAccess& /*shard*/, std::string_view /*bytes*/) override { return {}; }
  [[nodiscard]] int batches() const { return batches_; }

 private:
  std::atomic<int> batches_ = 0;
};

class SampleStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { rig_.open(); }

  void expect_cell(const SeriesKey& key, std::int64_t second, double count, double sum) {
    for (const Sample& sample : rig_.read(key)) {
      if (sample.at != at_second(second)) continue;
      EXPECT_EQ(std::get<Cell>(sample.value).count(), count) << second;
      EXPECT_EQ(std::get<Cell>(sample.value).sum(), sum) << second;
      return;
    }
    ADD_FAILURE() << "no sample at " << second;
  }

  CountingGuest guest_;  // outlives the store that calls it
  Rig rig_;
  const SeriesKey cpu_ = key_of("cpu", {{"host", "a"}});
  const SeriesKey disk_ = key_of("disk", {{"host", "a"}});
};

TEST_F(SampleStoreTest, cells_of_one_instant_merge_in_head_and_across_blocks) {
  ASSERT_TRUE(rig_.write(one(cpu_, 60, Cell::of(2.5))));
  ASSERT_TRUE(rig_.write(one(cpu_, 60, Cell::of(2.5))));
  expect_cell(cpu_, 60, 2, 5);
  ASSERT_TRUE(rig_.write(one(cpu_, 180, Cell::of(1))));
  ASSERT_TRUE(rig_.write(one(cpu_, 60, Cell::of(2.5))));  // late
  expect_cell(cpu_, 60, 3, 7.5);
  ASSERT_TRUE(rig_.store->flush());
  expect_cell(cpu_, 60, 3, 7.5);
  ASSERT_TRUE(rig_.write(one(cpu_, 60, Cell::of(4))));
  expect_cell(cpu_, 60, 4, 11.5);
  ASSERT_TRUE(rig_.store->flush());
  expect_cell(cpu_, 60, 4, 11.5);
  ASSERT_TRUE(rig_.write(one(cpu_, 60, Cell::of(1))));
  rig_.open();
  expect_cell(cpu_, 60, 5, 12.5);
  rig_.crash(CrashMode::drop_all);
  rig_.open();
  expect_cell(cpu_, 60, 5, 12.5);
  expect_cell(cpu_, 180, 1, 1);
}

TEST_F(SampleStoreTest, first_double_of_an_instant_wins_whatever_lies_between) {
  ASSERT_TRUE(rig_.write(one(cpu_, 10, 1.0)));
  ASSERT_TRUE(rig_.write(one(cpu_, 10, 2.0)));
  EXPECT_EQ(rig_.doubles(cpu_)[10], 1.0);
  ASSERT_TRUE(rig_.store->flush());
  ASSERT_TRUE(rig_.write(one(cpu_, 10, 3.0)));
  EXPECT_EQ(rig_.doubles(cpu_)[10], 1.0);
  ASSERT_TRUE(rig_.store->flush());
  EXPECT_EQ(rig_.doubles(cpu_)[10], 1.0);
  rig_.open();
  EXPECT_EQ(rig_.doubles(cpu_), (std::map<std::int64_t, double>{{10, 1.0}}));
}

TEST_F(SampleStoreTest, first_double_wins_over_later_ones_in_a_long_head) {
  for (int i = 0; i < 500; ++i)
    ASSERT_TRUE(rig_.write(one(cpu_, i, 1.0 * i)));
  for (int i = 0; i < 500; i += 7)
    ASSERT_TRUE(rig_.write(one(cpu_, i, -1.0)));
  const auto values = rig_.doubles(cpu_);
  ASSERT_EQ(values.size(), 500U);
  for (const auto& [second, value] : values)
    EXPECT_EQ(value, static_cast<double>(second));
}

TEST_F(SampleStoreTest, repeat_of_a_request_is_answered_and_not_counted) {
  Batch batch = one(cpu_, 0, Cell::of(5));
  batch.invocation_id = "id-1";
  const auto first = rig_.write(batch);
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->repeated);
  const auto expect_repeat = [&] {
    const auto again = rig_.write(batch);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->repeated);
    EXPECT_EQ(again->sequence, first->sequence);
    expect_cell(cpu_, 0, 1, 5);
  };
  expect_repeat();
  rig_.open();  // known from the log
  expect_repeat();
  ASSERT_TRUE(rig_.store->flush());
  expect_repeat();
  rig_.open();  // known from the checkpoint
  expect_repeat();
  rig_.clock.advance(std::chrono::minutes(14));
  rig_.crash(CrashMode::drop_all);
  rig_.open();
  expect_repeat();
  rig_.clock.advance(std::chrono::minutes(2));
  const auto later = rig_.write(batch);
  ASSERT_TRUE(later);
  EXPECT_FALSE(later->repeated);
  expect_cell(cpu_, 0, 2, 10);
}

TEST_F(SampleStoreTest, nothing_is_seen_before_its_record_is_synced) {
  rig_.store.reset();
  rig_.files = std::make_unique<testing::FaultyFiles>();
  rig_.guest = &guest_;
  rig_.options.shards = 1;  // a batch is one call
  rig_.open();
  ASSERT_TRUE(rig_.write(one(cpu_, 0, Cell::of(5))));
  ASSERT_EQ(guest_.batches(), 1);
  std::promise<void> reached, go_on;
  rig_.files->on_sync([&, held = go_on.get_future().share(), first = true]() mutable {
    if (std::exchange(first, false)) reached.set_value();
    held.wait();
  });
  Batch batch = one(cpu_, 0, Cell::of(5));
  batch.series.push_back({disk_, {{at_second(0), 1.0}}});
  batch.invocation_id = "in flight";
  std::promise<Result<Accepted>> first, second;
  rig_.store->write(batch, [&](Result<Accepted> r) { first.set_value(std::move(r)); });
  reached.get_future().wait();
  rig_.store->write(batch, [&](Result<Accepted> r) { second.set_value(std::move(r)); });
  expect_cell(cpu_, 0, 1, 5);
  EXPECT_FALSE(rig_.store->find(disk_));
  EXPECT_TRUE(rig_.store->select({}).size() == 1);
  EXPECT_EQ(rig_.store->sequence(), 1U);
  EXPECT_EQ(guest_.batches(), 1);
  rig_.files->on_sync(nullptr);
  go_on.set_value();
  const auto one_answer = first.get_future().get();
  const auto other_answer = second.get_future().get();
  ASSERT_TRUE(one_answer);
  ASSERT_TRUE(other_answer);
  EXPECT_FALSE(one_answer->repeated);
  EXPECT_TRUE(other_answer->repeated);
  EXPECT_EQ(one_answer->sequence, other_answer->sequence);
  expect_cell(cpu_, 0, 2, 10);
  EXPECT_TRUE(rig_.store->find(disk_));
  EXPECT_EQ(guest_.batches(), 2);  // the repeat is told to nobody
}

TEST_F(SampleStoreTest, any_order_and_batching_reads_like_sorted) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    Rig rig(seed);
    rig.options.log_segment_bytes = 4096;
    rig.open();
    std::vector<std::int64_t> seconds(1500);
    for (std::size_t i = 0; i < seconds.size(); ++i)
      seconds[i] = static_cast<std::int64_t>(i);
    for (std::size_t i = seconds.size() - 1; i > 0; --i)
      std::swap(seconds[i], seconds[rig.random->next() % (i + 1)]);
    for (std::size_t i = 0; i < seconds.size();) {
      Batch batch;
      batch.series.resize(2);
      batch.series[0].key = cpu_;
      batch.series[1].key = disk_;
      for (std::size_t n = 1 + rig.random->next() % 40; n > 0 && i < seconds.size(); --n, ++i) {
        batch.series[0].samples.push_back(
            {at_second(seconds[i]), 0.5 * static_cast<double>(seconds[i])});
        batch.series[1].samples.push_back({at_second(seconds[i] / 4), Cell::of(1)});
      }
      ASSERT_TRUE(rig.write(std::move(batch)));
      if (rig.random->next() % 8 == 0) {
        ASSERT_TRUE(rig.store->flush());
      }
    }
    for (int pass = 0; pass < 2; ++pass) {
      const auto values = rig.doubles(cpu_);
      ASSERT_EQ(values.size(), seconds.size()) << "seed " << seed;
      for (const auto& [second, value] : values)
        EXPECT_EQ(value, 0.5 * static_cast<double>(second));
      const auto cells = rig.read(disk_);
      ASSERT_EQ(cells.size(), seconds.size() / 4);
      for (std::size_t i = 0; i < cells.size(); ++i) {
        EXPECT_EQ(cells[i].at, at_second(static_cast<std::int64_t>(i)));
        EXPECT_EQ(std::get<Cell>(cells[i].value).count(), 4);
      }
      const auto part = rig.store->read(*rig.store->find(cpu_), at_second(100), at_second(200));
      ASSERT_TRUE(part);
      ASSERT_EQ(part->size(), 100U);
      EXPECT_EQ(part->front().at, at_second(100));
      EXPECT_EQ(rig.store->newest(*rig.store->find(cpu_)), at_second(1499));
      EXPECT_EQ(rig.store->oldest(*rig.store->find(cpu_)), at_second(0));
      rig.open();
    }
  }
}

TEST_F(SampleStoreTest, refuses_what_breaks_a_rule_and_keeps_nothing_of_it) {
  ASSERT_TRUE(rig_.write(one(cpu_, 0, 1.0)));
  const auto expect_refused = [&](Batch batch, Errc code) {
    const auto answer = rig_.write(std::move(batch));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, code) << answer.error().what;
  };
  expect_refused(one(cpu_, 1, Cell::of(1)), Errc::invalid);
  expect_refused(one(cpu_, 1, IssuedBand{}), Errc::invalid);
  expect_refused(one(cpu_, 1, Cell{}), Errc::invalid);
  expect_refused(one(key_of("x", {{"tidemark_band", "1"}}), 1, 1.0), Errc::invalid);
  expect_refused(one(SeriesKey{"x", {{"b", "1"}, {"a", "1"}}}, 1, 1.0), Errc::invalid);
  expect_refused(one(SeriesKey{"", {}}, 1, 1.0), Errc::invalid);
  Batch mixed = one(disk_, 1, 1.0);
  mixed.series[0].samples.push_back({at_second(2), Cell::of(1)});
  expect_refused(mixed, Errc::invalid);
  Batch half = one(disk_, 1, 1.0);  // its good half must not appear
  half.series.push_back({cpu_, {{at_second(1), Cell::of(1)}}});
  expect_refused(half, Errc::invalid);
  Batch long_id = one(cpu_, 1, 1.0);
  long_id.invocation_id.assign(1000, 'x');
  expect_refused(long_id, Errc::invalid);
  EXPECT_FALSE(rig_.store->find(disk_));
  EXPECT_EQ(rig_.doubles(cpu_).size(), 1U);
  EXPECT_EQ(rig_.store->sequence(), 1U);
}

TEST_F(SampleStoreTest, series_limit_refuses_the_batch_and_serves_the_rest) {
  rig_.options.series_max = 2;
  rig_.open();
  ASSERT_TRUE(rig_.write(one(cpu_, 0, 1.0)));
  Batch two = one(disk_, 0, 1.0);
  two.series.push_back({key_of("third"), {{at_second(0), 1.0}}});
  const auto answer = rig_.write(two);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::limit);
  ASSERT_TRUE(rig_.write(one(disk_, 0, 1.0)));
  ASSERT_TRUE(rig_.write(one(cpu_, 1, 1.0)));
  EXPECT_EQ(rig_.store->statistics().series, 2U);
}

TEST_F(SampleStoreTest, full_disk_refuses_writes_until_there_is_room) {
  ASSERT_TRUE(rig_.write(one(cpu_, 0, 1.0)));
  rig_.files->set_free_bytes(std::uint64_t{800} << 20U);
  rig_.clock.advance(std::chrono::seconds(2));
  const auto answer = rig_.write(one(cpu_, 1, 1.0));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
  EXPECT_TRUE(answer.error().what.starts_with("disk full: 800 MiB free")) << answer.error().what;
  EXPECT_EQ(rig_.doubles(cpu_).size(), 1U);
  rig_.files->set_free_bytes(std::uint64_t{1} << 39U);
  rig_.clock.advance(std::chrono::seconds(2));
  EXPECT_TRUE(rig_.write(one(cpu_, 1, 1.0)));
}

TEST_F(SampleStoreTest, second_open_of_a_directory_is_refused) {
  const auto second =
      SampleStore::open(rig_.options, {*rig_.files, rig_.clock, *rig_.random, rig_.meter}, nullptr);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::exists);
  EXPECT_NE(second.error().what.find("pid"), std::string::npos);
}

TEST_F(SampleStoreTest, retention_removes_whole_blocks_only) {
  ASSERT_TRUE(rig_.write(one(cpu_, 0, 1.0)));
  ASSERT_TRUE(rig_.store->flush());
  ASSERT_TRUE(rig_.write(one(cpu_, 1000, 2.0)));
  ASSERT_TRUE(rig_.write(one(cpu_, 2000, 3.0)));
  ASSERT_TRUE(rig_.store->flush());
  ASSERT_TRUE(rig_.write(one(cpu_, 3000, 4.0)));
  ASSERT_TRUE(rig_.store->remove_before(at_second(1500)));
  const std::map<std::int64_t, double> rest{{1000, 2.0}, {2000, 3.0}, {3000, 4.0}};
  EXPECT_EQ(rig_.doubles(cpu_), rest);
  EXPECT_EQ(rig_.store->oldest(*rig_.store->find(cpu_)), at_second(1000));
  rig_.crash(CrashMode::drop_all);
  rig_.open();
  EXPECT_EQ(rig_.doubles(cpu_), rest);
  EXPECT_EQ(rig_.store->statistics().blocks, 1U);
}

TEST_F(SampleStoreTest, many_small_blocks_become_few_and_read_the_same) {
  for (int i = 0; i < 70; ++i) {
    Batch batch = one(cpu_, i % 20, 1.0 * i);  // the first 20 win
    batch.series.push_back({disk_, {{at_second(i % 3), Cell::of(1)}}});
    batch.series.push_back({key_of("rare", {{"n", std::to_string(i)}}), {{at_second(i), 7.0}}});
    ASSERT_TRUE(rig_.write(std::move(batch)));
    ASSERT_TRUE(rig_.store->flush());
  }
  EXPECT_LT(rig_.store->statistics().blocks, 15U);
  for (int pass = 0; pass < 2; ++pass) {
    const auto values = rig_.doubles(cpu_);
    ASSERT_EQ(values.size(), 20U);
    for (const auto& [second, value] : values)
      EXPECT_EQ(value, static_cast<double>(second));
    expect_cell(disk_, 0, 24, 24);
    expect_cell(disk_, 2, 23, 23);
    EXPECT_EQ(rig_.store->select({{"__name__", Matcher::Op::equal, "rare"}}).size(), 70U);
    EXPECT_EQ(rig_.doubles(key_of("rare", {{"n", "3"}})).size(), 1U);
    EXPECT_TRUE(rig_.store->verify());
    rig_.crash(CrashMode::drop_all);
    rig_.open();
  }
}

TEST_F(SampleStoreTest, tick_flushes_and_forgets_in_the_background) {
  rig_.options.flush_head_samples = 3;
  rig_.options.retention = std::chrono::hours(1);
  rig_.open();
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(rig_.write(one(cpu_, i, 1.0)));
  rig_.store->tick();
  ASSERT_TRUE(rig_.store->flush());  // waits for what tick() started
  EXPECT_EQ(rig_.store->statistics().head_samples, 0U);
  EXPECT_EQ(rig_.store->statistics().blocks, 1U);
  rig_.clock.advance(std::chrono::hours(2));
  rig_.store->tick();
  ASSERT_TRUE(rig_.store->flush());
  EXPECT_EQ(rig_.store->statistics().blocks, 0U);
  EXPECT_TRUE(rig_.read(cpu_).empty());
  EXPECT_FALSE(rig_.store->newest(*rig_.store->find(cpu_)));
}

TEST_F(SampleStoreTest, flush_trims_the_log_and_a_restart_needs_none_of_it) {
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(rig_.write(one(cpu_, i, 1.0 * i)));
  const auto before = rig_.store->statistics();
  ASSERT_TRUE(rig_.store->flush());
  const auto after = rig_.store->statistics();
  EXPECT_LT(after.log_bytes, before.log_bytes);
  EXPECT_EQ(after.log_segments, 1U);
  EXPECT_EQ(after.checkpoint_sequence, 100U);
  EXPECT_EQ(after.head_samples, 0U);
  rig_.crash(CrashMode::drop_all);
  rig_.open();
  EXPECT_EQ(rig_.doubles(cpu_).size(), 100U);
  EXPECT_EQ(rig_.store->sequence(), 100U);
  EXPECT_EQ(rig_.write(one(cpu_, 100, 1.0))->sequence, 101U);
}

TEST_F(SampleStoreTest, ids_stay_and_select_finds_by_label) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(rig_.write(
        one(key_of("m", {{"n", std::to_string(i)}, {"odd", i % 2 ? "1" : "0"}}), 0, 1.0)));
    if (i == 7) {
      ASSERT_TRUE(rig_.store->flush());
    }
  }
  const auto before = rig_.store->select({{"odd", Matcher::Op::equal, "1"}});
  ASSERT_EQ(before.size(), 10U);
  EXPECT_TRUE(std::is_sorted(before.begin(), before.end(), [](const auto& a, const auto& b) {
    return a.second < b.second;
  }));
  rig_.crash(CrashMode::drop_all);
  rig_.open();
  EXPECT_EQ(rig_.store->select({{"odd", Matcher::Op::equal, "1"}}), before);
  EXPECT_EQ(rig_.store->key(before[3].first), before[3].second);
  EXPECT_EQ(rig_.store->select({{"n", Matcher::Op::not_equal, "3"}}).size(), 19U);
  EXPECT_EQ(rig_.store->select({{"absent", Matcher::Op::equal, ""}}).size(), 20U);
  EXPECT_TRUE(rig_.store->select({{"n", Matcher::Op::equal, "99"}}).empty());
  EXPECT_EQ(rig_.store->select({{"__name__", Matcher::Op::equal, "m"}}).size(), 20U);
  EXPECT_FALSE(rig_.store->key(SeriesId{9999}));
  EXPECT_EQ(rig_.store->read(SeriesId{9999}, {}, {}).error().code, Errc::not_found);
}

TEST_F(SampleStoreTest, clear_leaves_nothing_and_goes_on) {
  Batch batch = one(cpu_, 0, 1.0);
  batch.invocation_id = "same";
  ASSERT_TRUE(rig_.write(batch));
  ASSERT_TRUE(rig_.store->flush());
  ASSERT_TRUE(rig_.write(one(disk_, 0, 1.0)));
  ASSERT_TRUE(rig_.store->clear());
  EXPECT_TRUE(rig_.store->select({}).empty());
  EXPECT_FALSE(rig_.store->find(cpu_));
  const auto again = rig_.write(batch);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->repeated);
  EXPECT_GT(again->sequence, 2U);
  rig_.crash(CrashMode::drop_all);
  rig_.open();
  EXPECT_EQ(rig_.store->select({}).size(), 1U);
  EXPECT_EQ(rig_.doubles(cpu_).size(), 1U);
}

TEST_F(SampleStoreTest, stopped_store_takes_nothing_and_still_reads) {
  ASSERT_TRUE(rig_.write(one(cpu_, 0, 1.0)));
  rig_.store->stop();
  rig_.store->stop();
  EXPECT_EQ(rig_.write(one(cpu_, 1, 1.0)).error().code, Errc::unavailable);
  EXPECT_EQ(rig_.doubles(cpu_).size(), 1U);
}

TEST_F(SampleStoreTest, memory_mode_answers_before_the_sync_and_tick_catches_up) {
  rig_.options.memory_ack = true;
  rig_.open();
  ASSERT_TRUE(rig_.write(one(cpu_, 0, 1.0)));
  rig_.store->tick();
  ASSERT_TRUE(rig_.store->flush());
  ASSERT_TRUE(rig_.write(one(cpu_, 1, 1.0)));
  rig_.crash(CrashMode::drop_all);
  rig_.open();
  EXPECT_EQ(rig_.doubles(cpu_).size(), 1U);  // the second is lost: that is the mode's price
}

TEST_F(SampleStoreTest, every_thread_reads_what_it_wrote) {
  constexpr int kThreads = 4;
  constexpr int kWrites = 200;
  std::vector<std::unique_ptr<Worker>> threads;
  std::vector<std::future<int>> wrong;
  for (int n = 0; n < kThreads; ++n) {
    threads.push_back(std::make_unique<Worker>("writer"));
    auto promise = std::make_shared<std::promise<int>>();
    wrong.push_back(promise->get_future());
    threads.back()->post([this, n, promise] {
      int bad = 0;
      const SeriesKey mine = key_of("mine", {{"n", std::to_string(n)}});
      for (int i = 0; i < kWrites; ++i) {
        const bool shared = i % 2 == 0;
        const auto taken =
            rig_.write(one(shared ? cpu_ : mine, i, shared ? Value(Cell::of(1)) : Value(1.0 * i)));
        if (!taken || rig_.store->sequence() == 0) ++bad;
        const auto id = rig_.store->find(shared ? cpu_ : mine);
        const auto read = id ? rig_.store->read(*id, at_second(i), at_second(i + 1))
                             : Result<std::vector<Sample>>{};
        if (!read || read->size() != 1) ++bad;
        if (n == 0 && i % 50 == 49 && !rig_.store->flush()) ++bad;
      }
      promise->set_value(bad);
    });
  }
  for (auto& each : wrong)
    EXPECT_EQ(each.get(), 0);
  double observations = 0;
  for (const Sample& sample : rig_.read(cpu_))
    observations += std::get<Cell>(sample.value).count();
  EXPECT_EQ(observations, kThreads * kWrites / 2);
}

}  // namespace
}  // namespace tidemark::store
