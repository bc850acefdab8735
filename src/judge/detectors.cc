#include "judge/detectors.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "judge/detector_audit.h"
#include "judge/math_target.h"
#include "judge/model_versions.h"
#include "judge/run/ad_hoc.h"
#include "judge/run/filter.h"
#include "judge/run/judge_state.h"
#include "judge/stored.h"

namespace tidemark::judge {
Judge::Judge(Deps deps) : state_(std::make_unique<State>(deps, *this)) {
  state_->sink = deps.judged;
  state_->worker = std::make_unique<Worker>("tm-judge");
}

Judge::~Judge() {
  stop();
}

void Judge::set_judged_sink(JudgedSink* sink) {
  state_->sink = sink;
}

void Judge::stop() {
  state_->stopping = true;
  state_->worker->stop();
  state_->background.stop();
}

Result<void> Judge::start(NoteLog& log, const store::Reader& reader) {
  state_->log = &log;
  state_->reader = &reader;
  TM_TRY_VOID(note_model_versions(state_->deps.control, state_->deps.clock.wall()));
  TM_TRY(const auto documents, state_->deps.control.documents(kDetectorCollection));
  std::map<std::string, DetectorSpec> kept;
  for (const ControlDocument& document : documents) {
    TM_TRY(auto spec, detector_spec_from_json(document.body).map_error([&](Error error) {
      error.what += fmt::format(" (its row in control.db has the key '{}')", document.key);
      return error;
    }));
    // Earlier versions kept none of metric math.
    if (!spec.target.metric) spec.periods = math_periods(spec.target);
    kept.emplace(spec.id, std::move(spec));
  }
  std::map<std::string, DetectorSpec> in_log;
  bool learns_anew = false;
  {
    const std::lock_guard lock(state_->mutex);
    // ... nor knew which expressions are the same: the first of them stays.
    std::erase_if(kept, [this](const auto& item) {
      return !state_->detectors.emplace(identity_key(item.second.target), item.second).second;
    });
    in_log = state_->in_log;
    learns_anew = state_->learns_anew;
  }
  // A crash between the document and its note leaves the two apart: the document is the truth.
  for (const auto& [id, spec] : in_log) {
    if (!kept.contains(id)) TM_TRY_VOID(state_->append({RemoveNote{id}}));
  }
  for (const auto& [id, spec] : kept) {
    const auto found = in_log.find(id);
    if (learns_anew || found == in_log.end() || !(found->second == spec)) {
      TM_TRY_VOID(state_->append({PutNote{spec}}));
    }
  }
  TM_TRY_VOID(state_->load_calendars());
  // Alarms must not look before their bands are there.
  TM_TRY_VOID(state_->round(state_->deps.clock.wall()));
  TM_TRY_VOID(state_->finish_new_models());
  // A crash may have come before all detectors had taken over a change.
  state_->spread_calendars();
  return {};
}

Result<DetectorSpec> Judge::put(DetectorTarget target,
                                DetectorChoices choices,
                                const std::vector<Duration>& periods,
                                const std::string& who) {
  TM_TRY_VOID(check_choices(choices));
  for (const Duration period : periods)
    TM_TRY_VOID(check_period(period));
  if (!target.metric) TM_TRY_VOID(state_->check_math(target, periods));
  const std::lock_guard command(state_->commands);
  const auto known = state_->find(identity_key(target));
  DetectorSpec spec;
  if (known) {
    spec = *known;
  } else {
    spec.id = make_uuid(state_->deps.random);
    spec.created_at = state_->deps.clock.wall();
    spec.seeds = state_->seeds_for(target, choices.own.tags);
  }
  auto inherited = state_->inherited_by(target, choices);
  spec.target = std::move(target);
  if (known) {
    give(&spec, std::move(choices), std::move(inherited));
  } else {
    spec.choices = std::move(choices);
    spec.inherited = std::move(inherited);
  }
  add_periods(&spec.periods, spec.target.metric ? periods : math_periods(spec.target));
  if (spec.periods.size() > kPeriodsMax) {
    return fail(Errc::limit,
                fmt::format("a detector keeps models for at most {} periods", kPeriodsMax));
  }
  if (known && *known == spec) return spec;
  TM_TRY_VOID(state_->keep(
      spec, audit_of_put(state_->deps.clock.wall(), who, known ? &*known : nullptr, spec)));
  return spec;
}

Result<DetectorSpec> Judge::mark(const std::string& id,
                                 const std::string& subject,
                                 std::optional<Mark> mark) {
  const std::lock_guard command(state_->commands);
  const auto view = find_id(id);
  if (!view) return fail(Errc::not_found, "there is no anomaly detector " + id);
  DetectorSpec spec = *state_->find(identity_key(view->spec.target));
  const std::vector<Mark> before = spec.marks;
  std::erase_if(spec.marks,
                [&](const Mark& each) { return !subject.empty() && each.subject == subject; });
  if (mark) {
    mark->subject = subject;
    mark->revision = spec.revision + 1;
    spec.marks.push_back(*std::move(mark));
  }
  if (spec.marks == before) return spec;
  if (spec.marks.size() > kMarksMax) {
    return fail(Errc::limit, fmt::format("a detector keeps at most {} marks", kMarksMax));
  }
  ++spec.revision;
  TM_TRY_VOID(state_->keep(spec, std::nullopt));
  return spec;
}

Result<void> Judge::remove(const std::string& id) {
  const std::lock_guard command(state_->commands);
  const auto view = find_id(id);
  if (!view) return fail(Errc::not_found, "there is no anomaly detector " + id);
  {
    const std::lock_guard lock(state_->mutex);
    state_->detectors.erase(identity_key(view->spec.target));
  }
  TM_TRY_VOID(state_->deps.control.commit_and_wait(
      {DeleteDocument{kDetectorCollection, id},
       audit_of_remove(state_->deps.clock.wall(), kByUser, view->spec)}));
  return state_->append({RemoveNote{id}});
}

std::optional<DetectorView> Judge::find(const DetectorTarget& target) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->detectors.find(identity_key(target));
  if (found == state_->detectors.end()) return std::nullopt;
  return state_->view(found->second);
}

