#pragma once

#include <compare>
#include <cstddef>
#include <string_view>
#include <vector>

#include "judge/detector_spec.h"

namespace tidemark::judge {

/// Two metrics of one template: same account, region, namespace, name, names of dimensions and
/// statistic, but not the same metric.
bool are_siblings(const DetectorTarget& a, const DetectorTarget& b);

/// How near a sibling is; the greater the nearer. An owner counts before all words.
struct Nearness {
  bool same_owner = false;  ///< both are tagged with it, alike
  /// Words that the values of their dimensions begin with alike, over all dimensions.
  std::size_t shared_words = 0;
  friend auto operator<=>(const Nearness&, const Nearness&) = default;
};
/// Of siblings. `tags` are those of their detectors.
Nearness nearness(const DetectorTarget& a,
                  const Tags& tags_of_a,
                  const DetectorTarget& b,
                  const Tags& tags_of_b);
/// How many words two names begin with alike. Words are runs of letters, and begin at a capital
/// behind a small letter too; a name counts up to its first digit, since numbers of runs, dates and
/// ids are no family.
std::size_t shared_words(std::string_view a, std::string_view b);

/// What one sibling lends.
struct Lent {
  Seed seed;
  Nearness near;
};
/// One seed a period, the median width by width of what the nearest siblings lend: of the second
/// nearest and all that are as near or nearer. At most kPeriodsMax, of the periods that most of
/// them have.
std::vector<Seed> middle_of(const std::vector<Lent>& lent);

}  // namespace tidemark::judge
