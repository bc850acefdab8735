#pragma once

#include "base/random.h"
#include "base/time.h"

namespace tidemark::act {

/// How long to wait after the `attempts`-th try (from 1): 5 s, doubled each time up to 10 min, give
/// or take a quarter, so that many deliveries to one sink spread out.
Duration backoff(int attempts, Random& random);

}  // namespace tidemark::act
