#pragma once

#include <string>

#include "base/time.h"

namespace date {
class time_zone;  // NOLINT(readability-identifier-naming): the library's own name
}  // namespace date

namespace tidemark::judge {

/// Offsets of one time zone. Keeps the last answer's span, since slots come in order. The name was
/// checked when the detector was made; one that the database has lost since counts as UTC.
class Zone {
 public:
  /// IANA name; "" is UTC.
  explicit Zone(const std::string& name);
  /// Seconds east of UTC at that instant, daylight saving included.
  int offset_s(Timestamp at);

 private:
  const date::time_zone* zone_ = nullptr;
  Timestamp valid_from_ = Timestamp::max();
  Timestamp valid_to_ = Timestamp::min();
  int offset_s_ = 0;
};

}  // namespace tidemark::judge
