#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "model/series.h"
#include "store/block/chunk.h"

namespace tidemark::store {

/// What is kept of a series beside its samples.
struct SeriesDefinition {
  SeriesId id{};
  ValueKind kind = ValueKind::number;
  std::uint32_t shard = 0;
  SeriesKey key;
};

/// A known series. Lives as long as the catalog; only `entered` changes.
struct SeriesEntry {
  explicit SeriesEntry(SeriesDefinition d) : definition(std::move(d)) {}
  const SeriesDefinition definition;
  /// Set once a sample of it is durable and in a head or block. Until then its definition goes
  /// into every log record that uses it, and readers do not know it.
  std::atomic<bool> entered{false};
};

/// Ids of derived series have this bit, their shard from bit 40 and a count of that shard below, so
/// that a replay gives the same ids again. All ids stay below 2^53 (exact in JSON).
inline constexpr std::uint64_t kDerivedBit = std::uint64_t{1} << 52U;
inline constexpr std::size_t kMaxShards = 1024;

inline bool is_derived(SeriesId id) {
  return (static_cast<std::uint64_t>(id) & kDerivedBit) != 0;
}
/// True if a label begins with kOwnLabelPrefix.
bool has_own_label(const SeriesKey& key);
/// CRC-32C of the key's canonical bytes without own labels and kUnshardedLabel, modulo `shards`.
/// Part of the files' format: never changes.
std::uint32_t shard_of(const SeriesKey& key, std::uint32_t shards);

/// All series by key and by id. Thread-safe.
class Catalog {
 public:
  explicit Catalog(std::uint32_t shards) : shards_(shards), derived_(shards, 0) {}

  [[nodiscard]] std::uint32_t shards() const { return shards_; }
  /// nullptr: not there.
  [[nodiscard]] SeriesEntry* find(const SeriesKey& key) const;
  [[nodiscard]] SeriesEntry* by_id(SeriesId id) const;
  /// The entry of that key, made with a new id if there is none. The kind of one that is there may
  /// be another.
  SeriesEntry& define(const SeriesKey& key, ValueKind kind, std::uint32_t shard);
  /// The same for a derived series, on `shard`'s worker.
  SeriesEntry& define_derived(const SeriesKey& key, ValueKind kind, std::uint32_t shard);
  /// Brings a definition back from disk; one that is there already must be equal.
  Result<SeriesEntry*> restore(SeriesDefinition definition);
  /// Readers know it from now on. False: they did before.
  bool enter(SeriesEntry* entry);
  /// Entered series that are not derived, and their distinct namespaces and names.
  [[nodiscard]] std::size_t entered_size() const;
  [[nodiscard]] std::size_t metrics() const;
  /// Ids below this are never given out again.
  void keep_ids_below(std::uint64_t next_id);
  [[nodiscard]] std::uint64_t next_id() const;
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t derived_size() const;
  /// All definitions by ascending id; those that have entered only.
  [[nodiscard]] std::vector<SeriesDefinition> all() const;
  [[nodiscard]] std::vector<SeriesDefinition> entered() const;
  /// Forgets all series; the entries stay alive for those who still point to them.
  void clear();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const SeriesKey& key) const;
    std::size_t operator()(const SeriesEntry* entry) const {
      return (*this)(entry->definition.key);
    }
  };
  struct Same {
    using is_transparent = void;
    static const SeriesKey& key(const SeriesEntry* entry) { return entry->definition.key; }
    static const SeriesKey& key(const SeriesKey& key) { return key; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return key(a) == key(b);
    }
  };
  [[nodiscard]] std::vector<SeriesDefinition> list(bool entered_only) const;
  SeriesEntry* find_held(const SeriesKey& key) const;
  SeriesEntry& add_held(SeriesDefinition definition);

  const std::uint32_t shards_;
  mutable std::shared_mutex mutex_;  // guards all below
  std::deque<std::unique_ptr<SeriesEntry>> entries_;
  std::unordered_set<SeriesEntry*, Hash, Same> by_key_;
  std::unordered_map<std::uint64_t, SeriesEntry*> by_id_;
  std::uint64_t next_id_ = 1;
  std::vector<std::uint64_t> derived_;  // how many each shard has
  std::size_t derived_size_ = 0;
  std::size_t entered_size_ = 0;
  std::unordered_set<std::string> metrics_;  // namespace, NUL, name
};

}  // namespace tidemark::store
