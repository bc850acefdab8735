#include "act/action_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "act/arn.h"
#include "model/metric_ref.h"

namespace tidemark::act {
namespace {

/// The form of AWS, which has it of regions and partitions.
tl::unexpected<Error> other(std::string_view part, std::string_view given, std::string_view only) {
  return fail(Errc::invalid,
              fmt::format("Invalid {} {} specified. Only {} is supported.", part, given, only));
}

/// "arn:alarm", as moto's own tests have it.
bool is_placeholder(const std::string& action) {
  return action.starts_with("arn:") && std::count(action.begin(), action.end(), ':') == 1;
}

}  // namespace

Result<void> check_action(const std::string& action,
                          const std::string& region,
                          const RunbookConfig& runbooks) {
  if (const auto name = runbook_name(action)) {
    if (runbooks.by_name.contains(*name)) return {};
    return fail(
        Errc::invalid,
        fmt::format("There is no runbook '{}', which the action {} names: runbooks.commands "
                    "of the configuration defines them, where runbooks.enabled is true.",
                    *name,
                    action));
  }
  const auto arn = parse_arn(action);
  if (!arn) {
    if (is_placeholder(action)) return {};
    return fail(Errc::invalid, fmt::format("Invalid arn syntax: {}", action));
  }
  if (arn->partition == "tidemark") return other("service", arn->service, "runbook");
  if (arn->service != "sns") return {};
  const auto partition = aws_partition(region);
  if (arn->partition != partition) return other("partition", arn->partition, partition);
  if (arn->region != region) return other("region", arn->region, region);
  return {};
}

}  // namespace tidemark::act
