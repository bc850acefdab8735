#pragma once

#include <string>
#include <string_view>

namespace tidemark {

/// A number as people read it in a sentence: "640", "1,234,567", "0.0123"; four digits, or all of
/// the whole part. NaN and infinities as printf has them.
std::string people_number(double value);

/// "640 to 720 ms"; `unit`: with its blank (base/people_unit.h), "" = none.
std::string people_range(double lower, double upper, std::string_view unit);

}  // namespace tidemark
