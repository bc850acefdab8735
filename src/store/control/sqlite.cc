#include "store/control/sqlite.h"

#include "base/assert.h"

namespace tidemark::store::control {
namespace {

Errc errc_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return Errc::io;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Errc::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Errc::overloaded;
    case SQLITE_CONSTRAINT:
      return Errc::exists;
    case SQLITE_TOOBIG:
      return Errc::limit;
    default:
      return Errc::internal;
  }
}

tl::unexpected<Error> fail_of(sqlite3* handle) {
  const int code = ::sqlite3_extended_errcode(handle);
  return fail(errc_of(code), std::string("control database: ") + ::sqlite3_errmsg(handle));
}

}  // namespace

void Statement::GiveBack::operator()(sqlite3_stmt* statement) const {
  ::sqlite3_reset(statement);
  ::sqlite3_clear_bindings(statement);
}

Statement& Statement::bind(std::string_view text) {
  // A null pointer would bind NULL instead of the empty text.
  const char* bytes = text.data() == nullptr ? "" : text.data();
  const int code = ::sqlite3_bind_text64(
      statement_.get(), ++bound_, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  TM_ASSERT(code != SQLITE_RANGE && code != SQLITE_MISUSE);
  return *this;
}

Statement& Statement::bind(std::int64_t number) {
  TM_ASSERT(::sqlite3_bind_int64(statement_.get(), ++bound_, number) == SQLITE_OK);
  return *this;
}

Result<bool> Statement::step() {
  switch (::sqlite3_step(statement_.get())) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return fail_of(::sqlite3_db_handle(statement_.get()));
  }
}

Result<void> Statement::run() {
  TM_TRY(const bool row, step());
  TM_ASSERT(!row);
  return {};
}

std::string Statement::text(int column) const {
  const auto* bytes = ::sqlite3_column_blob(statement_.get(), column);
  const int size = ::sqlite3_column_bytes(statement_.get(), column);
  return size == 0 ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

std::int64_t Statement::number(int column) const {
  return ::sqlite3_column_int64(statement_.get(), column);
}

void Database::Close::operator()(sqlite3* handle) const {
  ::sqlite3_close_v2(handle);
}
void Database::Finalize::operator()(sqlite3_stmt* statement) const {
  ::sqlite3_finalize(statement);
}

Result<Database> Database::open(const std::string& path, Mode mode) {
  const int flags =
      mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  const int code = ::sqlite3_open_v2(
      path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Database out(handle);
  if (code != SQLITE_OK) {
    return fail(errc_of(code), "control database " + path + ": " + ::sqlite3_errstr(code));
  }
  ::sqlite3_busy_timeout(handle, 10'000);
  return out;
}

Result<Statement> Database::prepare(const std::string& sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return Statement(known->second.get());
  sqlite3_stmt* statement = nullptr;
  const int code = ::sqlite3_prepare_v3(handle_.get(),
                                        sql.c_str(),
                                        static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT,
                                        &statement,
                                        nullptr);
  if (code != SQLITE_OK) return fail_of(handle_.get());
  statements_.emplace(sql, statement);
  return Statement(statement);
}

Result<void> Database::run(const char* sql) {
  if (::sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return fail_of(handle_.get());
  }
  return {};
}

bool Database::in_transaction() const {
  return ::sqlite3_get_autocommit(handle_.get()) == 0;
}

bool Database::failed_to_sync() const {
  const int code = ::sqlite3_extended_errcode(handle_.get());
  return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

void Database::keep_log_at_close(bool keep) {
  const int code =
      ::sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, nullptr);
  TM_ASSERT(code == SQLITE_OK);
}

int Database::changed_rows() const {
  return ::sqlite3_changes(handle_.get());
}

}  // namespace tidemark::store::control
