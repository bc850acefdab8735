#pragma once

#include <string>

namespace tidemark {

/// A number as people read it in a sentence: "640", "1,234,567", "0.0123"; four digits, or all of
/// the whole part. NaN and infinities as printf has them.
std::string people_number(double value);

}  // namespace tidemark
