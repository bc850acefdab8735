#pragma once

#include <string>
#include <vector>

#include "act/action.h"

namespace tidemark::act::runbook {

/// What a runbook reads on its standard input: one JSON object about the transition.
std::string event_json(const Notice& notice);

/// The whole environment of a runbook: PATH, LANG and TIDEMARK_…. Of the event only what is made of
/// letters, digits and a few harmless signs is put here; all of it is in the input.
std::vector<std::string> environment(const std::string& event,
                                     const std::string& runbook,
                                     const std::string& delivery_id,
                                     int attempt);

}  // namespace tidemark::act::runbook
