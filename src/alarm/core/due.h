#pragma once

#include <optional>
#include <set>
#include <vector>

#include "alarm/core/alarm.h"

namespace tidemark::alarm {

/// Alarms by the instant at which they are due next; each stands in it at most once. Equal instants
/// by ARN, so that a replay decides in the same order.
class DueQueue {
 public:
  /// nullopt: not due.
  void set(Alarm* alarm, std::optional<Timestamp> due) {
    if (alarm->due) queue_.erase({*alarm->due, alarm});
    alarm->due = due;
    if (due) queue_.insert({*due, alarm});
  }
  [[nodiscard]] std::optional<Timestamp> next() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.begin()->at;
  }
  /// Takes out the alarms of the first instant, at most `limit`.
  std::vector<Alarm*> take_first(std::size_t limit) {
    std::vector<Alarm*> out;
    const auto first = next();
    while (!queue_.empty() && queue_.begin()->at == first && out.size() < limit) {
      out.push_back(queue_.begin()->alarm);
      set(out.back(), std::nullopt);
    }
    return out;
  }
  void clear() { queue_.clear(); }

 private:
  struct Entry {
    Timestamp at;
    Alarm* alarm;
    friend bool operator<(const Entry& a, const Entry& b) {
      return a.at != b.at ? a.at < b.at : a.alarm->arn < b.alarm->arn;
    }
  };
  std::set<Entry> queue_;
};

}  // namespace tidemark::alarm
