#include "judge/detectors.h"

#include <algorithm>
#include <future>
#include <map>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "base/log.h"
#include "base/worker.h"
#include "judge/run/ad_hoc.h"
#include "judge/run/filter.h"
#include "judge/run/math_bands.h"
#include "judge/run/notes.h"
#include "judge/run/shard_models.h"
#include "judge/run/siblings.h"

namespace tidemark::judge {
namespace {

constexpr const char* kCollection = "detector";

void add_periods(std::vector<Duration>* to, const std::vector<Duration>& more) {
  std::set<Duration> all(to->begin(), to->end());
  all.insert(more.begin(), more.end());
  to->assign(all.begin(), all.end());
}

}  // namespace

struct Judge::State final : StatusBoard {
  explicit State(Deps d) : deps(d) {}

  using ModelKey = std::pair<std::string, Duration>;

  void publish(const std::string& id, Duration period, const ModelStatus& status) override {
    const std::lock_guard lock(mutex);
    const ModelKey key{id, period};
    forget(key);
    models[key] = status;
    if (status.next_due) due.emplace(*status.next_due, key);
    if (status.stale) stale.insert(key);
  }

  void publish_always_on(std::size_t index, const AlwaysOnStatus& status) override {
    const std::lock_guard lock(mutex);
    always_on.publish(index, status, deps.meter);
  }

  void rebuilt(const std::string& id, Duration period) override {
    const std::lock_guard lock(mutex);
    ready.emplace(id, period);
  }

  void register_detector(const std::string& id, const DetectorSpec* spec) override {
    const std::lock_guard lock(mutex);
    if (spec != nullptr) {
      in_log[id] = *spec;
      return;
    }
    in_log.erase(id);
    for (auto at = models.lower_bound({id, Duration::min()});
         at != models.end() && at->first.first == id;) {
      const ModelKey key = at->first;
      ++at;
      forget(key);
    }
  }

  void forget(const ModelKey& key) {  // with the mutex held
    const auto found = models.find(key);
    if (found == models.end()) return;
    if (found->second.next_due) due.erase({*found->second.next_due, key});
    stale.erase(key);
    models.erase(found);
  }

  std::set<ModelKey> ready_models() {
    const std::lock_guard lock(mutex);
    return ready;
  }

  Result<void> put_in_place(const std::set<ModelKey>& made) {
    for (const ModelKey& key : made) {
      // Forgotten only once it is in place: after a failure the next tick tries again.
      TM_TRY_VOID(append(RebuiltNote{key.first, key.second}));
      const std::lock_guard lock(mutex);
      ready.erase(key);
    }
    return {};
  }

  /// Begins to make anew what is stale and puts in place what was ready. False: there was nothing.
  Result<bool> rebuild_what_is_due() {
    const std::set<ModelKey> finish = ready_models();
    std::set<ModelKey> begin;
    {
      const std::lock_guard lock(mutex);
      begin = stale;
    }
    for (const auto& [id, period] : begin)
      TM_TRY_VOID(append(RebuildNote{id, period}));
    TM_TRY_VOID(put_in_place(finish));
    return !begin.empty() || !finish.empty();
  }

  /// Puts models in place that the log began to make and that have none before them to answer.
  Result<void> finish_new_models() {
    background.ask([] {});
    std::set<ModelKey> finish = ready_models();
    {
      const std::lock_guard lock(mutex);
      std::erase_if(finish, [&](const ModelKey& key) { return models.contains(key); });
    }
    return put_in_place(finish);
  }

  ShardModels& shard(std::size_t index) {
    const std::lock_guard lock(mutex);
    while (shards.size() <= index)
      shards.push_back(std::make_unique<ShardModels>(*this, background, deps.always_on));
    return *shards[index];
  }

  /// Keeps the document, then tells the shards, and waits until their models are as it says.
  Result<void> keep(const DetectorSpec& spec) {
    TM_TRY_VOID(deps.control.commit_and_wait({PutDocument{{kCollection, spec.id, to_json(spec)}}}));
    {
      const std::lock_guard lock(mutex);
      detectors[target_key(spec.target)] = spec;
    }
    TM_TRY_VOID(append(PutNote{spec}));
    return finish_rebuilds();
  }

  /// Waits for the models that are being made anew and puts them in place.
  Result<void> finish_rebuilds() {
    background.ask([] {});
    return put_in_place(ready_models());
  }

  /// Puts a note into the log and waits until every shard has taken it.
  Result<void> append(const Note& note) {
    if (log == nullptr) return fail(Errc::unavailable, "the server is still starting");
    auto promise = std::make_shared<std::promise<Result<std::uint64_t>>>();
    auto answer = promise->get_future();
    log->append_note(encode_note(note),
                     [promise](const auto& sequence) { promise->set_value(sequence); });
    TM_TRY_VOID(answer.get());
    return {};
  }

  void tell(std::uint64_t sequence, std::vector<Judged> judged, bool replaying) {
    if (replaying || judged.empty()) return;
    if (JudgedSink* to = sink.load()) to->on_judged(sequence, std::move(judged));
  }

