#include "store/control/reads.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

namespace tidemark::store::control {
namespace {

/// Conditions of a WHERE with the values of their `?`, in order.
class Conditions {
 public:
  using Value = std::variant<std::int64_t, std::string>;

  void add(std::string_view condition, std::initializer_list<Value> values) {
    sql_ += sql_.empty() ? " WHERE " : " AND ";
    sql_ += condition;
    values_.insert(values_.end(), values);
  }
  void add_any_of(std::string_view column, const std::vector<std::string>& values) {
    if (values.empty()) return;
    std::string marks = "?";
    for (std::size_t i = 1; i < values.size(); ++i)
      marks += ",?";
    add(fmt::format("{} IN ({})", column, marks), {});
    values_.insert(values_.end(), values.begin(), values.end());
  }
  [[nodiscard]] const std::string& sql() const { return sql_; }
  void bind_to(Statement* statement) const {
    for (const Value& value : values_) {
      std::visit([&](const auto& v) { statement->bind(v); }, value);
    }
  }

 private:
  std::string sql_;
  std::vector<Value> values_;
};

std::int64_t as_limit(std::size_t limit) {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX));
}

template <typename T, typename Read>
Result<std::vector<T>> collect(Statement* statement, Read read) {
  std::vector<T> out;
  while (true) {
    TM_TRY(const bool row, statement->step());
    if (!row) return out;
    out.push_back(read(*statement));
  }
}

HistoryItem history_item(const Statement& row) {
  return {.id = row.number(0),
          .alarm_name = row.text(1),
          .alarm_type = row.text(2),
          .type = row.text(3),
          .at = row.time(4),
          .summary = row.text(5),
          .data = row.text(6),
          .words = row.text(7),
          .account = row.text(8),
          .region = row.text(9)};
}

OutboxRow outbox_row(const Statement& row) {
  return {.id = row.number(0),
          .transition_id = row.text(1),
          .action = row.text(2),
          .at = row.time(3),
          .body = row.text(4),
          .kind = row.text(5)};
}

Delivery delivery(const Statement& row) {
  return {.id = row.text(0),
          .outbox_id = row.number(1),
          .subscription = row.text(2),
          .protocol = row.text(3),
          .endpoint = row.text(4),
          .alarm_name = row.text(5),
          .state = row.text(6),
          .attempts = static_cast<int>(row.number(7)),
          .created_at = row.time(8),
          .next_try_at = row.time(9),
          .finished_at = row.time(10),
          .give_up_at = row.time(11),
          .last_error = row.text(12),
          .output = row.text(13),
          .body = row.text(14)};
}

/// Works on row numbers alone, so that bodies are read only of what is given back.
constexpr const char* kFirstOfEach = R"(seq IN (
  SELECT seq FROM (
    SELECT seq, row_number() OVER (PARTITION BY subscription ORDER BY next_try_at, seq) AS place
    FROM delivery AS mine
    WHERE state = 'pending' AND next_try_at <= ?
      AND (alarm_name = '' OR NOT EXISTS (
        SELECT 1 FROM delivery AS older
        WHERE older.state = 'pending' AND older.subscription = mine.subscription
          AND older.alarm_name = mine.alarm_name AND older.seq < mine.seq)))
  WHERE place <= ?))";

Result<Timestamp> time_of_item(Database& database, std::int64_t id) {
  TM_TRY(auto find, database.prepare("SELECT at FROM history WHERE id = ?"));
  TM_TRY(const bool found, find.bind(id).step());
  if (!found) return fail(Errc::invalid, fmt::format("there is no history item {}", id));
  return find.time(0);
}

Result<Conditions> conditions_of(Database& database, const HistoryQuery& query) {
  Conditions where;
  if (!query.account.empty()) where.add("account IN (?, '')", {query.account});
  if (!query.region.empty()) where.add("region IN (?, '')", {query.region});
  if (!query.alarm_name.empty()) where.add("alarm_name = ?", {query.alarm_name});
  where.add("at BETWEEN ? AND ?", {query.from.ns(), query.to.ns()});
  if (!query.type.empty()) where.add("type = ?", {query.type});
  where.add_any_of("alarm_type", query.alarm_types);
  if (query.after_id) {
    TM_TRY(const Timestamp at, time_of_item(database, *query.after_id));
    where.add(query.newest_first ? "(at, id) < (?, ?)" : "(at, id) > (?, ?)",
              {at.ns(), *query.after_id});
  }
  return where;
}

}  // namespace

