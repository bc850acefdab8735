#include "store/control/changes.h"

#include <type_traits>

#include <fmt/format.h>

namespace tidemark::store::control {
namespace {

/// Writes one change inside the transaction that is open.
struct Apply {
  Database& database;

  Result<void> operator()(const PutDocument& change) const {
    TM_TRY(auto put,
           database.prepare("INSERT INTO document (collection, key, body) VALUES (?,?,?)"
                            " ON CONFLICT DO UPDATE SET body = excluded.body"));
    const ControlDocument& document = change.document;
    return put.bind(document.collection).bind(document.key).bind(document.body).run();
  }

  Result<void> operator()(const DeleteDocument& change) const {
    TM_TRY(auto remove, database.prepare("DELETE FROM document WHERE collection = ? AND key = ?"));
    return remove.bind(change.collection).bind(change.key).run();
  }

  Result<void> operator()(const HistoryItem& item) const {
    TM_TRY(auto add,
           database.prepare("INSERT INTO history (alarm_name, alarm_type, type, at,"
                            " summary, data, words, account, region) VALUES (?,?,?,?,?,?,?,?,?)"));
    add.bind(item.alarm_name).bind(item.alarm_type).bind(item.type).bind(item.at);
    add.bind(item.summary).bind(item.data).bind(item.words);
    return add.bind(item.account).bind(item.region).run();
  }

  Result<void> operator()(const OutboxRow& row) const {
    TM_TRY(auto add,
           database.prepare("INSERT INTO outbox (transition_id, action, at, body, kind)"
                            " VALUES (?,?,?,?,?)"
                            " ON CONFLICT (transition_id, action) DO NOTHING"));
    add.bind(row.transition_id).bind(row.action).bind(row.at).bind(row.body).bind(row.kind);
    return add.run();
  }

  Result<void> operator()(const ExpandOutbox& change) const {
    {
      TM_TRY(auto mark, database.prepare("UPDATE outbox SET expanded = 1 WHERE id = ?"));
      TM_TRY_VOID(mark.bind(change.outbox_id).run());
    }
    if (database.changed_rows() == 0) {
      return fail(Errc::not_found, fmt::format("there is no outbox row {}", change.outbox_id));
    }
    for (const Delivery& delivery : change.deliveries) {
      TM_TRY_VOID(add_delivery(change.outbox_id, delivery));
    }
    return {};
  }

  Result<void> operator()(const UpdateDelivery& change) const {
    const Delivery& delivery = change.delivery;
    {
      TM_TRY(auto update,
             database.prepare(
                 "UPDATE delivery SET state = ?, attempts = ?, next_try_at = ?,"
                 " finished_at = ?, give_up_at = ?, last_error = ?, output = ? WHERE id = ?"));
      update.bind(delivery.state).bind(std::int64_t{delivery.attempts}).bind(delivery.next_try_at);
      update.bind(delivery.finished_at).bind(delivery.give_up_at);
      update.bind(delivery.last_error).bind(delivery.output);
      TM_TRY_VOID(update.bind(delivery.id).run());
    }
    if (database.changed_rows() == 0) {
      return fail(Errc::not_found, fmt::format("there is no delivery {}", delivery.id));
    }
    return {};
  }

  Result<void> operator()(const AddAudit& entry) const {
    TM_TRY(auto add,
           database.prepare("INSERT INTO audit (at, who, what, object, detail)"
                            " VALUES (?,?,?,?,?)"));
    add.bind(entry.at).bind(entry.who).bind(entry.what).bind(entry.object).bind(entry.detail);
    return add.run();
  }

