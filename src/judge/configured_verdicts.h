#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "judge/findings.h"

namespace tidemark::judge {

/// A verdict that stands in the configuration file: of a finding, or `missed` of a window.
struct ConfiguredVerdict {
  std::string finding;  ///< its id; "" where missed
  Verdict verdict = Verdict::reviewed;
  std::string comment;
  DetectorTarget target;  ///< where missed, as are the next
  Timestamp from, to;
  friend bool operator==(const ConfiguredVerdict&, const ConfiguredVerdict&) = default;
};

/// Gives those that are new or say something else than when they were last given; what people said
/// since then stays, also that they took one back. One that is taken out is no longer remembered,
/// and stays. Those that are about nothing that is there are told, one line each, and tried again
/// the next time. Returns how many they are.
Result<std::size_t> give_configured(const FindingBook::Deps& deps,
                                    const std::vector<ConfiguredVerdict>& verdicts);

}  // namespace tidemark::judge
