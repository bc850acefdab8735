#include "judge/why.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/people_number.h"
#include "base/people_time.h"
#include "base/zone.h"
#include "judge/always/listing.h"
#include "judge/choices_json.h"
#include "judge/math/expression.h"
#include "judge/math_target.h"
#include "judge/model_versions.h"
#include "judge/run/model_run.h"
#include "learn/registry.h"
#include "learn/sureness.h"
#include "query/period_stats.h"

namespace tidemark::judge {
namespace {

using nlohmann::json;
using std::chrono::hours;

constexpr Duration kDay = hours(24);
constexpr Duration kWeek = 7 * kDay;
constexpr const char* kAlwaysOnModel = "always_on";  // in detectors.def
constexpr const char* kUtc = "UTC";
constexpr std::size_t kPastMax = 8;
constexpr int kWeeksKnown = 3;
constexpr std::size_t kMovedMax = 10;
constexpr std::size_t kMovedLookedAt = 500;
constexpr std::size_t kChangesMax = 10;
// What the audit has beside changes that people make: these follow from findings, or judge them.
constexpr std::array<const char*, 4> kNoCauses{
    "transition", "runbook.start", "runbook.end", "verdict"};
constexpr double kMissesTold = 0.9;  // what misses of late leave of the confidence: two of them

using Cells = std::vector<query::PeriodCell>;
using Values = std::vector<AlwaysOnReplay::Value>;

Values values_of(const Statistic& stat, const Cells& cells) {
  Values out;
  for (const query::PeriodCell& cell : cells) {
    if (const auto value = evaluate(stat, cell.cell)) out.push_back({cell.start, *value});
  }
  return out;
}

std::optional<double> value_at(const Values& values, Timestamp at) {
  const auto found = std::lower_bound(
      values.begin(), values.end(), at, [](const auto& each, Timestamp t) { return each.at < t; });
  if (found == values.end() || found->at != at) return std::nullopt;
  return found->value;
}

/// What the clocks of the detector show at a period.
class LocalTimes {
 public:
  LocalTimes(const std::string& zone, Duration period) : zone_(zone), period_(period) {}
  /// `run` knows which local days the periods stand for, and outlives this.
  void know_days(ModelRun* run) { run_ = run; }

  /// Local time written as UTC.
  [[nodiscard]] Timestamp wall(Timestamp start) {
    return start + std::chrono::seconds(run_ ? run_->offset_of(start) : zone_.offset_s(start));
  }
  [[nodiscard]] std::string text(Timestamp start) { return people_time(wall(start), period_); }
  /// The period that stands for the same time of the week or day, `step` days or weeks before.
  [[nodiscard]] Timestamp before(Timestamp start, Duration step) {
    const Timestamp wanted = wall(start) - step;
    if (period_ < kDay) return query::period_start(zone_.at_local(wanted.s()), period_);
    const Timestamp in_utc = start - step;
    for (const Timestamp near : {in_utc, in_utc - period_, in_utc + period_}) {
      if (wall(near) == wanted) return near;
    }
    return in_utc;
  }

