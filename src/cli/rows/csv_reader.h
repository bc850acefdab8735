#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/rows/line_reader.h"

namespace tidemark::cli::rows {

/// Records of comma separated values (RFC 4180): a field in double quotes may hold commas, line
/// ends and doubled quotes. A quote inside of an unquoted field is a character like any other.
/// Empty lines are no records.
class CsvReader {
 public:
  static constexpr std::size_t kFieldsMax = 10'000;

  explicit CsvReader(LineReader& lines) : lines_(lines) {}
  /// Reads the next record; false: the end. Errc::invalid, Errc::limit: not such a record.
  Result<bool> next();
  /// Takes `line`, just read from the lines, as the start of the next record.
  Result<void> begin_with(std::string_view line);

  [[nodiscard]] std::size_t fields() const { return ends_.size(); }
  /// Valid until the next record. `i` < fields().
  [[nodiscard]] std::string_view field(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(text_).substr(begin, ends_[i] - begin);
  }
  /// Number of the line the record began at, from 1.
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  enum class At { field_start, plain, quoted, after_quote };
  Result<void> take(std::string_view line);
  Result<void> take_byte(char byte);
  Result<void> end_field();

  LineReader& lines_;
  std::string text_;               // all fields, one after the other
  std::vector<std::size_t> ends_;  // of the fields in text_
  std::size_t line_ = 0;
  At at_ = At::field_start;
};

}  // namespace tidemark::cli::rows
