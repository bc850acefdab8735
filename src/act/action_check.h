#pragma once

#include <string>

#include "act/config.h"
#include "base/result.h"

namespace tidemark::act {

/// Refuses an action of an alarm of `region` that could never be told: no ARN, a topic of another
/// region, a runbook that the configuration does not define. `invalid`, in AWS' words where it has
/// some. Taken, as AWS does: a topic that is not there yet. Taken, though nobody will be told here:
/// ARNs of other services (Lambda, EC2, Auto Scaling …), for the files that define alarms for AWS
/// hold them; and "arn:" before a single word, the placeholder of programs' tests.
Result<void> check_action(const std::string& action,
                          const std::string& region,
                          const RunbookConfig& runbooks);

}  // namespace tidemark::act
