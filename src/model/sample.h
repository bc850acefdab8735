#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "model/cell.h"
#include "model/finding.h"
#include "model/series.h"

namespace tidemark {

/// A band as it was issued, before its period's data were seen: half-widths at k = 1, 2, 3 where k
/// means the central coverage of a normal distribution at k sigma (decision 5).
struct IssuedBand {
  double expected = 0;
  std::array<double, 3> below{};
  std::array<double, 3> above{};
  /// Issued while stored history was replayed, not live.
  bool replay = false;
  friend bool operator==(const IssuedBand&, const IssuedBand&) = default;
};

/// What is stored at an instant. All samples of one series are of one kind. Equal (series, time):
/// cells merge; of doubles, bands and findings the first one wins. Bands and findings are derived:
/// nobody sends them.
using Value = std::variant<double, Cell, IssuedBand, Finding>;

struct Sample {
  Timestamp at;
  Value value;
};

struct SeriesSamples {
  SeriesKey key;
  std::vector<Sample> samples;  // in any order
};

/// What one request brings: taken whole or not at all.
struct Batch {
  std::vector<SeriesSamples> series;
  /// Identity of the client's request, "" when it has none: for calls of AWS clients a digest of
  /// `amz-sdk-invocation-id` and what was sent with it, so that other data under the same id are a
  /// request of their own. A repeat within 15 minutes is answered again and not counted twice.
  std::string invocation_id;
};

struct Accepted {
  std::uint64_t sequence = 0;  ///< of the log record that holds the batch
  bool repeated = false;       ///< the invocation id was known: nothing was added
};

}  // namespace tidemark
