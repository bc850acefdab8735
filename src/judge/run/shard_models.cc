#include "judge/run/shard_models.h"

#include <algorithm>

#include "base/log.h"
#include "judge/always/names.h"
#include "judge/period_policy.h"
#include "judge/run/derived.h"
#include "query/period_stats.h"

namespace tidemark::judge {
namespace {

constexpr std::uint8_t kVersion = 5;

/// What is stored of a metric: the samples of all its series, and what the alarm stage is told of
/// them.
struct History {
  std::vector<Sample> samples;
  std::vector<Judged> judged;
};

/// A shard that does not have the metric has nothing to say about it.
bool has_data(const ModelRun& run) {
  return run.learned() > 0 || run.next_due();
}

template <typename Items>
auto find_period(Items& items, Duration period) {
  return std::find_if(
      items.begin(), items.end(), [&](const auto& item) { return item.period() == period; });
}

bool is_chosen(const DetectorSpec& spec, Duration period) {
  return std::find(spec.periods.begin(), spec.periods.end(), period) != spec.periods.end();
}

/// Whether a rebuild makes that model anew, be it at another period that the history has taught.
bool is_made_anew(const DetectorSpec& spec, std::span<const Rebuild> rebuilds, Duration period) {
  return std::any_of(rebuilds.begin(), rebuilds.end(), [&](const Rebuild& rebuild) {
    const bool are_learned = !is_chosen(spec, period) && !is_chosen(spec, rebuild.period());
    return rebuild.period() == period || are_learned;
  });
}

/// The period at which a model is made anew from its history.
Duration period_anew(const DetectorSpec& spec, Duration before, std::span<const Sample> history) {
  if (is_chosen(spec, before)) return before;
  PeriodLearner learner;
  learner.feed(history);
  return learner.period().value_or(before);
}

History read_history(const ShardAccess& shard,
                     const MetricRef& metric,
                     Timestamp from = Timestamp::min(),
                     Timestamp to = Timestamp::max()) {
  History out;
  for (auto& [id, key] : series_of(shard, metric)) {
    auto samples = shard.read(id, from, to);
    if (!samples) {
      // A damaged block costs a detector that stretch of its history, not its life.
      log(LogLevel::error,
          "history cannot be read for a detector",
          {{"series", to_text(key)}, {"error", samples.error().what}});
      continue;
    }
    if (samples->empty()) continue;
    out.judged.push_back({id, std::move(key), samples->front().at, samples->back().at});
    out.samples.insert(out.samples.end(),
                       std::make_move_iterator(samples->begin()),
                       std::make_move_iterator(samples->end()));
  }
  return out;
}

/// The value of a period as it is now; nullopt: it has none.
std::optional<double> value_of(const ShardAccess& shard,
                               const DetectorTarget& target,
                               Timestamp start,
                               Duration period) {
  const auto history = read_history(shard, *target.metric, start, start + period);
  const auto cells = query::fold_into_periods(history.samples, period);
  return cells.empty() ? std::nullopt : evaluate(target.stat, cells.front().cell);
}

}  // namespace

Heard ShardModels::on_batch(ShardAccess& shard, const EnteredBatch& batch) {
  Heard out;
  const std::set<SeriesId> inputs = math_.on_batch(shard, batch);
  // All units of a metric in one record are one feed: the second must not come late to the first.
  std::map<const ByMetric<Entry>::Entries*, std::vector<Sample>> fed;
  for (const EnteredSeries& series : batch.series) {
    if (series.samples.empty()) continue;
    const auto [oldest, newest] = std::minmax_element(
        series.samples.begin(), series.samples.end(), [](const Sample& a, const Sample& b) {
          return a.at < b.at;
        });
    auto& heard = inputs.contains(series.id) ? out.after_math : out.at_once;
    heard.push_back({series.id, *series.key, oldest->at, newest->at});
    const auto& entries = by_metric_.of(series);
    if (entries.empty()) continue;
    auto& samples = fed[&entries];
    samples.insert(samples.end(), series.samples.begin(), series.samples.end());
  }
  for (const auto& [entries, samples] : fed) {
    for (Entry* entry : *entries)
      feed(shard, *entry, samples, batch.received_at);
  }
  always_on_.on_batch(batch, keep_found(shard));
  publish_always_on(shard);
  return out;
}

void ShardModels::feed(ShardAccess& shard,
                       Entry& entry,
                       std::span<const Sample> samples,
                       Timestamp now) {
  for (ModelRun& run : entry.runs) {
    run.feed(samples, now);
    put_made(shard, entry.spec, run);
    for (const ModelRun::Late& late : run.take_late()) {
      const auto value = value_of(shard, entry.spec.target, late.start, run.period());
      if (!value) continue;
      put_found(shard,
                entry.spec,
                run.period(),
                judge_again(shard, entry.spec, run.period(), late, *value));
    }
    publish(entry, run);
  }
  for (Rebuild& rebuild : entry.rebuilds)
    rebuild.feed(samples, now);
  if (!entry.runs.empty() || !entry.rebuilds.empty()) return;
  entry.cadence.feed(samples);
  if (const auto period = entry.cadence.period()) {
    add_run(shard, entry, *period, read_history(shard, *entry.spec.target.metric).samples, now);
  }
}

std::set<Duration> ShardModels::periods_of(Entry& entry, std::span<const Sample> history) {
  std::set<Duration> out(entry.spec.periods.begin(), entry.spec.periods.end());
  for (const Rebuild& rebuild : entry.rebuilds)
    out.insert(rebuild.period());
  for (const ModelRun& run : entry.runs) {
    if (!is_made_anew(entry.spec, entry.rebuilds, run.period())) out.insert(run.period());
  }
  if (out.empty()) {
    entry.cadence.feed(history);
    if (const auto period = entry.cadence.period()) out.insert(*period);
  }
  return out;
}

void ShardModels::put(ShardAccess& shard, const DetectorSpec& spec, Timestamp now) {
  if (!spec.target.metric) return math_.put(shard, spec);
  auto& place = entries_[spec.id];
  const bool is_new = place == nullptr;
  if (is_new) place = std::make_unique<Entry>();
  Entry& entry = *place;
  // Choices and marks of the same revision are the same: what learned by them may stay.
  const bool is_same = !is_new && entry.spec.revision == spec.revision;
  entry.spec = spec;
  board_.register_detector(spec.id, &spec);
  if (is_new) {
    by_metric_.add(*spec.target.metric, &entry);
  }
  const auto is_there = [&entry](Duration period) {
    return find_period(entry.runs, period) != entry.runs.end() ||
           find_period(entry.rebuilds, period) != entry.rebuilds.end();
  };
  // Where only tags have changed there is no need to read the history.
  const auto known = periods_of(entry, {});
  if (is_same && !known.empty() && std::all_of(known.begin(), known.end(), is_there)) return;
  std::vector<Sample> history = read_history(shard, *spec.target.metric).samples;
  for (const Duration period : periods_of(entry, history)) {
    if (is_same && is_there(period)) continue;
    if (!history.empty()) {
      start_rebuild(entry, period, history, now);
    } else if (const auto run = find_period(entry.runs, period); run != entry.runs.end()) {
      *run = blank(entry, period);
    } else {
      entry.runs.push_back(blank(entry, period));
    }
  }
}

ModelRun ShardModels::blank(const Entry& entry, Duration period) const {
  return {entry.spec, period};
}

void ShardModels::add_run(ShardAccess& shard,
                          Entry& entry,
                          Duration period,
                          std::span<const Sample> history,
                          Timestamp now) {
  ModelRun run = blank(entry, period);
  run.replay(query::fold_into_periods(history, period), now);
  put_made(shard, entry.spec, run);
  entry.runs.push_back(std::move(run));
  publish(entry, entry.runs.back());
}

void ShardModels::start_rebuild(Entry& entry,
                                Duration period,
                                std::vector<Sample> history,
                                Timestamp now) {
  // One that is under way was begun with other choices: the new one takes its place.
  std::erase_if(entry.rebuilds, [&](const Rebuild& each) { return each.period() == period; });
  entry.rebuilds.emplace_back(blank(entry, period),
                              std::move(history),
                              now,
                              background_,
                              [this, id = entry.spec.id, period] { board_.rebuilt(id, period); });
}

void ShardModels::begin_rebuild(ShardAccess& shard,
                                const std::string& id,
                                Duration period,
                                Timestamp now) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  Entry& entry = *found->second;
  const auto run = find_period(entry.runs, period);
  if (run == entry.runs.end() || !has_data(*run)) return;
  if (is_made_anew(entry.spec, entry.rebuilds, period)) return;
  std::vector<Sample> history = read_history(shard, *entry.spec.target.metric).samples;
  const Duration anew = period_anew(entry.spec, period, history);
  start_rebuild(entry, anew, std::move(history), now);
  publish(entry, *run);
}

