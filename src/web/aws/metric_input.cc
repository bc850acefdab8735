#include "web/aws/metric_input.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "model/metric_period.h"
#include "query/metric_data.h"

namespace tidemark::web::aws {
namespace {

tl::expected<MetricStat, AwsError> read_metric_stat(const Context& context,
                                                    const Document& from,
                                                    const std::string& where) {
  const Document* metric = from.find("Metric");
  if (metric == nullptr) {
    return validation_error(fmt::format("The parameter {}Metric is required.\n", where));
  }
  MetricStat out;
  auto ref = read_metric(context, *metric, where + "Metric.");
  if (!ref) return tl::unexpected(ref.error());
  out.metric = *std::move(ref);
  const std::int64_t period = from.int_at("Period").value_or(0);
  if (!is_metric_period(period)) {
    return validation_error(
        fmt::format("The parameter {}Period must be 1, 5, 10, 20, 30 or a "
                    "multiple of 60, not {}.",
                    where,
                    period));
  }
  out.period = std::chrono::seconds(period);
  const auto name = from.text_at("Stat").value_or("");
  const auto stat = parse_statistic(name);
  if (!stat) {
    return validation_error(
        fmt::format("The value {} for parameter {}Stat is not supported.", name, where));
  }
  out.stat = *stat;
  if (const auto unit = from.text_at("Unit")) out.unit = std::string(*unit);
  return out;
}

}  // namespace

tl::expected<std::vector<Label>, AwsError> read_dimensions(const Document& from,
                                                           const std::string& where) {
  std::vector<Label> out;
  for (const Document& item : from.list_at("Dimensions")) {
    out.push_back({std::string(item.text_at("Name").value_or("")),
                   std::string(item.text_at("Value").value_or(""))});
    if (out.back().name.starts_with(':')) {
      return invalid_value(
          fmt::format("The value {} for parameter {}Dimensions.member.{}.Name is "
                      "invalid: it must not start with ':'.",
                      out.back().name,
                      where,
                      out.size()));
    }
  }
  std::sort(out.begin(), out.end());
  const auto twice = std::adjacent_find(
      out.begin(), out.end(), [](const Label& a, const Label& b) { return a.name == b.name; });
  if (twice != out.end()) {
    return invalid_value(fmt::format(
        "The parameter {}Dimensions has the name {} more than once.", where, twice->name));
  }
  return out;
}

std::optional<AwsError> check_ascii(std::string_view value, const std::string& parameter) {
  const auto refusal = [&parameter](const char* what) {
    return AwsError{
        "InvalidParameterValueException",
        fmt::format("The value for parameter {} contains {} characters.", parameter, what),
        0,
        {}};
  };
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) return refusal("non-ASCII");
    if (byte < 0x20 || byte == 0x7F) return refusal("control");
  }
  return std::nullopt;
}

std::optional<AwsError> check_metric_names(const Document& from, const std::string& where) {
  for (const char* member : {"Namespace", "MetricName"}) {
    if (auto refusal = check_ascii(from.text_at(member).value_or(""), where + member))
      return refusal;
  }
  std::size_t number = 0;
  for (const Document& item : from.list_at("Dimensions")) {
    ++number;
    for (const char* part : {"Name", "Value"}) {
      const auto text = item.text_at(part).value_or("");
      if (auto refusal =
              check_ascii(text, fmt::format("{}Dimensions.member.{}.{}", where, number, part)))
        return refusal;
    }
  }
  return std::nullopt;
}

tl::expected<MetricRef, AwsError> read_metric(const Context& context,
                                              const Document& from,
                                              const std::string& where) {
  if (auto refusal = check_metric_names(from, where)) return tl::unexpected(*std::move(refusal));
  MetricRef out;
  out.account = context.account();
  out.region = context.region();
  out.metric_namespace = from.text_at("Namespace").value_or("");
  out.name = from.text_at("MetricName").value_or("");
  if (out.metric_namespace.empty() || out.name.empty()) {
    return validation_error(fmt::format(
        "The parameter {}{} is required.\n", where, out.name.empty() ? "MetricName" : "Namespace"));
  }
  auto dimensions = read_dimensions(from, where);
  if (!dimensions) return tl::unexpected(dimensions.error());
  out.dimensions = *std::move(dimensions);
  return out;
}

tl::expected<std::vector<MetricQuery>, AwsError> read_queries(const Context& context,
                                                              std::span<const Document> from,
                                                              const std::string& where) {
  if (from.size() > query::kMetricQueriesMax) {
    return validation_error(
        fmt::format("{} has {} queries, limit {}", where, from.size(), query::kMetricQueriesMax));
  }
  std::vector<MetricQuery> out;
  for (const Document& item : from) {
    const std::string here = fmt::format("{}.member.{}.", where, out.size() + 1);
    MetricQuery query;
    query.id = item.text_at("Id").value_or("");
    query.expression = item.text_at("Expression").value_or("");
    query.label = item.text_at("Label").value_or("");
    query.account_id = item.text_at("AccountId").value_or("");
    query.return_data = item.bool_at("ReturnData").value_or(true);
    if (const auto period = item.int_at("Period")) query.period = std::chrono::seconds(*period);
    const Document* stat = item.find("MetricStat");
    if (stat == nullptr && query.expression.empty()) {
      return validation_error(fmt::format("The parameter {}MetricStat is required.\n", here));
    }
    if (stat != nullptr && !query.expression.empty()) {
      return validation_error(
          fmt::format("The parameters {0}Expression and {0}MetricStat are "
                      "mutually exclusive and you have specified both.",
                      here));
    }
    if (stat != nullptr) {
      auto read = read_metric_stat(context, *stat, here + "MetricStat.");
      if (!read) return tl::unexpected(read.error());
      query.metric_stat = *std::move(read);
    }
    out.push_back(std::move(query));
  }
  return out;
}

Document dimensions_document(const std::vector<Label>& dimensions) {
  Document out = Document::list();
  for (const Label& dimension : dimensions) {
    out.push_back({{"Name", dimension.name}, {"Value", dimension.value}});
  }
  return out;
}

Document queries_document(const std::vector<MetricQuery>& queries) {
  Document out = Document::list();
  for (const MetricQuery& query : queries) {
    Document item{{"Id", query.id}};
    if (query.metric_stat) {
      const MetricStat& from = *query.metric_stat;
      Document metric{{"Namespace", from.metric.metric_namespace},
                      {"MetricName", from.metric.name}};
      if (!from.metric.dimensions.empty()) {
        metric.set("Dimensions", dimensions_document(from.metric.dimensions));
      }
      Document stat{{"Metric", std::move(metric)},
                    {"Period", whole_seconds(from.period)},
                    {"Stat", from.stat.name}};
      stat.set_if("Unit", from.unit);
      item.set("MetricStat", std::move(stat));
    } else {
      item.set("Expression", query.expression);
    }
    if (!query.label.empty()) item.set("Label", query.label);
    if (query.period) {
      item.set("Period", whole_seconds(*query.period));
    }
    if (!query.account_id.empty()) item.set("AccountId", query.account_id);
    item.set("ReturnData", query.return_data);
    out.push_back(std::move(item));
  }
  return out;
}

}  // namespace tidemark::web::aws
