#include "store/control_store.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "base/worker.h"
#include "store/control/changes.h"
#include "store/control/commit_count.h"
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
/// When the write-ahead log is emptied: so long after the last change, so long after the first
/// where they do not end, and at this size.
constexpr Duration kIdle = std::chrono::seconds(2);
constexpr Duration kInLogMax = std::chrono::seconds(10);
constexpr std::uint64_t kLogMaxBytes = std::uint64_t{4} << 20U;

class SqliteControlStore final : public ControlDatabase {
 public:
  SqliteControlStore(const std::string& path, Database writer, Database reader)
      : path_(path),
        count_(path + "-commits"),
        writer_(std::move(writer)),
        reader_(std::move(reader)),
        worker_("control-store") {
    writer_thread_ = worker_.ask([] { return std::this_thread::get_id(); });
  }

  /// Compares with what is known of before; to be called once, before anything else.
  Result<void> begin() {
    TM_TRY(const std::int64_t commits, control::read_commits(reader_));
    const std::int64_t known = count_.read().value_or(commits);
    lost_commits_ = std::max<std::int64_t>(known - commits, 0);
    if (lost_commits_ > 0) {
      log(LogLevel::error,
          "the newest changes of alarms, detectors and topics are lost: the control database's"
          " write-ahead log was damaged or removed",
          {{"file", path_ + "-wal"}, {"transactions", std::to_string(lost_commits_)}});
    }
    count_.write(commits);
    // From here on the tables themselves do not hang on the log.
    worker_.ask([this] { empty_log(); });
    return {};
  }

  void tick(Instant now) override {
    const std::uint64_t changes = changes_;
    if (changes == emptied_changes_) return;
    if (changes != seen_changes_) {
      if (seen_changes_ == emptied_changes_) first_change_at_ = now;
      seen_changes_ = changes;
      last_change_at_ = now;
    }
    if (now - last_change_at_ < kIdle && now - first_change_at_ < kInLogMax) return;
    emptied_changes_ = seen_changes_ = changes;
    worker_.post([this] { empty_log(); });
  }

  Result<std::string> samples() override {
    const std::lock_guard lock(reader_mutex_);
    return control::read_samples(reader_);
  }
  Result<void> set_samples(const std::string& uuid) override {
    return worker_.ask([this, &uuid]() -> Result<void> {
      TM_TRY(auto put, writer_.prepare("UPDATE identity SET samples = ?"));
      TM_TRY_VOID(put.bind(uuid).run());
      ++changes_;
      return {};
    });
  }
  [[nodiscard]] std::int64_t lost_commits() const override { return lost_commits_; }

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
    if (written.unsynced) note_unsynced();
    ++changes_;
    if (const auto count = control::read_commits(writer_)) count_.write(*count);
    if (!unsynced_ && control::log_bytes(path_) > kLogMaxBytes) empty_log();
    return std::move(written.results);
  }

  void note_unsynced() {
    unsynced_ = true;
    log(LogLevel::error,
        "a sync of the control database failed: it takes no more changes until"
        " the server is started again");
  }

  /// On the worker. Where a reader is in the way, a later change tries again.
  void empty_log() {
    if (unsynced_) return;
    const auto emptied = control::empty_log(writer_);
    if (emptied) return;
    if (writer_.failed_to_sync()) return note_unsynced();
    log(LogLevel::warn,
        "changes stay in the control database's write-ahead log",
        {{"why", emptied.error().what}});
  }

  static std::vector<Result<void>> refusals(std::size_t count) {
    return {count,
            fail(Errc::unavailable, "the control database is read-only since a sync failed")};
  }

  const std::string path_;
  const control::CommitCount count_;  // the worker's
  std::int64_t lost_commits_ = 0;     // begin() sets it

  std::atomic<std::uint64_t> changes_{0};
  // The ticker's: how many changes it has seen, how many of them are out of the log, and since
  // when.
  std::uint64_t seen_changes_ = 0;
  std::uint64_t emptied_changes_ = 0;
  Instant first_change_at_, last_change_at_;

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

Result<std::unique_ptr<ControlDatabase>> make_sqlite_control_store(const std::string& path,
                                                                   bool must_exist) {
  TM_TRY(auto writer, control::open_writer(path, must_exist));
  TM_TRY(auto reader, control::open_reader(path));
  auto store = std::make_unique<SqliteControlStore>(path, std::move(writer), std::move(reader));
  TM_TRY_VOID(store->begin());
  return store;
}

}  // namespace tidemark::store