std::vector<Judged> ShardModels::finish_rebuild(ShardAccess& shard,
                                                const std::string& id,
                                                Duration period,
                                                Timestamp now) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return math_.finish(shard, id, period, now);
  Entry& entry = *found->second;
  const auto rebuild = find_period(entry.rebuilds, period);
  if (rebuild == entry.rebuilds.end()) return {};
  put_rebuilt(shard, entry.spec, *rebuild);
  Rebuild::Done done = std::move(*rebuild).finish();
  entry.rebuilds.erase(rebuild);
  put_issued(shard, entry.spec, period, std::move(done.issued));
  const auto run = find_period(entry.runs, period);
  if (run == entry.runs.end()) {
    entry.runs.push_back(std::move(done.run));
    publish(entry, entry.runs.back());
  } else {
    done.run.keep_arrivals(*run);
    *run = std::move(done.run);
    publish(entry, *run);
  }
  retire_before(entry, period);
  std::vector<Judged> out;
  for (auto& [series, key] : series_of(shard, *entry.spec.target.metric))
    out.push_back({series, std::move(key), done.from, done.to});
  return out;
}

void ShardModels::retire_before(Entry& entry, Duration period) {
  if (is_chosen(entry.spec, period)) return;
  std::erase_if(entry.runs, [&](const ModelRun& run) {
    const bool goes = run.period() != period && !is_chosen(entry.spec, run.period());
    if (goes) board_.retire(entry.spec.id, run.period());
    return goes;
  });
}

