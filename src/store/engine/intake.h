#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/sample_sink.h"
#include "store/catalog/invocations.h"
#include "store/engine/committer.h"
#include "store/engine/disk_guard.h"

namespace tidemark::store {

/// The way of a batch from the client to its place in the log: validate, know repeats, resolve
/// series, reserve places, encode. Safe from any thread.
class Intake {
 public:
  Intake(const StoreOptions& options,
         const StoreDeps& deps,
         Catalog& catalog,
         Invocations& invocations,
         Shards& shards);

  [[nodiscard]] DiskGuard& disk() { return disk_; }
  void write(Committer& committer, Batch batch, SampleSink::Done done);
  void append_note(Committer& committer,
                   std::string bytes,
                   std::function<void(Result<std::uint64_t>)> done);

 private:
  [[nodiscard]] Result<void> validate(const Batch& batch) const;
  [[nodiscard]] Result<void> validate_series(const SeriesSamples& series) const;
  /// Gives `record` its parts and payload and reserves its places.
  Result<void> prepare(LogRecord* record);
  [[nodiscard]] Result<void> check_series(const Batch& batch,
                                          const std::vector<SeriesEntry*>& entries) const;
  [[nodiscard]] Result<void> reserve(const std::vector<bool>& touched) const;
  void define(const Batch& batch, std::vector<SeriesEntry*>* entries);
  Result<void> encode(LogRecord* record, const std::vector<SeriesEntry*>& entries) const;
  void release(const std::vector<bool>& touched) const;
  void count_refusal(Errc code);

  const StoreOptions& options_;
  const StoreDeps& deps_;
  Catalog& catalog_;
  Invocations& invocations_;
  Shards& shards_;
  DiskGuard disk_;
};

}  // namespace tidemark::store
