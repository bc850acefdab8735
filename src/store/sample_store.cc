#include "store/sample_store.h"

#include <algorithm>

#include <fmt/format.h>

#include "store/engine/engine.h"

namespace tidemark::store {
namespace {

constexpr const char* kBeingCleared = "the store is being cleared";

std::optional<ReadView> view_of(const Engine& engine, SeriesId id, Timestamp from, Timestamp to) {
  const SeriesEntry* entry = engine.catalog->by_id(id);
  if (entry == nullptr || !entry->entered) return std::nullopt;
  Shard& shard = *engine.shards[entry->definition.shard];
  return shard.worker().ask([&] { return shard.view(id, from, to); });
}

using Range = std::optional<std::pair<Timestamp, Timestamp>>;

void widen(Range* range, const Range& by) {
  if (!by) return;
  if (!*range) {
    *range = by;
    return;
  }
  (*range)->first = std::min((*range)->first, by->first);
  (*range)->second = std::max((*range)->second, by->second);
}

/// The series' oldest and newest sample. `skip` says which blocks cannot matter, given what is
/// known.
template <typename Skip>
Range range_of(const Engine& engine, SeriesId id, Skip skip) {
  const auto view = view_of(engine, id, Timestamp::max(), Timestamp::max());
  if (!view) return std::nullopt;
  Range range = view->head_range;
  for (const FrozenHead& frozen : view->frozen) {
    const auto found = frozen->series.find(static_cast<std::uint64_t>(id));
    if (found != frozen->series.end()) widen(&range, found->second.range());
  }
  for (const auto& block : *view->blocks) {
    if (range && skip(*range, block->info())) continue;
    const auto in_block = block->range(id);
    if (in_block) {
      widen(&range, *in_block);
    }  // one that cannot be read is left out, and has said so
  }
  return range;
}

}  // namespace

Result<std::unique_ptr<SampleStore>> SampleStore::open(StoreOptions options,
                                                       StoreDeps deps,
                                                       ShardGuest* guest) {
  auto engine = std::make_unique<Engine>(std::move(options), deps);
  TM_TRY_VOID(engine->open(guest));
  return std::unique_ptr<SampleStore>(new SampleStore(std::move(engine)));
}

SampleStore::SampleStore(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}

SampleStore::~SampleStore() = default;

void SampleStore::write(Batch batch, Done done) {
  // Never waits: a guest or a `done` may write, and clear() waits for their workers.
  const std::shared_lock open(engine_->gate, std::try_to_lock);
  if (!open) return done(fail(Errc::unavailable, kBeingCleared));
  engine_->intake->write(*engine_->committer, std::move(batch), std::move(done));
}

void SampleStore::append_note(std::string bytes, std::function<void(Result<std::uint64_t>)> done) {
  const std::shared_lock open(engine_->gate, std::try_to_lock);
  if (!open) return done(fail(Errc::unavailable, kBeingCleared));
  engine_->intake->append_note(*engine_->committer, std::move(bytes), std::move(done));
}

std::vector<std::pair<SeriesId, SeriesKey>> SampleStore::select(
    const std::vector<Matcher>& matchers) const {
  std::vector<const SeriesEntry*> found;
  for (const auto& shard : engine_->shards)
    shard->index().select(matchers, &found);
  std::sort(found.begin(), found.end(), [](const SeriesEntry* a, const SeriesEntry* b) {
    return a->definition.key < b->definition.key;
  });
  std::vector<std::pair<SeriesId, SeriesKey>> out;
  out.reserve(found.size());
  for (const SeriesEntry* entry : found)
    out.emplace_back(entry->definition.id, entry->definition.key);
  return out;
}

std::optional<SeriesId> SampleStore::find(const SeriesKey& key) const {
  const SeriesEntry* entry = engine_->catalog->find(key);
  if (entry == nullptr || !entry->entered) return std::nullopt;
  return entry->definition.id;
}

std::optional<SeriesKey> SampleStore::key(SeriesId id) const {
  const SeriesEntry* entry = engine_->catalog->by_id(id);
  if (entry == nullptr || !entry->entered) return std::nullopt;
  return entry->definition.key;
}

Result<std::vector<Sample>> SampleStore::read(SeriesId id, Timestamp from, Timestamp to) const {
  auto view = view_of(*engine_, id, from, to);
  if (!view) {
    return fail(Errc::not_found,
                fmt::format("there is no series {}", static_cast<std::uint64_t>(id)));
  }
  return read_view(std::move(*view), id, from, to);
}

std::optional<Timestamp> SampleStore::newest(SeriesId id) const {
  const Range range = range_of(*engine_, id, [](const auto& known, const BlockInfo& block) {
    return block.last <= known.second;
  });
  if (!range) return std::nullopt;
  return range->second;
}

std::optional<Timestamp> SampleStore::oldest(SeriesId id) const {
  const Range range = range_of(*engine_, id, [](const auto& known, const BlockInfo& block) {
    return block.first >= known.first;
  });
  if (!range) return std::nullopt;
  return range->first;
}

std::uint64_t SampleStore::sequence() const {
  return engine_->committer->entered();
}

Result<void> SampleStore::flush() {
  return engine_->flusher->flush();
}

Result<void> SampleStore::remove_before(Timestamp before) {
  return engine_->flusher->remove_before(before);
}

void SampleStore::tick() {
  engine_->invocations->forget_old(engine_->deps.clock.wall());
  engine_->committer->sync_soon();
  engine_->flusher->tick();
  const StoreStatistics now = statistics();
  Meter& meter = engine_->deps.meter;
  const auto set = [&](const char* name, std::uint64_t value) {
    meter.counter(name).set(static_cast<double>(value));
  };
  set("tidemark_store_series", now.series);
  set("tidemark_store_derived_series", now.derived_series);
  set("tidemark_store_log_bytes", now.log_bytes);
  set("tidemark_store_blocks", now.blocks);
  set("tidemark_store_block_bytes", now.block_bytes);
  set("tidemark_store_head_samples", now.head_samples);
  (void)engine_->intake->disk().look();
  const auto blocks = engine_->flusher->blocks();
  set("tidemark_store_damaged_blocks",
      static_cast<std::uint64_t>(std::count_if(
          blocks->begin(), blocks->end(), [](const auto& block) { return block->damage(); })));
}

void SampleStore::stop() {
  engine_->committer->stop();
  wait_for(engine_->shards);
}

Result<void> SampleStore::clear() {
  const std::lock_guard alone(engine_->gate);
  return engine_->flusher->clear();
}

Result<void> SampleStore::verify() {
  return engine_->flusher->verify();
}

StoreStatistics SampleStore::statistics() const {
  StoreStatistics out;
  out.series = engine_->catalog->size();
  out.derived_series = engine_->catalog->derived_size();
  out.log_bytes = engine_->committer->writer().bytes();
  out.log_segments = engine_->committer->writer().segments();
  const auto blocks = engine_->flusher->blocks();
  out.blocks = blocks->size();
  for (const auto& block : *blocks)
    out.block_bytes += block->info().file.size_bytes;
  for (const auto& shard : engine_->shards)
    out.head_samples += shard->head_samples();
  out.sequence = sequence();
  out.checkpoint_sequence = engine_->flusher->checkpoint_sequence();
  out.log_failed = engine_->committer->failed();
  out.disk = engine_->intake->disk().look();
  return out;
}

std::vector<Problem> SampleStore::problems() const {
  std::vector<Problem> out;
  if (engine_->committer->failed()) {
    out.push_back(
        {"log_failed", "The log could not be written: no sample is taken until the next start."});
  }
  const DiskState disk = engine_->intake->disk().look();
  if (disk.is_full) {
    out.push_back({"disk_full", fmt::format("No sample is taken: {}.", disk_full_text(disk))});
  }
  const auto blocks = engine_->flusher->blocks();
  for (const auto& block : *blocks) {
    if (const auto damage = block->damage())
      out.push_back({"damaged_block", fmt::format("The {}.", damage->what)});
  }
  out.insert(out.end(), engine_->found.begin(), engine_->found.end());
  return out;
}

const std::string& SampleStore::uuid() const {
  return engine_->store_uuid;
}

Totals SampleStore::totals() const {
  Totals out{engine_->catalog->entered_size(), engine_->catalog->metrics(), std::nullopt};
  Timestamp newest = Timestamp::min();
  for (const auto& shard : engine_->shards)
    newest = std::max(newest, shard->newest());
  if (newest != Timestamp::min()) out.newest = newest;
  return out;
}

}  // namespace tidemark::store