Result<std::vector<ControlDocument>> read_documents(Database& database,
                                                    const std::string& collection) {
  TM_TRY(auto select,
         database.prepare("SELECT collection, key, body FROM document"
                          " WHERE collection = ? ORDER BY key"));
  select.bind(collection);
  return collect<ControlDocument>(&select, [](const Statement& row) {
    return ControlDocument{.collection = row.text(0), .key = row.text(1), .body = row.text(2)};
  });
}

Result<std::vector<HistoryItem>> read_history(Database& database, const HistoryQuery& query) {
  TM_TRY(auto where, conditions_of(database, query));
  const char* order = query.newest_first ? "DESC" : "ASC";
  TM_TRY(auto select,
         database.prepare(fmt::format(
             "SELECT id, alarm_name, alarm_type, type, at, summary, data, words, account, region"
             " FROM history{} ORDER BY at {}, id {} LIMIT ?",
             where.sql(),
             order,
             order)));
  where.bind_to(&select);
  select.bind(as_limit(query.limit));
  return collect<HistoryItem>(&select, history_item);
}

Result<std::vector<OutboxRow>> read_unexpanded(Database& database, std::size_t limit) {
  TM_TRY(auto select,
         database.prepare("SELECT id, transition_id, action, at, body, kind"
                          " FROM outbox WHERE expanded = 0 ORDER BY id LIMIT ?"));
  select.bind(as_limit(limit));
  return collect<OutboxRow>(&select, outbox_row);
}

Result<std::vector<Delivery>> read_deliveries(Database& database, const DeliveryQuery& query) {
  Conditions where;
  // Spelled out, not bound: only so does SQLite use the index of pending ones.
  if (query.due_by) where.add("state = 'pending' AND next_try_at <= ?", {query.due_by->ns()});
  if (!query.state.empty()) where.add("state = ?", {query.state});
  if (!query.alarm_name.empty()) where.add("alarm_name = ?", {query.alarm_name});
  if (query.due_by && query.per_subscription > 0) {
    where.add(kFirstOfEach, {query.due_by->ns(), as_limit(query.per_subscription)});
  }
  const char* order = query.due_by ? "next_try_at, seq" : "created_at DESC, seq DESC";
  TM_TRY(auto select,
         database.prepare(fmt::format(
             "SELECT id, outbox_id, subscription, protocol, endpoint, alarm_name, state, attempts,"
             " created_at, next_try_at, finished_at, give_up_at, last_error, output, body"
             " FROM delivery{} ORDER BY {} LIMIT ?",
             where.sql(),
             order)));
  where.bind_to(&select);
  select.bind(as_limit(query.limit));
  return collect<Delivery>(&select, delivery);
}

Result<std::int64_t> count_deliveries(Database& database, const std::string& state) {
  TM_TRY(auto count, database.prepare("SELECT count(*) FROM delivery WHERE state = ?"));
  TM_TRY_VOID(count.bind(state).step());
  return count.number(0);
}

Result<std::vector<AddAudit>> read_audit(Database& database, const AuditQuery& query) {
  Conditions where;
  where.add("at >= ? AND at < ?", {query.from.ns(), query.to.ns()});
  for (const std::string& what : query.without)
    where.add("what <> ?", {what});
  TM_TRY(auto select,
         database.prepare(fmt::format(
             "SELECT at, who, what, object, detail FROM audit{} ORDER BY id DESC LIMIT ?",
             where.sql())));
  where.bind_to(&select);
  select.bind(as_limit(query.limit));
  return collect<AddAudit>(&select, [](const Statement& row) {
    return AddAudit{
        Timestamp::from_ns(row.number(0)), row.text(1), row.text(2), row.text(3), row.text(4)};
  });
}

Result<std::string> read_samples(Database& database) {
  TM_TRY(auto read, database.prepare("SELECT samples FROM identity"));
  TM_TRY(const bool row, read.step());
  return row ? read.text(0) : std::string();
}

Result<std::int64_t> read_commits(Database& database) {
  TM_TRY(auto read, database.prepare("SELECT commits FROM identity"));
  TM_TRY(const bool row, read.step());
  return row ? read.number(0) : 0;
}

}  // namespace tidemark::store::control
