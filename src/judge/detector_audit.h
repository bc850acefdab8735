#pragma once

#include <string>

#include "judge/detector_spec.h"
#include "model/control_store.h"

/// What the audit says of detectors, and so every Why of the day after.
namespace tidemark::judge {

/// Who changed something, as the audit names them.
inline constexpr const char* kByUser = "user";                    ///< a person or client, by an API
inline constexpr const char* kByConfiguration = "configuration";  ///< the file
inline constexpr const char* kByTidemark = "tidemark";            ///< itself: an alarm needs a band

/// `before` became `after`; nullptr: it was made. The detail names what is different by the names
/// of the API, plain values with what they were: "width 2 -> 3, calendars".
AddAudit audit_of_put(Timestamp at,
                      const std::string& who,
                      const DetectorSpec* before,
                      const DetectorSpec& after);

AddAudit audit_of_remove(Timestamp at, const std::string& who, const DetectorSpec& spec);

}  // namespace tidemark::judge
