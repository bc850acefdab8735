#include "alarm/core/core.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/log.h"

namespace tidemark::alarm {
namespace {

/// Alarms decided in one transaction.
constexpr std::size_t kStepMax = 256;

}  // namespace

AlarmEngine::Core::Core(Deps deps, AlarmLimits limits)
    : deps_(std::move(deps)), limits_(limits), worker_("alarm") {}

void AlarmEngine::Core::hand_over(std::uint64_t sequence, std::vector<Judged> judged) {
  {
    const std::lock_guard lock(inbox_mutex_);
    inbox_.sequence = std::max(inbox_.sequence, sequence);
    for (Judged& samples : judged) {
      const auto id = static_cast<std::uint64_t>(samples.series);
      const auto [entry, fresh] =
          inbox_.series.try_emplace(id, Waiting{{}, samples.from, samples.to});
      if (fresh) {
        entry->second.key = std::move(samples.key);
      } else {
        entry->second.from = std::min(entry->second.from, samples.from);
        entry->second.to = std::max(entry->second.to, samples.to);
      }
    }
    if (inbox_.posted) return;
    inbox_.posted = true;
  }
  worker_.post([this] { drain(); });
}

void AlarmEngine::Core::drain() {
  Inbox inbox;
  {
    const std::lock_guard lock(inbox_mutex_);
    std::swap(inbox, inbox_);
  }
  sequence_ = std::max(sequence_, inbox.sequence);
  const Timestamp now = deps_.clock.wall();
  std::vector<Alarm*> alarms = take_in(inbox, now);
  std::erase_if(alarms, [this, now](Alarm* alarm) { return !run_overdue(alarm, now); });
  for (std::size_t first = 0; first < alarms.size(); first += kStepMax) {
    const std::size_t last = std::min(first + kStepMax, alarms.size());
    const std::vector<Alarm*> part(alarms.begin() + static_cast<std::ptrdiff_t>(first),
                                   alarms.begin() + static_cast<std::ptrdiff_t>(last));
    // A failure is logged and made due again in commit(): nobody waits for this answer.
    (void)step(part, now);
  }
}

std::vector<Alarm*> AlarmEngine::Core::take_in(const Inbox& inbox, Timestamp now) {
  std::vector<Alarm*> out;
  std::unordered_set<Alarm*> taken;
  for (const auto& [id, waiting] : inbox.series) {
    const auto found = index_.of(static_cast<SeriesId>(id), waiting.key);
    for (const std::vector<Alarm*>* alarms : {found.naming, found.selecting}) {
      for (Alarm* alarm : *alarms) {
        const bool is_news = take_in(alarm, waiting, now);
        if (is_news && taken.insert(alarm).second) out.push_back(alarm);
      }
    }
  }
  std::sort(out.begin(), out.end(), [](const Alarm* a, const Alarm* b) { return a->arn < b->arn; });
  return out;
}

bool AlarmEngine::Core::take_in(Alarm* alarm, const Waiting& waiting, Timestamp now) {
  if (waiting.to < oldest_looked_at(*alarm, now)) {
    deps_.meter.counter("tidemark_alarm_samples_too_old_total").add();
    return false;
  }
  if (waiting.from < alarm->closed_before) alarm->late = true;
  alarm->seen_to = std::max(alarm->seen_to, waiting.to);
  if (!alarm->selects) return true;
  if (!alarm->due) due_.set(alarm, next_close_after(alarm->period, now));
  return false;
}

Result<void> AlarmEngine::Core::run_overdue(Alarm* alarm, Timestamp now) {
  while (alarm->due && *alarm->due < now) {
    const Timestamp at = *alarm->due;
    due_.set(alarm, std::nullopt);
    TM_TRY_VOID(step({alarm}, at));
  }
  return {};
}

Result<void> AlarmEngine::Core::run_until(Timestamp now) {
  for (auto next = next_due(); next && *next <= now; next = next_due()) {
    TM_TRY_VOID(release_due(*next));
    if (due_.next() == next) TM_TRY_VOID(step(due_.take_first(kStepMax), *next));
  }
  ticked_to_ = std::max(ticked_to_, now);
  if (ticked_to_ - kept_.at < limits_.keep_progress_every) return {};
  return keep_progress();
}

Result<void> AlarmEngine::Core::keep_progress() {
  if (book_.empty() || ticked_to_ == Timestamp::min() || ticked_to_ == kept_.at) return {};
  const Progress progress{ticked_to_, sequence_};
  TM_TRY_VOID(
      deps_.control.commit_and_wait({PutDocument{{"setting", kProgressKey, to_json(progress)}}}));
  kept_ = progress;
  return {};
}

Alarm* AlarmEngine::Core::adopt(std::unique_ptr<Alarm> alarm) {
  Alarm* out = alarm.get();
  by_arn_[out->arn] = out;
  index_.add(out);
  book_[key_of(out->rule)] = std::move(alarm);
  deps_.meter.counter("tidemark_alarms").set(static_cast<double>(book_.size()));
  return out;
}

void AlarmEngine::Core::drop(Alarm* alarm) {
  due_.set(alarm, std::nullopt);
  index_.remove(alarm);
  by_arn_.erase(alarm->arn);
  held_.erase(alarm->arn);
  book_.erase(key_of(alarm->rule));
  deps_.meter.counter("tidemark_alarms").set(static_cast<double>(book_.size()));
}

void AlarmEngine::Core::forget_all() {
  due_.clear();
  index_.clear();
  by_arn_.clear();
  tags_.clear();
  mutes_.clear();
  held_.clear();
  book_.clear();
  kept_ = Progress{Timestamp::min(), 0};
  deps_.meter.counter("tidemark_alarms").set(0);
}

Alarm* AlarmEngine::Core::find(const std::string& arn) const {
  const auto found = by_arn_.find(arn);
  return found == by_arn_.end() ? nullptr : found->second;
}

std::vector<Alarm*> AlarmEngine::Core::find(const AlarmScope& scope,
                                            const std::vector<std::string>& names) const {
  std::vector<Alarm*> out;
  for (const std::string& name : names) {
    Alarm* alarm = find(alarm_arn(scope.account, scope.region, name));
    if (alarm != nullptr && std::find(out.begin(), out.end(), alarm) == out.end()) {
      out.push_back(alarm);
    }
  }
  return out;
}

bool AlarmEngine::Core::is_resource(const std::string& arn) const {
  return find(arn) != nullptr ||
         std::any_of(mutes_.rules().begin(), mutes_.rules().end(), [&arn](const auto& mute) {
           return arn_of(mute.second.rule) == arn;
         });
}

std::vector<Tag> AlarmEngine::Core::tags(const std::string& arn) const {
  const auto found = tags_.find(arn);
  return found == tags_.end() ? std::vector<Tag>{} : found->second;
}

}  // namespace tidemark::alarm
