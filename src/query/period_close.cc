#include "query/period_close.h"

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace tidemark::query {
namespace {

constexpr std::uint8_t kFormat = 2;

/// What was usual for the periods before `at`, one of `cells` or their end.
std::optional<double> usual_count_before(std::span<const PeriodCell> cells,
                                         std::span<const PeriodCell>::iterator at) {
  std::vector<double> counts;
  const auto before = std::min<std::ptrdiff_t>(at - cells.begin(), kUsualCountPeriods);
  for (auto cell = at - before; cell != at; ++cell)
    counts.push_back(cell->cell.count());
  return usual_count(counts);
}

}  // namespace

using std::chrono::seconds;

Duration grace_of(Duration period) {
  return std::clamp<Duration>(period / 10, seconds(1), seconds(60));
}

Timestamp due_at(Timestamp start, Duration period) {
  return start + period + grace_of(period);
}

Timestamp due_at(Timestamp start, Duration period, Timestamp first_at) {
  const Timestamp due = due_at(start, period);
  return first_at < due ? due : first_at + grace_of(period);
}

std::optional<double> usual_count(std::span<const double> counts) {
  if (counts.size() > kUsualCountPeriods) counts = counts.last(kUsualCountPeriods);
  if (counts.size() < kUsualCountAgreeing) return std::nullopt;
  // Of ten at most two differ, so one of the last three is the usual one.
  for (const double candidate : counts.last(3)) {
    const auto agreeing = std::count(counts.begin(), counts.end(), candidate);
    if (agreeing >= static_cast<std::ptrdiff_t>(kUsualCountAgreeing)) return candidate;
  }
  return std::nullopt;
}

std::optional<CloseReason> close_reason(std::span<const PeriodCell> cells,
                                        Timestamp start,
                                        Duration period,
                                        Timestamp now) {
  if (start > now) return std::nullopt;
  const bool is_over = due_at(start, period) <= now;
  const auto at = std::lower_bound(
      cells.begin(), cells.end(), start, [](const PeriodCell& cell, Timestamp wanted) {
        return cell.start < wanted;
      });
  const bool has_samples = at != cells.end() && at->start == start;
  const auto later = has_samples ? std::next(at) : at;
  const auto usual = usual_count_before(cells, at);
  const bool is_full = usual && has_samples && at->cell.count() >= *usual;
  const bool is_followed = later != cells.end() && later->start <= now;
  if (!is_over && !is_full && (usual || !is_followed)) return std::nullopt;
  // An older one can only be open while this one is within its end and grace.
  if (!is_over && !close_reason(cells, start - period, period, now)) return std::nullopt;
  if (is_full) return CloseReason::count_reached;
  return is_followed && !usual ? CloseReason::later_sample : CloseReason::grace_over;
}

bool open_period_can_breach(const Statistic& statistic,
                            Direction direction,
                            bool series_never_negative) {
  switch (statistic.kind) {
    case Statistic::Kind::maximum:
    case Statistic::Kind::sample_count:
      return direction == Direction::above;
    case Statistic::Kind::minimum:
      return direction == Direction::below;
    case Statistic::Kind::sum:
      return direction == Direction::above && series_never_negative;
    default:
      return false;
  }
}

PeriodCloser::PeriodCloser(Duration period) : period_(period) {
  TM_ASSERT(period > Duration::zero());
}

Fed PeriodCloser::feed(std::span<const Sample> samples, Timestamp received_at) {
  return feed(fold_into_periods(samples, period_), received_at);
}

Fed PeriodCloser::feed(std::vector<PeriodCell> cells, Timestamp received_at) {
  Fed out;
  close_due(received_at, &out.closed);
  for (PeriodCell& cell : cells) {
    add(std::move(cell), received_at, &out);
    // Keeps few periods open however many one record brings.
    close_due(received_at, &out.closed);
  }
  return out;
}

Fed PeriodCloser::feed_closed(std::vector<PeriodCell> cells) {
  Fed out;
  for (PeriodCell& cell : cells) {
    if (cell.start < closed_before_) {
      out.late.push_back(std::move(cell));
      continue;
    }
    closed_before_ = cell.start + period_;
    out.closed.push_back({cell.start,
                          std::move(cell.cell),
                          cell.samples,
                          CloseReason::count_reached,
                          cell.first,
                          cell.last});
  }
  return out;
}

void PeriodCloser::add(PeriodCell&& cell, Timestamp received_at, Fed* out) {
  if (cell.start < closed_before_) {
    note_late(cell);
    out->late.push_back(std::move(cell));
    return;
  }
  const auto found = open_.find(cell.start);
  if (found != open_.end()) {
    found->second.cell.merge(cell.cell);
    found->second.samples += cell.samples;
    found->second.first = std::min(found->second.first, cell.first);
    found->second.last = std::max(found->second.last, cell.last);
    return;
  }
  open_.emplace(cell.start,
                Open{received_at, std::move(cell.cell), cell.samples, cell.first, cell.last});
  if (open_.size() <= kMaxOpenPeriods) return;
  open_.erase(std::prev(open_.end()));
  ++out->dropped;
}

void PeriodCloser::note_late(const PeriodCell& cell) {
  for (Count& count : counts_) {
    if (count.start == cell.start) {
      count.count += cell.cell.count();
      set_usual();
      return;
    }
  }
  remember_count(cell.start, cell.cell.count());
}

void PeriodCloser::remember_count(Timestamp start, double count) {
  const auto behind = std::upper_bound(
      counts_.begin(), counts_.end(), start, [](Timestamp wanted, const Count& entry) {
        return wanted < entry.start;
      });
  counts_.insert(behind, {start, count});
  if (counts_.size() > kUsualCountPeriods) counts_.erase(counts_.begin());
  set_usual();
}

std::vector<ClosedPeriod> PeriodCloser::advance(Timestamp now) {
  std::vector<ClosedPeriod> out;
  close_due(now, &out);
  return out;
}

void PeriodCloser::close_due(Timestamp now, std::vector<ClosedPeriod>* out) {
  pass_empty(now);
  for (auto reason = due_reason(now); reason; reason = due_reason(now)) {
    const auto oldest = open_.begin();
    const Timestamp start = oldest->first;
    Open& open = oldest->second;
    remember_count(start, open.cell.count());
    closed_before_ = start + period_;
    out->push_back({start, std::move(open.cell), open.samples, *reason, open.first, open.last});
    open_.erase(oldest);
    pass_empty(now);
  }
}

/// A sample of the present period closes the empty ones before it, too; where a count is usual,
/// once their end and grace are over.
void PeriodCloser::pass_empty(Timestamp now) {
  if (open_.empty() || open_.begin()->first > now) return;
  Timestamp to = open_.begin()->first;
  if (usual_) to = std::min(to, period_start(now - grace_of(period_), period_));
  closed_before_ = std::max(closed_before_, to);
}

/// Is the period before the oldest that has samples an empty one that may still get some?
bool PeriodCloser::is_behind_open_empty() const {
  return closed_before_ < open_.begin()->first && usual_;
}

std::optional<CloseReason> PeriodCloser::due_reason(Timestamp now) const {
  if (open_.empty() || open_.begin()->first > now || is_behind_open_empty()) return std::nullopt;
  const auto& [start, open] = *open_.begin();
  const auto next = std::next(open_.begin());
  const bool is_followed = next != open_.end() && next->first <= now;
  if (usual_ && open.cell.count() >= *usual_) return CloseReason::count_reached;
  if (is_followed && !usual_) return CloseReason::later_sample;
  // What a backlog went on behind has all that it brings.
  const Timestamp due = is_followed ? due_at(start, period_) : deadline(start, open);
  return due <= now ? std::optional(CloseReason::grace_over) : std::nullopt;
}

Timestamp PeriodCloser::deadline(Timestamp start, const Open& open) const {
  return due_at(start, period_, open.opened_at);
}

void PeriodCloser::set_usual() {
  std::array<double, kUsualCountPeriods> counts{};
  std::transform(counts_.begin(), counts_.end(), counts.begin(), [](const Count& entry) {
    return entry.count;
  });
  usual_ = usual_count(std::span(counts).first(counts_.size()));
}

std::optional<Timestamp> PeriodCloser::next_due() const {
  if (open_.empty()) return std::nullopt;
  const auto& [start, open] = *open_.begin();
  if (is_behind_open_empty()) return std::max(start, due_at(start - period_, period_));
  // Not closed yet, so it lies in the future.
  if (usual_ && open.cell.count() >= *usual_) return start;
  const auto next = std::next(open_.begin());
  const Timestamp due = deadline(start, open);
  if (next == open_.end()) return due;
  const Timestamp passed = usual_ ? std::max(next->first, due_at(start, period_)) : next->first;
  return std::min(due, passed);
}

const Cell* PeriodCloser::open_cell(Timestamp start) const {
  const auto found = open_.find(start);
  return found == open_.end() ? nullptr : &found->second.cell;
}

void PeriodCloser::save(ByteSink& out) const {
  out.u8(kFormat);
  out.i64(period_.count());
  out.i64(closed_before_.ns());
  out.varint(counts_.size());
  for (const Count& entry : counts_) {
    out.i64(entry.start.ns());
    out.f64(entry.count);
  }
  out.varint(open_.size());
  for (const auto& [start, open] : open_) {
    out.i64(start.ns());
    out.i64(open.opened_at.ns());
    out.varint(open.samples);
    out.i64(open.first.ns());
    out.i64(open.last.ns());
    open.cell.save(out);
  }
}

Result<void> PeriodCloser::restore(ByteSource& in) {
  PeriodCloser read(period_);
  TM_TRY(const auto format, in.u8());
  TM_TRY(const auto period, in.i64());
  if (format != kFormat || period != period_.count()) {
    return fail(Errc::corrupt, "saved periods have another format or period length");
  }
  TM_TRY(const auto closed_before, in.i64());
  read.closed_before_ = Timestamp::from_ns(closed_before);
  TM_TRY_VOID(read.restore_counts(in));
  TM_TRY_VOID(read.restore_open(in));
  *this = std::move(read);
  return {};
}

Result<void> PeriodCloser::restore_counts(ByteSource& in) {
  TM_TRY(const auto size, in.varint());
  if (size > kUsualCountPeriods) return fail(Errc::corrupt, "saved periods have too many counts");
  for (std::uint64_t i = 0; i < size; ++i) {
    TM_TRY(const auto start, in.i64());
    TM_TRY(const auto count, in.f64());
    if (!counts_.empty() && counts_.back().start >= Timestamp::from_ns(start)) {
      return fail(Errc::corrupt, "saved counts do not ascend");
    }
    counts_.push_back({Timestamp::from_ns(start), count});
  }
  set_usual();
  return {};
}

Result<void> PeriodCloser::restore_open(ByteSource& in) {
  TM_TRY(const auto size, in.varint());
  if (size > kMaxOpenPeriods) return fail(Errc::corrupt, "saved periods have too many open ones");
  for (std::uint64_t i = 0; i < size; ++i) {
    TM_TRY(const auto start, in.i64());
    TM_TRY(const auto opened_at, in.i64());
    TM_TRY(const auto samples, in.varint());
    const Timestamp at = Timestamp::from_ns(start);
    Timestamp first, last;
    for (Timestamp* time : {&first, &last}) {
      TM_TRY(const auto ns, in.i64());
      *time = Timestamp::from_ns(ns);
    }
    TM_TRY(auto cell, Cell::restore(in));
    if (cell.empty() || at < closed_before_ || open_.contains(at)) {
      return fail(Errc::corrupt, "a saved open period is empty, closed or there twice");
    }
    if (first < at || last < first || last - at >= period_) {
      return fail(Errc::corrupt, "a saved open period has samples outside of it");
    }
    open_.emplace(at, Open{Timestamp::from_ns(opened_at), std::move(cell), samples, first, last});
  }
  return {};
}

}  // namespace tidemark::query
