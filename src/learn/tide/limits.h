#pragma once

namespace tidemark::learn::tide {

/// The largest magnitude a model takes in: the difference of two such values is finite.
inline constexpr double kHuge = 1e300;

}  // namespace tidemark::learn::tide
