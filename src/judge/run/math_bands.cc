#include "judge/run/math_bands.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "judge/math/expression.h"
#include "judge/run/ad_hoc.h"

namespace tidemark::judge {
struct MathBands::Model {
  std::mutex mutex;  // of all below but `touched`
  std::optional<ModelRun> run;
  Timestamp from;
  Timestamp as_of = Timestamp::min();
  Timestamp fed_to;  ///< periods before it are learned
  std::deque<BandPoint> bands;
  bool dropped_bands = false;
  /// Oldest sample that came since the last question, ns.
  std::atomic<std::int64_t> touched{INT64_MAX};

  void begin(const DetectorTarget& target,
             const DetectorChoices& choices,
             Duration period,
             Timestamp start) {
    run.emplace(unwatched(target, choices), period);
    from = fed_to = start;
    bands.clear();
    dropped_bands = false;
  }

  void feed(const std::vector<query::PeriodCell>& cells, Timestamp now) {
    run->replay(cells, now);
    if (!cells.empty()) fed_to = cells.back().start + run->period();
    for (const Sample& sample : run->take_issued())
      bands.push_back({sample.at, std::get<IssuedBand>(sample.value)});
    (void)run->take_found();
    while (bands.size() > kBandsKept) {
      bands.pop_front();
      dropped_bands = true;
    }
  }
};

std::shared_ptr<MathBands::Model> MathBands::model_for(const std::string& key,
                                                       const BandIdentity& identity) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(
      models_.begin(), models_.end(), [&](const auto& item) { return item.first == key; });
  if (found != models_.end()) {
    models_.splice(models_.begin(), models_, found);
    return models_.front().second;
  }
  auto made = std::make_shared<Model>();
  for (const MetricQuery& query : identity.queries) {
    if (query.metric_stat) by_metric_[to_text(query.metric_stat->metric)].push_back(made);
  }
  models_.emplace_front(key, made);
  if (models_.size() > kKept) models_.pop_back();
  for (auto& [metric, users] : by_metric_)
    std::erase_if(users, [](const auto& user) { return user.expired(); });
  std::erase_if(by_metric_, [](const auto& item) { return item.second.empty(); });
  count_ = models_.size();
  return made;
}

Result<BandSeries> MathBands::bands(const query::MetricDataDeps& deps,
                                    const BandIdentity& identity,
                                    const DetectorChoices& choices,
                                    const query::PeriodRange& range) {
  TM_TRY_VOID(check_period(identity.period));
  if (query::reach_of(identity.queries, watched_id(identity)) == query::Reach::window)
    return replay_bands(deps, identity, choices, range);
  const DetectorTarget target = target_of(identity);
  const auto model = model_for(
      fmt::format(
          "{}/{}/{}", target_key(target), identity.period.count(), choices_json(choices).dump()),
      identity);
  const std::lock_guard lock(model->mutex);
  // Taken before reading: what comes while it reads is looked at by the next question.
  const auto touched = Timestamp::from_ns(model->touched.exchange(INT64_MAX));
  const Timestamp start = math_history_start(identity.period, range.to);
  if (!model->run || model->from != start || range.as_of < model->as_of ||
      touched < model->fed_to) {
    model->begin(target, choices, identity.period, start);
  }
  model->as_of = range.as_of;
  const Timestamp end = math_end(identity.period, range.as_of);
  const auto history = math_history(deps, identity, start, {model->fed_to, end, range.as_of});
  if (!history) {
    model->run.reset();
    return tl::unexpected(history.error());
  }
  model->feed(history->cells, range.as_of);
  if (model->dropped_bands && range.from < model->bands.front().start)
    return replay_bands(deps, identity, choices, range);
  BandSeries out;
  out.state = model->run->training();
  for (const BandPoint& point : model->bands) {
    if (point.start >= range.from && point.start < range.to) out.points.push_back(point);
  }
  return out;
}

void MathBands::on_samples(const MetricRef& metric, Timestamp oldest) {
  const std::lock_guard lock(mutex_);
  const auto users = by_metric_.find(to_text(metric));
  if (users == by_metric_.end()) return;
  for (const auto& user : users->second) {
    const auto model = user.lock();
    if (!model) continue;
    std::int64_t seen = model->touched.load();
    while (oldest.ns() < seen && !model->touched.compare_exchange_weak(seen, oldest.ns())) {
    }
  }
}

void MathBands::clear() {
  const std::lock_guard lock(mutex_);
  models_.clear();
  by_metric_.clear();
  count_ = 0;
}

}  // namespace tidemark::judge
