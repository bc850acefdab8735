#include "store/engine/disk_guard.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/log.h"
#include "base/people_bytes.h"

namespace tidemark::store {
namespace {

constexpr Duration kLookEvery = std::chrono::seconds(1);
/// A disk that is about full is full and not full by turns: its lines do not come more often.
constexpr Duration kTellEvery = std::chrono::minutes(1);
/// Room beyond the reserve that ends refusing.
constexpr double kEndsAt = 1.1;

}  // namespace

std::string disk_full_text(const DiskState& state) {
  return fmt::format("disk full: {} free, {} needed",
                     people_bytes(state.free_bytes),
                     people_bytes(state.needed_bytes));
}

DiskGuard::DiskGuard(const StoreOptions& options, const StoreDeps& deps)
    : options_(options), deps_(deps), lines_(kTellEvery) {}

Result<void> DiskGuard::check() {
  const DiskState state = look();
  if (!state.is_full) return {};
  return fail(Errc::unavailable, disk_full_text(state));
}

DiskState DiskGuard::look() {
  bool was_full = false;
  {
    const std::lock_guard lock(mutex_);
    const Instant now = deps_.clock.now();
    if (now < next_look_) return state_;
    next_look_ = now + kLookEvery;
    was_full = state_.is_full;
  }
  const auto seen = ask(was_full);
  {
    const std::lock_guard lock(mutex_);
    // Not knowing is no reason to refuse; a write will tell.
    state_ = seen.value_or(DiskState{});
  }
  if (seen) tell(*seen);
  return seen.value_or(DiskState{});
}

std::optional<DiskState> DiskGuard::ask(bool was_full) const {
  const auto left = deps_.files.free_bytes(options_.directory);
  const auto size = deps_.files.total_bytes(options_.directory);
  if (!left || !size) return std::nullopt;
  DiskState out;
  out.free_bytes = *left;
  out.needed_bytes = std::max(
      options_.disk_reserve_bytes,
      static_cast<std::uint64_t>(options_.disk_reserve_fraction * static_cast<double>(*size)));
  if (was_full)
    out.needed_bytes = static_cast<std::uint64_t>(static_cast<double>(out.needed_bytes) * kEndsAt);
  out.is_full = out.free_bytes < out.needed_bytes;
  return out;
}

void DiskGuard::tell(const DiskState& state) {
  const auto gauge = [this](const char* name, double value) {
    deps_.meter.counter(name).set(value);
  };
  gauge("tidemark_store_disk_free_bytes", static_cast<double>(state.free_bytes));
  gauge("tidemark_store_disk_needed_bytes", static_cast<double>(state.needed_bytes));
  gauge("tidemark_store_disk_full", state.is_full ? 1 : 0);
  bool full_line = false;
  bool room_line = false;
  {
    const std::lock_guard lock(mutex_);
    full_line = state.is_full && !told_full_ && lines_.let_through(deps_.clock.now());
    room_line = !state.is_full && told_full_;
    told_full_ = (told_full_ || full_line) && !room_line;
  }
  if (full_line) {
    log(LogLevel::warn,
        "disk full: samples are refused until there is room",
        {{"directory", options_.directory},
         {"free", people_bytes(state.free_bytes)},
         {"needed", people_bytes(state.needed_bytes)}});
  }
  if (room_line) {
    log(LogLevel::info,
        "there is room on the disk again: samples are taken",
        {{"free", people_bytes(state.free_bytes)}});
  }
}

}  // namespace tidemark::store
