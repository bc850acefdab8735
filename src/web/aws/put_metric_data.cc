#include <map>

#include <fmt/format.h>

#include "web/aws/actions.h"
#include "web/aws/metric_datum.h"
#include "web/aws/metric_input.h"

namespace tidemark::web::aws {
namespace {

struct Datum {
  const Document* document;
  std::string where;
};

/// MetricData, then the MetricData of each entity; in the order of the request.
std::vector<Datum> data_of(const Document& input) {
  std::vector<Datum> out;
  const auto add = [&out](const Document& from, const std::string& where) {
    std::size_t number = 0;
    for (const Document& item : from.list_at("MetricData")) {
      out.push_back({&item, fmt::format("{}MetricData.member.{}.", where, ++number)});
    }
  };
  add(input, "");
  std::size_t entity = 0;
  for (const Document& item : input.list_at("EntityMetricData")) {
    add(item, fmt::format("EntityMetricData.member.{}.", ++entity));
  }
  return out;
}

std::optional<AwsError> check_namespace(const Context& context, const std::string& name) {
  const auto invalid = [&name] {
    return AwsError{"InvalidParameterValueException",
                    fmt::format("The value {} for parameter Namespace is invalid.", name),
                    0,
                    {}};
  };
  if (auto refusal = check_ascii(name, "Namespace")) return refusal;
  if (name.empty() || name.starts_with(':')) return invalid();
  if (name.starts_with("AWS/") && !context.options.accept_reserved_namespaces) return invalid();
  return std::nullopt;
}

tl::expected<Batch, AwsError> read_batch(const Context& context) {
  const std::string metric_namespace(context.input().text_at("Namespace").value_or(""));
  if (auto refusal = check_namespace(context, metric_namespace)) return tl::unexpected(*refusal);
  const std::size_t entities = context.input().list_at("EntityMetricData").size();
  if (entities > AwsLimits::kEntities) {
    return invalid_value(
        fmt::format("The collection EntityMetricData must not have a size greater than {}; it has "
                    "{}.",
                    AwsLimits::kEntities,
                    entities));
  }
  const auto data = data_of(context.input());
  if (data.empty()) return missing_parameter("The parameter MetricData is required.");
  if (data.size() > AwsLimits::kMetricsPerCall) {
    return invalid_value(
        fmt::format("The collection MetricData must not have a size greater than "
                    "{}; it has {}.",
                    AwsLimits::kMetricsPerCall,
                    data.size()));
  }
  std::map<SeriesKey, std::vector<Sample>> by_series;
  for (const Datum& datum : data) {
    auto read = read_datum(context, metric_namespace, *datum.document, datum.where);
    if (!read) return tl::unexpected(read.error());
    by_series[std::move(read->first)].push_back(std::move(read->second));
  }
  Batch out;
  out.invocation_id = context.call.retry_key;
  for (auto& [key, samples] : by_series)
    out.series.push_back({key, std::move(samples)});
  return out;
}

}  // namespace

void put_metric_data(const Context& context, Reply reply) {
  auto batch = read_batch(context);
  if (!batch) return reply(tl::unexpected(batch.error()));
  context.services.sink.write(*std::move(batch), [reply = std::move(reply)](const auto& accepted) {
    if (!accepted) return reply(refuse(accepted.error()));
    reply(Document());
  });
}

}  // namespace tidemark::web::aws