  Result<void> operator()(const RemoveOld& old) const {
    // Outbox rows last: those whose deliveries are gone by then. Ids rise with time, so that a walk
    // from the oldest finds at once that there is nothing to do.
    constexpr const char* kStatements[] = {
        "DELETE FROM history WHERE id IN"
        " (SELECT id FROM history WHERE at < ? ORDER BY at, id LIMIT ?)",
        "DELETE FROM audit WHERE at < ? AND id IN (SELECT id FROM audit ORDER BY id LIMIT ?)",
        "DELETE FROM delivery WHERE seq IN (SELECT seq FROM delivery"
        " WHERE created_at < ? AND state <> 'pending' ORDER BY created_at, seq LIMIT ?)",
        "DELETE FROM outbox WHERE at < ? AND expanded = 1"
        " AND id IN (SELECT id FROM outbox ORDER BY id LIMIT ?)"
        " AND NOT EXISTS (SELECT 1 FROM delivery WHERE outbox_id = outbox.id)"};
    for (const char* sql : kStatements) {
      TM_TRY(auto remove, database.prepare(sql));
      TM_TRY_VOID(remove.bind(old.before).bind(std::int64_t{kRemoveAtOnce}).run());
    }
    return {};
  }

 private:
  [[nodiscard]] Result<void> add_delivery(std::int64_t outbox_id, const Delivery& delivery) const {
    TM_TRY(auto add,
           database.prepare("INSERT INTO delivery (id, outbox_id, subscription, protocol, endpoint,"
                            " alarm_name, state, attempts, created_at, next_try_at, finished_at,"
                            " give_up_at, last_error, output, body)"
                            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
                            " ON CONFLICT (outbox_id, subscription) DO NOTHING"));
    add.bind(delivery.id).bind(outbox_id).bind(delivery.subscription).bind(delivery.protocol);
    add.bind(delivery.endpoint).bind(delivery.alarm_name).bind(delivery.state);
    add.bind(std::int64_t{delivery.attempts}).bind(delivery.created_at);
    add.bind(delivery.next_try_at).bind(delivery.finished_at).bind(delivery.give_up_at);
    return add.bind(delivery.last_error).bind(delivery.output).bind(delivery.body).run();
  }
};

Result<void> apply_all(Database& database, const Commit& commit) {
  for (const ControlChange& change : commit.changes) {
    TM_TRY_VOID(std::visit(Apply{database}, change));
  }
  return {};
}

// `lost`: SQLite gave up the whole transaction, commits of before included.
Result<void> apply_in_savepoint(Database& database, const Commit& commit, bool* lost) {
  TM_TRY_VOID(database.run("SAVEPOINT one"));
  auto applied = apply_all(database, commit);
  if (applied) return database.run("RELEASE one");
  *lost = !database.in_transaction() || !database.run("ROLLBACK TO one; RELEASE one");
  return applied;
}

enum class Outcome { committed, failed, unsynced };

// Unless `committed`, nothing was written and why stands in every result.
Outcome try_together(Database& database,
                     std::span<const Commit> commits,
                     std::span<Result<void>> results) {
  auto whole = database.run("BEGIN IMMEDIATE");
  bool lost = !whole;
  for (std::size_t i = 0; i < commits.size() && !lost; ++i) {
    results[i] = apply_in_savepoint(database, commits[i], &lost);
    if (lost) whole = results[i];
  }
  if (!lost) whole = database.run("UPDATE identity SET commits = commits + 1; COMMIT");
  if (whole) return Outcome::committed;
  const auto outcome = database.failed_to_sync() ? Outcome::unsynced : Outcome::failed;
  if (database.in_transaction()) (void)database.run("ROLLBACK");
  for (auto& result : results)
    result = whole;
  return outcome;
}

}  // namespace

Written write_together(Database& database, std::span<const Commit> commits) {
  Written out;
  out.results.resize(commits.size());
  const std::span<Result<void>> results(out.results);
  auto outcome = try_together(database, commits, results);
  const bool retry = outcome == Outcome::failed && commits.size() > 1;
  for (std::size_t i = 0; retry && i < commits.size(); ++i) {
    // After a failed sync the rest keep the failure of the whole.
    if (outcome == Outcome::unsynced) break;
    outcome = try_together(database, commits.subspan(i, 1), results.subspan(i, 1));
  }
  out.unsynced = outcome == Outcome::unsynced;
  return out;
}

Result<void> clear_tables(Database& database) {
  auto cleared = database.run(
      "BEGIN IMMEDIATE; DELETE FROM document; DELETE FROM history; DELETE FROM outbox;"
      "DELETE FROM delivery; DELETE FROM audit; COMMIT");
  if (!cleared && database.in_transaction()) (void)database.run("ROLLBACK");
  return cleared;
}

}  // namespace tidemark::store::control
