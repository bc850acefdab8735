#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "base/time.h"
#include "judge/math/touches.h"

namespace tidemark::judge {

/// Where the model of an expression stands, in the shard that owns it.
struct MathPlace {
  std::uint64_t revision = 0;  ///< of the detector, that the newest model was made by
  bool stale = false;          ///< should be made anew, and nobody is at it
  Timestamp closed_before;     ///< periods before it are told of
  Timestamp expected;          ///< a later period that is expected to have a value; min(): none
};

/// What a shard tells of one detector on metric math.
struct MathStatus {
  std::optional<MathPlace> place;  ///< nullopt: this shard does not own the model
  /// Periods that its inputs' samples came for, by start, and not told of since.
  std::map<Timestamp, Touch> touched;
  bool overflown = false;  ///< ... and more
};

}  // namespace tidemark::judge
