#pragma once

#include <mutex>
#include <string>

#include "store/store_options.h"

namespace tidemark::store {

/// Keeps a reserve free on the disk, so that what is not ingest (alarms, outbox, flush) still works
/// when it fills up. Asks the disk once a second at most. Thread-safe.
class DiskGuard {
 public:
  DiskGuard(const StoreOptions& options, const StoreDeps& deps);
  /// `Errc::unavailable` ("disk full: …") while too little is free.
  Result<void> check();

 private:
  [[nodiscard]] std::string look() const;

  const StoreOptions& options_;
  const StoreDeps& deps_;
  std::mutex mutex_;  // guards the two below
  Instant next_look_;
  std::string full_;  // why, or "" when there is room
};

}  // namespace tidemark::store
