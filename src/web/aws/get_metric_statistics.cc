#include <fmt/format.h>

#include "model/metric_period.h"
#include "query/period_stats.h"
#include "query/request_window.h"
#include "web/aws/actions.h"
#include "web/aws/metric_input.h"

namespace tidemark::web::aws {
namespace {

struct Request {
  query::PeriodSelection selection;
  query::PeriodRange range;
  std::vector<Statistic> plain;
  std::vector<Statistic> extended;
};

tl::expected<std::vector<Statistic>, AwsError> read_statistics(const Document& input,
                                                               const std::string& member) {
  std::vector<Statistic> out;
  for (const std::string& name : input.texts_at(member)) {
    const auto stat = parse_statistic(name);
    if (!stat) {
      return invalid_value(
          fmt::format("The value {} for parameter {} is not supported.", name, member));
    }
    out.push_back(*stat);
  }
  return out;
}

tl::expected<query::PeriodRange, AwsError> read_range(const Document& input, Duration period) {
  // What is asked for is counted before it is rounded.
  const auto second = std::chrono::seconds(1);
  const Timestamp from = input.time_at("StartTime").value_or(Timestamp()).floor_to(second);
  const Timestamp to = input.time_at("EndTime").value_or(Timestamp()).floor_to(second);
  if (from >= to) {
    return invalid_value("The parameter StartTime must be less than the parameter EndTime.");
  }
  const std::int64_t points = ((to - from) + period - Duration(1)) / period;
  if (points > static_cast<std::int64_t>(AwsLimits::kStatisticsDatapoints)) {
    return invalid_combination(fmt::format(
        "You have requested up to {} datapoints, which exceeds the limit of {}. You may reduce the "
        "datapoints requested by increasing Period, or decreasing the time range.",
        points,
        AwsLimits::kStatisticsDatapoints));
  }
  return query::PeriodRange{from, to};
}

tl::expected<Request, AwsError> read_request(const Context& context) {
  const Document& input = context.input();
  Request out;
  auto metric = read_metric(context, input, "");
  if (!metric) return tl::unexpected(metric.error());
  out.selection.metric = *std::move(metric);
  if (const auto unit = input.text_at("Unit")) out.selection.unit = std::string(*unit);
  const std::int64_t period = input.int_at("Period").value_or(0);
  if (!is_metric_period(period)) {
    return invalid_value(
        fmt::format("The parameter Period must be 1, 5, 10, 20, 30 or a multiple "
                    "of 60, not {}.",
                    period));
  }
  out.selection.period = std::chrono::seconds(period);
  auto range = read_range(input, out.selection.period);
  if (!range) return tl::unexpected(range.error());
  out.range = *range;
  auto plain = read_statistics(input, "Statistics");
  if (!plain) return tl::unexpected(plain.error());
  auto extended = read_statistics(input, "ExtendedStatistics");
  if (!extended) return tl::unexpected(extended.error());
  if (plain->empty() && extended->empty()) {
    return invalid_combination("Must specify either Statistics or ExtendedStatistics");
  }
  out.plain = *std::move(plain);
  out.extended = *std::move(extended);
  return out;
}

Document datapoint(const Request& request, const query::PeriodCell& cell, const std::string& unit) {
  Document out{{"Timestamp", cell.start}};
  for (const Statistic& stat : request.plain)
    out.set_if(stat.name, evaluate(stat, cell.cell));
  Document extended = Document::map();
  for (const Statistic& stat : request.extended) {
    extended.set_if(stat.name, evaluate(stat, cell.cell));
  }
  if (extended.size() > 0) out.set("ExtendedStatistics", std::move(extended));
  out.set("Unit", unit);
  return out;
}

}  // namespace

Answer get_metric_statistics(const Context& context) {
  const auto request = read_request(context);
  if (!request) return tl::unexpected(request.error());
  const query::PeriodRange range = query::rounded_range(
      request->range, request->selection.period, context.services.clock.wall());
  TM_AWS_TRY(const auto units,
             query::period_cells_by_unit(context.services.reader, request->selection, range));
  Document datapoints = Document::list();
  for (const query::UnitCells& unit : units) {
    for (const query::PeriodCell& cell : unit.cells) {
      datapoints.push_back(datapoint(*request, cell, unit.unit));
    }
  }
  return Document{{"Label", request->selection.metric.name}, {"Datapoints", std::move(datapoints)}};
}

}  // namespace tidemark::web::aws
