#include "judge/math/rounds.h"

#include <algorithm>

#include "base/crc32c.h"
#include "base/log.h"
#include "judge/math/expression.h"
#include "judge/math_target.h"

namespace tidemark::judge {
namespace {

/// Reads one expression at one time.
struct Reading {
  const query::MetricDataDeps& deps;
  const DetectorSpec& spec;
  const BandIdentity& identity;
  Timestamp now;

  [[nodiscard]] Timestamp first() const { return math_history_start(spec, identity.period, now); }
  [[nodiscard]] Timestamp end() const { return math_end(identity.period, now); }
  /// Periods that start in [from, to).
  [[nodiscard]] Result<MathHistory> read(Timestamp from, Timestamp to) const {
    const Timestamp oldest = std::max(from, first());
    return math_history(deps, identity, first(), {oldest, std::max(oldest, to), now});
  }
};

void add_value(const query::PeriodCell& cell, MathNote* note) {
  note->values.push_back({cell.start, cell.cell.sum()});
}

using Touched = std::map<Timestamp, Touch>;

/// The values that late samples have changed, as they are now.
Result<void> add_late(const Reading& reading, const Touched& touched, MathNote* note) {
  const auto end = touched.lower_bound(note->since);
  if (end == touched.begin()) return {};
  const Timestamp to = std::prev(end)->first + note->period;
  TM_TRY(const auto late, reading.read(touched.begin()->first, to));
  for (const query::PeriodCell& cell : late.cells) {
    if (touched.contains(cell.start)) add_value(cell, note);
  }
  return {};
}

/// The values of what has closed since. Periods behind the newest that had data are not told of: a
/// backlog may still bring them.
Result<void> add_closed(const Reading& reading, const Touched& touched, MathNote* note) {
  TM_TRY(const auto closed, reading.read(note->since, reading.end()));
  Timestamp end = closed.closed_before;
  Timestamp told = note->since;
  for (auto at = touched.lower_bound(note->since); at != touched.end() && at->first < end; ++at) {
    const bool came_late = at->second.first_at >= query::due_at(at->first, note->period);
    if (came_late && query::due_at(at->first, note->period, at->second.first_at) > reading.now) {
      end = at->first;
    } else {
      told = at->first + note->period;
    }
  }
  std::optional<Timestamp> next;  // behind the newest value
  for (const query::PeriodCell& cell : closed.cells) {
    if (cell.start >= end) break;
    add_value(cell, note);
    next = cell.start + note->period;
    told = std::max(told, *next);
  }
  note->closed_before = told;
  // What had a value in the newest period is expected to have one in the next.
  if (next && *next >= end) note->expected = *next;
  if (note->expected < end) note->expected = Timestamp::min();
  return {};
}

}  // namespace

std::optional<MathPlace> MathRounds::Item::place() const {
  for (const auto& [shard, status] : shards) {
    if (status.place) return status.place;
  }
  return std::nullopt;
}

std::map<Timestamp, Touch> MathRounds::Item::touched() const {
  std::map<Timestamp, Touch> out;
  for (const auto& [shard, status] : shards) {
    for (const auto& [start, touch] : status.touched) {
      Touch& all = out.try_emplace(start, touch).first->second;
      all.first_at = std::max(all.first_at, touch.first_at);
    }
  }
  return out;
}

std::uint64_t MathRounds::Item::newest_touch() const {
  std::uint64_t out = 0;
  for (const auto& [shard, status] : shards) {
    for (const auto& [start, touch] : status.touched)
      out = std::max(out, touch.sequence);
  }
  return out;
}

bool MathRounds::Item::wants_history() const {
  const auto at = place();
  if (!at || at->stale || at->revision != spec.revision) return true;
  return std::any_of(
      shards.begin(), shards.end(), [](const auto& item) { return item.second.overflown; });
}

std::optional<Timestamp> MathRounds::Item::due() const {
  const auto at = place();
  if (!at || failed) return std::nullopt;
  const Duration period = identity.period;
  std::optional<Timestamp> out;
  if (at->expected >= at->closed_before) out = query::due_at(at->expected, period);
  const auto waiting = touched();
  for (auto each = waiting.lower_bound(at->closed_before); each != waiting.end(); ++each) {
    const Timestamp deadline = query::due_at(each->first, period, each->second.first_at);
    if (!out || deadline < *out) out = deadline;
  }
  return out;
}

bool MathRounds::Item::has_work(Timestamp now) const {
  if (newest_touch() > looked_at) return true;
  if (failed) return false;
  if (wants_history()) return true;
  const auto at = due();
  return at && *at <= now;
}

void MathRounds::know(const DetectorSpec& spec) {
  if (spec.target.metric) return;
  auto identity = math_identity(spec.target);
  if (!identity) return;
  const std::lock_guard lock(mutex_);
  Item& item = items_[spec.id];
  item.failed = item.failed && item.spec == spec;
  item.spec = spec;
  item.identity = *std::move(identity);
}

void MathRounds::forget(const std::string& id) {
  const std::lock_guard lock(mutex_);
  items_.erase(id);
}

void MathRounds::publish(std::size_t shard, const std::string& id, MathStatus status) {
  const std::lock_guard lock(mutex_);
  const auto found = items_.find(id);
  if (found != items_.end()) found->second.shards[shard] = std::move(status);
}

std::optional<Timestamp> MathRounds::next_due() const {
  const std::lock_guard lock(mutex_);
  std::optional<Timestamp> out;
  for (const auto& [id, item] : items_) {
    const auto due = item.due();
    if (due && (!out || *due < *out)) out = due;
  }
  return out;
}

std::uint64_t MathRounds::newest() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t out = 0;
  for (const auto& [id, item] : items_)
    out = std::max(out, item.newest_touch());
  return out;
}

