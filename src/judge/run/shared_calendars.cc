#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "judge/run/judge_state.h"

/// The judge's part of calendars: which shared ones there are, that detectors take them over, and
/// when those of a detector hold.
namespace tidemark::judge {
namespace {

PutDocument document_of(const SharedCalendar& calendar) {
  const std::string& name = calendar.use.calendar.name;
  return {{kCalendarCollection,
           name,
           shared_calendar_json(calendar).dump(
               -1, ' ', false, nlohmann::json::error_handler_t::replace)}};
}

Result<void> refuse_of_file(const SharedCalendars& known, const std::string& name) {
  const auto found = known.find(name);
  if (found == known.end() || !found->second.from_file) return {};
  return fail(
      Errc::exists,
      fmt::format("calendar '{}' stands in the configuration file: it is changed there", name));
}

Result<void> check_count(std::size_t count) {
  if (count <= kSharedCalendarsMax) return {};
  return fail(
      Errc::limit,
      fmt::format("there may be {} calendars with a match, not {}", kSharedCalendarsMax, count));
}

std::size_t count_of(const SharedCalendars& calendars, bool from_file) {
  return static_cast<std::size_t>(
      std::count_if(calendars.begin(), calendars.end(), [&](const auto& item) {
        return item.second.from_file == from_file;
      }));
}

const CalendarUse* find_use(const std::vector<CalendarUse>& uses, const std::string& name) {
  const auto found = std::find_if(
      uses.begin(), uses.end(), [&](const CalendarUse& use) { return use.calendar.name == name; });
  return found == uses.end() ? nullptr : &*found;
}

}  // namespace

Result<void> Judge::State::load_calendars() {
  TM_TRY(const auto documents, deps.control.documents(kCalendarCollection));
  const std::lock_guard lock(mutex);
  for (const ControlDocument& document : documents) {
    auto read = shared_calendar_from_json(nlohmann::json::parse(document.body, nullptr, false),
                                          document.key);
    if (!read) {
      return fail(Errc::corrupt,
                  fmt::format("kept calendar '{}': {}", document.key, read.error().what));
    }
    calendars.emplace(document.key, *std::move(read));
  }
  return {};
}

std::vector<CalendarUse> Judge::State::inherited_by(const DetectorTarget& target,
                                                    const DetectorChoices& choices) {
  const std::lock_guard lock(mutex);
  return judge::inherited_by(calendars, target, choices);
}

void Judge::State::spread_calendars() {
  auto waiting = std::make_shared<std::deque<std::string>>();
  {
    const std::lock_guard lock(mutex);
    for (const auto& [key, spec] : detectors) {
      if (judge::inherited_by(calendars, spec.target, spec.choices) != spec.inherited)
        waiting->push_back(spec.id);
    }
  }
  if (waiting->empty()) return;
  ++spreading;
  worker->post([this, waiting] { spread_next(waiting); });
}

void Judge::State::spread_next(const Waiting& waiting) {
  if (stopping || waiting->empty()) {
    --spreading;
    return;
  }
  take_over_calendars(waiting->front());
  waiting->pop_front();
  // One at a time, so that bands which alarms need do not wait behind all of them.
  worker->post([this, waiting] { spread_next(waiting); });
}

void Judge::State::take_over_calendars(const std::string& id) {
  const std::lock_guard command(commands);
  std::optional<DetectorSpec> spec;
  {
    const std::lock_guard lock(mutex);
    const auto found = std::find_if(
        detectors.begin(), detectors.end(), [&](const auto& item) { return item.second.id == id; });
    if (found == detectors.end()) return;
    spec = found->second;
  }
  // As they are by now: another change may have come meanwhile, by the API or of its choices.
  auto inherited = inherited_by(spec->target, spec->choices);
  if (inherited == spec->inherited) return;
  give(&*spec, spec->choices, std::move(inherited));
  if (const auto kept = keep(*spec, std::nullopt); !kept) {
    tidemark::log(LogLevel::error,
                  "a detector cannot take over a changed calendar: it is tried again",
                  {{"detector", id}, {"error", kept.error().what}});
    calendars_wait = true;
  }
}

Result<void> Judge::put_calendar(SharedCalendar calendar) {
  TM_TRY_VOID(check_shared_calendar(calendar));
  calendar.from_file = false;
  const std::string name = calendar.use.calendar.name;
  {
    const std::lock_guard command(state_->commands);
    SharedCalendars next = shared_calendars();
    TM_TRY_VOID(refuse_of_file(next, name));
    const auto known = next.find(name);
    if (known != next.end() && known->second == calendar) return {};
    next.insert_or_assign(name, calendar);
    TM_TRY_VOID(check_count(count_of(next, false)));
    TM_TRY_VOID(state_->deps.control.commit_and_wait(
        {document_of(calendar),
         AddAudit{state_->deps.clock.wall(), kByUser, "calendar", name, "put"}}));
    const std::lock_guard lock(state_->mutex);
    state_->calendars = std::move(next);
  }
  state_->spread_calendars();
  return {};
}

Result<void> Judge::remove_calendar(const std::string& name) {
  {
    const std::lock_guard command(state_->commands);
    SharedCalendars next = shared_calendars();
    TM_TRY_VOID(refuse_of_file(next, name));
    if (next.erase(name) == 0) {
      return fail(Errc::not_found, fmt::format("there is no calendar '{}' with a match", name));
    }
    TM_TRY_VOID(state_->deps.control.commit_and_wait(
        {DeleteDocument{kCalendarCollection, name},
         AddAudit{state_->deps.clock.wall(), kByUser, "calendar", name, "removed"}}));
    const std::lock_guard lock(state_->mutex);
    state_->calendars = std::move(next);
  }
  state_->spread_calendars();
  return {};
}

Result<void> Judge::set_configured_calendars(const std::vector<SharedCalendar>& calendars) {
  TM_TRY_VOID(check_count(calendars.size()));
  {
    const std::lock_guard command(state_->commands);
    const SharedCalendars before = shared_calendars();
    SharedCalendars next = before;
    std::erase_if(next, [](const auto& item) { return item.second.from_file; });
    for (SharedCalendar calendar : calendars) {
      TM_TRY_VOID(check_shared_calendar(calendar));
      calendar.from_file = true;
      next.insert_or_assign(calendar.use.calendar.name, std::move(calendar));
    }
    if (next == before) return {};
    std::vector<ControlChange> changes;
    for (const auto& [name, calendar] : before) {
      if (!next.contains(name)) changes.emplace_back(DeleteDocument{kCalendarCollection, name});
    }
    for (const auto& [name, calendar] : next)
      changes.emplace_back(document_of(calendar));
    TM_TRY_VOID(state_->deps.control.commit_and_wait(std::move(changes)));
    const std::lock_guard lock(state_->mutex);
    state_->calendars = std::move(next);
  }
  state_->spread_calendars();
  return {};
}

SharedCalendars Judge::shared_calendars() const {
  const std::lock_guard lock(state_->mutex);
  return state_->calendars;
}

std::vector<CalendarView> Judge::calendar_views() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<CalendarView> out;
  for (const auto& [name, calendar] : state_->calendars)
    out.push_back({calendar});
  for (const auto& [key, spec] : state_->detectors) {
    const auto wanted = inherited_by(state_->calendars, spec.target, spec.choices);
    for (CalendarView& view : out) {
      const std::string& name = view.calendar.use.calendar.name;
      const CalendarUse* use = find_use(wanted, name);
      const CalendarUse* has = find_use(spec.inherited, name);
      if (use != nullptr) ++view.detectors;
      if ((use == nullptr) != (has == nullptr) || (use != nullptr && *use != *has)) ++view.pending;
    }
  }
  return out;
}

std::vector<CalendarRange> Judge::calendar_ranges(const DetectorSpec& spec,
                                                  Duration period,
                                                  Timestamp from,
                                                  Timestamp to) const {
  std::optional<RunDays> days;
  {
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->models.find({spec.id, period});
    if (found != state_->models.end()) days = found->second.days;
  }
  Zone zone(spec.choices.timezone);
  const auto offset_of = [&](Timestamp start) {
    return days ? static_cast<int>((days->date_of(start) - start) / std::chrono::seconds(1))
                : zone.offset_s(start);
  };
  return judge::calendar_ranges(judging_choices(spec).own.calendars, {from, to, period}, offset_of);
}

}  // namespace tidemark::judge
