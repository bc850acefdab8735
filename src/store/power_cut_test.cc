// Cuts the power at every file operation and fails syncs; compares with a ledger of what was sent
// and what was acknowledged.
#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include <gtest/gtest.h>

#include "store/engine/rig_test.h"

namespace tidemark::store {
namespace {

using testing::CrashMode;
using testing::FaultyFiles;

constexpr int kCuts = 300;
constexpr std::size_t kAppends = 300;

/// What the outside knows: every double by (series, second), and how many observations each cell
/// got.
struct Ledger {
  using Place = std::pair<std::string, std::int64_t>;
  std::map<Place, double> sent, acknowledged;
  std::map<Place, int> sent_counts, acknowledged_counts;
};

Batch make_batch(int i) {
  Batch batch;
  batch.series.push_back(
      {key_of("steady"), {{at_second(i), 0.25 * i}, {at_second(i + 5000), 1.0}}});
  // A new series every third time, each used again later, so that definitions spread over records.
  const std::string name = "series_" + std::to_string(i / 3 % 7);
  batch.series.push_back({key_of(name), {{at_second(i), -1.0 * i}}});
  batch.series.push_back({key_of("cells"), {{at_second(i / 4), Cell::of(2)}}});
  batch.invocation_id = "request-" + std::to_string(i);
  return batch;
}

void note(const Batch& batch, bool acknowledged, Ledger* ledger) {
  for (const SeriesSamples& series : batch.series) {
    for (const Sample& sample : series.samples) {
      const Ledger::Place place{series.key.name, sample.at.s() - kStartSeconds};
      if (const auto* value = std::get_if<double>(&sample.value)) {
        (acknowledged ? ledger->acknowledged : ledger->sent)[place] = *value;
      } else {
        ++(acknowledged ? ledger->acknowledged_counts : ledger->sent_counts)[place];
      }
    }
  }
}

/// Writes and flushes until something fails or `writes` are done.
void run(Rig& rig, int writes, Ledger* ledger) {
  if (!rig.try_open()) return;
  for (int i = 0; i < writes; ++i) {
    const Batch batch = make_batch(i);
    note(batch, false, ledger);
    const auto answer = rig.write(batch);
    if (answer) note(batch, true, ledger);
    if (!answer) {
      EXPECT_EQ(answer.error().code, Errc::unavailable);
    }
    if (i % 9 == 8) (void)rig.store->flush();
    if (i == 30) (void)rig.store->remove_before(at_second(-1));
    if (rig.files->power_is_cut()) return;
  }
}

void expect_ledger_kept(Rig& rig, const Ledger& ledger) {
  std::map<Ledger::Place, double> found;
  std::map<Ledger::Place, int> counts;
  for (const auto& [id, key] : rig.store->select({})) {
    for (const Sample& sample : rig.read(key)) {
      const Ledger::Place place{key.name, sample.at.s() - kStartSeconds};
      if (const auto* value = std::get_if<double>(&sample.value)) {
        found[place] = *value;
      } else {
        counts[place] = static_cast<int>(std::get<Cell>(sample.value).count());
      }
    }
  }
  for (const auto& [place, value] : ledger.acknowledged) {
    ASSERT_TRUE(found.contains(place)) << place.first << " at " << place.second << " is lost";
    EXPECT_EQ(found[place], value);
  }
  for (const auto& [place, value] : found) {
    ASSERT_TRUE(ledger.sent.contains(place)) << place.first << " at " << place.second;
    EXPECT_EQ(ledger.sent.at(place), value);
  }
  for (const auto& [place, count] : ledger.acknowledged_counts)
    EXPECT_GE(counts[place], count) << place.second;
  for (const auto& [place, count] : counts)
    EXPECT_LE(count, ledger.sent_counts.at(place)) << place.second;
}

/// Repeats of acknowledged requests must still be known, and new writes must not disturb old ones.
void expect_goes_on(Rig& rig, Ledger ledger) {
  for (const int i : {0, 4, 1000, 1001}) {
    const Batch batch = make_batch(i);
    if (i >= 1000 || !ledger.sent.contains({"steady", i})) note(batch, false, &ledger);
    const bool was_acknowledged = ledger.acknowledged.contains({"steady", i});
    const auto answer = rig.write(batch);
    ASSERT_TRUE(answer) << answer.error().what;
    if (was_acknowledged) {
      EXPECT_TRUE(answer->repeated) << i;
    }
    if (!answer->repeated && i >= 1000) note(batch, true, &ledger);
  }
  rig.open();
  expect_ledger_kept(rig, ledger);
}

TEST(PowerCut, at_every_operation_keeps_what_was_acknowledged) {
  for (int cut = 1; cut <= kCuts; ++cut) {
    SCOPED_TRACE("power is cut at operation " + std::to_string(cut));
    Rig rig(static_cast<std::uint64_t>(cut));
    rig.options.log_segment_bytes = 1500;
    rig.files->cut_power_at(static_cast<std::uint64_t>(cut));
    Ledger ledger;
    run(rig, 200, &ledger);
    ASSERT_TRUE(rig.files->power_is_cut());
    for (const CrashMode mode :
         {CrashMode::keep_all, CrashMode::drop_all, CrashMode::random_subset, CrashMode::torn}) {
      SCOPED_TRACE("mode " + std::to_string(static_cast<int>(mode)));
      Rig after(static_cast<std::uint64_t>(cut) * 7);
      after.options = rig.options;
      after.files = rig.files->crash(mode, *after.random);
      after.open();
      if (::testing::Test::HasFatalFailure()) return;
      expect_ledger_kept(after, ledger);
      expect_goes_on(after, ledger);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

/// The disk as a power cut right after an append would leave it, and what was known outside then.
struct CutDisk {
  std::unique_ptr<FaultyFiles> files;
  int sent = 0;
  int acknowledged = 0;
};

/// Disks after each of the first kAppends appends of one run, whatever lay unsynced dropped.
std::vector<CutDisk> cut_at_each_append(const StoreOptions& options) {
  Rig rig(3);
  rig.options = options;
  const auto chance = make_seeded_random(4);
  std::atomic<int> sent = 0;
  std::atomic<int> acknowledged = 0;
  std::mutex mutex;
  std::vector<CutDisk> out;
  rig.files->on_append([&] {
    const std::lock_guard lock(mutex);
    if (out.size() == kAppends) return;
    const int known = acknowledged;  // before the disk is looked at, never after
    out.push_back({rig.files->crash(CrashMode::drop_all, *chance), sent, known});
  });
  rig.open();
  for (int i = 0; i < 200; ++i) {
    ++sent;
    EXPECT_TRUE(rig.write(make_batch(i)));
    ++acknowledged;
    if (i % 9 == 8) {
      EXPECT_TRUE(rig.store->flush());
    }
  }
  rig.store.reset();  // its threads may be in the hook
  return out;
}

// The test above counts operations of all kinds, syncs and new names too; here each append counts.
TEST(PowerCut, at_each_of_the_first_300_appends_keeps_what_was_acknowledged) {
  StoreOptions options = Rig().options;
  options.log_segment_bytes = 1500;
  std::vector<CutDisk> disks = cut_at_each_append(options);
  ASSERT_EQ(disks.size(), kAppends);
  int unanswered = 0;
  for (std::size_t n = 0; n < disks.size(); ++n) {
    SCOPED_TRACE("power is cut after append " + std::to_string(n + 1));
    unanswered += disks[n].sent > disks[n].acknowledged ? 1 : 0;
    Ledger ledger;
    for (int i = 0; i < disks[n].sent; ++i)
      note(make_batch(i), false, &ledger);
    for (int i = 0; i < disks[n].acknowledged; ++i)
      note(make_batch(i), true, &ledger);
    Rig after(n);
    after.options = options;
    after.files = std::move(disks[n].files);
    after.open();
    if (::testing::Test::HasFatalFailure()) return;
    expect_ledger_kept(after, ledger);
    expect_goes_on(after, ledger);
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(unanswered, 100);
}

TEST(PowerCut, during_recovery_keeps_what_was_acknowledged) {
  Rig rig(5);
  rig.options.log_segment_bytes = 1500;
  Ledger ledger;
  run(rig, 25, &ledger);
  for (std::uint64_t cut = 1; cut <= 40; ++cut) {
    SCOPED_TRACE("second power cut at operation " + std::to_string(cut));
    Rig second(cut);
    second.options = rig.options;
    second.files = rig.files->crash(CrashMode::torn, *second.random);
    second.files->cut_power_at(cut);
    (void)second.try_open();
    second.crash(cut % 2 == 0 ? CrashMode::torn : CrashMode::drop_all);
    second.open();
    if (::testing::Test::HasFatalFailure()) return;
    expect_ledger_kept(second, ledger);
  }
}

TEST(PowerCut, while_blocks_are_merged_keeps_what_was_acknowledged) {
  Rig rig(9);
  Ledger ledger;
  run(rig, 7 * 9, &ledger);  // one block short of a merge
  ASSERT_EQ(rig.store->statistics().blocks, 7U);
  const auto image = rig.files->crash(CrashMode::keep_all, *rig.random);
  bool merged = false;
  for (std::uint64_t cut = 1; cut <= 80; ++cut) {
    SCOPED_TRACE("power is cut at operation " + std::to_string(cut));
    Rig second(cut);
    second.options = rig.options;
    second.files = image->crash(CrashMode::keep_all, *second.random);
    second.open();
    Ledger more = ledger;
    const Batch batch = make_batch(63);
    note(batch, false, &more);
    second.files->cut_power_at(cut);
    if (second.write(batch)) note(batch, true, &more);
    (void)second.store->flush();
    merged = merged || second.store->statistics().blocks == 1;
    second.crash(cut % 2 == 0 ? CrashMode::random_subset : CrashMode::drop_all);
    second.open();
    if (::testing::Test::HasFatalFailure()) return;
    expect_ledger_kept(second, more);
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_TRUE(merged);
}

TEST(PowerCut, failed_sync_is_never_acknowledged) {
  for (std::uint64_t k = 1; k <= 50; ++k) {
    for (const bool forever : {false, true}) {
      SCOPED_TRACE("sync " + std::to_string(k) + (forever ? " and all later" : ""));
      Rig rig(k);
      rig.files->fail_on(FaultyFiles::Op::sync, k, {Errc::io, "Input/output error"}, forever);
      Ledger ledger;
      run(rig, 40, &ledger);
      rig.crash(CrashMode::drop_all);
      rig.open();
      if (::testing::Test::HasFatalFailure()) return;
      expect_ledger_kept(rig, ledger);
    }
  }
}

TEST(PowerCut, what_a_restart_finds_unsynced_is_durable_before_it_is_answered) {
  Rig rig;
  rig.open();
  rig.files->fail_on(FaultyFiles::Op::sync, 1, {Errc::io, "Input/output error"});
  ASSERT_FALSE(rig.write(make_batch(1)));
  rig.open();  // the process starts again; the bytes are still in the page cache, not on the disk
  const auto again = rig.write(make_batch(1));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
  rig.crash(CrashMode::drop_all);
  rig.open();
  EXPECT_EQ(rig.read(key_of("steady")).size(), 2U);
}

TEST(PowerCut, failed_append_poisons_the_log_until_the_next_start) {
  Rig rig;
  rig.open();
  ASSERT_TRUE(rig.write(make_batch(0)));
  rig.files->fail_on(FaultyFiles::Op::append, 1, {Errc::io, "No space left on device"});
  const auto failed = rig.write(make_batch(1));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::unavailable);
  EXPECT_EQ(rig.write(make_batch(2)).error().code, Errc::unavailable);
  EXPECT_TRUE(rig.store->statistics().log_failed);
  EXPECT_EQ(rig.read(key_of("steady")).size(), 2U);
  rig.open();  // half a record is on the disk: cut off
  EXPECT_EQ(rig.read(key_of("steady")).size(), 2U);
  const auto retried = rig.write(make_batch(1));
  ASSERT_TRUE(retried);
  EXPECT_FALSE(retried->repeated);
  EXPECT_EQ(rig.read(key_of("steady")).size(), 4U);
}

TEST(PowerCut, failed_flush_loses_nothing_and_is_made_up_for) {
  for (const auto op : {FaultyFiles::Op::append,
                        FaultyFiles::Op::sync,
                        FaultyFiles::Op::sync_dir,
                        FaultyFiles::Op::create,
                        FaultyFiles::Op::rename}) {
    for (std::uint64_t k = 2; k <= 8; ++k) {  // the first of each kind is the log's new segment
      SCOPED_TRACE("operation kind " + std::to_string(static_cast<int>(op)) + ", nth " +
                   std::to_string(k));
      Rig rig(k);
      Ledger ledger;
      run(rig, 8, &ledger);
      rig.files->fail_on(op, k, {Errc::io, "Input/output error"});
      (void)rig.store->flush();
      rig.files->fail_on(op, UINT64_MAX, {});
      expect_ledger_kept(rig, ledger);
      const Batch batch = make_batch(8);
      note(batch, false, &ledger);
      if (rig.write(batch)) note(batch, true, &ledger);
      if (!rig.store->statistics().log_failed) {
        EXPECT_TRUE(rig.store->flush());
        EXPECT_EQ(rig.store->statistics().head_samples, 0U);
      }
      expect_ledger_kept(rig, ledger);
      rig.crash(CrashMode::drop_all);
      rig.open();
      expect_ledger_kept(rig, ledger);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace tidemark::store
