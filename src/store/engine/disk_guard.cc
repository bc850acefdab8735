#include "store/engine/disk_guard.h"

#include <algorithm>

#include <fmt/format.h>

namespace tidemark::store {
namespace {

constexpr Duration kLookEvery = std::chrono::seconds(1);

double gib(double bytes) {
  return bytes / static_cast<double>(std::uint64_t{1} << 30U);
}

}  // namespace

DiskGuard::DiskGuard(const StoreOptions& options, const StoreDeps& deps)
    : options_(options), deps_(deps) {}

Result<void> DiskGuard::check() {
  const Instant now = deps_.clock.now();
  {
    const std::lock_guard lock(mutex_);
    if (now < next_look_) {
      if (full_.empty()) return {};
      return fail(Errc::unavailable, full_);
    }
    next_look_ = now + kLookEvery;
  }
  const std::string full = look();
  const std::lock_guard lock(mutex_);
  full_ = full;
  if (full_.empty()) return {};
  return fail(Errc::unavailable, full_);
}

std::string DiskGuard::look() const {
  const auto left = deps_.files.free_bytes(options_.directory);
  const auto size = deps_.files.total_bytes(options_.directory);
  if (!left || !size) return {};  // not knowing is no reason to refuse; a write will tell
  const double need = std::max(static_cast<double>(options_.disk_reserve_bytes),
                               options_.disk_reserve_fraction * static_cast<double>(*size));
  if (static_cast<double>(*left) >= need) return {};
  return fmt::format(
      "disk full: {:.1f} GiB free, need {:.1f} GiB", gib(static_cast<double>(*left)), gib(need));
}

}  // namespace tidemark::store
