#pragma once

#include <string>
#include <string_view>

namespace tidemark {

/// A unit in AWS's words as people write it behind a number of that statistic: " ms", " %",
/// " MB/s"; "" of a count or no unit, and of SampleCount, which counts samples whatever they
/// measure. A word that is not AWS's stays as it came.
std::string people_unit(std::string_view unit, std::string_view statistic);

}  // namespace tidemark
