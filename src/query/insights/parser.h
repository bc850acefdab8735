#pragma once

#include <string_view>

#include "base/result.h"
#include "query/insights/select.h"

namespace tidemark::query::insights {

/// Is this expression a Metrics Insights query, not metric math? Metric math may have an id
/// "select" and use it: "select + 1".
bool is_select(std::string_view expression);

/// The grammar of the CloudWatch user guide, "Query components and syntax in CloudWatch Metrics
/// Insights": keywords and functions in any case; names with other characters than letters, digits
/// and underscores, and keywords as names, in double quotes; values in single quotes; a quotation
/// mark inside of either escaped by a backslash. Of the guide's reserved words only those of the
/// language itself want quotes: AWS takes others without, too.
/// Errors: `invalid`, with the position (from 1) of what is wrong; `limit` for one that is too
/// long.
Result<Select> parse_select(std::string_view query);

}  // namespace tidemark::query::insights
