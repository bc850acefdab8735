#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/problem.h"
#include "model/sample_sink.h"
#include "model/shard.h"
#include "store/reader.h"
#include "store/store_options.h"

namespace tidemark::store {

class Engine;

/// The samples of a node: log, heads and blocks of one directory (architecture.md, decisions 1, 7,
/// 8, 13; files: docs/formats/log.md and block.md).
///
/// A batch is on disk (log, fdatasync) before anybody sees it: reader, guest or `done`. Blocks and
/// the checkpoint are written by flush(); the log keeps what is newer.
class SampleStore final : public SampleSink, public Reader, public NoteLog {
 public:
  /// Takes the directory's lock, restores the last checkpoint and replays the log: the guest (may
  /// be null, must outlive the store) has seen everything when this returns. Errors: `exists` (in
  /// use, names the pid), `corrupt` (manifest), `invalid` (options), `io`.
  static Result<std::unique_ptr<SampleStore>> open(StoreOptions options,
                                                   StoreDeps deps,
                                                   ShardGuest* guest);
  /// stop(), then ends the workers.
  ~SampleStore() override;

  /// See SampleSink. What is refused at once (`invalid`, `limit`, `overloaded`, `unavailable`) is
  /// answered on the calling thread before write() returns; all else from a worker: `done` must not
  /// wait for the store. Keys with a label of kOwnLabelPrefix and bands are `invalid` here, and so
  /// is a sample of another kind than its series has.
  void write(Batch batch, Done done) override;
  /// See NoteLog. Not while the guest is being replayed to.
  void append_note(std::string bytes, std::function<void(Result<std::uint64_t>)> done) override;

  [[nodiscard]] std::vector<std::pair<SeriesId, SeriesKey>> select(
      const std::vector<Matcher>& matchers) const override;
  [[nodiscard]] std::optional<SeriesId> find(const SeriesKey& key) const override;
  [[nodiscard]] std::optional<SeriesKey> key(SeriesId id) const override;
  [[nodiscard]] Result<std::vector<Sample>> read(SeriesId id,
                                                 Timestamp from,
                                                 Timestamp to) const override;
  [[nodiscard]] std::optional<Timestamp> newest(SeriesId id) const override;
  [[nodiscard]] std::optional<Timestamp> oldest(SeriesId id) const override;
  [[nodiscard]] std::uint64_t sequence() const override;
  [[nodiscard]] Totals totals() const override;

  /// Everything entered so far is durable in blocks and checkpoint when this returns; the log is
  /// trimmed. Writes go on meanwhile. Not from a worker of the store (`done`, guest). An error
  /// leaves log and heads as they are: nothing is lost, the next flush tries again.
  Result<void> flush();
  /// Removes blocks that hold nothing at or after `before`. What the heads hold stays.
  Result<void> remove_before(Timestamp before);
  /// Once a second or so: starts what is due (flush, retention, syncing in `memory` mode,
  /// forgetting invocation ids) in the background and returns at once.
  void tick();
  /// Takes no more writes, answers those taken, ends the log cleanly. Reads still work. Safe twice.
  void stop();
  /// Removes all series, samples and notes, and restores the guest from "" (test API). Sequences
  /// and ids go on rising.
  Result<void> clear();
  /// Reads every byte of every block and compares it with the manifest's checksum.
  Result<void> verify();
  [[nodiscard]] StoreStatistics statistics() const;
  /// What a person must see to.
  [[nodiscard]] std::vector<Problem> problems() const;
  /// Of the store, for ever.
  [[nodiscard]] const std::string& uuid() const;

 private:
  explicit SampleStore(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

}  // namespace tidemark::store