void ShardModels::remove(const std::string& id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return math_.remove(id);
  by_metric_.remove(found->second.get());
  entries_.erase(found);
  board_.register_detector(id, nullptr);
}

void ShardModels::clear() {
  always_on_.clear();
  math_.clear();
  while (!entries_.empty())
    remove(std::string(entries_.begin()->first));
}

void ShardModels::advance(ShardAccess& shard, Timestamp now) {
  for (auto& [id, entry] : entries_) {
    for (Rebuild& rebuild : entry->rebuilds)
      rebuild.advance(now);
    for (ModelRun& run : entry->runs) {
      const auto due = run.next_due();
      if (!due || *due > now) continue;
      run.advance(now);
      put_made(shard, entry->spec, run);
      publish(*entry, run);
    }
  }
  math_.advance(shard, now);
  always_on_.advance(now, keep_found(shard));
  publish_always_on(shard);
}

AlwaysOnTier::Tell ShardModels::keep_found(ShardAccess& shard) const {
  return [this, &shard](const AlwaysOnTier::Found& found) {
    const auto key = shard.key(found.series);
    if (!key) return false;
    const auto metric = to_metric_ref(*key);
    if (metric && by_metric_.has(*metric)) return false;
    const AlwaysOnRef ref{found.series, found.period};
    shard.put_derived(always_on_band_key(*key, ref), {{found.at, found.band}});
    shard.put_derived(always_on_finding_key(*key, ref), {{found.at, found.finding}});
    return true;
  };
}

void ShardModels::publish_always_on(const ShardAccess& shard) {
  const AlwaysOnStatus status{always_on_.next_due(), always_on_.counts()};
  if (status == always_on_told_) return;
  always_on_told_ = status;
  board_.publish_always_on(shard.shard(), status);
}

