#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidemark::act {

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`; the resource may hold further colons.
struct Arn {
  std::string partition;
  std::string service;
  std::string region;
  std::string account;
  std::string resource;
};
/// nullopt: fewer than six parts, or the first is not "arn".
std::optional<Arn> parse_arn(std::string_view text);

std::string topic_arn(std::string_view region, std::string_view account, std::string_view name);
/// The topic's ARN out of that of a subscription, which is TOPIC:UUID. "" when there is none.
std::string topic_of_subscription(std::string_view subscription_arn);

/// The name in `runbook:NAME` or `arn:tidemark:runbook:REGION:ACCOUNT:NAME`; nullopt: another
/// action.
std::optional<std::string> runbook_name(std::string_view action);

/// "US East (N. Virginia)" for "us-east-1", as AWS writes it in alarm messages; an unknown code
/// stays as it is.
std::string region_title(std::string_view region);

}  // namespace tidemark::act
