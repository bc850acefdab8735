#include "base/closest_word.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tidemark {
namespace {

constexpr std::size_t kChangesMax = 2;

/// Levenshtein's distance, one row of the table at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view closest_word(std::string_view given, std::span<const std::string_view> known) {
  std::string_view best;
  std::size_t least = kChangesMax + 1;
  for (const std::string_view word : known) {
    // Too long a word is near to none: what people send must not cost its length.
    if (given.size() > word.size() + kChangesMax) continue;
    if (const std::size_t changes = distance(given, word); changes < least) {
      least = changes;
      best = word;
    }
  }
  return best;
}

std::string closest_word_hint(std::string_view given, std::span<const std::string_view> known) {
  const std::string_view meant = closest_word(given, known);
  return meant.empty() ? fmt::format("; known are {}", fmt::join(known, ", "))
                       : fmt::format("; did you mean '{}'?", meant);
}

}  // namespace tidemark
