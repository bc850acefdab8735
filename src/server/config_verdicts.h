#pragma once

#include <string>
#include <vector>

#include "judge/configured_verdicts.h"
#include "server/config_yaml.h"

namespace tidemark::server {

/// `verdicts:` of the file. `account`: of the metrics that are named; "": not known.
void read_verdicts(const YAML::Node& node,
                   const std::string& account,
                   std::vector<judge::ConfiguredVerdict>* to);

}  // namespace tidemark::server
