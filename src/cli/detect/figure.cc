#include "cli/detect/figure.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace tidemark::cli::detect {
namespace {

constexpr double kPlainFrom = 1e-4;  // smaller and larger ones are written with an exponent
constexpr double kPlainTo = 1e15;
constexpr int kDigits = 6;
constexpr int kDigitsMost = 17;
constexpr int kBelowStep = 2;  // digits behind the step's first one

}  // namespace

std::string figure(double value, double step) {
  const double size = std::abs(value);
  const bool has_step = step > 0 && std::isfinite(step);
  if (!has_step || !std::isfinite(value)) return fmt::format("{:.{}g}", value, kDigits);
  const int first = static_cast<int>(std::floor(std::log10(step)));
  const bool is_plain = size == 0 || (size >= kPlainFrom && size < kPlainTo);
  if (!is_plain) {
    const int own = static_cast<int>(std::floor(std::log10(size)));
    const int digits = std::clamp(own - first + kBelowStep + 1, kBelowStep, kDigitsMost);
    return fmt::format("{:.{}g}", value, digits);
  }
  const int decimals = std::clamp(kBelowStep - first, 0, kDigitsMost);
  std::string out = fmt::format("{:.{}f}", value, decimals);
  if (out.find('.') == std::string::npos) return out;
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}

}  // namespace tidemark::cli::detect
