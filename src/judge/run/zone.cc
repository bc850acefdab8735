#include "judge/run/zone.h"

#include <date/tz.h>

namespace tidemark::judge {
namespace {

Timestamp to_timestamp(date::sys_seconds at) {
  // sys_info's ends of time lie outside what a Timestamp holds.
  const auto seconds = at.time_since_epoch().count();
  if (seconds <= Timestamp::min().s()) return Timestamp::min();
  if (seconds >= Timestamp::max().s()) return Timestamp::max();
  return Timestamp::from_s(seconds);
}

}  // namespace

Zone::Zone(const std::string& name) {
  try {
    if (!name.empty()) zone_ = date::locate_zone(name);
  } catch (const std::exception&) {
    zone_ = nullptr;
  }
}

int Zone::offset_s(Timestamp at) {
  if (zone_ == nullptr) return 0;
  if (at < valid_from_ || at >= valid_to_) {
    const auto info = zone_->get_info(date::sys_seconds(std::chrono::seconds(at.s())));
    valid_from_ = to_timestamp(info.begin);
    valid_to_ = to_timestamp(info.end);
    offset_s_ = static_cast<int>(info.offset.count());
  }
  return offset_s_;
}

}  // namespace tidemark::judge
