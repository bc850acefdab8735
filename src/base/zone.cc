#include "base/zone.h"

#include <date/tz.h>

namespace tidemark {
namespace {

Timestamp to_timestamp(date::sys_seconds at) {
  // sys_info's ends of time lie outside what a Timestamp holds.
  const auto seconds = at.time_since_epoch().count();
  if (seconds <= Timestamp::min().s()) return Timestamp::min();
  if (seconds >= Timestamp::max().s()) return Timestamp::max();
  return Timestamp::from_s(seconds);
}

const date::time_zone* find_zone(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::exception&) {
    return nullptr;  // it throws for a name that the database does not know
  }
}

}  // namespace

Zone::Zone(const std::string& name) : zone_(name.empty() ? nullptr : find_zone(name)) {}

bool Zone::is_known(const std::string& name) {
  return name.empty() || find_zone(name) != nullptr;
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

Timestamp Zone::at_local(std::int64_t local_s) const {
  if (zone_ == nullptr) return Timestamp::from_s(local_s);
  const date::local_seconds local(std::chrono::seconds{local_s});
  return to_timestamp(zone_->to_sys(local, date::choose::earliest));
}

}  // namespace tidemark
