#pragma once

#include <vector>

#include "model/sample.h"

namespace tidemark::store {

/// Brings samples of one series, from layers given oldest first, into time order. Of one instant:
/// cells merge, of doubles and bands the one of the oldest layer stays (decision 8).
std::vector<Sample> merge_layers(std::vector<std::vector<Sample>> layers);

}  // namespace tidemark::store
