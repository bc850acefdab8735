#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/detect/progress.h"
#include "cli/plot/picture.h"
#include "cli/rows/byte_input.h"
#include "cli/rows/byte_output.h"
#include "judge/detector_spec.h"

namespace tidemark::cli::detect {

struct Settings {
  double confidence = 0.99;  ///< central coverage of the band, above 0 and below 1
  /// The band has the width of `choices` instead, and what lies outside of it is a finding.
  bool by_width = false;
  /// The values are of a counter: what is judged, and written as the value, is its increase a
  /// second since the row before.
  bool counter = false;
  bool explain = false;              ///< adds the columns finding and reason
  bool counts_all = false;           ///< counts findings that no single value shows, too
  plot::Picture* picture = nullptr;  ///< is shown every row
  Progress* progress = nullptr;      ///< is told of every row
  std::string detector = "tide";     ///< which model judges
  judge::DetectorChoices choices{};  ///< checked
};

/// What went through, for a word at the end.
struct Tally {
  std::uint64_t rows = 0;
  std::uint64_t values = 0;  ///< rows that had one
  std::uint64_t findings = 0;
  std::uint64_t late = 0;
};

/// Reads a series from `in` (called `name` in messages), judges it row by row and writes one CSV
/// row for each: timestamp and value as they were read, the band made before the value was seen
/// (empty while learning and for late rows), and the score, which is 0 where the choices let no
/// finding be. What is known is written before more
/// is read, so a pipe sees each row as soon as it can. Memory does not grow with the input.
Result<Tally> run(rows::ByteInput& in,
                  const std::string& name,
                  const Settings& settings,
                  rows::ByteOutput& out);

}  // namespace tidemark::cli::detect