  std::optional<DetectorSpec> find(const std::string& key) {
    const std::lock_guard lock(mutex);
    const auto found = detectors.find(key);
    return found == detectors.end() ? std::nullopt : std::optional(found->second);
  }

  bool has_model(const DetectorTarget& target, Duration period) {
    const std::lock_guard lock(mutex);
    const auto found = detectors.find(target_key(target));
    if (found == detectors.end()) return false;
    const auto& periods = found->second.periods;
    return std::find(periods.begin(), periods.end(), period) != periods.end() ||
           models.contains({found->second.id, period});
  }

  /// What trained siblings of the target lend, one a period.
  std::vector<Seed> seeds_for(const DetectorTarget& target) {
    const std::lock_guard lock(mutex);
    std::vector<Seed> lent;
    for (const auto& [key, spec] : detectors) {
      if (!are_siblings(spec.target, target)) continue;
      for (auto at = models.lower_bound({spec.id, Duration::min()});
           at != models.end() && at->first.first == spec.id;
           ++at) {
        if (at->second.seed) lent.push_back(*at->second.seed);
      }
    }
    return middle_of(lent);
  }

  DetectorView view(const DetectorSpec& spec) {  // with the mutex held
    DetectorView out{spec, TrainingState::pending_training, 0};
    for (auto at = models.lower_bound({spec.id, Duration::min()});
         at != models.end() && at->first.first == spec.id;
         ++at) {
      out.state = std::max(out.state, at->second.state);
      out.trained_periods = std::max(out.trained_periods, at->second.learned);
      add_periods(&out.spec.periods, {at->first.second});
    }
    return out;
  }

