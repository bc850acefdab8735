#pragma once

#include <atomic>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "judge/detector_spec.h"
#include "judge/run/model_run.h"
#include "model/band_source.h"
#include "query/metric_data.h"

namespace tidemark::judge {

/// Models of metric math, kept in memory from question to question: each feeds them only what has
/// closed since. They are a cache of what a replay of the stored history gives, to the bit, and are
/// dropped when data come for a time that they have learned. Only for expressions whose values
/// depend on no later time (any query::Reach but window). Safe from any thread.
class MathBands {
 public:
  /// Models kept; the one that was asked for longest ago goes first.
  static constexpr std::size_t kKept = 64;
  /// Newest bands kept of each; a question about older ones replays.
  static constexpr std::size_t kBandsKept = 20'000;

  /// As replay_bands(), which answers where no model can be kept.
  Result<BandSeries> bands(const query::MetricDataDeps& deps,
                           const BandIdentity& identity,
                           const DetectorChoices& choices,
                           const query::PeriodRange& range);
  /// Samples of the metric came, the oldest at `oldest`. Cheap while nothing is kept.
  void on_samples(const MetricRef& metric, Timestamp oldest);
  [[nodiscard]] bool empty() const { return count_ == 0; }
  void clear();

 private:
  struct Model;
  std::shared_ptr<Model> model_for(const std::string& key, const BandIdentity& identity);

  std::mutex mutex_;
  std::list<std::pair<std::string, std::shared_ptr<Model>>> models_;  // newest use first
  std::map<std::string, std::vector<std::weak_ptr<Model>>> by_metric_;
  std::atomic<std::size_t> count_{0};
};

}  // namespace tidemark::judge