std::optional<DetectorView> Judge::find_id(const std::string& id) const {
  const std::lock_guard lock(state_->mutex);
  for (const auto& [key, spec] : state_->detectors) {
    if (spec.id == id) return state_->view(spec);
  }
  return std::nullopt;
}

std::vector<DetectorView> Judge::list(const DetectorFilter& filter) const {
  const std::lock_guard lock(state_->mutex);
  std::vector<DetectorView> out;
  for (const auto& [key, spec] : state_->detectors) {
    if (passes(spec, filter)) out.push_back(state_->view(spec));
  }
  return out;
}

void Judge::need_band(const BandIdentity& identity) {
  DetectorTarget target = target_of(identity);
  // Models of metric math are made when they are asked for.
  if (!target.metric || state_->has_model(target, identity.period)) return;
  const std::string key = fmt::format("{}/{}", identity_key(target), identity.period.count());
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->wanted.insert(key).second) return;
  }
  state_->worker->post([this, target = std::move(target), period = identity.period, key] {
    const auto known = state_->find(identity_key(target));
    const auto made =
        put(target, known ? known->choices : DetectorChoices{}, {period}, kByTidemark);
    if (!made) {
      log(LogLevel::error,
          "a band that an alarm needs cannot be made",
          {{"detector", key}, {"error", made.error().what}});
    }
    const std::lock_guard lock(state_->mutex);
    state_->wanted.erase(key);
  });
}

std::optional<Timestamp> Judge::next_due() const {
  const auto of_models = state_->models_due();
  const auto of_math = state_->math_rounds.next_due();
  if (!of_models || !of_math) return of_models ? of_models : of_math;
  return std::min(*of_models, *of_math);
}

Result<void> Judge::tick(Timestamp now) {
  if (state_->calendars_wait.exchange(false)) state_->spread_calendars();
  // Values before the time: a period that has one is not silent.
  TM_TRY_VOID(state_->round(now));
  const auto due = state_->models_due();
  if (due && *due <= now) TM_TRY_VOID(state_->append({TimeNote{}}));
  TM_TRY_VOID(state_->rebuild_what_is_due());
  return {};
}

Result<void> Judge::settle() {
  state_->worker->ask([] {});  // what need_band() asked for is made then
  while (state_->spreading > 0)
    state_->worker->ask([] {});
  for (;;) {
    TM_TRY(const bool begun, state_->round(state_->deps.clock.wall()));
    state_->background.ask([] {});  // what has begun is ready then
    TM_TRY(const bool more, state_->rebuild_what_is_due());
    if (!more && !begun) return {};
  }
}

Result<void> Judge::clear() {
  const std::lock_guard command(state_->commands);
  std::vector<ControlChange> changes;
  {
    const std::lock_guard lock(state_->mutex);
    for (const auto& [key, spec] : state_->detectors) {
      changes.emplace_back(DeleteDocument{kDetectorCollection, spec.id});
    }
    state_->detectors.clear();
    for (const auto& [name, calendar] : std::exchange(state_->calendars, {}))
      changes.emplace_back(DeleteDocument{kCalendarCollection, name});
  }
  state_->math.clear();
  if (!changes.empty()) TM_TRY_VOID(state_->deps.control.commit_and_wait(std::move(changes)));
  return state_->append({ClearNote{}});
}