  Deps deps;
  NoteLog* log = nullptr;
  const store::Reader* reader = nullptr;
  std::atomic<JudgedSink*> sink{nullptr};
  std::mutex commands;  // one command at a time; taken before `mutex`
  std::mutex mutex;
  std::map<std::string, DetectorSpec> detectors;     // by target_key; guarded by mutex
  std::map<std::string, DetectorSpec> in_log;        // as the shards have them; guarded by mutex
  std::map<ModelKey, ModelStatus> models;            // guarded by mutex
  std::set<std::pair<Timestamp, ModelKey>> due;      // of models; guarded by mutex
  std::set<ModelKey> stale;                          // of models; guarded by mutex
  std::set<ModelKey> ready;                          // made anew, not in place; guarded by mutex
  AlwaysOnBoard always_on;                           // guarded by mutex
  std::vector<std::unique_ptr<ShardModels>> shards;  // the vector is guarded by mutex
  MathBands math;
  std::set<std::string> wanted;     // need_band under way; guarded by mutex
  Worker background{"tm-rebuild"};  // replays of models that are made anew
  std::unique_ptr<Worker> worker;   // runs what need_band() asks for
};

Judge::Judge(Deps deps) : state_(std::make_unique<State>(deps)) {
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
  state_->worker->stop();
  state_->background.stop();
}

Result<void> Judge::start(NoteLog& log, const store::Reader& reader) {
  state_->log = &log;
  state_->reader = &reader;
  TM_TRY(const auto documents, state_->deps.control.documents(kCollection));
  std::map<std::string, DetectorSpec> kept;
  for (const ControlDocument& document : documents) {
    TM_TRY(auto spec, detector_spec_from_json(document.body));
    kept.emplace(spec.id, std::move(spec));
  }
  std::map<std::string, DetectorSpec> in_log;
  {
    const std::lock_guard lock(state_->mutex);
    for (const auto& [id, spec] : kept)
      state_->detectors.emplace(target_key(spec.target), spec);
    in_log = state_->in_log;
  }
  // A crash between the document and its note leaves the two apart: the document is the truth.
  for (const auto& [id, spec] : in_log) {
    if (!kept.contains(id)) TM_TRY_VOID(state_->append(RemoveNote{id}));
  }
  for (const auto& [id, spec] : kept) {
    const auto found = in_log.find(id);
    if (found == in_log.end() || !(found->second == spec)) {
      TM_TRY_VOID(state_->append(PutNote{spec}));
    }
  }
  // Alarms must not look before their bands are there.
  return state_->finish_new_models();
}

Result<DetectorSpec> Judge::put(DetectorTarget target,
                                DetectorChoices choices,
                                const std::vector<Duration>& periods) {
  TM_TRY_VOID(check_choices(choices));
  for (const Duration period : periods)
    TM_TRY_VOID(check_period(period));
  const std::lock_guard command(state_->commands);
  const auto known = state_->find(target_key(target));
  DetectorSpec spec;
  if (known) {
    spec = *known;
  } else {
    spec.id = make_uuid(state_->deps.random);
    spec.created_at = state_->deps.clock.wall();
    spec.seeds = state_->seeds_for(target);
  }
  spec.target = std::move(target);
  if (known && !(known->choices == choices)) {
    spec.former.push_back({spec.revision, std::move(spec.choices)});
    if (spec.former.size() > kFormerMax) spec.former.erase(spec.former.begin());
    ++spec.revision;
  }
  spec.choices = std::move(choices);
  add_periods(&spec.periods, periods);
  if (spec.periods.size() > kPeriodsMax) {
    return fail(Errc::limit,
                fmt::format("a detector keeps models for at most {} periods", kPeriodsMax));
  }
  if (known && *known == spec) return spec;
  TM_TRY_VOID(state_->keep(spec));
  return spec;
}

Result<DetectorSpec> Judge::mark(const std::string& id,
                                 const std::string& subject,
                                 std::optional<Mark> mark) {
  const std::lock_guard command(state_->commands);
  const auto view = find_id(id);
  if (!view) return fail(Errc::not_found, "there is no anomaly detector " + id);
  DetectorSpec spec = *state_->find(target_key(view->spec.target));
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
  TM_TRY_VOID(state_->keep(spec));
  return spec;
}

Result<void> Judge::remove(const std::string& id) {
  const std::lock_guard command(state_->commands);
  {
    const std::lock_guard lock(state_->mutex);
    if (std::erase_if(state_->detectors, [&](const auto& item) { return item.second.id == id; }) ==
        0) {
      return fail(Errc::not_found, "there is no anomaly detector " + id);
    }
  }
  TM_TRY_VOID(state_->deps.control.commit_and_wait({DeleteDocument{kCollection, id}}));
  return state_->append(RemoveNote{id});
}

std::optional<DetectorView> Judge::find(const DetectorTarget& target) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->detectors.find(target_key(target));
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
  const std::string key = fmt::format("{}/{}", target_key(target), identity.period.count());
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->wanted.insert(key).second) return;
  }
  state_->worker->post([this, target = std::move(target), period = identity.period, key] {
    const auto known = state_->find(target_key(target));
    const auto made = put(target, known ? known->choices : DetectorChoices{}, {period});
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
  const std::lock_guard lock(state_->mutex);
  std::optional<Timestamp> of_models;
  if (!state_->due.empty()) of_models = state_->due.begin()->first;
  return state_->always_on.earliest(of_models);
}

Result<void> Judge::tick(Timestamp now) {
  const auto due = next_due();
  if (due && *due <= now) TM_TRY_VOID(state_->append(TimeNote{}));
  TM_TRY_VOID(state_->rebuild_what_is_due());
  return {};
}

Result<void> Judge::settle() {
  state_->worker->ask([] {});  // what need_band() asked for is made then
  for (;;) {
    state_->background.ask([] {});  // what has begun is ready then
    TM_TRY(const bool more, state_->rebuild_what_is_due());
    if (!more) return {};
  }
}

Result<void> Judge::clear() {
  const std::lock_guard command(state_->commands);
  std::vector<ControlChange> changes;
  {
    const std::lock_guard lock(state_->mutex);
    for (const auto& [key, spec] : state_->detectors) {
      changes.emplace_back(DeleteDocument{kCollection, spec.id});
    }
    state_->detectors.clear();
  }
  state_->math.clear();
  if (!changes.empty()) TM_TRY_VOID(state_->deps.control.commit_and_wait(std::move(changes)));
  return state_->append(ClearNote{});
}

Result<BandSeries> Judge::bands(const BandIdentity& identity, Timestamp from, Timestamp to) {
  const DetectorTarget target = target_of(identity);
  const auto spec = state_->find(target_key(target));
  const DetectorChoices choices = spec ? spec->choices : DetectorChoices{};
  const query::PeriodRange range{from, to, std::max(state_->deps.clock.wall(), from)};
  const query::MetricDataDeps data{*state_->reader, *this};
  if (!target.metric) return state_->math.bands(data, identity, choices, range);
  if (!spec || !state_->has_model(target, identity.period)) {
    return replay_bands(data, identity, choices, range);
  }
  BandSeries out;
  {
    const std::lock_guard lock(state_->mutex);
    const auto status = state_->models.find({spec->id, identity.period});
    if (status != state_->models.end()) out.state = status->second.state;
  }
  const auto series =
      state_->reader->find(band_series_key(*target.metric, spec->id, identity.period));
  if (!series) return out;
  TM_TRY(const auto samples, state_->reader->read(*series, from, to));
  for (const Sample& sample : samples) {
    if (const auto* band = std::get_if<IssuedBand>(&sample.value)) {
      out.points.push_back({sample.at, *band});
    }
  }
  return out;
}

void Judge::on_batch(ShardAccess& shard, const EnteredBatch& batch, bool replaying) {
  auto judged = state_->shard(shard.shard()).on_batch(shard, batch);
  if (!state_->math.empty()) {
    for (const Judged& each : judged) {
      if (const auto metric = to_metric_ref(each.key)) state_->math.on_samples(*metric, each.from);
    }
  }
  state_->tell(batch.sequence, std::move(judged), replaying);
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
    judged = models.finish_rebuild(shard, rebuilt->id, rebuilt->period);
  } else if (const auto* rebuild = std::get_if<RebuildNote>(&*decoded)) {
    models.begin_rebuild(shard, rebuild->id, rebuild->period, note.received_at);
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
  if (bytes.empty()) return {};
  ByteSource in(bytes);
  return state_->shard(shard.shard()).restore(shard, in);
}

}  // namespace tidemark::judge
