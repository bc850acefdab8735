#pragma once

#include <optional>
#include <vector>

#include "judge/always/names.h"
#include "judge/detector_spec.h"
#include "model/finding.h"
#include "store/reader.h"

/// Findings of the always-on tier as they are stored, read from any thread but a shard's worker.
namespace tidemark::judge {

/// The watch of a series in the words of a detector: its id, what it watches, its one period, and
/// default choices. The statistic is "Sum", "last" or "rate"; only the first is one of CloudWatch.
/// A metric of another protocol has no namespace; its dimensions are the labels of the series.
/// nullopt: no such series.
std::optional<DetectorSpec> always_on_spec(const store::Reader& reader, const AlwaysOnRef& ref);

struct AlwaysOnFinding {
  Timestamp at;
  Finding finding;
};
/// Of periods that start in [from, to), ascending.
Result<std::vector<AlwaysOnFinding>> always_on_findings(const store::Reader& reader,
                                                        const AlwaysOnRef& ref,
                                                        Timestamp from,
                                                        Timestamp to);
/// The watches of that metric (nullopt: of all) that have findings of periods that start at `from`
/// or later. Touches no series without findings.
std::vector<AlwaysOnRef> always_on_found(const store::Reader& reader,
                                         const std::optional<MetricRef>& metric,
                                         Timestamp from);

/// The band that the finding of that period was compared with.
Result<IssuedBand> always_on_band(const store::Reader& reader,
                                  const AlwaysOnRef& ref,
                                  Timestamp at);
/// The value of a period from what is stored of it now; nullopt: nothing is, or the tier looks at
/// the rate, which depends on the period before.
Result<std::optional<double>> always_on_value(const store::Reader& reader,
                                              const AlwaysOnRef& ref,
                                              Timestamp at);

/// The stored history up to and with the period at `at`, through the code that runs live.
struct AlwaysOnReplay {
  struct Value {
    Timestamp at;
    double value = 0;
  };
  std::vector<Value> values;  ///< of closed periods, ascending, those of the present cadence
  std::optional<IssuedBand> band;
  double value = 0;
  double score = 0;
  std::uint64_t learned = 0;
  double confidence = 0;
};
Result<AlwaysOnReplay> replay_always_on(const store::Reader& reader,
                                        const AlwaysOnRef& ref,
                                        Timestamp at);

}  // namespace tidemark::judge
