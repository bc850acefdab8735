#include "judge/run/model_run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/assert.h"
#include "learn/archive.h"
#include "learn/calendar.h"
#include "learn/hold_back.h"
#include "learn/width.h"
#include "query/period_stats.h"

namespace tidemark::judge {
namespace {

constexpr std::uint8_t kVersion = 8;
// Decision 10: rebuilt when more than 5 % of the learned periods changed.
constexpr std::uint64_t kLateShare = 20;

std::unique_ptr<learn::Detector> make(const learn::DetectorConfig& config) {
  auto made = learn::make_detector(learn::detector_names().front(), config);
  TM_ASSERT(made.has_value());  // periods and choices were checked when they came in
  return *std::move(made);
}

// A band of siblings' widths from the third value on; the model's own counts for half of it after
// kSeedHalf values, and for all of it after kSeedUntil.
constexpr std::size_t kSeedValuesMin = 2;
constexpr double kSeedHalf = 16;
constexpr std::uint64_t kSeedUntil = 64;
// Fewer values than that say too little about a width to lend it.
constexpr std::uint64_t kLendFrom = 30;

void put_time(ByteSink& out, const std::optional<Timestamp>& at) {
  out.u8(at ? 1 : 0);
  out.i64(at ? at->ns() : 0);
}

Result<std::optional<Timestamp>> get_time(ByteSource& in) {
  TM_TRY(const auto there, in.u8());
  TM_TRY(const auto ns, in.i64());
  return there != 0 ? std::optional(Timestamp::from_ns(ns)) : std::nullopt;
}

}  // namespace

std::optional<Seed> seed_of(const DetectorSpec& spec, Duration period) {
  const auto found = std::find_if(spec.seeds.begin(), spec.seeds.end(), [&](const Seed& seed) {
    return seed.period == period;
  });
  return found == spec.seeds.end() ? std::nullopt : std::optional(*found);
}

bool borrows_widths(std::uint64_t learned) {
  return learned < kSeedUntil;
}

ModelRun::ModelRun(const DetectorSpec& spec, Duration period)
    : stat_(spec.target.stat),
      fed_closed_(!spec.target.metric),
      revision_(spec.revision),
      policy_(spec),
      seed_(seed_of(spec, period)),
      judged_from_(spec.created_at),
      zone_(spec.choices.timezone),
      config_(model_config(spec.choices, period, policy_.special_kinds())),
      // The values of an expression have no other time than the start of their period.
      days_(spec.target.metric ? spec.choices.timezone : "", period),
      closer_(period),
      detector_(make(config_)),
      kinds_(period),
      silence_(period, spec.choices.timezone) {}

void ModelRun::feed(std::span<const Sample> samples, Timestamp received_at) {
  end_silence(samples, received_at);
  take(close(query::fold_into_periods(samples, period()), received_at));
  // A period that has begun needs its band now: an open one can already breach. While the one
  // before it waits for its last samples there is none, as it would not have learned them.
  std::optional<Timestamp> newest;
  for (const Sample& sample : samples) {
    const Timestamp start = query::period_start(sample.at, period());
    if (start <= received_at && (!newest || start > *newest)) newest = start;
  }
  if (newest && learned_ > 0) issue_through(std::min(*newest, closer_.closed_before()));
}

void ModelRun::advance(Timestamp now) {
  for (const query::ClosedPeriod& closed : closer_.advance(now))
    judge(closed);
  speak_of_silence(now);
  // A sample that came early may lie in the period that has now begun.
  const Timestamp current = query::period_start(now, period());
  if (learned_ > 0 && closer_.open_cell(current) != nullptr) {
    issue_through(std::min(current, closer_.closed_before()));
  }
}

void ModelRun::replay(std::span<const query::PeriodCell> history, Timestamp now) {
  replaying_ = true;
  for (const query::PeriodCell& cell : history) {
    days_.begin(cell.first);
    for (const Timestamp at : {cell.first, cell.last})
      end_silence(run_of(at));
    take(close({cell}, now));
  }
  speak_of_silence(now);
  replaying_ = false;
}

std::vector<Sample> ModelRun::take_issued() {
  return std::exchange(issued_, {});
}

std::vector<Sample> ModelRun::take_found() {
  std::stable_sort(
      found_.begin(), found_.end(), [](const Sample& a, const Sample& b) { return a.at < b.at; });
  return std::exchange(found_, {});
}

std::vector<ModelRun::Late> ModelRun::take_late() {
  return std::exchange(late_periods_, {});
}

TrainingState ModelRun::training() const {
  if (newest_) return TrainingState::trained;
  return learned_ > 0 ? TrainingState::trained_insufficient_data : TrainingState::pending_training;
}

std::optional<Timestamp> ModelRun::next_due() const {
  const auto closes = closer_.next_due();
  const auto silence = silence_.next();
  if (!silence || learned_ == 0) return closes;
  return closes ? std::min(*closes, silence->due) : silence->due;
}

bool ModelRun::stale() const {
  return older_added_ || late_ * kLateShare > learned_;
}

query::Fed ModelRun::close(std::vector<query::PeriodCell> cells, Timestamp received_at) {
  if (fed_closed_) return closer_.feed_closed(std::move(cells));
  return closer_.feed(std::move(cells), received_at);
}

void ModelRun::take(const query::Fed& fed) {
  for (const query::ClosedPeriod& closed : fed.closed)
    judge(closed);
  for (const query::PeriodCell& late : fed.late) {
    if (!first_learned_) continue;
    if (late.start < *first_learned_) {
      older_added_ = true;
    } else if (!has_two_runs(late.start)) {
      ++late_;
      late_periods_.push_back({late.start, offset_of(late.start), confidence()});
    }
  }
}

void ModelRun::judge(const query::ClosedPeriod& closed) {
  issue_through(closed.start);
  if (const auto value = evaluate(stat_, closed.cell)) {
    const learn::Slot slot = slot_of(closed.start);
    PeriodPolicy::Say say = say_of(closed.start);
    // Such a period is like no other one, and its second run comes when it has been judged.
    if (has_two_runs(closed.start)) say = {true, true, false};
    const auto outlook = outlook_at(slot);
    const Seen seen{slot, *value, detector_->score(slot, *value)};
    find(seen, outlook, say);
    detector_->learn(slot, *value, teach(seen, outlook, say));
    ++learned_;
    if (seed_ && learned_ <= kSeedUntil && std::isfinite(*value)) first_values_.push_back(*value);
    if (!first_learned_) first_learned_ = closed.start;
    days_.learn(closed.first, closed.last);
  }
  issue_through(closed.start + period());
}

learn::Teach ModelRun::teach(const Seen& seen,
                             const std::optional<learn::Outlook>& outlook,
                             const PeriodPolicy::Say& say) const {
  if (say.exclude) return learn::Teach::forget_slot;
  if (say.accept) return learn::Teach::accept;
  // Days are too few for their band to say what was abnormal before anybody looked.
  const bool days_of_history = seen.slot.start < judged_from_ && learn::are_days(period());
  if (!outlook || days_of_history) return learn::Teach::learn;
  return learn::is_held_back(seen.value, seen.score, *outlook, period()) ? learn::Teach::hold_back
                                                                         : learn::Teach::learn;
}

void ModelRun::find(const Seen& seen,
                    const std::optional<learn::Outlook>& outlook,
                    const PeriodPolicy::Say& say) {
  const auto& [slot, value, rarity] = seen;
  std::optional<learn::Edges> usual;
  if (outlook) usual = learn::edges_at(*outlook, policy_.width(), config_.domain);
  // The tracker's memory is of ordinary days.
  if (say.exclude || slot.special != 0) {
    kinds_.note_row(slot.start, value, usual);
  } else {
    kinds_.note(slot, value, outlook, usual);
  }
  const double sure = confidence();
  const int side = usual ? learn::side_of(value, *usual) : 0;
  if (usual && !say.exclude && std::isfinite(value)) missed_.note(side != 0);
  if (!outlook || say.mute || !std::isfinite(value)) return;
  const int direction = kinds_.direction();
  if (!policy_.watches(direction != 0 ? direction > 0 : value > outlook->expected)) return;
  const double raised = kinds_.raised().value_or(0);
  const double score = std::max(rarity, raised);
  if (side == 0 && score < learn::kAbnormalScore) return;
  found_.push_back({slot.start,
                    Finding{value,
                            score,
                            kinds_.kind(),
                            kinds_.began(),
                            learned_,
                            revision_,
                            replaying_,
                            false,
                            sure}});
  kinds_.told();  // behind the finding that tells it: what was told of names other values no more
}

double ModelRun::confidence() const {
  const bool borrowed = seed_ && borrows_widths(learned_);
  return learn::sureness_of({learned_, period(), policy_.width(), missed_.share(), borrowed});
}

void ModelRun::end_silence(std::span<const Sample> samples, Timestamp received_at) {
  speak_of_silence(received_at);
  const auto first = std::min_element(
      samples.begin(), samples.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  if (first != samples.end()) days_.begin(first->at);
  std::map<Timestamp, Timestamp> firsts;  // by start of the period
  for (const Sample& sample : samples) {
    const auto [at, is_new] = firsts.emplace(run_of(sample.at), std::max(sample.at, received_at));
    if (!is_new) at->second = std::min(at->second, std::max(sample.at, received_at));
  }
  for (const auto& [run, at] : firsts) {
    silence_.count_local_days(days_.known());
    if (silence_.is_new(run)) silence_.note_arrival(run, at);
    end_silence(run);
  }
}

void ModelRun::end_silence(Timestamp run) {
  silence_.count_local_days(days_.known());
  const auto ended = silence_.see(run, days_.known() ? 0 : zone_.offset_s(run));
  if (!ended || learned_ == 0) return;
  Silence heard = *ended;
  while (heard.at < run && !wants_to_hear(heard.at))
    heard.at = heard.at + period();
  if (heard.at < run) find_silence(heard);
}

Timestamp ModelRun::run_of(Timestamp sample) {
  return days_.known() ? days_.run_at(sample) : query::period_start(sample, period());
}

Timestamp ModelRun::missing_in(Timestamp run) const {
  if (!days_.known()) return run;
  const Timestamp start = days_.period_of(run);
  // A period that the run before lies in is there: it can only be missing in the next one.
  return days_.period_of(run - period()) == start ? start + period() : start;
}

bool ModelRun::has_two_runs(Timestamp start) const {
  return days_.known() && days_.runs_in(start) > 1;
}

void ModelRun::speak_of_silence(Timestamp now) {
  if (learned_ == 0) return;
  for (auto next = silence_.next(); next && next->due <= now; next = silence_.next()) {
    if (wants_to_hear(next->at)) {
      find_silence(*next);
      silence_.told();
    } else {
      silence_.postpone(next->at);
    }
  }
}

bool ModelRun::wants_to_hear(Timestamp run) {
  const PeriodPolicy::Say say = say_of(missing_in(run));
  return !say.mute && !say.exclude;
}

void ModelRun::find_silence(const Silence& silence) {
  const Timestamp at = missing_in(silence.at);
  issue_through(at);
  found_.push_back({at,
                    Finding{std::numeric_limits<double>::quiet_NaN(),
                            silence.score,
                            FindingKind::silence,
                            missing_in(silence.began),
                            learned_,
                            revision_,
                            replaying_ || silence.due <= judged_from_,
                            false,
                            confidence()}});
}

void ModelRun::issue_through(Timestamp start) {
  if (!next_issue_) next_issue_ = start;
  const std::int64_t gap = (start - *next_issue_) / period();
  if (gap > kGapMaxBands) next_issue_ = start - period() * kGapMaxBands;
  for (; *next_issue_ <= start; next_issue_ = *next_issue_ + period())
    issue(slot_of(*next_issue_));
}

std::optional<learn::Outlook> ModelRun::outlook_at(const learn::Slot& slot) const {
  auto out = detector_->expect(slot);
  if (!seed_ || !borrows_widths(learned_) || first_values_.size() < kSeedValuesMin) return out;
  double own = static_cast<double>(learned_) / (static_cast<double>(learned_) + kSeedHalf);
  if (!out) {
    std::vector<double> values = first_values_;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    out = learn::Outlook{*middle, {}, {}};
    own = 0;
  }
  learn::Domain domain = config_.domain;
  const double lowest = *std::min_element(first_values_.begin(), first_values_.end());
  if (lowest >= 0) domain.lower = std::max(domain.lower.value_or(0), 0.0);
  out->expected = domain.clamp(out->expected);
  const double size = std::abs(out->expected);
  const double least = std::max(config_.min_deviation, config_.min_relative_deviation * size);
  for (std::size_t k = 0; k < 3; ++k) {
    const double below = own * out->below[k] + (1 - own) * size * seed_->below[k];
    const double above = own * out->above[k] + (1 - own) * size * seed_->above[k];
    out->below[k] = out->expected - domain.clamp(out->expected - std::max(below, least));
    out->above[k] = domain.clamp(out->expected + std::max(above, least)) - out->expected;
  }
  return out;
}

std::optional<Seed> ModelRun::as_seed() const {
  if (learned_ < kLendFrom || !newest_ || newest_->expected == 0) return std::nullopt;
  Seed out;
  out.period = period();
  out.siblings = 1;
  const double size = std::abs(newest_->expected);
  for (std::size_t k = 0; k < 3; ++k) {
    out.below[k] = newest_->below[k] / size;
    out.above[k] = newest_->above[k] / size;
  }
  return std::isfinite(out.below[2]) && std::isfinite(out.above[2]) ? std::optional(out)
                                                                    : std::nullopt;
}

void ModelRun::issue(const learn::Slot& slot) {
  const auto outlook = outlook_at(slot);
  if (!outlook) return;
  newest_ = outlook;
  issued_.push_back(
      {slot.start, IssuedBand{outlook->expected, outlook->below, outlook->above, replaying_}});
}

learn::Slot ModelRun::slot_of(Timestamp start) {
  learn::Slot out = learn::slot_at(start, period(), offset_of(start));
  if (config_.special_kinds > 0) out.special = say_of(start).special;
  return out;
}

int ModelRun::offset_of(Timestamp start) {
  if (!days_.known()) return zone_.offset_s(start);
  return static_cast<int>((days_.date_of(start) - start) / std::chrono::seconds(1));
}

std::optional<RunDays> ModelRun::days() const {
  return days_.known() ? std::optional(days_) : std::nullopt;
}

PeriodPolicy::Say ModelRun::say_of(Timestamp start) {
  return policy_.of(start, period(), offset_of(start));
}

void ModelRun::save(ByteSink& out) const {
  out.u8(kVersion);
  closer_.save(out);
  detector_->save(out);
  put_time(out, first_learned_);
  put_time(out, next_issue_);
  out.varint(learned_);
  out.varint(late_);
  out.u8(older_added_ ? 1 : 0);
  kinds_.save(out);
  learn::StateWriter writer(out);
  learn::MissRate::visit(missed_, writer);
  silence_.save(out);
  days_.save(out);
  out.varint(first_values_.size());
  for (const double value : first_values_)
    out.f64(value);
  out.u8(newest_ ? 1 : 0);
  const learn::Outlook newest = newest_.value_or(learn::Outlook{});
  out.f64(newest.expected);
  for (const auto& widths : {newest.below, newest.above}) {
    for (const double width : widths)
      out.f64(width);
  }
}

Result<void> ModelRun::restore(ByteSource& in) {
  TM_TRY(const auto version, in.u8());
  if (version != kVersion) return fail(Errc::corrupt, "model state of an unknown version");
  TM_TRY_VOID(closer_.restore(in));
  TM_TRY_VOID(detector_->restore(in));
  TM_TRY(first_learned_, get_time(in));
  TM_TRY(next_issue_, get_time(in));
  TM_TRY(learned_, in.varint());
  TM_TRY(late_, in.varint());
  TM_TRY(const auto older, in.u8());
  older_added_ = older != 0;
  TM_TRY_VOID(kinds_.restore(in));
  learn::StateReader reader(in);
  learn::MissRate::visit(missed_, reader);
  if (!reader.ok()) return fail(Errc::corrupt, "a share of missed periods is damaged");
  TM_TRY_VOID(silence_.restore(in));
  TM_TRY_VOID(days_.restore(in));
  return restore_youth(in);
}

Result<void> ModelRun::restore_youth(ByteSource& in) {
  TM_TRY(const auto count, in.varint());
  if (count > kSeedUntil) return fail(Errc::corrupt, "model state has too many first values");
  first_values_.assign(count, 0);
  for (double& value : first_values_) {
    TM_TRY(value, in.f64());
    if (!std::isfinite(value)) return fail(Errc::corrupt, "a first value is no number");
  }
  TM_TRY(const auto there, in.u8());
  learn::Outlook newest;
  TM_TRY(newest.expected, in.f64());
  for (auto* widths : {&newest.below, &newest.above}) {
    for (double& width : *widths) {
      TM_TRY(width, in.f64());
    }
  }
  newest_ = there != 0 ? std::optional(newest) : std::nullopt;
  return {};
}

}  // namespace tidemark::judge
