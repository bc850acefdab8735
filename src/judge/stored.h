#pragma once

#include <vector>

#include "store/reader.h"

namespace tidemark::judge {

/// Samples of the series of that key in [from, to), as store::Reader::read; none where there is no
/// such series: bands and findings have one only once there is something to keep.
inline Result<std::vector<Sample>> read_stored(const store::Reader& reader,
                                               const SeriesKey& key,
                                               Timestamp from,
                                               Timestamp to) {
  const auto series = reader.find(key);
  if (!series) return std::vector<Sample>();
  return reader.read(*series, from, to);
}

}  // namespace tidemark::judge