MathRounds::Work MathRounds::work(const query::MetricDataDeps& deps,
                                  Timestamp now,
                                  std::uint64_t sequence,
                                  std::size_t shards) {
  std::vector<Item> items;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [id, item] : items_) {
      if (!item.has_work(now)) continue;
      item.looked_at = std::max(item.looked_at, std::min(sequence, item.newest_touch()));
      items.push_back(item);
    }
  }
  Work out;
  for (const Item& item : items) {
    auto made = work_on(item, deps, now, sequence, shards);
    if (!made) {
      log(LogLevel::error,
          "metric math cannot be read for its detector",
          {{"detector", item.spec.id}, {"error", made.error().what}});
    } else {
      std::move(made->notes.begin(), made->notes.end(), std::back_inserter(out.notes));
      out.begins_anew = out.begins_anew || made->begins_anew;
    }
    const std::lock_guard lock(mutex_);
    const auto found = items_.find(item.spec.id);
    if (found != items_.end()) found->second.failed = !made;
  }
  return out;
}

Result<MathRounds::Work> MathRounds::work_on(const Item& item,
                                             const query::MetricDataDeps& deps,
                                             Timestamp now,
                                             std::uint64_t sequence,
                                             std::size_t shards) {
  const Reading reading{deps, item.spec, item.identity, now};
  const auto place = item.place();
  const auto touched = item.touched();
  MathNote note;
  note.id = item.spec.id;
  note.period = item.identity.period;
  note.sequence = sequence;
  note.since = note.closed_before = place ? place->closed_before : reading.first();
  note.expected = place ? place->expected : Timestamp::min();
  Work out;
  if (place) {
    TM_TRY_VOID(add_late(reading, touched, &note));
    TM_TRY_VOID(add_closed(reading, touched, &note));
    const bool is_late = !touched.empty() && touched.begin()->first < note.since;
    const bool is_news = note.closed_before > note.since || note.expected != place->expected;
    if (is_late || is_news) out.notes.emplace_back(note);
  }
  if (!item.wants_history()) return out;
  MathNote history = note;
  history.since = query::period_start(reading.first(), note.period);
  history.values.clear();
  // What a model has been told of already, and no more: it goes on from there with the old one.
  TM_TRY(const auto all, reading.read(history.since, place ? note.closed_before : reading.end()));
  for (const query::PeriodCell& cell : all.cells)
    add_value(cell, &history);
  if (!place) {
    history.closed_before =
        all.cells.empty() ? history.since : all.cells.back().start + note.period;
    const bool goes_on = history.closed_before >= all.closed_before;
    history.expected = goes_on ? history.closed_before : Timestamp::min();
  }
  const auto owner = static_cast<std::uint32_t>(crc32c(item.spec.id) % shards);
  out.notes.emplace_back(MathHistoryNote{std::move(history), item.spec.revision, owner});
  out.begins_anew = true;
  return out;
}

void MathRounds::retry() {
  const std::lock_guard lock(mutex_);
  for (auto& [id, item] : items_)
    item.looked_at = 0;
}

}  // namespace tidemark::judge
