#include "judge/math/math_models.h"

#include <algorithm>
#include <utility>

#include "judge/math_target.h"
#include "judge/run/derived.h"
#include "query/period_stats.h"

namespace tidemark::judge {
namespace {

std::vector<Sample> samples_of(const std::vector<MathValue>& values) {
  std::vector<Sample> out;
  out.reserve(values.size());
  for (const MathValue& each : values)
    out.push_back({each.start, Cell::of(each.value)});
  return out;
}

Result<Timestamp> get_time(ByteSource& in) {
  TM_TRY(const auto ns, in.i64());
  return Timestamp::from_ns(ns);
}

}  // namespace

MathModels::Entry* MathModels::find(const std::string& id, Duration period) {
  const auto found = entries_.find(id);
  const bool is_there = found != entries_.end() && found->second->period == period;
  return is_there ? found->second.get() : nullptr;
}

MathModels::Entry& MathModels::add(const DetectorSpec& spec) {
  auto& place = entries_[spec.id];
  if (place == nullptr) place = std::make_unique<Entry>();
  Entry& entry = *place;
  entry.spec = spec;
  if (const auto identity = math_identity(spec.target)) {
    entry.period = identity->period;
    entry.inputs = math_inputs(*identity);
  }
  for (const MetricRef& metric : entry.inputs)
    by_input_.add(metric, &entry);
  return entry;
}

std::set<SeriesId> MathModels::on_batch(const ShardAccess& shard, const EnteredBatch& batch) {
  std::set<SeriesId> out;
  if (entries_.empty()) return out;
  std::set<Entry*> touched;
  for (const EnteredSeries& series : batch.series) {
    for (Entry* entry : by_input_.of(series)) {
      for (const Sample& sample : series.samples)
        entry->touches.add(
            query::period_start(sample.at, entry->period), batch.sequence, batch.received_at);
      touched.insert(entry);
      out.insert(series.id);
    }
  }
  for (Entry* entry : touched)
    publish(shard, *entry);
  return out;
}

void MathModels::put(const ShardAccess& shard, const DetectorSpec& spec) {
  Entry& entry = add(spec);
  board_.register_detector(spec.id, &spec);
  publish(shard, entry);
}

void MathModels::remove(const std::string& id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  by_input_.remove(found->second.get());
  entries_.erase(found);
  board_.register_detector(id, nullptr);
}

void MathModels::clear() {
  while (!entries_.empty())
    remove(std::string(entries_.begin()->first));
}

void MathModels::tell(ShardAccess& shard, const MathNote& note, Timestamp now) {
  Entry* entry = find(note.id, note.period);
  if (entry == nullptr) return;
  if (entry->place) feed(shard, *entry, note, now);
  entry->touches.settle(note.closed_before, note.sequence);
  publish(shard, *entry);
}

void MathModels::feed(ShardAccess& shard, Entry& entry, const MathNote& note, Timestamp now) {
  MathPlace& place = *entry.place;
  std::vector<MathValue> values = note.values;
  // What is new to the note may have been told by one before it, whose writer never heard that.
  std::erase_if(values, [&](const MathValue& each) {
    return each.start >= note.since && each.start < place.closed_before;
  });
  const std::vector<Sample> samples = samples_of(values);
  if (entry.rebuild) entry.rebuild->feed(samples, now);
  if (entry.run) {
    entry.run->feed(samples, now);
    put_made(shard, entry.spec, *entry.run);
    for (const ModelRun::Late& late : entry.run->take_late()) {
      const auto now_there = std::find_if(
          values.begin(), values.end(), [&](const auto& each) { return each.start == late.start; });
      put_found(shard,
                entry.spec,
                entry.period,
                judge_again(shard, entry.spec, entry.period, late, now_there->value));
    }
  }
  if (note.closed_before < place.closed_before) return;
  place.closed_before = note.closed_before;
  place.expected = note.expected;
}

void MathModels::begin(ShardAccess& shard, const MathHistoryNote& note, Timestamp now) {
  const MathNote& values = note.values;
  Entry* entry = find(values.id, values.period);
  if (entry == nullptr) return;
  if (note.shard == shard.shard()) {
    start(*entry, samples_of(values.values), now);
    if (!entry->place) entry->place = MathPlace{0, false, values.closed_before, values.expected};
    entry->place->revision = note.revision;
  }
  entry->touches.settle(values.closed_before, values.sequence);
  entry->touches.made_anew(values.sequence);
  publish(shard, *entry);
}

void MathModels::start(Entry& entry, std::vector<Sample> history, Timestamp now) {
  entry.rebuild.emplace(
      ModelRun(entry.spec, entry.period),
      std::move(history),
      now,
      background_,
      [this, id = entry.spec.id, period = entry.period] { board_.rebuilt(id, period); });
}

std::vector<Judged> MathModels::finish(ShardAccess& shard,
                                       const std::string& id,
                                       Duration period,
                                       Timestamp now) {
  Entry* entry = find(id, period);
  if (entry == nullptr) return {};
  if (entry->rebuild) {
    put_rebuilt(shard, entry->spec, *entry->rebuild);
    Rebuild::Done done = std::move(*entry->rebuild).finish();
    entry->rebuild.reset();
    put_issued(shard, entry->spec, period, std::move(done.issued));
    if (entry->run) done.run.keep_arrivals(*entry->run);
    entry->run.emplace(std::move(done.run));
    publish(shard, *entry);
  }
  std::vector<Judged> out;
  for (const MetricRef& metric : entry->inputs) {
    for (auto& [series, key] : series_of(shard, metric))
      out.push_back({series, std::move(key), now, now});
  }
  return out;
}

void MathModels::advance(ShardAccess& shard, Timestamp now) {
  for (auto& [id, entry] : entries_) {
    if (entry->rebuild) entry->rebuild->advance(now);
    const auto due = entry->run ? entry->run->next_due() : std::nullopt;
    if (!due || *due > now) continue;
    entry->run->advance(now);
    put_made(shard, entry->spec, *entry->run);
    publish(shard, *entry);
  }
}

void MathModels::publish(const ShardAccess& shard, Entry& entry) {
  if (entry.place) entry.place->stale = entry.run && entry.run->stale() && !entry.rebuild;
  board_.publish_math(shard.shard(),
                      entry.spec.id,
                      {entry.place, entry.touches.periods(), entry.touches.overflown()});
  if (!entry.run) return;
  const ModelRun& run = *entry.run;
  board_.publish(entry.spec.id,
                 entry.period,
                 {run.training(), run.learned(), false, run.next_due(), std::nullopt, run.days()});
}

void MathModels::save(ShardAccess& shard, ByteSink& out) {
  out.varint(entries_.size());
  for (const auto& [id, entry] : entries_) {
    out.text(to_json(entry->spec));
    entry->touches.save(out);
    out.u8(entry->place ? 1 : 0);
    if (!entry->place) continue;
    out.varint(entry->place->revision);
    out.i64(entry->place->closed_before.ns());
    out.i64(entry->place->expected.ns());
    out.u8(entry->run ? 1 : 0);
    if (entry->run) entry->run->save(out);
    out.u8(entry->rebuild ? 1 : 0);
    if (!entry->rebuild) continue;
    put_rebuilt(shard, entry->spec, *entry->rebuild);
    entry->rebuild->save(out);
  }
}

Result<void> MathModels::restore_model(Entry& entry, ByteSource& in) {
  TM_TRY(const auto owned, in.u8());
  if (owned == 0) return {};
  if (!check_period(entry.period)) return fail(Errc::corrupt, "metric math of no period");
  MathPlace& place = entry.place.emplace();
  TM_TRY(place.revision, in.varint());
  TM_TRY(place.closed_before, get_time(in));
  TM_TRY(place.expected, get_time(in));
  TM_TRY(const auto runs, in.u8());
  if (runs != 0) {
    entry.run.emplace(entry.spec, entry.period);
    TM_TRY_VOID(entry.run->restore(in));
  }
  TM_TRY(const auto rebuilds, in.u8());
  if (rebuilds != 0) {
    TM_TRY(auto rebuild, Rebuild::restore(in, ModelRun(entry.spec, entry.period)));
    entry.rebuild.emplace(std::move(rebuild));
  }
  return {};
}

Result<void> MathModels::restore(const ShardAccess& shard, ByteSource& in) {
  TM_TRY(const auto count, in.varint());
  for (std::uint64_t i = 0; i < count; ++i) {
    TM_TRY(const auto text, in.text());
    TM_TRY(const auto spec, detector_spec_from_json(std::string(text)));
    Entry& entry = add(spec);
    TM_TRY_VOID(entry.touches.restore(in));
    TM_TRY_VOID(restore_model(entry, in));
    board_.register_detector(spec.id, &spec);
    publish(shard, entry);
    if (entry.rebuild) board_.rebuilt(spec.id, entry.period);
  }
  return {};
}

}  // namespace tidemark::judge
