#include "base/people_number.h"

#include <algorithm>
#include <cmath>
#include <tuple>

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

/// With `more` digits than people_number() has.
std::string written(double value, int more) {
  const double size = std::abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return fmt::format("{:.{}g}", value, 4 + more);
  int decimals = more;
  if (size > 0 && size < 1000) {
    decimals += std::max(0, 3 - static_cast<int>(std::floor(std::log10(size))));
  }
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : with_thousands(text);
}

/// Enough to tell any two doubles apart.
constexpr int kMoreMax = 14;

}  // namespace

std::string people_number(double value) {
  return written(value, 0);
}

std::pair<std::string, std::string> people_apart(double a, double b) {
  std::pair<std::string, std::string> out{people_number(a), people_number(b)};
  for (int more = 1; a != b && out.first == out.second && more <= kMoreMax; ++more) {
    out = {written(a, more), written(b, more)};
  }
  return out;
}

PeopleCompared people_compared(double value, double lower, double upper, std::string_view unit) {
  std::string own = people_number(value);
  std::string from = people_number(lower);
  std::string to = people_number(upper);
  if (value < lower) std::tie(own, from) = people_apart(value, lower);
  if (value > upper) std::tie(own, to) = people_apart(value, upper);
  return {own + std::string(unit), fmt::format("{} to {}{}", from, to, unit)};
}

std::string people_range(double lower, double upper, std::string_view unit) {
  return fmt::format("{} to {}{}", people_number(lower), people_number(upper), unit);
}

}  // namespace tidemark
