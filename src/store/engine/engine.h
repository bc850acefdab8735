#pragma once

#include <memory>
#include <shared_mutex>
#include <string>

#include "store/engine/committer.h"
#include "store/engine/flusher.h"
#include "store/engine/intake.h"
#include "store/engine/layout.h"
#include "store/log/recovery.h"
#include "store/sample_store.h"

namespace tidemark::store {

/// All parts of an open SampleStore, and their order of birth and death.
class Engine {
 public:
  Engine(StoreOptions options, StoreDeps deps);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// To be called once, before anything else.
  Result<void> open(ShardGuest* guest);

  StoreOptions options;
  StoreDeps deps;
  Layout layout;
  /// Held shared by writers, alone by clear().
  std::shared_mutex gate;
  std::unique_ptr<FileLock> lock;
  std::unique_ptr<Catalog> catalog;
  std::unique_ptr<Invocations> invocations;
  Shards shards;
  std::unique_ptr<Committer> committer;
  std::unique_ptr<Flusher> flusher;
  std::unique_ptr<Intake> intake;
  std::string store_uuid;
  /// What opening found missing or damaged.
  std::vector<Problem> found;

 private:
  [[nodiscard]] Result<void> check_options() const;
  Result<void> take_directory();
  Result<Manifest> load_or_make_manifest();
  void make_shards(std::uint32_t count, ShardGuest* guest);
  /// Series of the manifest's catalogs, or of the blocks where a catalog is damaged. True: the
  /// catalog must be written anew.
  bool restore_series(const Manifest& manifest, const BlockSet& blocks);
  Result<void> read_catalogs(const Manifest& manifest);
  Result<void> restore_checkpoint(const Manifest& manifest);
  Result<RecoveredLog> replay(const Manifest& manifest);
  void note_losses(const RecoveredLog& recovered);
  /// So that the newest sample is known without asking each series.
  void restore_newest(const BlockSet& blocks);
  [[nodiscard]] Result<void> check_identity(const Manifest* manifest) const;
  Result<void> start(Manifest manifest, std::shared_ptr<const BlockSet> blocks, bool save_catalog);
};

}  // namespace tidemark::store