 private:
  Zone zone_;
  Duration period_;
  ModelRun* run_ = nullptr;
};

/// `range`: as people read it.
std::string usual_words(const FindingView& view, const std::string& range, LocalTimes& times) {
  constexpr const char* kDays[] = {
      "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  const int weekday = to_civil(times.wall(view.ref.at)).weekday;
  if (view.ref.period == kDay) return fmt::format("{} are usual for a {}", range, kDays[weekday]);
  return range + " are usual at this time";
}

std::string watched_words(const DetectorTarget& target) {
  if (!target.metric) return math_title(target);
  return fmt::format("{} of {}", target.stat.name, target.metric->name);
}

/// What is going on, where it is not the value itself. "" otherwise.
std::string kind_words(FindingKind kind) {
  switch (kind) {
    case FindingKind::level_shift:
      return " It is the fifth in a row or later: the level has changed.";
    case FindingKind::flat_line:
      return " It has not changed at all for longer than ever before.";
    case FindingKind::lost_season:
      return " The values do not follow their usual shape of day and week any more.";
    case FindingKind::changed_variance:
      return " They scatter far more, or far less, than they used to at this time of day.";
    case FindingKind::slow_drift:
      return " They have crept away little by little from where they used to be.";
    default:
      return {};
  }
}

/// " (Pacific/Auckland)" behind a time of day that is not of UTC.
std::string zone_words(const Explanation& why) {
  const bool tells = why.timezone != kUtc && why.view.ref.period < kDay;
  return tells ? fmt::format(" ({})", why.timezone) : "";
}

std::string silence_sentence(const Explanation& why, LocalTimes& times) {
  const FindingView& view = why.view;
  const auto missing = (view.ref.at - view.finding.began) / view.ref.period + 1;
  std::string out = fmt::format(
      "{}: no data on {}{}", watched_words(view.target), times.text(view.ref.at), zone_words(why));
  if (missing > 1) out += fmt::format("; none since {}", times.text(view.finding.began));
  out += ". It has never been silent for so long at this time of the week.";
  if (view.retracted) out += " Late data have filled the gap: no finding any more.";
  return out;
}

std::string sentence_of(const Explanation& why, LocalTimes& times) {
  const FindingView& view = why.view;
  if (view.finding.kind == FindingKind::silence) return silence_sentence(why, times);
  const auto texts =
      people_compared(view.finding.value, view.limits.lower, view.limits.upper, view.unit);
  std::string out = fmt::format("{}: {} on {}{}; {}.",
                                watched_words(view.target),
                                texts.value,
                                times.text(view.ref.at),
                                zone_words(why),
                                usual_words(view, texts.range, times));
  const std::string kind = kind_words(view.finding.kind);
  if (view.limits.holds(view.finding.value)) {
    out += kind.empty()
               ? " It lies inside; but the newest values together are unusual for this metric."
               : " It lies inside.";
  }
  out += kind;
  if (view.finding.began < view.ref.at) {
    out += fmt::format(" It began on {}.", times.text(view.finding.began));
  }
  if (view.finding.late) {
    out += " It was ordinary at first; data that came late made it a finding.";
  }
  if (view.retracted) {
    out += fmt::format(" Late data have changed it to {}{}, which is inside: no finding any more.",
                       people_number(*view.value_now),
                       view.unit);
  }
  return out;
}

/// Two days and more are told in days.
Duration whole_days(Duration span) {
  return span < 2 * kDay ? span : span - span % kDay;
}

/// "Never as low in 92 days of history (92 periods)."
std::string rarity_of(const FindingView& view, const Values& values, LocalTimes& times) {
  if (view.finding.kind == FindingKind::silence) {
    return fmt::format("It was there in {} periods before.",
                       std::count_if(values.begin(), values.end(), [&](const auto& each) {
                         return each.at < view.ref.at;
                       }));
  }
  const bool above = view.finding.value > view.band.expected;
  std::size_t periods = 0, beyond = 0;
  std::optional<Timestamp> last_beyond;
  for (const auto& [at, value] : values) {
    if (at >= view.ref.at) continue;
    ++periods;
    if (above ? value < view.finding.value : value > view.finding.value) continue;
    ++beyond;
    last_beyond = at;
  }
  const char* extreme = above ? "high" : "low";
  if (periods == 0) return "There is no history to compare with.";
  if (!last_beyond) {
    return fmt::format("Never as {} in {} of history ({} periods).",
                       extreme,
                       people_duration(whole_days(view.ref.at - values.front().at)),
                       periods);
  }
  return fmt::format("As {} in {} of {} periods before, last on {}.",
                     extreme,
                     beyond,
                     periods,
                     times.text(*last_beyond));
}

/// The same weekday and time of the weeks before; of the days before while these are too few.
void add_same_slot(const Values& values, LocalTimes& times, Explanation* out) {
  if (values.empty()) return;
  const Timestamp at = out->view.ref.at;
  const bool knows_weeks = times.before(at, kWeeksKnown * kWeek) >= values.front().at;
  out->slot_step = knows_weeks ? Explanation::SlotStep::week : Explanation::SlotStep::day;
  const Duration step = knows_weeks ? kWeek : kDay;
  for (std::size_t back = 1; back <= kPastMax; ++back) {
    const Timestamp then = times.before(at, step * back);
    if (then < values.front().at) return;
    out->same_slot.push_back({then, value_at(values, then)});
  }
}

/// Of the same metric, whatever its statistic, or the same expression.
bool is_same(const DetectorTarget& a, const DetectorTarget& b) {
  return a.metric == b.metric && (a.metric || a.math == b.math);
}

Result<std::vector<Explanation::Moved>> also_moved(const FindingBook::Deps& deps,
                                                   const FindingView& view) {
  const Duration near = std::max<Duration>(view.ref.period * 2, hours(1));
  FindingQuery query;
  query.from = view.finding.began - near;
  query.to = view.ref.at + view.ref.period + near;
  query.tier = FindingTier::all;
  query.with_replay = true;
  query.limit = kMovedLookedAt;
  TM_TRY(const auto seen, FindingBook(deps).scan(query));
  std::vector<Explanation::Moved> out;
  for (const auto& each : seen.found) {
    const DetectorTarget& target = seen.detectors[each.detector].spec.target;
    if (is_same(target, view.target)) continue;
    const Explanation::Moved moved{to_id(each.ref), target, each.ref.at, each.finding.score};
    const auto known = std::find_if(
        out.begin(), out.end(), [&](const auto& other) { return is_same(other.target, target); });
    if (known == out.end()) {
      out.push_back(moved);
    } else if (known->score < moved.score) {
      *known = moved;
    }
  }
  std::stable_sort(
      out.begin(), out.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  if (out.size() > kMovedMax) out.resize(kMovedMax);
  return out;
}

/// Why the model is less sure than all of the above has it.
std::string sure_words(const FindingView& view, const Receipt& receipt) {
  std::string out;
  const bool borrows = seed_of(receipt.spec, view.ref.period) && borrows_widths(receipt.learned);
  if (borrows) out += "; part of the width of its band is that of siblings";
  const double known =
      learn::sureness_of({view.finding.learned, view.ref.period, view.width, 0, borrows});
  if (view.confidence < kMissesTold * known) {
    out += "; more of the newest periods than its width lets one expect were outside of its band";
  }
  return out;
}

std::string how_sure(const FindingView& view, const Receipt& receipt, LocalTimes& times) {
  std::string out = fmt::format("The model had learned {} periods since {}",
                                receipt.learned,
                                times.text(receipt.trained_from));
  if (view.ref.period < kDay && receipt.learned * view.ref.period < 2 * kWeek) {
    out += "; it has not seen two weeks yet, so weekdays are not told apart";
  } else if (view.ref.period >= kDay && receipt.learned < 21) {
    out += "; it has not seen three weeks yet, so weekdays are not told apart";
  }
  out += sure_words(view, receipt);
  const std::size_t excluded = receipt.spec.choices.excluded.size();
  for (const CalendarUse& use : receipt.spec.choices.own.calendars)
    out += fmt::format("; calendar '{}' sets days apart", use.calendar.name);
  for (const CalendarUse& use : receipt.spec.inherited)
    out += fmt::format("; calendar '{}', which it inherits, sets days apart", use.calendar.name);
  const std::size_t marks = receipt.spec.marks.size();
  if (excluded == 1) out += "; 1 range is excluded";
  if (excluded > 1) out += fmt::format("; {} ranges are excluded", excluded);
  if (marks == 1) out += "; 1 verdict bears on it";
  if (marks > 1) out += fmt::format("; {} verdicts bear on it", marks);
  return fmt::format("{}. It is {:.0f} % sure that this is unusual.", out, 100 * view.confidence);
}

json band_json(const IssuedBand& band) {
  return {{"expected", band.expected}, {"below", band.below}, {"above", band.above}};
}

json marks_json(const std::vector<Mark>& marks) {
  json out = json::array();
  for (const Mark& mark : marks) {
    out.push_back({{"from", format_rfc3339(mark.from)},
                   {"to", format_rfc3339(mark.to)},
                   {"learn", mark.effect == Mark::Effect::learn}});
  }
  return out;
}

/// The model as it was behind the finding, made once more of the stored history.
ModelRun replayed(const DetectorSpec& then, const FindingView& view, const Cells& cells) {
  const Timestamp end = view.ref.at + view.ref.period * 2 + std::chrono::minutes(2);
  ModelRun run(then, view.ref.period);
  run.replay(cells, end);
  run.advance(end);
  return run;
}

/// The verdict once more, by the code and the stored history of today.
Receipt recompute(const Receipt& kept, const FindingView& view, ModelRun& run) {
  Receipt out = kept;
  out.learned = 0;
  out.band = {};
  out.value = out.score = 0;
  const bool is_kept = kept.confidence != Finding::kNotKept;
  for (const Sample& sample : run.take_issued()) {
    if (sample.at == view.ref.at) out.band = std::get<IssuedBand>(sample.value);
  }
  for (const Sample& sample : run.take_found()) {
    if (sample.at != view.ref.at) continue;
    const auto& found = std::get<Finding>(sample.value);
    out.learned = found.learned;
    out.value = found.value;
    out.score = found.score;
    if (is_kept) out.confidence = found.confidence;
  }
  return out;
}

std::string other_version(const Receipt& then, const Receipt& now) {
  return fmt::format("it was judged by version {} of the model {}; this is version {}",
                     then.model_version,
                     then.model,
                     now.model_version);
}

std::string difference_of(const FindingView& view,
                          const Receipt& then,
                          const std::optional<Receipt>& now) {
  if (is_always_on(view) && (!now || now->model_version == then.model_version)) {
    return "what is stored of the series is not what came then: history was added or is no longer "
           "kept, data came late, or it was watched from a later time on";
  }
  if (!now) return "the choices of that time are not kept any more";
  if (now->model_version != then.model_version) return other_version(then, *now);
  if (view.finding.late) return "it was judged again after late data, by the band issued before";
  if (now->value != view.finding.value) return "late data have changed the value since";
  return "the history before it has changed since, by late data or by what is no longer kept";
}

/// What is known of it without its history.
Receipt receipt_of(const FindingView& view) {
  Receipt out;
  out.revision = view.finding.revision;
  out.trained_from = view.ref.at;
  out.learned = view.finding.learned;
  out.band = view.band;
  out.value = view.finding.value;
  out.score = view.finding.score;
  out.confidence = view.finding.confidence;
  return out;
}

Result<void> add_model(const FindingBook::Deps& deps,
                       std::string_view model,
                       Timestamp judged,
                       Receipt* receipt) {
  receipt->model = model;
  TM_TRY(receipt->model_version, model_version_at(deps.control, model, judged));
  return {};
}

void add_words(const Values& values, LocalTimes& times, Explanation* out) {
  out->sentence = sentence_of(*out, times);
  out->rarity = rarity_of(out->view, values, times);
  out->sureness = how_sure(out->view, out->receipt, times);
  add_same_slot(values, times, out);
}

Result<void> add_detector(const FindingBook::Deps& deps, Explanation* out) {
  const FindingView& view = out->view;
  const auto detector = deps.judge.find_id(view.ref.detector_id);
  if (!detector) return fail(Errc::not_found, "its detector is gone");
  out->detector = *detector;
  TM_TRY(const Cells cells,
         history_of({deps.reader, deps.judge},
                    detector->spec,
                    view.ref.period,
                    view.ref.at + view.ref.period,
                    deps.clock.wall()));
  // What a replay of history found was judged when its detector was made.
  const Timestamp closed = view.ref.at + view.ref.period;
  TM_TRY_VOID(add_model(deps,
                        learn::detector_names().front(),
                        view.finding.replay ? std::max(closed, detector->spec.created_at) : closed,
                        &out->receipt));
  const auto then = at_revision(detector->spec, view.finding.revision);
  out->receipt.spec = then ? *then : detector->spec;
  const std::string& zone = out->receipt.spec.choices.timezone;
  if (!zone.empty()) out->timezone = zone;
  LocalTimes times(zone, view.ref.period);
  std::optional<ModelRun> run;
  if (!cells.empty()) {
    out->receipt.trained_from = cells.front().start;
    run.emplace(replayed(out->receipt.spec, view, cells));
    times.know_days(&*run);
    if (then) out->recomputed = recompute(out->receipt, view, *run);
  }
  add_words(values_of(view.target.stat, cells), times, out);
  TM_TRY(const auto since, judged_since(deps, out->receipt.spec, view));
  out->aftermath = aftermath_of(view, since);
  out->aftermath_words = aftermath_words(out->aftermath, times.text(out->aftermath.since));
  return {};
}

/// The tier keeps no history of its own: what is stored of the series is watched once more.
Result<void> add_always_on(const FindingBook::Deps& deps, Explanation* out) {
  const FindingView& view = out->view;
  const AlwaysOnRef ref{*parse_always_on_id(view.ref.detector_id), view.ref.period};
  const auto spec = always_on_spec(deps.reader, ref);
  if (!spec) return fail(Errc::not_found, "its series is gone");
  out->detector = {*spec, TrainingState::trained, view.finding.learned};
  TM_TRY(const AlwaysOnReplay replay, replay_always_on(deps.reader, ref, view.ref.at));
  TM_TRY_VOID(add_model(deps, kAlwaysOnModel, view.ref.at + view.ref.period, &out->receipt));
  out->receipt.spec = *spec;
  if (!replay.values.empty()) out->receipt.trained_from = replay.values.front().at;
  LocalTimes times("", view.ref.period);
  add_words(replay.values, times, out);
  if (replay.values.empty()) return {};
  Receipt now = out->receipt;
  now.band = replay.band.value_or(IssuedBand{});
  now.learned = replay.learned;
  now.value = replay.value;
  now.score = replay.score;
  if (now.confidence != Finding::kNotKept) now.confidence = replay.confidence;
  out->recomputed = std::move(now);
  return {};
}

}  // namespace

std::string_view to_text(Explanation::SlotStep step) {
  return step == Explanation::SlotStep::week ? "week" : "day";
}

std::string to_json(const Receipt& receipt) {
  json choices = shown_choices_json(receipt.spec.choices);
  choices.erase("tags");  // no verdict rests on them, and there is no telling what they were then
  json inherited = json::array();
  for (const CalendarUse& use : receipt.spec.inherited)
    inherited.push_back(calendar_json(use));
  json out{{"model", receipt.model},
           {"model_version", receipt.model_version},
           {"revision", receipt.revision},
           {"choices", std::move(choices)},
           {"inherited", std::move(inherited)},
           {"marks", marks_json(receipt.spec.marks)},
           {"trained_from", format_rfc3339(receipt.trained_from)},
           {"learned", receipt.learned},
           {"band", band_json(receipt.band)},
           {"value", receipt.value},
           {"score", receipt.score}};
  if (receipt.confidence != Finding::kNotKept) out["confidence"] = receipt.confidence;
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Explanation> explain(const FindingBook::Deps& deps, const std::string& id) {
  Explanation out;
  TM_TRY(out.view, FindingBook(deps).find(id));
  const FindingView& view = out.view;
  out.timezone = kUtc;
  TM_TRY(out.also_moved, also_moved(deps, view));
  TM_TRY(out.changes,
         deps.control.audit({view.finding.began - kDay,
                             view.ref.at + view.ref.period,
                             std::vector<std::string>(kNoCauses.begin(), kNoCauses.end()),
                             kChangesMax}));
  out.receipt = receipt_of(view);
  TM_TRY_VOID(is_always_on(view) ? add_always_on(deps, &out) : add_detector(deps, &out));
  if (out.recomputed) out.recomputed->model_version = learn::model_version(out.receipt.model);
  out.reproduced = out.recomputed && to_json(*out.recomputed) == to_json(out.receipt);
  if (!out.reproduced) out.difference = difference_of(view, out.receipt, out.recomputed);
  return out;
}

}  // namespace tidemark::judge
