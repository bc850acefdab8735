#pragma once

#include <charconv>
#include <string_view>

namespace tidemark::judge {

/// The whole of `text` as a whole number; false: it is none, or does not fit.
template <typename Number>
bool read_number(std::string_view text, Number* out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace tidemark::judge
