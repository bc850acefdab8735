#pragma once

#include <string>

#include "server/config.h"

namespace tidemark::server {

/// The settings of a running server that a changed configuration file may replace.
void take_over_live(const Config& from, Config* to);

/// What a person is told after a reload: what was taken over of `next`, and which other settings
/// differ from `running` and want a restart. Names settings as the file does; shows no values,
/// since some are secret.
std::string reload_summary(const Config& running, const Config& next);

}  // namespace tidemark::server
