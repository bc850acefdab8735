#pragma once

#include <cstddef>

/// Limits of the nouns themselves; each stage's and protocol's own limits stand beside it.
namespace tidemark::limits {

inline constexpr std::size_t kNameMaxBytes = 1024;        // CloudWatch: metric name 255 characters
inline constexpr std::size_t kLabelValueMaxBytes = 4096;  // CloudWatch: dimension value 1024
inline constexpr std::size_t kLabelsMax = 40;             // 30 dimensions + ours
/// Tags of alarms, topics and detectors, as AWS has them.
inline constexpr std::size_t kTagsMax = 50;
inline constexpr std::size_t kTagKeyMaxBytes = 128;  // at least 1
inline constexpr std::size_t kTagValueMaxBytes = 256;
/// Distinct values a cell keeps exactly; above, a sketch of kSketchAccuracy.
inline constexpr std::size_t kCellExactValues = 1024;
inline constexpr double kSketchAccuracy = 0.005;
inline constexpr std::size_t kSketchMaxBuckets = 4096;

}  // namespace tidemark::limits
