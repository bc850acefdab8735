#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "judge/detector_spec.h"

/// Calendars that are given once, for all detectors that match.
namespace tidemark::judge {

/// Which detectors: those for which everything holds that is said. In values `*` stands for any
/// run of characters, none among them; nothing else is special.
struct CalendarMatch {
  std::string metric_namespace;   ///< "": any
  std::string name;               ///< of the metric; "": any
  std::vector<Label> dimensions;  ///< by name; each must be there
  Tags tags;                      ///< each must be there
  friend bool operator==(const CalendarMatch&, const CalendarMatch&) = default;
};
/// Of metric math one of its metrics must fit.
bool matches(const CalendarMatch& match, const DetectorTarget& target, const Tags& tags);

struct SharedCalendar {
  CalendarUse use;  ///< in the time zone of each detector
  CalendarMatch match;
  bool from_file = false;  ///< of the configuration file, which alone may change it
  friend bool operator==(const SharedCalendar&, const SharedCalendar&) = default;
};
/// Of the file, and as many by the API. So few, since each detector keeps a copy of those that it
/// uses, and of former ones.
inline constexpr std::size_t kSharedCalendarsMax = 20;
inline constexpr std::size_t kMatchDimensionsMax = 30;
inline constexpr std::size_t kMatchTextMaxBytes = 256;

/// Days and lengths: `Errc::invalid`, naming the member and the limit.
Result<void> check_shared_calendar(const SharedCalendar& calendar);

/// By name.
using SharedCalendars = std::map<std::string, SharedCalendar>;
/// What a detector takes over, by name: those that match and whose name none of its own has.
std::vector<CalendarUse> inherited_by(const SharedCalendars& calendars,
                                      const DetectorTarget& target,
                                      const DetectorChoices& choices);

/// As docs/api.md has them, without what it is of: {"namespace": …, "dimensions": {NAME: VALUE}}.
nlohmann::json match_json(const CalendarMatch& match);
/// ... and back. Wrong or unknown members: `Errc::invalid`, naming the member.
Result<CalendarMatch> match_from_json(const nlohmann::json& from);
/// {"days": …, "mute": …, "learn": …, "match": …} and back; `match` must be there, {} is all
/// detectors. Wrong or unknown members: `Errc::invalid`, naming the member. The answer of the API
/// may be sent back as it is.
nlohmann::json shared_calendar_json(const SharedCalendar& calendar);
Result<SharedCalendar> shared_calendar_from_json(const nlohmann::json& from,
                                                 const std::string& name);

}  // namespace tidemark::judge
