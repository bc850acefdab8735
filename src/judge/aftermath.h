#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "judge/findings.h"

namespace tidemark::judge {

/// What became of a series after a finding, as far as it is stored by now.
struct Aftermath {
  enum class Course {
    unknown,   ///< no period after it has been judged yet
    going_on,  ///< the values are not back inside of their bands
    back,      ///< they are, where they used to be
    followed,  ///< they are, at a new level: the model has learned it
  };
  Course course = Course::unknown;
  Timestamp since;          ///< back, followed: the first of the periods that are inside again
  std::size_t periods = 0;  ///< judged ones looked at, from the finding on
  std::size_t outside = 0;  ///< ... of them outside of their bands
  friend bool operator==(const Aftermath&, const Aftermath&) = default;
};
/// "unknown", "going on" …
std::string_view to_text(Aftermath::Course course);

/// One period after the finding, and the band that it was compared with.
struct JudgedValue {
  Timestamp at;
  double value = 0;
  Limits limits;  ///< at the width of the finding
  /// Those of the same time of the week, or else day, before the finding; nullopt: not known.
  std::optional<Limits> before{};
};

/// Values in a row inside of their bands that end it: one alone may be chance.
inline constexpr std::size_t kAftermathInside = 3;
/// Periods after a finding that are looked at.
inline constexpr std::size_t kAftermathMax = 1000;

/// `after`: ascending, later than the finding. A silence ends with the first value, whatever that
/// is.
Aftermath aftermath_of(const FindingView& view, std::span<const JudgedValue> after);

/// What a detector has judged since, at most kAftermathMax periods: closed ones that have a value
/// and a band. `spec`: its choices as the finding was judged. Errors: what the reader reports.
Result<std::vector<JudgedValue>> judged_since(const FindingBook::Deps& deps,
                                              const DetectorSpec& spec,
                                              const FindingView& view);

/// A sentence; `since`: how people are told that time. "" while nothing is known.
std::string aftermath_words(const Aftermath& known, const std::string& since);

}  // namespace tidemark::judge
