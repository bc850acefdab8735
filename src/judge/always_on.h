#pragma once

#include <cstddef>
#include <cstdint>

namespace tidemark::judge {

/// The always-on tier of one shard (decision 3).
struct AlwaysOnOptions {
  bool on = true;
  /// Series that are watched; others are counted and stored like any, but not watched.
  std::size_t series_max = 100'000;
};

/// What the tier has to say of itself, since the server was started.
struct AlwaysOnCounts {
  std::size_t series = 0;     ///< watched now
  std::uint64_t late = 0;     ///< samples of periods that were closed already: not learned
  std::uint64_t early = 0;    ///< samples too far in the future: not learned
  std::uint64_t refused = 0;  ///< samples of series over the limit
  friend bool operator==(const AlwaysOnCounts&, const AlwaysOnCounts&) = default;
};

}  // namespace tidemark::judge
