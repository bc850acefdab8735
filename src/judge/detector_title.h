#pragma once

#include <string>

#include "judge/detector_spec.h"

namespace tidemark::judge {

/// What a detector is called where all of its target must be said in one line, in the audit and on
/// the command line: "Glue/records{JobName=flights} Sum", "up{job=etl} Average" without a
/// namespace; of metric math its math_title().
std::string detector_title(const DetectorTarget& target);

}  // namespace tidemark::judge
