#include "alarm/core/held_mutes.h"

namespace tidemark::alarm {

const Held* HeldMutes::find(const std::string& arn) const {
  const auto found = by_arn_.find(arn);
  return found == by_arn_.end() ? nullptr : &found->second;
}

void HeldMutes::put(const std::string& arn, Held held) {
  erase(arn);
  by_end_.emplace(held.until, arn);
  by_arn_.emplace(arn, std::move(held));
}

void HeldMutes::erase(const std::string& arn) {
  const auto found = by_arn_.find(arn);
  if (found == by_arn_.end()) return;
  by_end_.erase({found->second.until, arn});
  by_arn_.erase(found);
}

void HeldMutes::clear() {
  by_arn_.clear();
  by_end_.clear();
}

void HeldMutes::move_end(const std::string& arn, Timestamp until) {
  const auto found = by_arn_.find(arn);
  if (found == by_arn_.end()) return;
  by_end_.erase({found->second.until, arn});
  found->second.until = until;
  by_end_.emplace(until, arn);
}

std::optional<Timestamp> HeldMutes::earliest() const {
  if (by_end_.empty()) return std::nullopt;
  return by_end_.begin()->first;
}

std::vector<std::string> HeldMutes::ended(Timestamp at) const {
  std::vector<std::string> out;
  for (const auto& [until, arn] : by_end_) {
    if (until > at) break;
    out.push_back(arn);
  }
  return out;
}

std::vector<std::string> HeldMutes::all() const {
  std::vector<std::string> out;
  out.reserve(by_arn_.size());
  for (const auto& [arn, held] : by_arn_)
    out.push_back(arn);
  return out;
}

}  // namespace tidemark::alarm
