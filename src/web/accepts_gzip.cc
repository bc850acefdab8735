#include "web/accepts_gzip.h"

#include <algorithm>
#include <optional>

namespace tidemark::web {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// What stands before the first `separator`; `text` keeps what stands behind it.
std::string_view take(char separator, std::string_view* text) {
  const auto end = std::min(text->find(separator), text->size());
  const std::string_view out = trimmed(text->substr(0, end));
  text->remove_prefix(std::min(end + 1, text->size()));
  return out;
}

bool is_gzip(std::string_view coding) {
  constexpr std::string_view kGzip = "gzip";
  return std::equal(coding.begin(), coding.end(), kGzip.begin(), kGzip.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
  });
}

/// `q=0`, `q=0.`, `q=0.000`: not acceptable. Any other weight is one above 0.
bool has_no_weight(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = take(';', &parameters);
    if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
    return parameter.size() > 2 &&
           parameter.substr(2).find_first_not_of("0.") == std::string_view::npos;
  }
  return false;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<bool> named;
  std::optional<bool> any;
  while (!accept_encoding.empty()) {
    std::string_view rest = take(',', &accept_encoding);
    const std::string_view coding = take(';', &rest);
    if (is_gzip(coding)) named = !has_no_weight(rest);
    if (coding == "*") any = !has_no_weight(rest);
  }
  return named.value_or(any.value_or(false));
}

}  // namespace tidemark::web