void ShardModels::publish(const Entry& entry, const ModelRun& run) {
  if (!has_data(run)) return;
  const bool rebuilding = is_made_anew(entry.spec, entry.rebuilds, run.period());
  board_.publish(entry.spec.id,
                 run.period(),
                 {run.training(),
                  run.learned(),
                  run.stale() && !rebuilding,
                  run.next_due(),
                  run.as_seed(),
                  run.days()});
}

void ShardModels::save(ShardAccess& shard, ByteSink& out) {
  out.u8(kVersion);
  out.varint(entries_.size());
  for (const auto& [id, entry] : entries_) {
    out.text(to_json(entry->spec));
    entry->cadence.save(out);
    out.varint(entry->runs.size());
    for (const ModelRun& run : entry->runs) {
      out.i64(run.period().count());
      run.save(out);
    }
    out.varint(entry->rebuilds.size());
    for (Rebuild& rebuild : entry->rebuilds) {
      put_rebuilt(shard, entry->spec, rebuild);
      out.i64(rebuild.period().count());
      rebuild.save(out);
    }
  }
  math_.save(shard, out);
  always_on_.save(out);
}

Result<void> ShardModels::restore_runs(Entry& entry, ByteSource& in) {
  const auto read_period = [&in]() -> Result<Duration> {
    TM_TRY(const auto period, in.i64());
    if (!check_period(Duration(period))) {
      return fail(Errc::corrupt, "detector state has an impossible period");
    }
    return Duration(period);
  };
  TM_TRY(const auto runs, in.varint());
  for (std::uint64_t r = 0; r < runs; ++r) {
    TM_TRY(const auto period, read_period());
    ModelRun run = blank(entry, period);
    TM_TRY_VOID(run.restore(in));
    entry.runs.push_back(std::move(run));
  }
  TM_TRY(const auto rebuilds, in.varint());
  for (std::uint64_t r = 0; r < rebuilds; ++r) {
    TM_TRY(const auto period, read_period());
    TM_TRY(auto rebuild, Rebuild::restore(in, blank(entry, period)));
    entry.rebuilds.push_back(std::move(rebuild));
  }
  return {};
}

void ShardModels::restore_always_on(const ShardAccess& shard, ByteSource& in) {
  if (in.empty()) return;  // a server without this tier made the checkpoint
  if (const auto read = always_on_.restore(in); !read) {
    log(LogLevel::error,
        "what the always-on tier has learned cannot be read: it begins anew",
        {{"shard", std::to_string(shard.shard())}, {"error", read.error().what}});
  }
  publish_always_on(shard);
}

Result<void> ShardModels::restore(const ShardAccess& shard, ByteSource& in) {
  TM_TRY(const auto version, in.u8());
  if (version != kVersion) return fail(Errc::corrupt, "detector state of an unknown version");
  TM_TRY(const auto count, in.varint());
  for (std::uint64_t i = 0; i < count; ++i) {
    TM_TRY(const auto text, in.text());
    TM_TRY(auto spec, detector_spec_from_json(std::string(text)));
    auto entry = std::make_unique<Entry>(Entry{std::move(spec), {}, {}, {}});
    TM_TRY_VOID(entry->cadence.restore(in));
    TM_TRY_VOID(restore_runs(*entry, in));
    if (!entry->spec.target.metric) return fail(Errc::corrupt, "detector state has no metric");
    board_.register_detector(entry->spec.id, &entry->spec);
    for (const ModelRun& run : entry->runs)
      publish(*entry, run);
    for (const Rebuild& rebuild : entry->rebuilds)
      board_.rebuilt(entry->spec.id, rebuild.period());
    by_metric_.add(*entry->spec.target.metric, entry.get());
    entries_.emplace(entry->spec.id, std::move(entry));
  }
  TM_TRY_VOID(math_.restore(shard, in));
  restore_always_on(shard, in);
  return {};
}

}  // namespace tidemark::judge
