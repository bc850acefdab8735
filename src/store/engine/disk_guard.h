#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "base/once_in_a_while.h"
#include "store/store_options.h"

namespace tidemark::store {

/// Keeps a reserve free on the disk, so that what is not ingest (alarms, outbox, flush) still works
/// when it fills up. Asks the disk once a second at most; says in the log when refusing begins and
/// ends. Thread-safe.
class DiskGuard {
 public:
  DiskGuard(const StoreOptions& options, const StoreDeps& deps);
  /// `Errc::unavailable` ("disk full: …") while too little is free.
  Result<void> check();
  /// Looks, and what it saw; sets the gauges.
  DiskState look();

 private:
  [[nodiscard]] std::optional<DiskState> ask(bool was_full) const;
  void tell(const DiskState& state);

  const StoreOptions& options_;
  const StoreDeps& deps_;
  OnceInAWhile lines_;
  std::mutex mutex_;   // guards all below
  Instant next_look_;  // the first look is due at once
  DiskState state_;
  bool told_full_ = false;
};

/// "disk full: 21 MiB free, 1 GiB needed".
std::string disk_full_text(const DiskState& state);

}  // namespace tidemark::store
