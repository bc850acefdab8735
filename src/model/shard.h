#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/sample.h"

namespace tidemark {

/// What a shard's worker offers to the code that runs on it (only inside ShardGuest's calls).
class ShardAccess {
 public:
  virtual ~ShardAccess() = default;
  [[nodiscard]] virtual std::size_t shard() const = 0;
  [[nodiscard]] virtual std::optional<SeriesId> find(const SeriesKey& key) const = 0;
  /// nullopt: not a series of this shard.
  [[nodiscard]] virtual std::optional<SeriesKey> key(SeriesId id) const = 0;
  /// All series of this shard that match.
  [[nodiscard]] virtual std::vector<std::pair<SeriesId, SeriesKey>> select(
      const std::vector<Matcher>& matchers) const = 0;
  /// Samples of [from, to) in time order, head and blocks together, cells merged.
  [[nodiscard]] virtual Result<std::vector<Sample>> read(SeriesId id,
                                                         Timestamp from,
                                                         Timestamp to) const = 0;
  /// Puts samples that are a function of the log (issued bands) into this shard. They are not
  /// logged: a replay of the log makes them again; a flush keeps them in blocks. The key must
  /// carry a label with kOwnLabelPrefix.
  virtual void put_derived(const SeriesKey& key, std::vector<Sample> samples) = 0;
};

/// One series of an entered batch.
struct EnteredSeries {
  SeriesId id;
  const SeriesKey* key;
  std::span<const Sample> samples;  // as received, any order
};

/// The part of one log record that belongs to one shard, after it became durable and entered the
/// head. `received_at` is the data time at which the server took it, from the log record: live and
/// replay see the same.
struct EnteredBatch {
  std::uint64_t sequence;
  Timestamp received_at;
  std::span<const EnteredSeries> series;
};

/// A record that the guest itself put into the log (SampleStore::append_note), delivered to every
/// shard in its place of the log's order.
struct EnteredNote {
  std::uint64_t sequence;
  Timestamp received_at;
  std::string_view bytes;
};

/// Port: store → judge. Called on the shard's worker, in log order, live and in replay alike
/// (`replaying` says which, for side effects only: state must not depend on it). A guest's state
/// for a shard is touched by that shard's worker alone.
class ShardGuest {
 public:
  virtual ~ShardGuest() = default;
  virtual void on_batch(ShardAccess& shard, const EnteredBatch& batch, bool replaying) = 0;
  virtual void on_note(ShardAccess& shard, const EnteredNote& note, bool replaying) = 0;
  /// State of the shard up to the last record it was given, for the checkpoint of a flush. Derived
  /// samples that are put here are kept by that flush.
  virtual std::string save(ShardAccess& shard) = 0;
  /// Called once a shard at start, before replay; "" when there is no checkpoint.
  virtual Result<void> restore(ShardAccess& shard, std::string_view bytes) = 0;
};

/// Port: judge → store: puts the guest's own record into the log's order.
class NoteLog {
 public:
  virtual ~NoteLog() = default;
  /// Appends, syncs, delivers to every shard's guest, then calls `done` with the sequence.
  virtual void append_note(std::string bytes, std::function<void(Result<std::uint64_t>)> done) = 0;
};

}  // namespace tidemark
