#include "base/people_number.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace tidemark {
namespace {

std::string with_thousands(const std::string& text) {
  const std::size_t whole = std::min(text.find('.'), text.size());
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool behind_digit = i > 0 && text[i - 1] != '-';
    if (i < whole && behind_digit && (whole - i) % 3 == 0) out += ',';
    out += text[i];
  }
  return out;
}

}  // namespace

std::string people_number(double value) {
  const double size = std::abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return fmt::format("{:.4g}", value);
  int decimals = 0;
  if (size > 0 && size < 1000) {
    decimals = std::max(0, 3 - static_cast<int>(std::floor(std::log10(size))));
  }
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : with_thousands(text);
}

std::string people_range(double lower, double upper, std::string_view unit) {
  return fmt::format("{} to {}{}", people_number(lower), people_number(upper), unit);
}

}  // namespace tidemark
