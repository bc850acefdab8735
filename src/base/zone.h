#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"

namespace date {
class time_zone;  // NOLINT(readability-identifier-naming): the library's own name
}  // namespace date

namespace tidemark {

/// Offsets of one time zone. Keeps the last answer's span, since instants mostly come in order. A
/// name that the machine's database does not know counts as UTC: check names with is_known()
/// where they come in.
class Zone {
 public:
  /// IANA name; "" is UTC.
  explicit Zone(const std::string& name);
  /// "" and every name of the database.
  static bool is_known(const std::string& name);

  /// Seconds east of UTC at that instant, daylight saving included.
  int offset_s(Timestamp at);
  /// The instant at which clocks show `local_s` (seconds since 1970-01-01 00:00 of the wall clock):
  /// the earlier one where they show it twice, that of the leap where they never do.
  [[nodiscard]] Timestamp at_local(std::int64_t local_s) const;

 private:
  const date::time_zone* zone_ = nullptr;
  Timestamp valid_from_ = Timestamp::max();
  Timestamp valid_to_ = Timestamp::min();
  int offset_s_ = 0;
};

}  // namespace tidemark
