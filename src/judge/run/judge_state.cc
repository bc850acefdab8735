#include "judge/run/judge_state.h"

#include <algorithm>
#include <future>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/log.h"
#include "judge/math/expression.h"
#include "judge/math_target.h"
#include "judge/run/siblings.h"

namespace tidemark::judge {

void add_periods(std::vector<Duration>* to, const std::vector<Duration>& more) {
  std::set<Duration> all(to->begin(), to->end());
  all.insert(more.begin(), more.end());
  to->assign(all.begin(), all.end());
}

void Judge::State::publish(const std::string& id, Duration period, const ModelStatus& status) {
  const std::lock_guard lock(mutex);
  const ModelKey key{id, period};
  forget(key);
  models[key] = status;
  if (status.next_due) due.emplace(*status.next_due, key);
  if (status.stale) stale.insert(key);
}

void Judge::State::retire(const std::string& id, Duration period) {
  const std::lock_guard lock(mutex);
  forget({id, period});
}

void Judge::State::publish_always_on(std::size_t index, const AlwaysOnStatus& status) {
  const std::lock_guard lock(mutex);
  always_on.publish(index, status, deps.meter);
}

void Judge::State::publish_math(std::size_t index,
                                const std::string& id,
                                const MathStatus& status) {
  math_rounds.publish(index, id, status);
}

void Judge::State::rebuilt(const std::string& id, Duration period) {
  const std::lock_guard lock(mutex);
  ready.emplace(id, period);
}

void Judge::State::register_detector(const std::string& id, const DetectorSpec* spec) {
  if (spec != nullptr) {
    math_rounds.know(*spec);
  } else {
    math_rounds.forget(id);
  }
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

void Judge::State::forget(const ModelKey& key) {
  const auto found = models.find(key);
  if (found == models.end()) return;
  if (found->second.next_due) due.erase({*found->second.next_due, key});
  stale.erase(key);
  models.erase(found);
}

std::set<Judge::State::ModelKey> Judge::State::ready_models() {
  const std::lock_guard lock(mutex);
  return ready;
}

Result<void> Judge::State::append(const std::vector<Note>& notes) {
  if (log == nullptr) return fail(Errc::unavailable, "the server is still starting");
  std::vector<std::future<Result<std::uint64_t>>> answers;
  for (const Note& note : notes) {
    auto promise = std::make_shared<std::promise<Result<std::uint64_t>>>();
    answers.push_back(promise->get_future());
    log->append_note(encode_note(note),
                     [promise](const auto& sequence) { promise->set_value(sequence); });
  }
  Result<void> out;
  for (auto& answer : answers) {
    const auto sequence = answer.get();
    if (!sequence && out) out = tl::unexpected(sequence.error());
  }
  return out;
}

Result<void> Judge::State::put_in_place(const std::set<ModelKey>& made) {
  for (const ModelKey& key : made) {
    // Forgotten only once it is in place: after a failure the next tick tries again.
    TM_TRY_VOID(append({RebuiltNote{key.first, key.second}}));
    const std::lock_guard lock(mutex);
    ready.erase(key);
  }
  return {};
}

Result<bool> Judge::State::rebuild_what_is_due() {
  const std::set<ModelKey> finish = ready_models();
  std::set<ModelKey> begin;
  {
    const std::lock_guard lock(mutex);
    begin = stale;
  }
  for (const auto& [id, period] : begin)
    TM_TRY_VOID(append({RebuildNote{id, period}}));
  TM_TRY_VOID(put_in_place(finish));
  return !begin.empty() || !finish.empty();
}

Result<void> Judge::State::finish_new_models() {
  background.ask([] {});
  std::set<ModelKey> finish = ready_models();
  {
    const std::lock_guard lock(mutex);
    std::erase_if(finish, [&](const ModelKey& key) { return models.contains(key); });
  }
  return put_in_place(finish);
}

Result<void> Judge::State::finish_rebuilds() {
  background.ask([] {});
  return put_in_place(ready_models());
}

Result<void> Judge::State::keep(const DetectorSpec& spec, std::optional<AddAudit> audit) {
  std::vector<ControlChange> changes{PutDocument{{kDetectorCollection, spec.id, to_json(spec)}}};
  if (audit) changes.emplace_back(*std::move(audit));
  TM_TRY_VOID(deps.control.commit_and_wait(std::move(changes)));
  {
    const std::lock_guard lock(mutex);
    detectors[identity_key(spec.target)] = spec;
  }
  TM_TRY_VOID(append({PutNote{spec}}));
  TM_TRY_VOID(round(deps.clock.wall()));
  return finish_rebuilds();
}

Result<void> Judge::State::check_math(const DetectorTarget& target,
                                      const std::vector<Duration>& periods) {
  TM_TRY(const auto identity, math_identity(target));
  for (const Duration period : periods) {
    if (period == identity.period) continue;
    return fail(Errc::invalid,
                fmt::format("a band of metric math has the largest period of its metrics, {} s",
                            whole_seconds(identity.period)));
  }
  if (reader == nullptr) return fail(Errc::unavailable, "the server is still starting");
  // Reading one period tells whether it gives a single series.
  const Timestamp now = deps.clock.wall();
  const Timestamp start = query::period_start(now, identity.period);
  TM_TRY_VOID(
      math_history({*reader, bands}, identity, start, {start, start + identity.period, now}));
  return {};
}

Result<bool> Judge::State::round(Timestamp now) {
  if (log == nullptr) return false;
  const std::lock_guard alone(rounds);
  std::map<std::uint64_t, std::vector<Judged>> waiting;
  {
    const std::lock_guard lock(mutex);
    waiting.swap(held);
  }
  // A record that one shard has taken may still be on its way to another, whose part of a value
  // would be missing: a note enters behind it everywhere.
  Result<void> told;
  if (math_rounds.newest() > reader->sequence()) told = append({TimeNote{}});
  bool begins_anew = false;
  if (told) {
    std::size_t count = 0;
    {
      const std::lock_guard lock(mutex);
      count = shards.size();
    }
    const auto work = math_rounds.work({*reader, bands}, now, reader->sequence(), count);
    begins_anew = work.begins_anew;
    told = append(work.notes);
  }
  if (!told) math_rounds.retry();
  for (auto& [sequence, judged] : waiting)
    tell(sequence, std::move(judged), false);
  if (!told) return tl::unexpected(told.error());
  return begins_anew;
}

void Judge::State::round_soon(std::uint64_t sequence, std::vector<Judged> judged) {
  {
    const std::lock_guard lock(mutex);
    auto& waiting = held[sequence];
    std::move(judged.begin(), judged.end(), std::back_inserter(waiting));
    if (round_is_posted) return;
    round_is_posted = true;
  }
  worker->post([this] {
    {
      const std::lock_guard lock(mutex);
      round_is_posted = false;
    }
    if (const auto done = round(deps.clock.wall()); !done) {
      tidemark::log(LogLevel::error,
                    "what metric math came to cannot be kept: it is tried again",
                    {{"error", done.error().what}});
    }
  });
}

void Judge::State::tell(std::uint64_t sequence, std::vector<Judged> judged, bool replaying) {
  if (replaying || judged.empty()) return;
  if (JudgedSink* to = sink.load()) to->on_judged(sequence, std::move(judged));
}

ShardModels& Judge::State::shard(std::size_t index) {
  const std::lock_guard lock(mutex);
  while (shards.size() <= index)
    shards.push_back(std::make_unique<ShardModels>(*this, background, deps.always_on));
  return *shards[index];
}

std::optional<DetectorSpec> Judge::State::find(const std::string& key) {
  const std::lock_guard lock(mutex);
  const auto found = detectors.find(key);
  return found == detectors.end() ? std::nullopt : std::optional(found->second);
}

bool Judge::State::has_model(const DetectorTarget& target, Duration period) {
  const std::string key = identity_key(target);
  const std::lock_guard lock(mutex);
  const auto found = detectors.find(key);
  if (found == detectors.end()) return false;
  const auto& periods = found->second.periods;
  // Metric math is answered by a replay until its model is in place.
  const bool is_kept =
      target.metric && std::find(periods.begin(), periods.end(), period) != periods.end();
  return is_kept || models.contains({found->second.id, period});
}

std::vector<Seed> Judge::State::seeds_for(const DetectorTarget& target, const Tags& tags) {
  const std::lock_guard lock(mutex);
  std::vector<Lent> lent;
  for (const auto& [key, spec] : detectors) {
    if (!are_siblings(spec.target, target)) continue;
    const Nearness near = nearness(target, tags, spec.target, spec.choices.own.tags);
    for (auto at = models.lower_bound({spec.id, Duration::min()});
         at != models.end() && at->first.first == spec.id;
         ++at) {
      if (at->second.seed) lent.push_back({*at->second.seed, near});
    }
  }
  return middle_of(lent);
}

DetectorView Judge::State::view(const DetectorSpec& spec) {
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

std::optional<Timestamp> Judge::State::models_due() {
  const std::lock_guard lock(mutex);
  std::optional<Timestamp> of_models;
  if (!due.empty()) of_models = due.begin()->first;
  return always_on.earliest(of_models);
}

}  // namespace tidemark::judge
