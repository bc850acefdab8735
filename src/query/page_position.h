#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace tidemark::query {

/// Where a page of an answer ended: the last series on it, and its last datapoint.
struct PagePosition {
  std::size_t query = 0;          ///< place in the request
  std::size_t member = 0;         ///< of the array that the query gives; 0: it gives one series
  std::uint32_t member_hash = 0;  ///< of that series' own label: members come and go between pages
  std::optional<Timestamp> at = std::nullopt;  ///< nullopt: the series had no datapoint
  friend bool operator==(const PagePosition&, const PagePosition&) = default;
};

}  // namespace tidemark::query
