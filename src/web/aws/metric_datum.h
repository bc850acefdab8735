#pragma once

#include "model/sample.h"
#include "web/aws/context.h"

namespace tidemark::web::aws {

/// One entry of MetricData as a series and its sample: a cell at the datum's storage resolution (1
/// or 60 s). `where` names the entry in messages ("MetricData.member.1."). `now`: data time, for
/// entries without a timestamp and for the limit of two hours ahead.
tl::expected<std::pair<SeriesKey, Sample>, AwsError> read_datum(const Context& context,
                                                                const std::string& metric_namespace,
                                                                const Document& datum,
                                                                const std::string& where);

}  // namespace tidemark::web::aws
