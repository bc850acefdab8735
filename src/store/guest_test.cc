// What the shard's guest sees: the same live, in replay, and from a checkpoint on.
#include <array>
#include <future>
#include <latch>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "store/catalog/catalog.h"
#include "store/engine/rig_test.h"

namespace tidemark::store {
namespace {

using testing::CrashMode;

constexpr std::string_view kDerivedLabel = "tidemark_kind";

SeriesKey derived_key(const SeriesKey& key) {
  auto labels = key.labels;
  labels.push_back({std::string(kDerivedLabel), "band"});
  return make_series_key(key.name, labels).value();
}

/// Keeps one checksum over everything it is shown, and issues a band for each sample.
class Transcript final : public ShardGuest {
 public:
  void on_batch(ShardAccess& shard, const EnteredBatch& batch, bool replaying) override {
    ByteSink out = begin(shard, batch.sequence, batch.received_at, replaying);
    for (const EnteredSeries& series : batch.series) {
      out.varint(static_cast<std::uint64_t>(series.id));
      out.text(encode_series_key(*series.key));
      std::vector<Sample> bands;
      for (const Sample& sample : series.samples) {
        out.i64(sample.at.ns());
        put(sample.value, out);
        bands.push_back(
            {sample.at, IssuedBand{static_cast<double>(batch.sequence), {}, {}, false}});
      }
      shard.put_derived(derived_key(*series.key), bands);
      const auto seen = shard.read(series.id, Timestamp::min(), Timestamp::max());
      out.varint(seen->size());
      for (const Sample& sample : *seen)
        put(sample.value, out);
      const auto derived = shard.find(derived_key(*series.key));
      out.varint(static_cast<std::uint64_t>(*derived));
      out.varint(shard.read(*derived, Timestamp::min(), Timestamp::max())->size());
      out.varint(shard.select({{"__name__", Matcher::Op::equal, series.key->name}}).size());
    }
    end(shard, out);
  }
  void on_note(ShardAccess& shard, const EnteredNote& note, bool replaying) override {
    ByteSink out = begin(shard, note.sequence, note.received_at, replaying);
    out.text(note.bytes);
    end(shard, out);
  }
  std::string save(ShardAccess& shard) override { return std::to_string(hashes_[shard.shard()]); }
  Result<void> restore(ShardAccess& shard, std::string_view bytes) override {
    restored_[shard.shard()] = bytes;
    if (!bytes.empty()) {
      hashes_[shard.shard()] = static_cast<std::uint32_t>(std::stoul(std::string(bytes)));
    }
    return {};
  }
  std::array<std::uint32_t, 2> hashes_{};
  std::array<std::string, 2> restored_{"never", "never"};
  std::array<int, 2> live_{}, replayed_{};

