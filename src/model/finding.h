#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace tidemark {

/// What sets a finding apart, in the words of the field. Kept as numbers: only append.
enum class FindingKind : std::uint8_t {
  spike = 0,
  dip = 1,
  level_shift = 2,
  flat_line = 3,
  unusual_level = 4,
  lost_season = 5,
  changed_variance = 6,
  slow_drift = 7,
  silence = 8,
};
inline constexpr std::uint8_t kFindingKinds = 9;
/// "spike", "level shift" …
std::string_view to_text(FindingKind kind);

/// A period outside of its band, or unusual by its score, as it was known when it was judged. It
/// is kept at the start of its period; the band it was compared with is the one issued for it.
struct Finding {
  double value = 0;  ///< the statistic as it was known then
  double score = 0;  ///< [0, 1]; how unusual against the series' own history
  FindingKind kind = FindingKind::spike;
  Timestamp began;             ///< estimated start of what it belongs to, at most its own period
  std::uint64_t learned = 0;   ///< periods the model had learned by then
  std::uint64_t revision = 0;  ///< of the detector's choices in force
  bool replay = false;         ///< judged while stored history was replayed, not live
  bool late = false;           ///< judged again after late data: it was ordinary at first
  /// [0, 1]; how sure the model was that this is abnormal, whatever the score (learn/sureness.h).
  /// kNotKept: an earlier version made it.
  double confidence = kNotKept;
  static constexpr double kNotKept = -1;
  friend bool operator==(const Finding&, const Finding&) = default;
};

}  // namespace tidemark
