#include "model/finding.h"

namespace tidemark {

std::string_view to_text(FindingKind kind) {
  switch (kind) {
    case FindingKind::spike:
      return "spike";
    case FindingKind::dip:
      return "dip";
    case FindingKind::level_shift:
      return "level shift";
    case FindingKind::flat_line:
      return "flat line";
    case FindingKind::unusual_level:
      return "unusual level";
    case FindingKind::lost_season:
      return "lost season";
    case FindingKind::changed_variance:
      return "changed variance";
    case FindingKind::slow_drift:
      return "slow drift";
    case FindingKind::silence:
      return "silence";
  }
  return "";
}

}  // namespace tidemark
