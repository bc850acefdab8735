#pragma once

#include <map>
#include <string>
#include <vector>

#include "server/config.h"
#include "server/config_yaml.h"

namespace tidemark::server {

/// Days by the name of their calendar.
using Calendars = std::map<std::string, std::vector<std::string>>;

/// `calendars:` of the file: a list of days, or `days`, `mute`, `learn` and `match`. Those with a
/// match are for all detectors that do, and go to `shared` too.
yaml::Read calendars(Calendars* to, std::vector<judge::SharedCalendar>* shared);
/// `detectors:` of the file; those that name a calendar take its days from `known`. `account`: that
/// of their metrics; "": not known.
void read_detectors(const YAML::Node& node,
                    const Calendars& known,
                    const std::string& account,
                    std::vector<ConfiguredDetector>* to);

}  // namespace tidemark::server
