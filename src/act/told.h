#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/control_store.h"

namespace tidemark::act {

/// A change of an alarm's state that people are told of.
struct ToldChange {
  Timestamp at;  ///< data time
  std::string old_state, new_state;
};

/// What the delivery tells; nullopt: no change of state, or an earlier version made it.
std::optional<ToldChange> told_change(const Delivery& delivery);

/// False where the delivery is known to be of an alarm of the same name in another account or
/// region: a Delivery itself has the name alone.
bool may_tell_of(const Delivery& delivery, std::string_view account, std::string_view region);

}  // namespace tidemark::act
