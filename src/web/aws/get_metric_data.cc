#include <charconv>
#include <set>

#include <fmt/format.h>

#include "query/metric_data.h"
#include "query/selected_metrics.h"
#include "web/aws/actions.h"
#include "web/aws/metric_input.h"

namespace tidemark::web::aws {
namespace {

tl::expected<query::PeriodRange, AwsError> read_range(const Document& input) {
  const auto second = std::chrono::seconds(1);
  const Timestamp from = input.time_at("StartTime").value_or(Timestamp()).floor_to(second);
  const Timestamp to = input.time_at("EndTime").value_or(Timestamp()).floor_to(second);
  if (from == to)
    return validation_error("The parameter StartTime must not equal parameter EndTime.");
  if (from > to) return validation_error("The parameter EndTime must be greater than StartTime.");
  return query::PeriodRange{from, to};
}

tl::expected<query::MetricDataOptions, AwsError> read_options(const Document& input) {
  query::MetricDataOptions out;
  out.descending = input.text_at("ScanBy").value_or("TimestampDescending") == "TimestampDescending";
  const auto most = input.int_at("MaxDatapoints");
  if (most && (*most < 1 || *most > static_cast<std::int64_t>(query::kDatapointsMax))) {
    return validation_error(fmt::format("The parameter MaxDatapoints must be between 1 and {}.",
                                        query::kDatapointsMax));
  }
  if (most) out.max_datapoints = static_cast<std::size_t>(*most);
  if (const auto token = input.text_at("NextToken")) {
    const auto [end, error] =
        std::from_chars(token->data(), token->data() + token->size(), out.skip);
    if (error != std::errc() || end != token->data() + token->size()) {
      return refuse("InvalidNextToken", "The parameter NextToken is invalid.");
    }
  }
  return out;
}

/// Labels of metrics that the client left to us, as recorded from AWS: the metric's name, and what
/// else tells the queries of the request apart, statistic and period.
void add_labels(std::vector<MetricQuery>* queries) {
  std::set<std::string> stats;
  std::set<Duration> periods;
  for (const MetricQuery& query : *queries) {
    if (!query.metric_stat) continue;
    stats.insert(query.metric_stat->stat.name);
    periods.insert(query.metric_stat->period);
  }
  for (MetricQuery& query : *queries) {
    if (!query.metric_stat || !query.label.empty()) continue;
    query.label = query.metric_stat->metric.name;
    if (stats.size() > 1) query.label += " " + query.metric_stat->stat.name;
    if (periods.size() > 1) {
      query.label += fmt::format(" {}", query.metric_stat->period / std::chrono::seconds(1));
    }
  }
}

Document messages_document(const std::vector<query::MetricDataMessage>& messages) {
  Document out = Document::list();
  for (const auto& message : messages) {
    out.push_back({{"Code", message.code}, {"Value", message.value}});
  }
  return out;
}

Document entry_document(const query::MetricDataEntry& entry) {
  Document times = Document::list();
  for (const Timestamp at : entry.timestamps)
    times.push_back(at);
  Document values = Document::list();
  for (const double value : entry.values)
    values.push_back(value);
  Document out{{"Id", entry.id},
               {"Label", entry.label},
               {"Timestamps", std::move(times)},
               {"Values", std::move(values)},
               {"StatusCode",
                entry.status == query::MetricDataStatus::complete ? "Complete" : "PartialData"}};
  if (!entry.messages.empty()) out.set("Messages", messages_document(entry.messages));
  return out;
}

}  // namespace

Answer get_metric_data(const Context& context) {
  const Document& input = context.input();
  const auto range = read_range(input);
  if (!range) return tl::unexpected(range.error());
  auto queries = read_queries(context, input.list_at("MetricDataQueries"), "MetricDataQueries");
  if (!queries) return tl::unexpected(queries.error());
  add_labels(&*queries);
  query::set_home({context.account(), context.region()}, &*queries);
  const auto options = read_options(input);
  if (!options) return tl::unexpected(options.error());
  const auto result = query::get_metric_data(
      {context.services.reader, context.services.judge}, *queries, *range, *options);
  if (!result) {
    // What is wrong with ids and expressions AWS reports as ValidationError.
    if (result.error().code == Errc::invalid) return validation_error(result.error().what);
    return refuse(result.error());
  }
  Document entries = Document::list();
  for (const auto& entry : result->entries)
    entries.push_back(entry_document(entry));
  Document out{{"MetricDataResults", std::move(entries)},
               {"Messages", messages_document(result->messages)}};
  if (result->next) out.set("NextToken", std::to_string(*result->next));
  return out;
}

}  // namespace tidemark::web::aws