 private:
  static void put(const Value& value, ByteSink& out) {
    if (const auto* number = std::get_if<double>(&value)) out.f64(*number);
    if (const auto* cell = std::get_if<Cell>(&value)) cell->save(out);
  }
  ByteSink begin(ShardAccess& shard, std::uint64_t sequence, Timestamp at, bool replaying) {
    ++(replaying ? replayed_ : live_)[shard.shard()];
    ByteSink out;
    out.u64(sequence);
    out.i64(at.ns());
    return out;
  }
  void end(ShardAccess& shard, const ByteSink& out) {
    auto& hash = hashes_[shard.shard()];
    hash = crc32c(out.view(), hash);
  }
};

Result<std::uint64_t> append_note(SampleStore& store, const std::string& bytes) {
  std::promise<Result<std::uint64_t>> answer;
  store.append_note(bytes, [&](Result<std::uint64_t> r) { answer.set_value(std::move(r)); });
  return answer.get_future().get();
}

void write_some(Rig& rig, int from, int to) {
  for (int i = from; i < to; ++i) {
    Batch batch;
    for (const int n : {i % 5, (i + 1) % 5, i % 5}) {  // one series twice in a batch
      batch.series.push_back({key_of("m", {{"n", std::to_string(n)}}),
                              {{at_second(i % 7), 1.0 * i}, {at_second(i), 2.0}}});
    }
    batch.series.push_back(
        {key_of("cells", {{"aws_unit", "Count"}}), {{at_second(i / 3), Cell::of(2)}}});
    ASSERT_TRUE(rig.write(std::move(batch)));
    if (i % 4 == 0) {
      ASSERT_TRUE(append_note(*rig.store, "note " + std::to_string(i)));
    }
    rig.clock.advance(std::chrono::seconds(7));
  }
}

TEST(Guest, sees_in_replay_what_it_saw_live) {
  Rig rig;
  Transcript live;
  rig.guest = &live;
  rig.options.log_segment_bytes = 2000;
  rig.open();
  write_some(rig, 0, 60);
  for (const CrashMode mode : {CrashMode::drop_all, CrashMode::keep_all}) {
    Transcript replay;
    rig.crash(mode);
    rig.guest = &replay;
    rig.clock.advance(std::chrono::hours(5));
    rig.open();
    EXPECT_EQ(replay.hashes_, live.hashes_);
    EXPECT_EQ(replay.replayed_, live.live_);
    EXPECT_EQ(replay.live_, (std::array<int, 2>{}));
    EXPECT_EQ(replay.restored_, (std::array<std::string, 2>{"", ""}));
    rig.store.reset();
  }
}

TEST(Guest, checkpoint_and_replay_equal_full_replay) {
  Rig rig;
  Transcript live;
  rig.guest = &live;
  rig.open();
  write_some(rig, 0, 30);
  ASSERT_TRUE(rig.store->flush());
  write_some(rig, 30, 50);
  ASSERT_TRUE(rig.store->flush());
  write_some(rig, 50, 60);
  Transcript restored;
  rig.crash(CrashMode::drop_all);
  rig.guest = &restored;
  rig.open();
  EXPECT_EQ(restored.hashes_, live.hashes_);
  EXPECT_LT(restored.replayed_[0], live.live_[0]);
  write_some(rig, 60, 70);

  Rig whole;  // the same without a flush or a crash
  Transcript all;
  whole.guest = &all;
  whole.open();
  write_some(whole, 0, 70);
  EXPECT_EQ(restored.hashes_, all.hashes_);
  rig.store.reset();
  whole.store.reset();
}

TEST(Guest, derived_series_are_found_only_when_asked_for_and_survive) {
  Rig rig;
  Transcript guest;
  rig.guest = &guest;
  rig.open();
  write_some(rig, 0, 10);
  const std::vector<Matcher> bands{{std::string(kDerivedLabel), Matcher::Op::equal, "band"}};
  const Matcher any{std::string(kDerivedLabel), Matcher::Op::exists, ""};
  const Matcher other{std::string(kDerivedLabel) + "s", Matcher::Op::exists, ""};
  const auto before = rig.store->select(bands);
  ASSERT_EQ(before.size(), 6U);
  EXPECT_EQ(rig.store->select({any}), before);
  EXPECT_EQ(rig.store->select({}).size(), 6U);
  const auto samples = rig.read(before[1].second);
  ASSERT_FALSE(samples.empty());
  std::array<Transcript, 2> later;
  for (std::size_t pass = 0; pass < 2; ++pass) {
    if (pass == 1) {
      ASSERT_TRUE(rig.store->flush());
    }
    rig.crash(CrashMode::drop_all);
    rig.guest = &later[pass];
    rig.open();
    EXPECT_EQ(rig.store->select(bands), before);
    EXPECT_EQ(rig.store->select({any}), before);
    EXPECT_EQ(rig.store->select({any, bands.front()}), before);
    EXPECT_TRUE(rig.store->select({other}).empty());
    const auto kept = rig.read(before[1].second);
    ASSERT_EQ(kept.size(), samples.size());
    for (std::size_t i = 0; i < kept.size(); ++i)
      EXPECT_EQ(kept[i].value, samples[i].value);
  }
  rig.store.reset();
}

TEST(Guest, derived_series_live_in_the_shard_of_their_source) {
  for (int i = 0; i < 50; ++i) {
    const SeriesKey key = key_of("m", {{"n", std::to_string(i)}});
    const SeriesKey with_unit = key_of("m", {{"n", std::to_string(i)}, {"aws_unit", "Bytes"}});
    EXPECT_EQ(shard_of(derived_key(key), 7), shard_of(key, 7));
    EXPECT_EQ(shard_of(with_unit, 7), shard_of(key, 7));
  }
}

/// Holds its shard up until told to go on.
class Blocker final : public ShardGuest {
 public:
  void on_batch(ShardAccess& /*shard*/,
                const EnteredBatch& /*batch*/,
                bool /*replaying*/) override {
    if (entered_.try_wait()) return;
    entered_.count_down();
    go_on_.wait();
  }
  void on_note(ShardAccess& /*shard*/, const EnteredNote& /*note*/, bool /*replaying*/) override {}
  std::string save(ShardAccess& /*shard*/) override { return {}; }
  Result<void> restore(ShardAccess& /*shard*/, std::string_view /*bytes*/) override { return {}; }
  std::latch entered_{1};
  std::latch go_on_{1};
};

TEST(Guest, full_queue_is_overloaded_and_leaves_no_trace) {
  Rig rig;
  Blocker guest;
  rig.guest = &guest;
  rig.options.shards = 1;
  rig.options.shard_queue_batches = 3;
  rig.open();
  std::vector<std::future<Result<Accepted>>> answers;
  const auto send = [&](int i, const std::string& name) {
    auto promise = std::make_shared<std::promise<Result<Accepted>>>();
    answers.push_back(promise->get_future());
    Batch batch = one(key_of(name), i, 1.0);
    batch.invocation_id = name + std::to_string(i);
    rig.store->write(batch, [promise](Result<Accepted> r) { promise->set_value(std::move(r)); });
  };
  send(0, "m");
  guest.entered_.wait();
  for (int i = 1; i <= 3; ++i)
    send(i, "m");
  send(4, "other");
  const auto refused = answers.back().get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::overloaded);
  answers.pop_back();
  EXPECT_FALSE(rig.store->find(key_of("other")));
  guest.go_on_.count_down();
  for (auto& answer : answers)
    EXPECT_TRUE(answer.get());
  EXPECT_EQ(rig.doubles(key_of("m")).size(), 4U);
  EXPECT_EQ(rig.store->sequence(), 4U);
  Batch retry = one(key_of("other"), 4, 1.0);  // the refused id is not remembered
  retry.invocation_id = "other4";
  EXPECT_FALSE(rig.write(retry)->repeated);
  EXPECT_EQ(rig.doubles(key_of("other")).size(), 1U);
  rig.store.reset();
}

}  // namespace
}  // namespace tidemark::store
