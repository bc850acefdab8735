#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "learn/detect_series.h"

namespace tidemark::cli::plot {

/// Rows that follow each other, drawn as one column of the picture.
struct Column {
  Timestamp from;
  Timestamp to;                        ///< of its last row
  std::optional<double> least, most;   ///< of the values; nullopt: all are missing
  std::optional<double> lower, upper;  ///< the widest limits; nullopt: no band yet
  std::optional<double> expected;      ///< of its last row with a band
};

/// A row with a finding, as the list under the picture shows it.
struct Mark {
  Timestamp at;
  double value = 0;
  double lower = 0;
  double expected = 0;
  double upper = 0;
  double score = 0;
  std::string reason;
};

/// What a plot shows of a series of any length, in bounded memory: extremes survive, whatever is
/// between them does not.
class Picture {
 public:
  /// Columns are joined in pairs when there are more.
  static constexpr std::size_t kColumnsMax = 2400;
  /// Findings listed; the highest scores stay.
  static constexpr std::size_t kMarksMax = 200;

  /// The next row; `finding`: why it is one, if it is. Late rows, which have no band and may lie
  /// anywhere, are left out.
  void add(Timestamp at,
           std::optional<double> value,
           const learn::DetectRow& row,
           const std::optional<std::string>& finding);

  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  /// Ascending in time.
  [[nodiscard]] std::vector<Mark> marks() const;
  /// All findings, also those that are not listed.
  [[nodiscard]] std::uint64_t findings() const { return findings_; }
  [[nodiscard]] std::uint64_t rows() const { return rows_; }

 private:
  void add_column(const Column& row);
  void add_mark(Mark mark);

  std::vector<Column> columns_;
  std::vector<Mark> marks_;  // a heap, the lowest score in front
  std::size_t rows_a_column_ = 1;
  std::size_t in_last_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t findings_ = 0;
};

}  // namespace tidemark::cli::plot
