#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/band_source.h"
#include "model/metric_query.h"
#include "query/metric_math.h"
#include "query/page_position.h"
#include "query/period_close.h"
#include "query/period_stats.h"
#include "query/time_series.h"
#include "store/reader.h"

/// CloudWatch's MetricDataQueries: statistics of metrics, Metrics Insights queries (SELECT …), and
/// expressions over both. A SELECT without GROUP BY gives one series, with it an array.
///
/// The period of an expression is the largest of the metrics and SELECTs it uses, and for its sake
/// those with a smaller one are taken at that period, too; an expression without metrics uses its
/// own `period`, else 300 s. Errors of all functions: `invalid` with "Error in expression 'e1': …"
/// (AWS' ValidationError), also for an unknown or repeated id and for ids that use each other in a
/// circle.
namespace tidemark::query {

inline constexpr std::size_t kMetricQueriesMax = 500;
inline constexpr std::size_t kDatapointsMax = 100'800;

struct MetricDataDeps {
  const store::Reader& reader;
  BandSource& bands;
};

/// Checks ids, expressions and their references without reading data.
Result<void> check_queries(std::span<const MetricQuery> queries);

enum class MetricDataStatus { complete, partial_data };

struct MetricDataMessage {
  std::string code;  ///< "ArithmeticError", "MultipleUnits"
  std::string value;
};

/// One series of the answer.
struct MetricDataEntry {
  std::string id;
  std::string label;
  std::vector<Timestamp> timestamps;
  std::vector<double> values;
  MetricDataStatus status = MetricDataStatus::complete;  ///< partial_data: more on the next page
  std::vector<MetricDataMessage> messages;
};

struct MetricDataOptions {
  bool descending = true;  ///< ScanBy
  std::size_t max_datapoints = kDatapointsMax;
  /// `next` of the page before. What has come meanwhile for a place before it is on no page.
  std::optional<PagePosition> after = std::nullopt;
  /// When the first page was asked for: periods begin at the range's start, which is rounded as
  /// CloudWatch rounds it at that time (request_window.h), and ages in labels count to it. nullopt,
  /// and where a query calls ANOMALY_DETECTION_BAND: at the multiples of their length since 1970.
  std::optional<Timestamp> asked_at = std::nullopt;
  Duration utc_offset{0};  ///< by which labels show times
};

struct MetricDataResult {
  std::vector<MetricDataEntry> entries;
  std::optional<PagePosition> next;  ///< set: there is another page
  /// About the whole answer: what a SELECT left out ("MaxMatchingResultsExceeded",
  /// "MaxQueryResultsExceeded").
  std::vector<MetricDataMessage> messages;
};

/// All queries with return_data, in their order. An expression that gives an array has one entry
/// for each member, all with its id; a band has two, upper first, labelled "<label> high" and
/// "<label> low" (what AWS writes is not known to us). Default labels: the metric's name, with
/// statistic and period where those of the request differ, the expression's id; members of an
/// array: "<label of the expression> <label of the metric>". Dynamic labels are filled in from all
/// points, also those of other pages (label/dynamic_label.h). A period that is still open gives its
/// running value. A metric that was sent in several units and is asked for in none gives that of
/// the first by name, and says so (docs/decisions/0004).
Result<MetricDataResult> get_metric_data(const MetricDataDeps& deps,
                                         std::span<const MetricQuery> queries,
                                         const PeriodRange& range,
                                         const MetricDataOptions& options = {});

/// One period of what an alarm watches.
struct EvaluatedPoint {
  Timestamp start;
  std::optional<double> value;  ///< nullopt: missing
  /// nullopt: still open. An expression's is closed when those of all its metrics are; the reason
  /// is that of the one that waited for the most. With a SELECT among them that is the grace behind
  /// the period's end: nobody knows how many metrics it waits for.
  std::optional<CloseReason> closed;
  double sample_count =
      0;  ///< the least of its metrics' (for low-sample percentiles), SELECTs apart
};

struct EvaluatedSeries {
  std::string label;
  Duration period{0};
  /// Every period that starts in the range, ascending, also missing ones.
  std::vector<EvaluatedPoint> points;
  /// Of a plain metric; nullopt for an expression, whose open periods can never breach.
  std::optional<Statistic> statistic;
  /// No observation read for it was below zero.
  bool never_negative = true;
  /// Of a reach of Reach::back: values from here on would be the same with an earlier range.from.
  Timestamp settled_from = Timestamp::min();
  /// A SELECT that it is made of left metrics or series out, as kSelectMetricsMax and
  /// kSelectSeriesMax say.
  bool is_cut = false;
};

/// One id as an alarm sees it at `now`. Samples later than range.as_of are not looked at, and
/// nothing that starts after `now` closes a period. The id must give one series: `invalid`
/// otherwise (scalar, array, band).
Result<EvaluatedSeries> evaluate_series(const MetricDataDeps& deps,
                                        std::span<const MetricQuery> queries,
                                        const std::string& id,
                                        const PeriodRange& range,
                                        Timestamp now);

/// What the value of the id at a time depends on. Queries that do not hold together: the window.
Reach reach_of(std::span<const MetricQuery> queries, const std::string& id);

/// Does an expression of these call that function of metric math? False: queries that do not hold
/// together.
bool calls_function(std::span<const MetricQuery> queries, std::string_view function);

/// The period of what that id gives (see above).
Result<Duration> period_of(std::span<const MetricQuery> queries, const std::string& id);

/// What `id` stands for, in the one form that equal things share: labels and accounts dropped, only
/// the queries it needs, sorted by id, return_data on `id` alone; a single metric has id "m1".
Result<BandIdentity> band_identity_of(std::span<const MetricQuery> queries, const std::string& id);

struct BandRequest {
  BandIdentity identity;
  double k = 2;
  std::string input_id;  ///< the query whose band it is
};
/// What an alarm's ThresholdMetricId asks for. `invalid` unless that query is
/// ANOMALY_DETECTION_BAND(id[, number]).
Result<BandRequest> band_request_of(std::span<const MetricQuery> queries,
                                    const std::string& threshold_id);

}  // namespace tidemark::query
