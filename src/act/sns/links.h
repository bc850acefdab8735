#pragma once

#include <string>

#include "act/config.h"

namespace tidemark::act::sns {

/// Opened by a receiver to confirm: `<public_url>/?Action=ConfirmSubscription&TopicArn=…&Token=…`.
std::string confirm_url(const ActConfig& config,
                        const std::string& topic_arn,
                        const std::string& token);
std::string unsubscribe_url(const ActConfig& config, const std::string& subscription_arn);
std::string certificate_url(const ActConfig& config);

}  // namespace tidemark::act::sns
