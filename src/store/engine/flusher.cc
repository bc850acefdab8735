#include "store/engine/flusher.h"

#include <algorithm>
#include <future>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include <fmt/format.h>

#include "base/log.h"
#include "store/block/checkpoint.h"
#include "store/engine/block_merge.h"
#include "store/head/merge.h"

namespace tidemark::store {
namespace {

/// More catalog files than that are written as one.
constexpr std::size_t kMaxCatalogFiles = 8;

struct SeriesPlace {
  std::uint64_t id;
  std::size_t shard;
};

std::vector<Sample> frozen_samples(const std::vector<FrozenHead>& frozen, SeriesId id) {
  std::vector<std::vector<Sample>> layers;
  for (const FrozenHead& head : frozen) {
    const auto found = head->series.find(static_cast<std::uint64_t>(id));
    if (found == head->series.end()) continue;
    layers.push_back(found->second.read(Timestamp::min(), Timestamp::max()));
  }
  return merge_layers(std::move(layers));
}

bool has_samples(const std::vector<ShardCut>& shards) {
  return std::any_of(
      shards.begin(), shards.end(), [](const ShardCut& each) { return !each.frozen.empty(); });
}

}  // namespace

Flusher::Flusher(const FlusherDeps& deps,
                 Manifest manifest,
                 std::shared_ptr<const BlockSet> blocks,
                 bool save_catalog)
    : deps_(deps),
      layout_(deps.options.directory),
      manifest_(std::move(manifest)),
      generation_(manifest_.generation),
      save_catalog_(save_catalog),
      last_flush_(deps.store.clock.now()),
      blocks_(std::move(blocks)),
      checkpoint_sequence_(manifest_.sequence),
      worker_("tm-flush") {
  remove_unreferenced();
}

Flusher::~Flusher() {
  worker_.stop();
}

std::shared_ptr<const BlockSet> Flusher::blocks() const {
  const std::lock_guard lock(mutex_);
  return blocks_;
}

Result<void> Flusher::flush() {
  return worker_.ask([this] {
    auto flushed = flush_now();
    if (flushed) merge_now();
    return flushed;
  });
}

Result<void> Flusher::remove_before(Timestamp before) {
  return worker_.ask([this, before] { return remove_before_now(before); });
}

Result<void> Flusher::clear() {
  return worker_.ask([this] { return clear_now(); });
}

Result<void> Flusher::verify() const {
  const auto blocks = this->blocks();
  for (const auto& block : *blocks)
    TM_TRY_VOID(block->verify());
  return {};
}

void Flusher::tick() {
  if (busy_.exchange(true)) return;
  worker_.post([this] {
    do_what_is_due();
    busy_ = false;
  });
}

bool Flusher::flush_is_due() const {
  const StoreOptions& options = deps_.options;
  std::uint64_t head = 0;
  for (const auto& shard : deps_.shards)
    head += shard->head_samples();
  const auto reached = [](std::uint64_t value, std::uint64_t limit) {
    return limit != 0 && value >= limit;
  };
  if (reached(deps_.committer.writer().bytes(), options.flush_log_bytes)) return true;
  if (reached(head, options.flush_head_samples)) return true;
  return options.flush_interval.count() != 0 &&
         deps_.store.clock.now() - last_flush_ >= options.flush_interval;
}

void Flusher::do_what_is_due() {
  const auto report = [](const char* what, const Result<void>& result) {
    if (!result) log(LogLevel::error, what, {{"why", result.error().what}});
  };
  if (!deps_.committer.failed() && flush_is_due()) {
    last_flush_ = deps_.store.clock.now();  // also after a failure: not again at once
    report("flush failed", flush_now());
    merge_now();
  }
  if (deps_.options.retention.count() != 0) {
    report("old blocks were not removed",
           remove_before_now(deps_.store.clock.wall() - deps_.options.retention));
  }
}

Result<Flusher::Cut> Flusher::cut() {
  std::vector<std::future<ShardCut>> answers;
  const auto sequence = deps_.committer.cut([&] {
    for (const auto& shard : deps_.shards) {
      auto promise = std::make_shared<std::promise<ShardCut>>();
      answers.push_back(promise->get_future());
      shard->worker().post([promise, owner = shard.get()] { promise->set_value(owner->cut()); });
    }
  });
  if (!sequence) return tl::unexpected(sequence.error());
  Cut out;
  out.sequence = *sequence;
  for (auto& answer : answers)
    out.shards.push_back(answer.get());
  take_new_series(out);
  return out;
}

void Flusher::take_new_series(const Cut& cut) {
  for (const ShardCut& shard : cut.shards) {
    for (const SeriesEntry* entry : shard.new_series)
      unsaved_series_.push_back(entry->definition);
  }
}

Result<void> Flusher::flush_now() {
  TM_TRY(const Cut cut, this->cut());
  if (!has_samples(cut.shards) && cut.sequence == manifest_.sequence && !save_catalog_) {
    return deps_.committer.trim(cut.sequence);
  }
  return save(cut, manifest_);
}

Result<void> Flusher::save(const Cut& cut, Manifest next) {
  next.generation = ++generation_;
  std::shared_ptr<const Block> block;
  if (has_samples(cut.shards)) {
    TM_TRY(block, write_block(next.generation, [&](BlockWriter& writer) {
             return fill_block(writer, cut);
           }));
    next.blocks.push_back(block->info());
  }
  TM_TRY_VOID(write_state(cut, &next));
  std::vector<std::size_t> frozen;
  frozen.reserve(cut.shards.size());
  for (const ShardCut& shard : cut.shards)
    frozen.push_back(shard.frozen.size());
  TM_TRY_VOID(publish(std::move(next), block, frozen));
  unsaved_series_.clear();
  save_catalog_ = false;
  last_flush_ = deps_.store.clock.now();
  TM_TRY_VOID(deps_.committer.trim(cut.sequence));
  remove_unreferenced();
  return {};
}

Result<std::shared_ptr<const Block>> Flusher::write_block(
    std::uint64_t generation, const std::function<Result<BlockInfo>(BlockWriter&)>& fill) {
  const std::string name = fmt::format("{:016}.block", generation);
  const std::string path = layout_.blocks + "/" + name;
  FileSystem& files = deps_.store.files;
  BlockHeader header;
  header.salt = static_cast<std::uint32_t>(deps_.store.random.next());
  header.store_uuid = manifest_.store_uuid;
  header.block_uuid = make_uuid(deps_.store.random);
  TM_TRY(const auto writer, BlockWriter::create(files, path + ".tmp", header));
  TM_TRY(BlockInfo info, fill(*writer));
  info.file.name = name;
  TM_TRY_VOID(files.rename(path + ".tmp", path));
  TM_TRY_VOID(files.sync_dir(layout_.blocks));
  auto block = Block::open(files, layout_.blocks, manifest_.store_uuid, std::move(info));
  // The heads give their samples up only for a block that can be read.
  if (block->fault()) return tl::unexpected(*block->fault());
  return block;
}

Result<BlockInfo> Flusher::fill_block(BlockWriter& writer, const Cut& cut) const {
  std::vector<SeriesPlace> places;
  for (std::size_t shard = 0; shard < cut.shards.size(); ++shard) {
    for (const FrozenHead& head : cut.shards[shard].frozen) {
      for (const auto& [id, series] : head->series)
        places.push_back({id, shard});
    }
  }
  const auto by_id = [](const SeriesPlace& a, const SeriesPlace& b) { return a.id < b.id; };
  std::sort(places.begin(), places.end(), by_id);
  places.erase(
      std::unique(
          places.begin(), places.end(), [](const auto& a, const auto& b) { return a.id == b.id; }),
      places.end());
  for (const SeriesPlace& place : places) {
    const SeriesDefinition& definition = deps_.catalog.by_id(SeriesId{place.id})->definition;
    TM_TRY_VOID(
        writer.add(definition, frozen_samples(cut.shards[place.shard].frozen, definition.id)));
  }
  return writer.finish(manifest_.sequence + 1, cut.sequence);
}

Result<void> Flusher::write_state(const Cut& cut, Manifest* next) {
  FileSystem& files = deps_.store.files;
  const bool as_one = save_catalog_ || next->catalogs.size() >= kMaxCatalogFiles;
  if (as_one) next->catalogs.clear();
  if (as_one || !unsaved_series_.empty()) {
    TM_TRY(const auto file,
           write_referenced(files,
                            layout_.checkpoints,
                            fmt::format("{:016}.catalog", next->generation),
                            encode_catalog(as_one ? deps_.catalog.entered() : unsaved_series_)));
    next->catalogs.push_back(file);
  }
  Checkpoint checkpoint;
  checkpoint.sequence = cut.sequence;
  checkpoint.next_id = deps_.catalog.next_id();
  checkpoint.invocations = deps_.invocations.up_to(cut.sequence);
  for (const ShardCut& shard : cut.shards)
    checkpoint.guest.push_back(shard.guest);
  TM_TRY(next->checkpoint,
         write_referenced(files,
                          layout_.checkpoints,
                          fmt::format("{:016}.checkpoint", next->generation),
                          encode_checkpoint(checkpoint)));
  next->sequence = cut.sequence;
  return {};
}

Result<void> Flusher::publish(Manifest next,
                              const std::shared_ptr<const Block>& added,
                              const std::vector<std::size_t>& frozen) {
  TM_TRY_VOID(save_manifest(deps_.store.files, layout_.root, next));
  std::map<std::string, std::shared_ptr<const Block>> open;
  for (const auto& block : *this->blocks())
    open.emplace(block->info().uuid, block);
  if (added) open.emplace(added->info().uuid, added);
  auto blocks = std::make_shared<BlockSet>();
  for (const BlockInfo& info : next.blocks)
    blocks->push_back(open.at(info.uuid));
  manifest_ = std::move(next);
  checkpoint_sequence_ = manifest_.sequence;
  {
    const std::lock_guard lock(mutex_);
    blocks_ = blocks;
  }
  // On the shard's worker, so that a reader finds each sample in exactly one of head and blocks.
  for (std::size_t i = 0; i < deps_.shards.size(); ++i) {
    Shard& shard = *deps_.shards[i];
    shard.worker().ask([&shard, &blocks, layers = frozen[i]] { shard.publish(blocks, layers); });
  }
  return {};
}

void Flusher::merge_now() {
  for (auto [begin, end] = choose_merge(*blocks()); begin != end;) {
    if (const auto merged = merge(begin, end); !merged) {
      log(LogLevel::error, "blocks were not merged", {{"why", merged.error().what}});
      return;
    }
    std::tie(begin, end) = choose_merge(*blocks());
  }
}

Result<void> Flusher::merge(std::size_t begin, std::size_t end) {
  const auto blocks = this->blocks();
  const auto old = std::span(*blocks).subspan(begin, end - begin);
  Manifest next = manifest_;
  next.generation = ++generation_;
  TM_TRY(const auto block, write_block(next.generation, [&](BlockWriter& writer) {
           return merge_blocks(old, writer);
         }));
  const auto at = next.blocks.begin() + static_cast<std::ptrdiff_t>(begin);
  next.blocks.erase(at + 1, at + static_cast<std::ptrdiff_t>(end - begin));
  *at = block->info();
  TM_TRY_VOID(publish(std::move(next), block, std::vector<std::size_t>(deps_.shards.size(), 0)));
  remove_unreferenced();
  return {};
}

Result<void> Flusher::remove_before_now(Timestamp before) {
  Manifest next = manifest_;
  std::erase_if(next.blocks, [&](const BlockInfo& block) { return block.last < before; });
  if (next.blocks.size() == manifest_.blocks.size()) return {};
  next.generation = ++generation_;
  TM_TRY_VOID(publish(std::move(next), nullptr, std::vector<std::size_t>(deps_.shards.size(), 0)));
  remove_unreferenced();
  return {};
}

Result<void> Flusher::clear_now() {
  Cut cut;
  TM_TRY(cut.sequence, deps_.committer.cut([] {}));
  for (const auto& shard : deps_.shards)
    shard->worker().ask([&shard] { shard->clear(); });
  deps_.catalog.clear();
  deps_.invocations.clear();
  unsaved_series_.clear();
  for (const auto& shard : deps_.shards) {
    TM_TRY_VOID(shard->worker().ask([&shard] { return shard->restore_guest(""); }));
    cut.shards.push_back(shard->worker().ask([&shard] { return shard->cut(); }));
  }
  take_new_series(cut);
  Manifest next = manifest_;
  next.blocks.clear();
  next.catalogs.clear();
  return save(cut, std::move(next));
}

void Flusher::remove_unreferenced() const {
  std::set<std::string> wanted;
  for (const BlockInfo& block : manifest_.blocks)
    wanted.insert(block.file.name);
  for (const FileRef& file : manifest_.catalogs)
    wanted.insert(file.name);
  if (manifest_.checkpoint) wanted.insert(manifest_.checkpoint->name);
  FileSystem& files = deps_.store.files;
  for (const std::string& directory : {layout_.blocks, layout_.checkpoints}) {
    const auto names = files.list(directory);
    if (!names) continue;
    for (const std::string& name : *names) {
      if (wanted.contains(name)) continue;
      if (const auto removed = files.remove(fmt::format("{}/{}", directory, name)); !removed) {
        log(LogLevel::warn, "a file that is not needed stays", {{"why", removed.error().what}});
      }
    }
  }
}

}  // namespace tidemark::store
