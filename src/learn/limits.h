#pragma once

namespace tidemark::learn {

/// The largest magnitude that models take in: the difference of two such values is finite.
inline constexpr double kHuge = 1e300;

}  // namespace tidemark::learn
