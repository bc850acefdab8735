#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "model/control_store.h"

namespace tidemark::act {

/// What Delivery::body holds: the action's own form of the message, and what its history line
/// needs.
struct Parcel {
  std::string action;                ///< of the outbox row
  std::string alarm_type;            ///< "" for a plain message
  Timestamp changed_at;              ///< of the transition
  std::string old_state, new_state;  ///< of the transition; "": none, or kept by an earlier version
  std::string account, region;       ///< of the alarm
  /// A message about a subscription itself, to be sent although it is not (any more) confirmed.
  bool about_subscription = false;
  std::string form;
};

std::string to_json(const Parcel& parcel);
Result<Parcel> parcel_from_json(const std::string& text);

/// "Successfully executed action …" or "Failed to execute action …" for an alarm's history, as
/// CloudWatch words it. Of a web endpoint only scheme and host are named: its path is often secret.
HistoryItem action_history(const Delivery& delivery, const Parcel& parcel, Timestamp at);

}  // namespace tidemark::act
