#include "store/catalog/catalog.h"

#include <algorithm>
#include <functional>
#include <mutex>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/crc32c.h"
#include "model/metric_ref.h"

namespace tidemark::store {
namespace {

constexpr unsigned kDerivedShardShift = 40;
constexpr std::uint64_t kDerivedCountMask = (std::uint64_t{1} << kDerivedShardShift) - 1;

bool takes_part(const Label& label) {
  return !label.name.starts_with(kOwnLabelPrefix) && label.name != kUnshardedLabel;
}

}  // namespace

bool has_own_label(const SeriesKey& key) {
  return std::any_of(key.labels.begin(), key.labels.end(), [](const Label& label) {
    return label.name.starts_with(kOwnLabelPrefix);
  });
}

std::uint32_t shard_of(const SeriesKey& key, std::uint32_t shards) {
  ByteSink bytes;
  bytes.text(key.name);
  bytes.varint(
      static_cast<std::uint64_t>(std::count_if(key.labels.begin(), key.labels.end(), takes_part)));
  for (const Label& label : key.labels) {
    if (!takes_part(label)) continue;
    bytes.text(label.name);
    bytes.text(label.value);
  }
  return crc32c(bytes.view()) % shards;
}

std::size_t Catalog::Hash::operator()(const SeriesKey& key) const {
  const std::hash<std::string_view> hash;
  constexpr std::size_t kMultiplier = 0x9E3779B97F4A7C15ULL;  // 2^64 / golden ratio
  std::size_t out = hash(key.name);
  for (const Label& label : key.labels) {
    out = (out ^ hash(label.name)) * kMultiplier;
    out = (out ^ hash(label.value)) * kMultiplier;
    out ^= out >> 32U;
  }
  return out;
}

SeriesEntry* Catalog::find_held(const SeriesKey& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : *found;
}

SeriesEntry* Catalog::find(const SeriesKey& key) const {
  const std::shared_lock lock(mutex_);
  return find_held(key);
}

SeriesEntry* Catalog::by_id(SeriesId id) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_id_.find(static_cast<std::uint64_t>(id));
  return found == by_id_.end() ? nullptr : found->second;
}

SeriesEntry& Catalog::add_held(SeriesDefinition definition) {
  const auto id = static_cast<std::uint64_t>(definition.id);
  if (is_derived(definition.id)) {
    auto& count = derived_[definition.shard];
    count = std::max(count, (id & kDerivedCountMask) + 1);
    ++derived_size_;
  } else {
    next_id_ = std::max(next_id_, id + 1);
  }
  auto& entry = *entries_.emplace_back(std::make_unique<SeriesEntry>(std::move(definition)));
  by_key_.insert(&entry);
  by_id_.emplace(id, &entry);
  return entry;
}

SeriesEntry& Catalog::define(const SeriesKey& key, ValueKind kind, std::uint32_t shard) {
  const std::lock_guard lock(mutex_);
  if (auto* entry = find_held(key)) return *entry;
  return add_held({SeriesId{next_id_}, kind, shard, key});
}

SeriesEntry& Catalog::define_derived(const SeriesKey& key, ValueKind kind, std::uint32_t shard) {
  const std::lock_guard lock(mutex_);
  if (auto* entry = find_held(key)) return *entry;
  const std::uint64_t id =
      kDerivedBit | std::uint64_t{shard} << kDerivedShardShift | derived_[shard];
  return add_held({SeriesId{id}, kind, shard, key});
}

Result<SeriesEntry*> Catalog::restore(SeriesDefinition definition) {
  const std::lock_guard lock(mutex_);
  const auto id = static_cast<std::uint64_t>(definition.id);
  const auto found = by_id_.find(id);
  SeriesEntry* same_key = find_held(definition.key);
  if (found == by_id_.end() && same_key == nullptr) {
    if (definition.shard >= shards_) return fail(Errc::corrupt, "series of an unknown shard");
    return &add_held(std::move(definition));
  }
  if (found == by_id_.end() || found->second != same_key ||
      same_key->definition.kind != definition.kind) {
    return fail(Errc::corrupt,
                fmt::format("series {} ({}) is defined twice", id, to_text(definition.key)));
  }
  return same_key;
}

bool Catalog::enter(SeriesEntry* entry) {
  if (entry->entered) return false;
  const SeriesDefinition& definition = entry->definition;
  if (!is_derived(definition.id)) {
    std::string metric(definition.key.label(kAwsNamespaceLabel));
    metric += '\0';
    metric += definition.key.name;
    const std::lock_guard lock(mutex_);
    ++entered_size_;
    metrics_.insert(std::move(metric));
  }
  entry->entered = true;
  return true;
}

std::size_t Catalog::entered_size() const {
  const std::shared_lock lock(mutex_);
  return entered_size_;
}

std::size_t Catalog::metrics() const {
  const std::shared_lock lock(mutex_);
  return metrics_.size();
}

void Catalog::keep_ids_below(std::uint64_t next_id) {
  const std::lock_guard lock(mutex_);
  next_id_ = std::max(next_id_, next_id);
}

std::uint64_t Catalog::next_id() const {
  const std::shared_lock lock(mutex_);
  return next_id_;
}

std::size_t Catalog::size() const {
  const std::shared_lock lock(mutex_);
  return by_id_.size() - derived_size_;
}

std::size_t Catalog::derived_size() const {
  const std::shared_lock lock(mutex_);
  return derived_size_;
}

std::vector<SeriesDefinition> Catalog::all() const {
  return list(false);
}

std::vector<SeriesDefinition> Catalog::entered() const {
  return list(true);
}

std::vector<SeriesDefinition> Catalog::list(bool entered_only) const {
  std::vector<SeriesDefinition> out;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [id, entry] : by_id_) {
      if (entry->entered || !entered_only) out.push_back(entry->definition);
    }
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return out;
}

void Catalog::clear() {
  const std::lock_guard lock(mutex_);
  by_key_.clear();
  by_id_.clear();
  derived_size_ = 0;
  entered_size_ = 0;
  metrics_.clear();
}

}  // namespace tidemark::store
