#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/metric_query.h"
#include "model/sample.h"

namespace tidemark {

/// Identity of a band (decision 4): equal identity, equal numbers, whichever door asks. A single
/// metric: `queries` has one metric_stat. Metric math: the queries with exactly one return_data.
struct BandIdentity {
  std::vector<MetricQuery> queries;
  Duration period{std::chrono::seconds(300)};
};

struct BandPoint {
  Timestamp start;  ///< of the period
  IssuedBand band;
};

enum class TrainingState { pending_training, trained_insufficient_data, trained };
/// "PENDING_TRAINING", "TRAINED_INSUFFICIENT_DATA", "TRAINED", as CloudWatch writes them.
std::string_view to_text(TrainingState state);

struct Limits {
  double lower = 0;
  double upper = 0;
  /// Both ends are inside.
  [[nodiscard]] bool holds(double value) const { return value >= lower && value <= upper; }
};
inline constexpr Limits kAnywhere{-std::numeric_limits<double>::infinity(),
                                  std::numeric_limits<double>::infinity()};

struct BandSeries {
  std::vector<BandPoint> points;  ///< ascending; a period without a band is absent
  TrainingState state = TrainingState::pending_training;
  Limits within = kAnywhere;  ///< lowest and highest value that the user says there can be
};

/// Lower and upper limit of a band at width `k` (decision 5): linear between k = 1, 2, 3,
/// in proportion beyond; a side of equal widths at 2 and 3 has them from k = 1.96 on. `k` > 0.
/// At no width beyond `within`.
Limits limits_at(const IssuedBand& band, double k, const Limits& within = kAnywhere);

/// Port: judge → query and alarm. Safe from any thread but a shard's worker.
class BandSource {
 public:
  virtual ~BandSource() = default;
  /// Bands of the periods that start in [from, to). Without a detector of that identity the
  /// stored history is replayed for this answer, and nothing is kept.
  [[nodiscard]] virtual Result<BandSeries> bands(const BandIdentity& identity,
                                                 Timestamp from,
                                                 Timestamp to) = 0;
};

}  // namespace tidemark
