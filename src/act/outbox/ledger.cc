#include "act/outbox/ledger.h"

#include <memory>
#include <utility>

#include "base/log.h"

namespace tidemark::act {
namespace {

/// A delivery that is no longer known (everything was cleared) needs no record.
bool is_settled(const Result<void>& written) {
  if (written || written.error().code == Errc::not_found) return true;
  log(LogLevel::error,
      "how a delivery went could not be written down",
      {{"error", written.error().what}});
  return false;
}

}  // namespace

std::future<Result<void>> commit_soon(ControlStore& store, std::vector<ControlChange> changes) {
  auto promise = std::make_shared<std::promise<Result<void>>>();
  auto out = promise->get_future();
  store.commit(std::move(changes),
               [promise](Result<void> result) { promise->set_value(std::move(result)); });
  return out;
}

void Ledger::Page::add(std::vector<ControlChange> changes) {
  auto written = commit_soon(ledger_.store_, changes);
  entries_.push_back({.changes = std::move(changes), .written = std::move(written)});
}

void Ledger::Page::close(std::optional<bool> worked) {
  Unwritten left{.subscription = subscription_, .worked = worked, .commits = {}};
  for (Entry& entry : entries_) {
    if (!is_settled(entry.written.get())) left.commits.push_back(std::move(entry.changes));
  }
  ledger_.settle(std::move(left));
}

void Ledger::settle(Unwritten unwritten) {
  if (unwritten.commits.empty()) {
    return sinks_.release(unwritten.subscription, unwritten.worked, clock_.now());
  }
  const std::lock_guard lock(mutex_);
  unwritten_.push_back(std::move(unwritten));
}

void Ledger::try_again() {
  std::vector<Unwritten> all;
  {
    const std::lock_guard lock(mutex_);
    all.swap(unwritten_);
  }
  for (Unwritten& unwritten : all) {
    std::erase_if(unwritten.commits, [this](const std::vector<ControlChange>& changes) {
      return is_settled(store_.commit_and_wait(changes));
    });
    settle(std::move(unwritten));
  }
}

}  // namespace tidemark::act
