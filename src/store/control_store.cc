#include "store/control_store.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "base/worker.h"
#include "store/control/changes.h"
#include "store/control/reads.h"
#include "store/control/schema.h"

namespace tidemark::store {
namespace {

using control::Commit;
using control::Database;

/// Commits that may wait for the writer; more are refused as overloaded.
constexpr std::size_t kWaitingMax = 16'384;
/// Commits that share one transaction and sync: enough that a sync's time is spread, few enough
/// that the first of them does not wait long.
constexpr std::size_t kTogetherMax = 256;

class SqliteControlStore final : public ControlStore {
 public:
  SqliteControlStore(Database writer, Database reader)
      : writer_(std::move(writer)), reader_(std::move(reader)), worker_("control-store") {
    writer_thread_ = worker_.ask([] { return std::this_thread::get_id(); });
  }

  void commit(std::vector<ControlChange> changes, Done done) override {
    {
      const std::lock_guard lock(waiting_mutex_);
      if (waiting_.size() < kWaitingMax) {
        waiting_.push_back({.changes = std::move(changes), .done = std::move(done)});
        changes.clear();
        done = nullptr;
      }
    }
    if (done) {
      worker_.post([done = std::move(done)] {
        done(fail(Errc::overloaded, "too many changes wait for the control database"));
      });
    } else {
      worker_.post([this] { write_waiting(); });
    }
  }

  Result<void> commit_and_wait(std::vector<ControlChange> changes) override {
    TM_ASSERT(std::this_thread::get_id() != writer_thread_);
    std::promise<Result<void>> promise;
    commit(std::move(changes),
           [&promise](Result<void> result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }

  Result<std::vector<ControlDocument>> documents(const std::string& collection) override {
    const std::lock_guard lock(reader_mutex_);
    return control::read_documents(reader_, collection);
  }
  Result<std::vector<HistoryItem>> history(const HistoryQuery& query) override {
    const std::lock_guard lock(reader_mutex_);
    return control::read_history(reader_, query);
  }
  Result<std::vector<OutboxRow>> unexpanded_outbox(std::size_t limit) override {
    const std::lock_guard lock(reader_mutex_);
    return control::read_unexpanded(reader_, limit);
  }
  Result<std::vector<Delivery>> deliveries(const DeliveryQuery& query) override {
    const std::lock_guard lock(reader_mutex_);
    return control::read_deliveries(reader_, query);
  }
  Result<std::int64_t> count_deliveries(const std::string& state) override {
    const std::lock_guard lock(reader_mutex_);
    return control::count_deliveries(reader_, state);
  }
  Result<std::vector<AddAudit>> audit(const AuditQuery& query) override {
    const std::lock_guard lock(reader_mutex_);
    return control::read_audit(reader_, query);
  }
  Result<void> clear() override {
    TM_ASSERT(std::this_thread::get_id() != writer_thread_);
    return worker_.ask([this] { return control::clear_tables(writer_); });
  }

 private:
  std::vector<Commit> take_waiting() {
    const std::lock_guard lock(waiting_mutex_);
    const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kTogetherMax));
    const auto end = waiting_.begin() + count;
    std::vector<Commit> taken(std::make_move_iterator(waiting_.begin()),
                              std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return taken;
  }

  // On the worker. Each commit posted one call, so those that find nothing have been served.
  void write_waiting() {
    const std::vector<Commit> commits = take_waiting();
    if (commits.empty()) return;
    const auto results = unsynced_ ? refusals(commits.size()) : write(commits);
    for (std::size_t i = 0; i < commits.size(); ++i) {
      if (commits[i].done) commits[i].done(results[i]);
    }
  }

  std::vector<Result<void>> write(const std::vector<Commit>& commits) {
    auto written = control::write_together(writer_, commits);
    if (written.unsynced) {
      unsynced_ = true;
      log(LogLevel::error,
          "a sync of the control database failed: it takes no more changes until"
          " the server is started again");
    }
    return std::move(written.results);
  }

  static std::vector<Result<void>> refusals(std::size_t count) {
    return {count,
            fail(Errc::unavailable, "the control database is read-only since a sync failed")};
  }

  Database writer_;        // the worker's
  bool unsynced_ = false;  // the worker's
  decltype(std::this_thread::get_id()) writer_thread_;

  std::mutex reader_mutex_;
  Database
      reader_;  // guarded by reader_mutex_; ends before the writer, which then tidies the log up

  std::mutex waiting_mutex_;
  std::vector<Commit> waiting_;  // guarded by waiting_mutex_

  Worker worker_;  // last: ends before what it uses
};

}  // namespace

Result<std::unique_ptr<ControlStore>> make_sqlite_control_store(const std::string& path) {
  TM_TRY(auto writer, control::open_writer(path));
  TM_TRY(auto reader, control::open_reader(path));
  return std::make_unique<SqliteControlStore>(std::move(writer), std::move(reader));
}

}  // namespace tidemark::store
