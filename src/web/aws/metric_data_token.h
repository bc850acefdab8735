#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/metric_query.h"
#include "query/page_position.h"
#include "query/period_stats.h"

/// GetMetricData's NextToken: where the page ended, in the place of a count, so that what comes
/// between two pages moves nothing.
namespace tidemark::web::aws {

struct MetricDataToken {
  std::uint32_t request = 0;  ///< request_hash() of what was asked for
  Timestamp asked_at;         ///< of the first page
  query::PagePosition after;
  friend bool operator==(const MetricDataToken&, const MetricDataToken&) = default;
};

/// Of what decides which points an answer has and in which order: not the size of its pages, nor
/// the time zone of its labels.
std::uint32_t request_hash(std::span<const MetricQuery> queries,
                           const query::PeriodRange& range,
                           bool descending,
                           std::string_view region);

/// Base64 of a version byte, the hash and the rest.
std::string to_text(const MetricDataToken& token);
/// nullopt: nothing that to_text() has written.
std::optional<MetricDataToken> parse_metric_data_token(std::string_view text);

}  // namespace tidemark::web::aws
