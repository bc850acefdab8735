// Single flipped bits, missing and swapped files: found before anything wrong is answered.
#include <array>
#include <future>
#include <map>

#include <gtest/gtest.h>

#include "store/engine/rig_test.h"

namespace tidemark::store {
namespace {

using testing::CrashMode;
using testing::FaultyFiles;

constexpr int kFlips = 500;

using Contents = std::map<std::string, std::map<std::int64_t, Value>>;

Value value_of(int series, int i) {
  if (series % 2 == 0) return 0.125 * i + series;
  return Cell::of(i % 5, 1 + series);
}

/// Three blocks and a log behind them.
void fill(Rig& rig, Contents* truth) {
  rig.options.log_segment_bytes = 3000;
  rig.open();
  for (int i = 0; i < 200; ++i) {
    Batch batch;
    for (int series = 0; series < 4; ++series) {
      const std::string name = "s" + std::to_string(series);
      batch.series.push_back({key_of(name), {{at_second(10 * i), value_of(series, i)}}});
      (*truth)[name][10 * i] = value_of(series, i);
    }
    batch.invocation_id = std::to_string(i);
    ASSERT_TRUE(rig.write(std::move(batch)));
    if (i == 50 || i == 100 || i == 150) {
      ASSERT_TRUE(rig.store->flush());
    }
  }
}

struct Outcome {
  int refused = 0;  // reads or opens that failed as corrupt
  int missing = 0;  // samples that are not answered
};

/// Every sample that is answered must be true.
void look(Rig& rig, const Contents& truth, Outcome* outcome) {
  for (const auto& [name, samples] : truth) {
    const auto id = rig.store->find(key_of(name));
    if (!id) {
      outcome->missing += static_cast<int>(samples.size());
      continue;
    }
    for (std::int64_t from = 0; from < 2000; from += 500) {
      const auto read = rig.store->read(*id, at_second(from), at_second(from + 500));
      if (!read) {
        EXPECT_EQ(read.error().code, Errc::corrupt) << read.error().what;
        EXPECT_NE(read.error().what.find(".block"), std::string::npos) << read.error().what;
        EXPECT_NE(read.error().what.find("2023-11-1"), std::string::npos) << read.error().what;
        ++outcome->refused;
        continue;
      }
      outcome->missing += 50 - static_cast<int>(read->size());
      for (const Sample& sample : *read) {
        const auto found = samples.find(sample.at.s() - kStartSeconds);
        ASSERT_NE(found, samples.end());
        EXPECT_EQ(sample.value, found->second) << name << " " << found->first;
      }
    }
  }
}

TEST(Damage, no_flipped_bit_is_answered_as_data) {
  Rig good(11);
  Contents truth;
  fill(good, &truth);
  if (::testing::Test::HasFatalFailure()) return;
  const auto image = good.files->crash(CrashMode::keep_all, *good.random);
  int noticed = 0;
  for (int flip = 0; flip < kFlips; ++flip) {
    Rig rig(static_cast<std::uint64_t>(flip));
    rig.options = good.options;
    rig.files = image->crash(CrashMode::keep_all, *rig.random);
    const auto paths = rig.files->paths();
    std::string path;
    do {
      path = paths[rig.random->next() % paths.size()];
    } while (rig.files->size_of(path) == 0);
    const std::size_t bit = rig.random->next() % (8 * rig.files->size_of(path));
    SCOPED_TRACE(path + " bit " + std::to_string(bit));
    rig.files->flip_bit(path, bit);
    rig.open();  // no single bit is fatal
    if (::testing::Test::HasFatalFailure()) return;
    Outcome outcome;
    look(rig, truth, &outcome);
    const bool in_log = path.find("/log/") != std::string::npos;
    const bool in_block = path.find("/blocks/") != std::string::npos;
    // Of the log, the damaged record alone may go (4 samples); of a block nothing goes unsaid.
    EXPECT_LE(outcome.missing, in_log ? 4 : 0);
    if (!in_block) {
      EXPECT_EQ(outcome.refused, 0);
    }
    if (in_block) {
      EXPECT_FALSE(rig.store->verify());
    }
    const bool counted = rig.meter.counter("tidemark_store_corrupt_files_total").value() > 0 ||
                         rig.meter.counter("tidemark_store_log_torn_bytes_total").value() > 0;
    noticed += outcome.refused > 0 || counted || in_block ? 1 : 0;
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(noticed, kFlips / 2);
}

TEST(Damage, corrupt_block_spoils_only_its_own_range) {
  Rig rig(3);
  Contents truth;
  fill(rig, &truth);
  rig.crash(CrashMode::drop_all);
  std::string block;
  for (const std::string& path : rig.files->paths()) {
    if (block.empty() && path.ends_with(".block")) block = path;
  }
  ASSERT_TRUE(rig.files->remove(block));
  rig.open();
  const SeriesId id = *rig.store->find(key_of("s0"));
  const auto hit = rig.store->read(id, at_second(0), at_second(20));
  ASSERT_FALSE(hit);
  EXPECT_EQ(hit.error().code, Errc::corrupt);
  EXPECT_NE(hit.error().what.find(block.substr(block.rfind('/') + 1)), std::string::npos);
  EXPECT_EQ(rig.store->read(id, at_second(600), at_second(2000))->size(), 140U);
  ASSERT_TRUE(rig.write(one(key_of("s0"), 5000, 1.0)));
  ASSERT_TRUE(rig.store->flush());
  EXPECT_EQ(rig.store->newest(id), at_second(5000));
}

TEST(Damage, swapped_blocks_are_noticed) {
  Rig rig(4);
  Contents truth;
  fill(rig, &truth);
  rig.crash(CrashMode::drop_all);
  std::vector<std::string> blocks;
  for (const std::string& path : rig.files->paths()) {
    if (path.ends_with(".block")) blocks.push_back(path);
  }
  ASSERT_EQ(blocks.size(), 3U);
  ASSERT_TRUE(rig.files->rename(blocks[0], "data/x"));
  ASSERT_TRUE(rig.files->rename(blocks[1], blocks[0]));
  ASSERT_TRUE(rig.files->rename("data/x", blocks[1]));
  rig.open();
  Outcome outcome;
  look(rig, truth, &outcome);
  EXPECT_EQ(outcome.missing, 0);
  EXPECT_GT(outcome.refused, 0);
}

TEST(Damage, hole_in_the_log_costs_one_record_and_is_told_once) {
  Rig rig(5);
  Contents truth;
  fill(rig, &truth);
  rig.crash(CrashMode::drop_all);
  std::string segment;
  for (const std::string& path : rig.files->paths()) {
    if (segment.empty() && path.ends_with(".log")) segment = path;
  }
  rig.files->flip_bit(segment, 8 * 200);  // inside the segment's first record
  rig.open();
  const auto& lost = rig.meter.counter("tidemark_store_log_lost_records_total");
  EXPECT_EQ(lost.value(), 1);
  const auto has_copy = [&] {
    for (const std::string& path : rig.files->paths()) {
      if (path.starts_with("data/quarantine/")) return true;
    }
    return false;
  };
  EXPECT_TRUE(has_copy());
  Outcome outcome;
  look(rig, truth, &outcome);
  EXPECT_EQ(outcome.missing, 4);
  rig.crash(CrashMode::drop_all);
  rig.open();
  EXPECT_EQ(lost.value(), 1);
  Outcome again;
  look(rig, truth, &again);
  EXPECT_EQ(again.missing, 4);
}

TEST(Damage, record_that_lost_its_neighbour_still_knows_its_series) {
  Rig rig(12);
  rig.open();
  std::promise<void> reached, go_on;
  rig.files->on_sync([&, held = go_on.get_future().share(), first = true]() mutable {
    if (std::exchange(first, false)) reached.set_value();
    held.wait();
  });
  std::array<std::promise<Result<Accepted>>, 2> answers;
  for (int i = 0; i < 2; ++i) {
    auto& answer = answers[static_cast<std::size_t>(i)];
    rig.store->write(one(key_of("new"), i, 1.0 * i),
                     [&answer](Result<Accepted> r) { answer.set_value(std::move(r)); });
    if (i == 0) reached.get_future().wait();
  }
  rig.files->on_sync(nullptr);
  go_on.set_value();
  for (auto& answer : answers)
    ASSERT_TRUE(answer.get_future().get());
  rig.crash(CrashMode::drop_all);
  rig.files->flip_bit("data/log/0000000000000001.log", 8 * 170);  // the first record's header
  rig.open();
  EXPECT_EQ(rig.doubles(key_of("new")), (std::map<std::int64_t, double>{{1, 1.0}}));
}

TEST(Damage, manifest_lost_in_both_copies_is_refused) {
  Rig rig(6);
  Contents truth;
  fill(rig, &truth);
  rig.crash(CrashMode::drop_all);
  ASSERT_TRUE(rig.files->remove("data/MANIFEST"));
  rig.open();  // one copy is enough
  Outcome outcome;
  look(rig, truth, &outcome);
  EXPECT_EQ(outcome.missing + outcome.refused, 0);
  rig.crash(CrashMode::drop_all);
  ASSERT_TRUE(rig.files->remove("data/MANIFEST"));
  ASSERT_TRUE(rig.files->remove("data/MANIFEST.2"));
  const auto opened = rig.try_open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::corrupt);
}

TEST(Damage, log_of_another_store_is_not_read) {
  Rig rig(7);
  Rig other(8);
  rig.open();
  other.open();
  ASSERT_TRUE(rig.write(one(key_of("mine"), 0, 1.0)));
  ASSERT_TRUE(other.write(one(key_of("theirs"), 0, 2.0)));
  other.crash(CrashMode::drop_all);
  rig.crash(CrashMode::drop_all);
  const auto foreign = read_file(*other.files, "data/log/0000000000000001.log");
  ASSERT_TRUE(foreign);
  ASSERT_TRUE(write_file_atomically(*rig.files, "data/log/0000000000000002.log", *foreign));
  rig.open();
  EXPECT_TRUE(rig.store->find(key_of("mine")));
  EXPECT_FALSE(rig.store->find(key_of("theirs")));
}

}  // namespace
}  // namespace tidemark::store
