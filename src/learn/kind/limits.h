#pragma once

namespace tidemark::learn::kind {

/// The largest magnitude that is watched: its square is finite, and it fits a float.
inline constexpr double kMost = 1e30;

}  // namespace tidemark::learn::kind
