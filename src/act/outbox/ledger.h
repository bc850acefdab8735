#pragma once

#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "act/outbox/sinks.h"
#include "base/clock.h"
#include "model/control_store.h"

namespace tidemark::act {

/// ControlStore::commit() whose outcome can be waited for.
std::future<Result<void>> commit_soon(ControlStore& store, std::vector<ControlChange> changes);

/// Writes down how deliveries went, and frees their subscription for the next ones. What cannot be
/// written down now is kept in memory, and its subscription stays busy, so that nothing is sent
/// again as long as this process lives. Safe to use from several threads.
class Ledger {
 public:
  Ledger(ControlStore& store, Sinks& sinks, const Clock& clock)
      : store_(store), sinks_(sinks), clock_(clock) {}

  /// What was sent to one subscription in a row.
  class Page {
   public:
    Page(Ledger& ledger, std::string subscription)
        : ledger_(ledger), subscription_(std::move(subscription)) {}
    /// Begins to write; the next message need not wait for it.
    void add(std::vector<ControlChange> changes);
    /// Waits until all is written and frees the subscription. `worked`: as for Sinks::release().
    void close(std::optional<bool> worked);

   private:
    struct Entry {
      std::vector<ControlChange> changes;
      std::future<Result<void>> written;
    };
    Ledger& ledger_;
    std::string subscription_;
    std::vector<Entry> entries_;
  };

  /// Once more what could not be written before.
  void try_again();

 private:
  struct Unwritten {
    std::string subscription;
    std::optional<bool> worked;
    std::vector<std::vector<ControlChange>> commits;
  };
  void settle(Unwritten unwritten);

  ControlStore& store_;
  Sinks& sinks_;
  const Clock& clock_;
  std::mutex mutex_;
  std::vector<Unwritten> unwritten_;  // guarded by mutex_
};

}  // namespace tidemark::act
