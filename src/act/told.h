#pragma once

#include <optional>
#include <string>

#include "model/control_store.h"

namespace tidemark::act {

/// A change of an alarm's state that people are told of.
struct ToldChange {
  Timestamp at;  ///< data time
  std::string old_state, new_state;
};

/// What the delivery tells; nullopt: no change of state, or an earlier version made it.
std::optional<ToldChange> told_change(const Delivery& delivery);

}  // namespace tidemark::act
