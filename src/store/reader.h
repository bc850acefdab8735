#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/sample.h"

namespace tidemark::store {

/// What there is in all, of series that are not derived.
struct Totals {
  std::size_t series = 0;
  std::size_t metrics = 0;  ///< distinct namespaces and names
  std::optional<Timestamp> newest;
};

/// Reading side of the store, for queries. Safe from any thread but a shard's worker (it waits for
/// one). What was acknowledged before the call is seen.
class Reader {
 public:
  virtual ~Reader() = default;
  /// Series that match all matchers, sorted by key. See matches() for derived series.
  [[nodiscard]] virtual std::vector<std::pair<SeriesId, SeriesKey>> select(
      const std::vector<Matcher>& matchers) const = 0;
  [[nodiscard]] virtual std::optional<SeriesId> find(const SeriesKey& key) const = 0;
  /// nullopt: never given out.
  [[nodiscard]] virtual std::optional<SeriesKey> key(SeriesId id) const = 0;
  /// Samples of [from, to) in time order, head and blocks together, cells of one instant merged.
  /// A block that fails its checksum: `Errc::corrupt`, naming file and time range.
  [[nodiscard]] virtual Result<std::vector<Sample>> read(SeriesId id,
                                                         Timestamp from,
                                                         Timestamp to) const = 0;
  /// Time of the newest sample; nullopt: the series has none.
  [[nodiscard]] virtual std::optional<Timestamp> newest(SeriesId id) const = 0;
  /// Time of the oldest sample that is still kept; nullopt: none.
  [[nodiscard]] virtual std::optional<Timestamp> oldest(SeriesId id) const = 0;
  /// Sequence of the last log record that has entered; everything up to it can be read.
  [[nodiscard]] virtual std::uint64_t sequence() const = 0;
  /// Here by walking over all of it; a reader that keeps count says it at once.
  [[nodiscard]] virtual Totals totals() const;
};

}  // namespace tidemark::store
