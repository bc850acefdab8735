#include "store/engine/engine.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/log.h"
#include "store/block/checkpoint.h"
#include "store/engine/replayer.h"

namespace tidemark::store {
namespace {

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// Makes a directory that survives a power cut, with all missing ones above it.
Result<void> make_durable_dirs(FileSystem& files, const std::string& path) {
  if (files.exists(path)) return {};
  if (const std::string parent = parent_of(path); parent != "." && parent != "/") {
    TM_TRY_VOID(make_durable_dirs(files, parent));
  }
  TM_TRY_VOID(files.make_dirs(path));
  return files.sync_dir(parent_of(path));
}

bool holds_data(FileSystem& files, const Layout& layout) {
  for (const std::string& directory : {layout.log, layout.blocks}) {
    const auto names = files.list(directory);
    if (!names) continue;
    for (const std::string& name : *names) {
      if (name.ends_with(".log") || name.ends_with(".block")) return true;
    }
  }
  return false;
}

}  // namespace

Engine::Engine(StoreOptions store_options, StoreDeps store_deps)
    : options(std::move(store_options)), deps(store_deps), layout(options.directory) {}

Engine::~Engine() {
  flusher.reset();
  if (committer) committer->stop();
  // What the log handed over is answered through the committer: it must still be there.
  for (const auto& shard : shards)
    shard->worker().stop();
}

Result<void> Engine::check_options() const {
  if (options.directory.empty() || options.directory.ends_with('/')) {
    return fail(Errc::invalid, "the data directory is empty or ends with a slash");
  }
  if (options.shards == 0 || options.shards > kMaxShards) {
    return fail(Errc::invalid,
                fmt::format("{} shards, allowed are 1 to {}", options.shards, kMaxShards));
  }
  if (options.batch_bytes_max > kPayloadMaxBytes || options.note_bytes_max > kPayloadMaxBytes) {
    return fail(Errc::invalid,
                fmt::format("a log record holds at most {} bytes", kPayloadMaxBytes));
  }
  return {};
}

Result<void> Engine::open(ShardGuest* guest) {
  TM_TRY_VOID(check_options());
  TM_TRY_VOID(take_directory());
  TM_TRY(Manifest manifest, load_or_make_manifest());
  store_uuid = manifest.store_uuid;
  auto blocks = std::make_shared<BlockSet>();
  for (const BlockInfo& info : manifest.blocks) {
    blocks->push_back(Block::open(deps.files, layout.blocks, manifest.store_uuid, info));
    if (blocks->back()->fault()) deps.meter.counter("tidemark_store_corrupt_files_total").add();
  }
  catalog = std::make_unique<Catalog>(manifest.shards);
  invocations =
      std::make_unique<Invocations>(options.invocation_memory, options.invocation_ids_max);
  make_shards(manifest.shards, guest);
  for (const auto& shard : shards)
    shard->worker().ask([&] { shard->publish(blocks, 0); });
  const bool save_catalog = restore_series(manifest, *blocks);
  TM_TRY_VOID(restore_checkpoint(manifest));
  return start(std::move(manifest), std::move(blocks), save_catalog);
}

Result<void> Engine::take_directory() {
  TM_TRY_VOID(make_durable_dirs(deps.files, layout.root));
  auto taken = deps.files.lock(layout.lock);
  if (!taken) {
    if (taken.error().code != Errc::exists) return tl::unexpected(taken.error());
    return fail(Errc::exists,
                fmt::format("data directory {} is in use: {}", layout.root, taken.error().what));
  }
  lock = std::move(*taken);
  for (const std::string& directory : {layout.log, layout.blocks, layout.checkpoints})
    TM_TRY_VOID(make_durable_dirs(deps.files, directory));
  return {};
}

Result<void> Engine::check_identity(const Manifest* manifest) const {
  const std::string& expected = options.expected_uuid;
  if (expected.empty() || options.accept_loss) return {};
  if (manifest != nullptr && manifest->store_uuid == expected) return {};
  return fail(
      Errc::corrupt,
      fmt::format("{} {}: put the samples that belong there back, or start once with "
                  "--accept-loss to go on with {}",
                  layout.root,
                  manifest == nullptr ? "holds no samples, but control.db beside it knows some"
                                      : "holds other samples than control.db beside it knows",
                  manifest == nullptr ? "none" : "these"));
}

Result<Manifest> Engine::load_or_make_manifest() {
  TM_TRY(auto loaded, load_manifest(deps.files, layout.root));
  if (!loaded && holds_data(deps.files, layout)) {
    return fail(Errc::corrupt, layout.root + " holds data, but its manifest is missing");
  }
  TM_TRY_VOID(check_identity(loaded ? &loaded->manifest : nullptr));
  if (loaded && loaded->copies_agree) return std::move(loaded->manifest);
  Manifest manifest;
  if (loaded) {
    manifest = std::move(loaded->manifest);
  } else {
    manifest.store_uuid = make_uuid(deps.random);
    manifest.shards = static_cast<std::uint32_t>(options.shards);
    manifest.generation = 1;
  }
  TM_TRY_VOID(save_manifest(deps.files, layout.root, manifest));
  return manifest;
}

void Engine::make_shards(std::uint32_t count, ShardGuest* guest) {
  for (std::uint32_t i = 0; i < count; ++i) {
    shards.push_back(
        std::make_unique<Shard>(i, *catalog, guest, deps.meter, options.shard_queue_batches));
  }
}

Result<void> Engine::read_catalogs(const Manifest& manifest) {
  for (const FileRef& file : manifest.catalogs) {
    TM_TRY(const auto bytes, read_checked(deps.files, layout.checkpoints, file));
    TM_TRY(auto definitions, decode_catalog(bytes));
    for (SeriesDefinition& definition : definitions)
      TM_TRY_VOID(catalog->restore(std::move(definition)));
  }
  return {};
}

bool Engine::restore_series(const Manifest& manifest, const BlockSet& blocks) {
  const auto read = read_catalogs(manifest);
  if (!read) {
    deps.meter.counter("tidemark_store_corrupt_files_total").add();
    log(LogLevel::error,
        "the catalog of series is damaged; it is made again from the blocks",
        {{"why", read.error().what}});
    for (const auto& block : blocks) {
      const auto visited = block->for_each_series([&](const SeriesDefinition& definition) {
        return catalog->restore(definition).map([](SeriesEntry*) {});
      });
      if (!visited) log(LogLevel::error, "series may be missing", {{"why", visited.error().what}});
    }
  }
  std::vector<std::vector<SeriesEntry*>> by_shard(shards.size());
  for (const SeriesDefinition& definition : catalog->all())
    by_shard[definition.shard].push_back(catalog->by_id(definition.id));
  for (std::size_t i = 0; i < shards.size(); ++i) {
    shards[i]->worker().ask([&] {
      for (SeriesEntry* entry : by_shard[i])
        shards[i]->restore_series(entry);
    });
  }
  return !read.has_value();
}

Result<void> Engine::restore_checkpoint(const Manifest& manifest) {
  Checkpoint checkpoint;
  if (manifest.checkpoint) {
    auto read = read_checked(deps.files, layout.checkpoints, *manifest.checkpoint)
                    .and_then(decode_checkpoint);
    if (read && read->guest.size() == shards.size()) {
      checkpoint = std::move(*read);
    } else {
      deps.meter.counter("tidemark_store_corrupt_files_total").add();
      log(LogLevel::error,
          "the checkpoint is damaged; models begin anew and repeats from before it count twice",
          {{"why", read ? "it is of another number of shards" : read.error().what}});
    }
  }
  checkpoint.guest.resize(shards.size());
  catalog->keep_ids_below(checkpoint.next_id);
  for (auto& known : checkpoint.invocations)
    (void)invocations->accept(std::move(known));
  for (std::size_t i = 0; i < shards.size(); ++i) {
    Shard& shard = *shards[i];
    TM_TRY_VOID(shard.worker().ask(
        [&shard, &bytes = checkpoint.guest[i]] { return shard.restore_guest(bytes); }));
  }
  return {};
}

Result<RecoveredLog> Engine::replay(const Manifest& manifest) {
  Replayer replayer(*catalog, *invocations, shards, deps.meter);
  const LogPlace place{deps.files, deps.random, layout.log, manifest.store_uuid};
  auto recovered = recover_log(
      place, layout.quarantine, manifest.sequence, options.accept_loss, [&](const Record& record) {
        return replayer.replay(record);
      });
  replayer.finish();
  if (!recovered) return recovered;
  deps.meter.counter("tidemark_store_log_lost_records_total")
      .add(static_cast<double>(recovered->lost_records));
  deps.meter.counter("tidemark_store_log_torn_bytes_total")
      .add(static_cast<double>(recovered->torn_bytes));
  deps.meter.counter("tidemark_store_corrupt_files_total")
      .add(static_cast<double>(recovered->damaged_segments));
  return recovered;
}

void Engine::note_losses(const RecoveredLog& recovered) {
  if (recovered.end_is_missing) {
    found.push_back({"lost_records",
                     "The newest part of the log was missing at the start: the samples in it are "
                     "lost."});
  } else if (recovered.lost_records + recovered.damaged_segments > 0) {
    found.push_back(
        {"lost_records",
         fmt::format("The log was damaged at the start, in {} of its files: at least {} "
                     "records are lost.",
                     recovered.damaged_segments,
                     std::max<std::uint64_t>(recovered.lost_records, 1))});
  }
}

void Engine::restore_newest(const BlockSet& blocks) {
  Timestamp newest = Timestamp::min();
  for (const auto& shard : shards)
    newest = std::max(newest, shard->newest());
  for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
    // Derived samples count here, so that this holds back too little at most.
    if ((*block)->info().last <= newest) continue;
    const auto in_block = (*block)->newest_sample();
    if (in_block && *in_block) newest = std::max(newest, **in_block);
  }
  shards.front()->worker().ask([&] { shards.front()->note_newest(newest); });
}

Result<void> Engine::start(Manifest manifest,
                           std::shared_ptr<const BlockSet> blocks,
                           bool save_catalog) {
  TM_TRY(auto recovered, replay(manifest));
  note_losses(recovered);
  restore_newest(*blocks);
  auto writer = std::make_unique<LogWriter>(
      LogPlace{deps.files, deps.random, layout.log, manifest.store_uuid},
      options.log_segment_bytes,
      std::move(recovered.segments),
      recovered.highest_number + 1);
  TM_TRY_VOID(writer->begin_segment(recovered.last_sequence + 1));
  committer = std::make_unique<Committer>(
      options, deps, shards, std::move(writer), recovered.last_sequence);
  flusher = std::make_unique<Flusher>(
      FlusherDeps{options, deps, *catalog, *invocations, shards, *committer},
      std::move(manifest),
      std::move(blocks),
      save_catalog);
  intake = std::make_unique<Intake>(options, deps, *catalog, *invocations, shards);
  (void)intake->disk().look();  // a disk that is full already is told at the start
  return {};
}

}  // namespace tidemark::store
