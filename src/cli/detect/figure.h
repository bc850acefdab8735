#pragma once

#include <string>

namespace tidemark::cli::detect {

/// `value` with the digits that mean something where `step` is a large difference, such as the
/// width of a band: to about a hundredth of it. `step` <= 0: to six digits.
std::string figure(double value, double step);

}  // namespace tidemark::cli::detect
