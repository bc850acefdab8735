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

/// Where a message goes, for people. Who has a webhook's whole URL can often write to it, so of a
/// URL the query, a password, and all but the first four bytes of a path's parts of 16 and more are
/// left out: "https://hooks.slack.com/services/T0123/B0123/XkQ4…". Other endpoints as they are.
std::string shown_endpoint(std::string_view endpoint);

}  // namespace tidemark::act
