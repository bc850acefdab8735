#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "alarm/core/mute_book.h"

namespace tidemark::alarm {

/// What muted alarms hold back, by ARN, and in the order in which that ends: a due instant looks at
/// what ends then, however many alarms are muted.
class HeldMutes {
 public:
  /// nullptr: nothing is held of that alarm.
  [[nodiscard]] const Held* find(const std::string& arn) const;
  /// Adds it, or takes the place of what was held.
  void put(const std::string& arn, Held held);
  void erase(const std::string& arn);
  void clear();
  /// The window ends at another time.
  void move_end(const std::string& arn, Timestamp until);

  [[nodiscard]] std::optional<Timestamp> earliest() const;
  /// Whose window has ended by `at`, those that ended first in front.
  [[nodiscard]] std::vector<std::string> ended(Timestamp at) const;
  [[nodiscard]] std::vector<std::string> all() const;

 private:
  std::map<std::string, Held> by_arn_;
  std::set<std::pair<Timestamp, std::string>> by_end_;
};

}  // namespace tidemark::alarm
