#include "judge/period_policy.h"

#include "base/assert.h"

namespace tidemark::judge {

learn::DetectorConfig model_config(const DetectorChoices& choices,
                                   Duration cadence,
                                   int special_kinds) {
  learn::DetectorConfig out;
  out.cadence = cadence;
  switch (choices.adaptation) {
    case AdaptationSpeed::slow:
      out.adaptation = learn::Adaptation::slow;
      break;
    case AdaptationSpeed::normal:
      out.adaptation = learn::Adaptation::normal;
      break;
    case AdaptationSpeed::fast:
      out.adaptation = learn::Adaptation::fast;
      break;
  }
  switch (choices.filtering) {
    case OutlierFiltering::minimal:
      out.filtering = learn::Filtering::minimal;
      break;
    case OutlierFiltering::moderate:
      out.filtering = learn::Filtering::moderate;
      break;
    case OutlierFiltering::strict:
      out.filtering = learn::Filtering::strict;
      break;
  }
  out.periodic_spikes = choices.periodic_spikes;
  out.domain = {choices.own.lower_limit, choices.own.upper_limit};
  out.min_deviation = choices.own.min_deviation;
  out.min_relative_deviation = choices.own.min_relative_deviation;
  out.special_kinds = special_kinds;
  return out;
}

PeriodPolicy::PeriodPolicy(const DetectorSpec& spec)
    : excluded_(spec.choices.excluded),
      marks_(spec.marks),
      watch_(spec.choices.own.watch),
      width_(finding_width(spec)) {
  for (const CalendarUse& use : judging_choices(spec).own.calendars) {
    auto days = CalendarDays::make(use.calendar);
    TM_ASSERT(days.has_value());
    const int special = use.learn && days->are_rare() ? ++special_kinds_ : 0;
    calendars_.push_back({*std::move(days), use.mute, use.learn, special});
  }
}

PeriodPolicy::Say PeriodPolicy::of(Timestamp start, Duration period, int offset_s) const {
  Say out;
  const Timestamp end = start + period;
  const auto set_apart = [&out](bool mute, bool learn) {
    out.mute = out.mute || mute;
    out.exclude = out.exclude || !learn;
  };
  for (const ExcludedRange& range : excluded_) {
    if (end > range.start && start < range.end) set_apart(range.mute, range.learn);
  }
  for (const Days& each : calendars_) {
    if (!each.days.contains(civil_day(start, offset_s))) continue;
    set_apart(each.mute, each.learn);
    if (out.special == 0) out.special = each.special;
  }
  for (const Mark& mark : marks_) {
    if (end <= mark.from || start >= mark.to) continue;
    out.accept = mark.effect == Mark::Effect::learn;
    out.exclude = !out.accept;
  }
  return out;
}

bool PeriodPolicy::watches(bool above) const {
  return watch_ == Watch::both || (watch_ == Watch::above) == above;
}

}  // namespace tidemark::judge
