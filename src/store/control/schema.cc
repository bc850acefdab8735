#include "store/control/schema.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace tidemark::store::control {
namespace {

/// "TDMK", in the header of the file (application_id), so that no other program's database is
/// taken for ours.
constexpr std::int64_t kApplicationId = 0x54444D4B;

// Times are nanoseconds since 1970. AUTOINCREMENT: an id is never given twice, also after clear().
constexpr const char* kVersion1 = R"(
CREATE TABLE document (
  collection TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (collection, key));
CREATE TABLE history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  alarm_name TEXT NOT NULL, alarm_type TEXT NOT NULL, type TEXT NOT NULL,
  at INTEGER NOT NULL, summary TEXT NOT NULL, data TEXT NOT NULL, words TEXT NOT NULL);
CREATE INDEX history_by_time ON history (at, id);
CREATE INDEX history_by_alarm ON history (alarm_name, at, id);
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  transition_id TEXT NOT NULL, action TEXT NOT NULL, at INTEGER NOT NULL,
  body TEXT NOT NULL, kind TEXT NOT NULL, expanded INTEGER NOT NULL DEFAULT 0,
  UNIQUE (transition_id, action));
CREATE INDEX outbox_waiting ON outbox (id) WHERE expanded = 0;
CREATE TABLE delivery (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE, outbox_id INTEGER NOT NULL, subscription TEXT NOT NULL,
  protocol TEXT NOT NULL, endpoint TEXT NOT NULL, alarm_name TEXT NOT NULL,
  state TEXT NOT NULL, attempts INTEGER NOT NULL, created_at INTEGER NOT NULL,
  next_try_at INTEGER NOT NULL, finished_at INTEGER NOT NULL, give_up_at INTEGER NOT NULL,
  last_error TEXT NOT NULL, output TEXT NOT NULL, body TEXT NOT NULL,
  UNIQUE (outbox_id, subscription));
CREATE INDEX delivery_due ON delivery (next_try_at, seq) WHERE state = 'pending';
CREATE INDEX delivery_order ON delivery (subscription, alarm_name, seq)
  WHERE state = 'pending';
CREATE INDEX delivery_by_time ON delivery (created_at, seq);
CREATE INDEX delivery_by_state ON delivery (state, created_at, seq);
CREATE INDEX delivery_by_alarm ON delivery (alarm_name, created_at, seq);
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
  object TEXT NOT NULL, detail TEXT NOT NULL);
)";

// Alarm names are unique in one account and region only; lines from before have '' in both.
constexpr const char* kVersion2 = R"(
ALTER TABLE history ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN region TEXT NOT NULL DEFAULT '';
)";

// One row: the UUID of the sample store beside it, and how many transactions there were.
constexpr const char* kVersion3 = R"(
CREATE TABLE identity (samples TEXT NOT NULL, commits INTEGER NOT NULL);
INSERT INTO identity VALUES ('', 0);
)";

// What brings a database from one version to the next.
constexpr const char* kSteps[kSchemaVersion] = {kVersion1, kVersion2, kVersion3};

// SQLite gives its log and index files the mode of the database file.
Result<void> create_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) {
    return fail(
        Errc::io,
        fmt::format("control database {}: {}", path, std::generic_category().message(errno)));
  }
  ::close(file);
  return {};
}

Result<std::int64_t> pragma(Database& database, const char* sql) {
  TM_TRY(auto statement, database.prepare(sql));
  TM_TRY(const bool row, statement.step());
  return row ? statement.number(0) : 0;
}

Result<void> check_ours(Database& database, const std::string& path) {
  TM_TRY(const auto application, pragma(database, "PRAGMA application_id"));
  TM_TRY(const auto version, pragma(database, "PRAGMA user_version"));
  TM_TRY(const auto tables, pragma(database, "SELECT count(*) FROM sqlite_master"));
  if (application != kApplicationId && (tables > 0 || application != 0 || version != 0)) {
    return fail(Errc::invalid, fmt::format("{} is the database of another program", path));
  }
  if (version > kSchemaVersion) {
    return fail(Errc::invalid,
                fmt::format("control database {} has version {}, this program reads up to {}: "
                            "start a newer tidemark",
                            path,
                            version,
                            kSchemaVersion));
  }
  return {};
}

// Before SQLite sees the file: it would delete the write-ahead log of an empty one.
Result<void> check_there(const std::string& path) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  if (error == std::errc::no_such_file_or_directory) {
    return fail(Errc::not_found, path + " is missing");
  }
  if (!error && bytes == 0) return fail(Errc::not_found, path + " is empty");
  return {};
}

Result<void> check_tables(Database& database, const std::string& path) {
  TM_TRY(const auto tables, pragma(database, "SELECT count(*) FROM sqlite_master"));
  if (tables > 0) return {};
  return fail(Errc::not_found, path + " holds nothing");
}

Result<void> bring_up_tables(Database& database) {
  TM_TRY(const auto version, pragma(database, "PRAGMA user_version"));
  if (version == kSchemaVersion) return {};
  std::string steps;
  for (auto i = static_cast<std::size_t>(std::max<std::int64_t>(version, 0)); i < kSchemaVersion;
       ++i) {
    steps += kSteps[i];
  }
  const std::string script =
      fmt::format("BEGIN IMMEDIATE;{}PRAGMA application_id={};PRAGMA user_version={};COMMIT",
                  steps,
                  kApplicationId,
                  kSchemaVersion);
  auto created = database.run(script.c_str());
  if (!created && database.in_transaction()) (void)database.run("ROLLBACK");
  return created;
}

}  // namespace

Result<Database> open_writer(const std::string& path, bool must_exist) {
  if (must_exist) TM_TRY_VOID(check_there(path));
  TM_TRY_VOID(create_private(path));
  TM_TRY(auto database, Database::open(path, Database::Mode::read_write));
  // Whoever is to repair what is refused below needs the log as well.
  database.keep_log_at_close(true);
  TM_TRY_VOID(check_ours(database, path));
  if (must_exist) TM_TRY_VOID(check_tables(database, path));
  TM_TRY_VOID(
      database.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
                   "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON"));
  TM_TRY_VOID(bring_up_tables(database));
  database.keep_log_at_close(false);
  return database;
}

Result<Database> open_reader(const std::string& path) {
  TM_TRY(auto database, Database::open(path, Database::Mode::read_only));
  TM_TRY_VOID(database.run("PRAGMA query_only=ON; PRAGMA trusted_schema=OFF"));
  return database;
}

Result<bool> empty_log(Database& database) {
  TM_TRY(auto checkpoint, database.prepare("PRAGMA wal_checkpoint(TRUNCATE)"));
  TM_TRY(const bool row, checkpoint.step());
  return row && checkpoint.number(0) == 0;
}

std::uint64_t log_bytes(const std::string& path) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path + "-wal", error);
  return error ? 0 : bytes;
}

}  // namespace tidemark::store::control
