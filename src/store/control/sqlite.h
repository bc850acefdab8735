#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "base/result.h"
#include "base/time.h"

namespace tidemark::store::control {

/// A prepared statement on loan from its Database: bind, step, read columns. Giving it back (its
/// destructor) ends its read and forgets what was bound.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  /// Binds the next `?`, counted from the left. Text may hold any byte.
  Statement& bind(std::string_view text);
  Statement& bind(std::int64_t number);
  Statement& bind(Timestamp at) { return bind(at.ns()); }
  /// True: a row is there to be read. False: done.
  Result<bool> step();
  /// For statements that give no rows.
  Result<void> run();

  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] Timestamp time(int column) const { return Timestamp::from_ns(number(column)); }

 private:
  struct GiveBack {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, GiveBack> statement_;
  int bound_ = 0;
};

/// One connection. Used by one thread at a time.
class Database {
 public:
  enum class Mode { read_write, read_only };
  static Result<Database> open(const std::string& path, Mode mode);

  /// `sql` is compiled once and kept, so it must come from a small set. Not more than one loan of
  /// the same text at a time.
  Result<Statement> prepare(const std::string& sql);
  /// Runs statements separated by ';'.
  Result<void> run(const char* sql);
  /// False when SQLite itself has rolled the transaction back, as it does on some failures.
  [[nodiscard]] bool in_transaction() const;
  /// True when the last failure was one of syncing a file.
  [[nodiscard]] bool failed_to_sync() const;
  [[nodiscard]] int changed_rows() const;
  /// False (as it begins): the last connection that closes empties the write-ahead log.
  void keep_log_at_close(bool keep);

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}

  std::unique_ptr<sqlite3, Close> handle_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, std::less<>> statements_;
};

}  // namespace tidemark::store::control
