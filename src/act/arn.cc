#include "act/arn.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "model/metric_ref.h"

namespace tidemark::act {
namespace {

using Title = std::pair<std::string_view, std::string_view>;

// AWS General Reference, "AWS service endpoints", table of regions.
constexpr std::array kRegionTitles = std::to_array<Title>({
    {"af-south-1", "Africa (Cape Town)"},
    {"ap-east-1", "Asia Pacific (Hong Kong)"},
    {"ap-northeast-1", "Asia Pacific (Tokyo)"},
    {"ap-northeast-2", "Asia Pacific (Seoul)"},
    {"ap-northeast-3", "Asia Pacific (Osaka)"},
    {"ap-south-1", "Asia Pacific (Mumbai)"},
    {"ap-south-2", "Asia Pacific (Hyderabad)"},
    {"ap-southeast-1", "Asia Pacific (Singapore)"},
    {"ap-southeast-2", "Asia Pacific (Sydney)"},
    {"ap-southeast-3", "Asia Pacific (Jakarta)"},
    {"ap-southeast-4", "Asia Pacific (Melbourne)"},
    {"ca-central-1", "Canada (Central)"},
    {"ca-west-1", "Canada West (Calgary)"},
    {"cn-north-1", "China (Beijing)"},
    {"cn-northwest-1", "China (Ningxia)"},
    {"eu-central-1", "EU (Frankfurt)"},
    {"eu-central-2", "Europe (Zurich)"},
    {"eu-north-1", "EU (Stockholm)"},
    {"eu-south-1", "EU (Milan)"},
    {"eu-south-2", "Europe (Spain)"},
    {"eu-west-1", "EU (Ireland)"},
    {"eu-west-2", "EU (London)"},
    {"eu-west-3", "EU (Paris)"},
    {"il-central-1", "Israel (Tel Aviv)"},
    {"me-central-1", "Middle East (UAE)"},
    {"me-south-1", "Middle East (Bahrain)"},
    {"sa-east-1", "South America (Sao Paulo)"},
    {"us-east-1", "US East (N. Virginia)"},
    {"us-east-2", "US East (Ohio)"},
    {"us-gov-east-1", "AWS GovCloud (US-East)"},
    {"us-gov-west-1", "AWS GovCloud (US-West)"},
    {"us-west-1", "US West (N. California)"},
    {"us-west-2", "US West (Oregon)"},
});

}  // namespace

std::optional<Arn> parse_arn(std::string_view text) {
  std::array<std::string, 5> parts;
  for (std::string& part : parts) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (parts[0] != "arn") return std::nullopt;
  return Arn{.partition = std::move(parts[1]),
             .service = std::move(parts[2]),
             .region = std::move(parts[3]),
             .account = std::move(parts[4]),
             .resource = std::string(text)};
}

std::string topic_arn(std::string_view region, std::string_view account, std::string_view name) {
  return fmt::format("arn:{}:sns:{}:{}:{}", aws_partition(region), region, account, name);
}

std::string topic_of_subscription(std::string_view subscription_arn) {
  const auto arn = parse_arn(subscription_arn);
  if (!arn || arn->service != "sns" || arn->resource.find(':') == std::string::npos) return "";
  return std::string(subscription_arn.substr(0, subscription_arn.rfind(':')));
}

std::optional<std::string> runbook_name(std::string_view action) {
  constexpr std::string_view kShort = "runbook:";
  if (action.starts_with(kShort)) return std::string(action.substr(kShort.size()));
  const auto arn = parse_arn(action);
  if (!arn || arn->partition != "tidemark" || arn->service != "runbook") return std::nullopt;
  return arn->resource;
}

std::string region_title(std::string_view region) {
  const auto* found = std::find_if(kRegionTitles.begin(),
                                   kRegionTitles.end(),
                                   [&](const Title& title) { return title.first == region; });
  return std::string(found == kRegionTitles.end() ? region : found->second);
}

}  // namespace tidemark::act
