#pragma once

#include <string>

namespace tidemark {

/// Something that a person must see to, while the server goes on with the rest.
struct Problem {
  /// "disk_full", "log_failed", "damaged_block", "lost_records" or "lost_changes".
  std::string kind;
  /// In a sentence, for pages: names files without their folders.
  std::string message;
};

}  // namespace tidemark
