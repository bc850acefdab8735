#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace tidemark {

/// A number as people read it in a sentence: "640", "1,234,567", "0.0123"; four digits, or all of
/// the whole part. NaN and infinities as printf has them.
std::string people_number(double value);

/// Two numbers with as many digits as tell them apart: 98.838 and 98.841. Equal ones are equal.
std::pair<std::string, std::string> people_apart(double a, double b);

/// "640 to 720 ms"; `unit`: with its blank (base/people_unit.h), "" = none.
std::string people_range(double lower, double upper, std::string_view unit);

/// A value and the range that it is held against.
struct PeopleCompared {
  std::string value;  ///< "98.838 %"
  std::string range;  ///< "98.841 to 100 %"
};
/// A value outside of the range has the digits that show it outside. `unit`: as of people_range.
PeopleCompared people_compared(double value, double lower, double upper, std::string_view unit);

}  // namespace tidemark
