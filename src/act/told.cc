#include "act/told.h"

#include "act/outbox/parcel.h"

namespace tidemark::act {

std::optional<ToldChange> told_change(const Delivery& delivery) {
  const auto parcel = parcel_from_json(delivery.body);
  if (!parcel || parcel->new_state.empty()) return std::nullopt;
  return ToldChange{parcel->changed_at, parcel->old_state, parcel->new_state};
}

bool may_tell_of(const Delivery& delivery, std::string_view account, std::string_view region) {
  const auto parcel = parcel_from_json(delivery.body);
  if (!parcel || parcel->region.empty()) return true;  // kept by an earlier version
  return parcel->account == account && parcel->region == region;
}

}  // namespace tidemark::act