Result<BandSeries> Judge::bands(const BandIdentity& identity, Timestamp from, Timestamp to) {
  const DetectorTarget target = target_of(identity);
  const auto spec = state_->find(identity_key(target));
  const DetectorChoices choices = spec ? judging_choices(*spec) : DetectorChoices{};
  const query::PeriodRange range{from, to, std::max(state_->deps.clock.wall(), from)};
  const query::MetricDataDeps data{*state_->reader, *this};
  if (!spec || !state_->has_model(target, identity.period)) {
    auto out = target.metric ? replay_bands(data, identity, choices, range)
                             : state_->math.bands(data, identity, choices, range);
    if (out) out->within = own_limits(choices);
    return out;
  }
  BandSeries out;
  out.within = own_limits(choices);
  {
    const std::lock_guard lock(state_->mutex);
    const auto status = state_->models.find({spec->id, identity.period});
    if (status != state_->models.end()) out.state = status->second.state;
  }
  TM_TRY(const auto samples,
         read_stored(*state_->reader, band_series_key(*spec, identity.period), from, to));
  for (const Sample& sample : samples) {
    if (const auto* band = std::get_if<IssuedBand>(&sample.value)) {
      out.points.push_back({sample.at, *band});
    }
  }
  return out;
}

void Judge::on_batch(ShardAccess& shard, const EnteredBatch& batch, bool replaying) {
  Heard heard = state_->shard(shard.shard()).on_batch(shard, batch);
  if (!state_->math.empty()) {
    for (const auto* judged : {&heard.at_once, &heard.after_math}) {
      for (const Judged& each : *judged) {
        if (const auto metric = to_metric_ref(each.key))
          state_->math.on_samples(*metric, each.from);
      }
    }
  }
  state_->tell(batch.sequence, std::move(heard.at_once), replaying);
  if (!replaying && !heard.after_math.empty()) {
    state_->round_soon(batch.sequence, std::move(heard.after_math));
  }
}

void Judge::on_note(ShardAccess& shard, const EnteredNote& note, bool replaying) {
  auto decoded = decode_note(note.bytes);
  if (!decoded) {
    log(LogLevel::error, "a note of the log cannot be read", {{"error", decoded.error().what}});
    return;
  }
  ShardModels& models = state_->shard(shard.shard());
  std::vector<Judged> judged;
  if (const auto* put = std::get_if<PutNote>(&*decoded)) {
    models.put(shard, put->spec, note.received_at);
  } else if (const auto* removed = std::get_if<RemoveNote>(&*decoded)) {
    models.remove(removed->id);
  } else if (const auto* rebuilt = std::get_if<RebuiltNote>(&*decoded)) {
    judged = models.finish_rebuild(shard, rebuilt->id, rebuilt->period, note.received_at);
  } else if (const auto* rebuild = std::get_if<RebuildNote>(&*decoded)) {
    models.begin_rebuild(shard, rebuild->id, rebuild->period, note.received_at);
  } else if (const auto* values = std::get_if<MathNote>(&*decoded)) {
    models.math().tell(shard, *values, note.received_at);
  } else if (const auto* history = std::get_if<MathHistoryNote>(&*decoded)) {
    models.math().begin(shard, *history, note.received_at);
  } else if (std::holds_alternative<ClearNote>(*decoded)) {
    models.clear();
  } else {
    models.advance(shard, note.received_at);
  }
  state_->tell(note.sequence, std::move(judged), replaying);
}

std::string Judge::save(ShardAccess& shard) {
  ByteSink out;
  state_->shard(shard.shard()).save(shard, out);
  return std::move(out).take();
}

Result<void> Judge::restore(ShardAccess& shard, std::string_view bytes) {
  ShardModels& models = state_->shard(shard.shard());  // also where there is nothing: it is there
  if (bytes.empty()) return {};
  ByteSource in(bytes);
  const auto read = models.restore(shard, in);
  if (read) return {};
  models.clear();
  const std::lock_guard lock(state_->mutex);
  // Another version wrote all of them, so the first shard speaks for the rest.
  if (!std::exchange(state_->learns_anew, true)) {
    log(LogLevel::warn,
        "what the detectors had learned cannot be read by this version: it is learned anew from "
        "the stored history",
        {{"shard", std::to_string(shard.shard())}, {"why", read.error().what}});
  }
  return {};
}

}  // namespace tidemark::judge
