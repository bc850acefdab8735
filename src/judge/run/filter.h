#pragma once

#include "judge/detectors.h"

namespace tidemark::judge {

/// Does a list by this filter show the detector? Ids, where there are any, are all that counts.
bool passes(const DetectorSpec& spec, const DetectorFilter& filter);

}  // namespace tidemark::judge
