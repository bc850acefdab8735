#include "store/engine/shard.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/log.h"
#include "store/head/merge.h"

namespace tidemark::store {

Result<std::vector<Sample>> read_view(ReadView view, SeriesId id, Timestamp from, Timestamp to) {
  std::vector<std::vector<Sample>> layers;
  for (const auto& block : *view.blocks) {
    if (!block->overlaps(from, to)) continue;
    TM_TRY(auto samples, block->read(id, from, to));
    layers.push_back(std::move(samples));
  }
  for (const FrozenHead& frozen : view.frozen) {
    const auto found = frozen->series.find(static_cast<std::uint64_t>(id));
    if (found != frozen->series.end()) layers.push_back(found->second.read(from, to));
  }
  for (const auto& chunk : view.chunks)
    add_chunk_layer(*chunk, from, to, &layers);
  layers.push_back(std::move(view.open));
  return merge_layers(std::move(layers));
}

Shard::Shard(std::uint32_t number,
             Catalog& catalog,
             ShardGuest* guest,
             Meter& meter,
             std::size_t queue_batches)
    : number_(number),
      catalog_(catalog),
      guest_(guest),
      meter_(meter),
      worker_(fmt::format("tm-shard-{}", number), queue_batches) {}

void Shard::make_known(SeriesEntry* entry) {
  if (entry->entered.load(std::memory_order_relaxed)) return;
  index_.add(*entry);
  new_series_.push_back(entry);
  catalog_.enter(entry);
}

void Shard::add_samples(SeriesEntry* entry, std::span<const Sample> samples) {
  const auto [at, is_new] = head_->series.try_emplace(
      static_cast<std::uint64_t>(entry->definition.id), entry->definition.kind);
  for (const Sample& sample : samples)
    at->second.add(sample);
  active_samples_ += samples.size();
  head_samples_ += samples.size();
  if (is_derived(entry->definition.id)) return;
  for (const Sample& sample : samples)
    note_newest(sample.at);
}

void Shard::note_newest(Timestamp at) {
  if (at.ns() > newest_ns_.load(std::memory_order_relaxed)) newest_ns_ = at.ns();
}

void Shard::enter(const LogRecord& record, const RecordPart& part, bool replaying) {
  for (std::size_t i = 0; i < part.entries.size(); ++i) {
    add_samples(part.entries[i], part.series[i].samples);
    make_known(part.entries[i]);
  }
  if (guest_ == nullptr) return;
  guest_->on_batch(*this, {record.sequence, record.received_at, part.series}, replaying);
}

void Shard::enter_note(const LogRecord& record, bool replaying) {
  if (guest_ == nullptr) return;
  guest_->on_note(*this, {record.sequence, record.received_at, record.payload}, replaying);
}

void Shard::restore_series(SeriesEntry* entry) {
  if (entry->entered) return;
  index_.add(*entry);
  catalog_.enter(entry);
}

Result<void> Shard::restore_guest(std::string_view bytes) {
  if (guest_ == nullptr) return {};
  return guest_->restore(*this, bytes);
}

ShardCut Shard::cut() {
  ShardCut out;
  // First, so that what the guest puts into the shard here is part of the cut.
  if (guest_ != nullptr) out.guest = guest_->save(*this);
  if (!head_->series.empty()) {
    frozen_.push_back(std::move(head_));
    frozen_samples_.push_back(active_samples_);
    head_ = std::make_unique<HeadData>();
    active_samples_ = 0;
  }
  out.frozen = frozen_;
  out.new_series.swap(new_series_);
  return out;
}

void Shard::publish(std::shared_ptr<const BlockSet> blocks, std::size_t frozen) {
  TM_ASSERT(frozen <= frozen_.size());
  blocks_ = std::move(blocks);
  for (std::size_t i = 0; i < frozen; ++i)
    head_samples_ -= frozen_samples_[i];
  const auto count = static_cast<std::ptrdiff_t>(frozen);
  frozen_.erase(frozen_.begin(), frozen_.begin() + count);
  frozen_samples_.erase(frozen_samples_.begin(), frozen_samples_.begin() + count);
}

void Shard::clear() {
  index_.clear();
  head_ = std::make_unique<HeadData>();
  frozen_.clear();
  frozen_samples_.clear();
  new_series_.clear();
  blocks_ = std::make_shared<const BlockSet>();
  active_samples_ = 0;
  head_samples_ = 0;
  newest_ns_ = Timestamp::min().ns();
}

ReadView Shard::view(SeriesId id, Timestamp from, Timestamp to) const {
  ReadView out;
  out.blocks = blocks_;
  out.frozen = frozen_;
  const auto found = head_->series.find(static_cast<std::uint64_t>(id));
  if (found != head_->series.end()) {
    found->second.view(from, to, &out.chunks, &out.open);
    out.head_range = found->second.range();
  }
  return out;
}

std::optional<SeriesId> Shard::find(const SeriesKey& key) const {
  const SeriesEntry* entry = catalog_.find(key);
  // Of other shards nothing may be seen here: they may be at another place of the log.
  if (entry == nullptr || !entry->entered || entry->definition.shard != number_) {
    return std::nullopt;
  }
  return entry->definition.id;
}

std::optional<SeriesKey> Shard::key(SeriesId id) const {
  const SeriesEntry* entry = catalog_.by_id(id);
  if (entry == nullptr || entry->definition.shard != number_) return std::nullopt;
  return entry->definition.key;
}

std::vector<std::pair<SeriesId, SeriesKey>> Shard::select(
    const std::vector<Matcher>& matchers) const {
  std::vector<const SeriesEntry*> found;
  index_.select(matchers, &found);
  std::vector<std::pair<SeriesId, SeriesKey>> out;
  out.reserve(found.size());
  for (const SeriesEntry* entry : found)
    out.emplace_back(entry->definition.id, entry->definition.key);
  std::sort(
      out.begin(), out.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return out;
}

Result<std::vector<Sample>> Shard::read(SeriesId id, Timestamp from, Timestamp to) const {
  const SeriesEntry* entry = catalog_.by_id(id);
  if (entry == nullptr || entry->definition.shard != number_) {
    return fail(Errc::not_found, "no such series in this shard");
  }
  return read_view(view(id, from, to), id, from, to);
}

SeriesEntry* Shard::derived_entry(const SeriesKey& key, const std::vector<Sample>& samples) {
  TM_ASSERT(has_own_label(key));
  const ValueKind kind = kind_of(samples.front().value);
  SeriesEntry& entry = catalog_.define_derived(key, kind, number_);
  const bool same_kind = std::all_of(samples.begin(), samples.end(), [&](const Sample& sample) {
    return kind_of(sample.value) == entry.definition.kind;
  });
  if (same_kind && entry.definition.shard == number_) return &entry;
  meter_.counter("tidemark_store_derived_refused_total").add(static_cast<double>(samples.size()));
  log(LogLevel::error,
      "derived samples are of another kind or shard than their series",
      {{"series", to_text(key)}});
  return nullptr;
}

void Shard::put_derived(const SeriesKey& key, std::vector<Sample> samples) {
  if (samples.empty()) return;
  SeriesEntry* entry = derived_entry(key, samples);
  if (entry == nullptr) return;
  add_samples(entry, samples);
  make_known(entry);
}

void wait_for(const Shards& shards) {
  for (const auto& shard : shards)
    shard->worker().ask([] {});
}

}  // namespace tidemark::store
