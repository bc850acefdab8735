#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "cli/rows/csv_reader.h"

namespace tidemark::cli::rows {

/// One row of a series as it was read.
struct Row {
  std::string time_text;  ///< as written, without blanks at its ends
  Timestamp at;
  std::string value_text;       ///< as written; empty for a missing point
  std::optional<double> value;  ///< finite
};

/// The rows of a series from CSV (a header names the columns `timestamp` and `value`, others are
/// left out) or from JSON lines (objects with these two members; no value: a missing point), told
/// apart by the first byte.
/// Errors name the input and the line.
class RowReader {
 public:
  /// `name`: of the input, for messages.
  RowReader(ByteInput& in, std::string name) : name_(std::move(name)), lines_(in), csv_(lines_) {}
  RowReader(const RowReader&) = delete;
  RowReader& operator=(const RowReader&) = delete;
  ~RowReader() = default;

  /// The next row; null: the end. Valid until the next call.
  Result<const Row*> next();

 private:
  enum class Kind { unknown, csv, json };
  Result<void> begin();
  Result<void> read_header();
  Result<const Row*> next_csv();
  Result<const Row*> next_json();
  Result<const Row*> read_json_row(std::string_view line);
  Result<void> take_time(std::string_view text);
  Result<void> take_value(std::string_view text, const char* where);
  [[nodiscard]] tl::unexpected<Error> wrong(std::size_t line, const Error& error) const;

  std::string name_;
  LineReader lines_;
  CsvReader csv_;
  Kind kind_ = Kind::unknown;
  std::size_t columns_ = 0;
  std::size_t time_column_ = 0;
  std::size_t value_column_ = 0;
  std::optional<std::string> pending_;  // the first JSON line, read to learn the kind
  Row row_;
  bool has_rows_ = false;
};

}  // namespace tidemark::cli::rows
