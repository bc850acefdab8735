#include "web/aws/metric_datum.h"

#include <cmath>

#include <fmt/format.h>

#include "web/aws/metric_input.h"

namespace tidemark::web::aws {
namespace {

using CellAnswer = tl::expected<Cell, AwsError>;

constexpr Duration kFutureMax = std::chrono::hours(2);

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return fmt::format("{}", value);
}

/// nullopt: a finite number within CloudWatch's range.
std::optional<AwsError> check_number(double value, const std::string& parameter) {
  if (std::isfinite(value) && std::fabs(value) <= AwsLimits::kValueMax) return std::nullopt;
  std::string message =
      fmt::format("The value {} for parameter {} is invalid.", number_text(value), parameter);
  if (std::isfinite(value)) message += " Values must be in the range of -2^360 to 2^360.";
  return AwsError{"InvalidParameterValueException", std::move(message), 0, {}};
}

CellAnswer read_value(const Document& datum, const std::string& where) {
  const double value = *datum.double_at("Value");
  if (const auto refusal = check_number(value, where + "Value")) return tl::unexpected(*refusal);
  return Cell::of(value);
}

CellAnswer read_values(const Document& datum, const std::string& where) {
  const auto values = datum.list_at("Values");
  const auto counts = datum.list_at("Counts");
  if (values.size() > AwsLimits::kValuesPerMetric) {
    return invalid_value(
        fmt::format("The collection {}Values must not have a size greater than {}.",
                    where,
                    AwsLimits::kValuesPerMetric));
  }
  if (!counts.empty() && counts.size() != values.size()) {
    return invalid_value(
        fmt::format("The parameters {0}Values and {0}Counts must be of the same "
                    "size.",
                    where));
  }
  Cell out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = values[i].as_double();
    const double count = counts.empty() ? 1 : counts[i].as_double();
    if (auto refusal = check_number(value, fmt::format("{}Values.member.{}", where, i + 1))) {
      return tl::unexpected(*refusal);
    }
    if (!(count > 0) || !std::isfinite(count)) {
      return invalid_value(
          fmt::format("The value {} for parameter {}Counts.member.{} is invalid. "
                      "Counts must be greater than 0.",
                      number_text(count),
                      where,
                      i + 1));
    }
    out.merge(Cell::of(value, count));
  }
  return out;
}

CellAnswer read_statistics(const Document& from, const std::string& where) {
  double numbers[4] = {};
  constexpr std::string_view kNames[4] = {"SampleCount", "Sum", "Minimum", "Maximum"};
  for (int i = 0; i < 4; ++i) {
    const auto number = from.double_at(kNames[i]);
    const std::string parameter = fmt::format("{}StatisticValues.{}", where, kNames[i]);
    if (!number) {
      return missing_parameter(fmt::format("The parameter {} is required.", parameter));
    }
    if (auto refusal = check_number(*number, parameter)) return tl::unexpected(*refusal);
    numbers[i] = *number;
  }
  if (!(numbers[0] > 0)) {
    return invalid_value(
        fmt::format("The value {} for parameter {}StatisticValues.SampleCount is "
                    "invalid. It must be greater than 0.",
                    number_text(numbers[0]),
                    where));
  }
  if (numbers[2] > numbers[3]) {
    return invalid_value(
        fmt::format("The parameter {0}StatisticValues.Maximum must be greater "
                    "than or equal to {0}StatisticValues.Minimum.",
                    where));
  }
  return Cell::of_statistics(numbers[0], numbers[1], numbers[2], numbers[3]);
}

/// CloudWatch takes one of Value, Values and StatisticValues.
CellAnswer read_cell(const Document& datum, const std::string& where) {
  const bool value = datum.has("Value");
  const bool values = datum.has("Values") && !datum.list_at("Values").empty();
  const Document* statistics = datum.find("StatisticValues");
  const auto both = [&where](std::string_view a, std::string_view b) {
    return invalid_combination(
        fmt::format("The parameters {0}{1} and {0}{2} are mutually exclusive "
                    "and you have specified both.",
                    where,
                    a,
                    b));
  };
  if (value && values) return both("Value", "Values");
  if (value && statistics != nullptr) return both("Value", "StatisticValues");
  if (values && statistics != nullptr) return both("Values", "StatisticValues");
  if (value) return read_value(datum, where);
  if (values) return read_values(datum, where);
  if (statistics != nullptr) return read_statistics(*statistics, where);
  return missing_parameter(
      fmt::format("At least one of the parameters {0}Value, {0}Values and "
                  "{0}StatisticValues must be specified.",
                  where));
}

tl::expected<Timestamp, AwsError> read_time(const Context& context,
                                            const Document& datum,
                                            const std::string& where) {
  const Timestamp now = context.services.clock.wall();
  const Timestamp at = datum.time_at("Timestamp").value_or(now);
  if (at > now + kFutureMax) {
    return invalid_value(
        fmt::format("The parameter {}Timestamp must specify a time no more than "
                    "two hours in the future; it is {}, the time here is {}.",
                    where,
                    format_rfc3339(at),
                    format_rfc3339(now)));
  }
  // StorageResolution 1 keeps seconds; everything else is kept by the minute.
  const bool fine = datum.int_at("StorageResolution").value_or(60) == 1;
  return at.floor_to(std::chrono::seconds(fine ? 1 : 60));
}

}  // namespace

tl::expected<std::pair<SeriesKey, Sample>, AwsError> read_datum(const Context& context,
                                                                const std::string& metric_namespace,
                                                                const Document& datum,
                                                                const std::string& where) {
  MetricRef metric{context.account(),
                   context.region(),
                   metric_namespace,
                   std::string(datum.text_at("MetricName").value_or("")),
                   {}};
  if (auto refusal = check_metric_names(datum, where)) return tl::unexpected(*refusal);
  auto dimensions = read_dimensions(datum, where);
  if (!dimensions) return tl::unexpected(dimensions.error());
  metric.dimensions = *std::move(dimensions);
  const auto at = read_time(context, datum, where);
  if (!at) return tl::unexpected(at.error());
  auto cell = read_cell(datum, where);
  if (!cell) return tl::unexpected(cell.error());
  auto key = to_series_key(metric, std::string(datum.text_at("Unit").value_or("None")));
  if (!key) return invalid_value(fmt::format("The parameter {}: {}.", where, key.error().what));
  return std::pair(*std::move(key), Sample{*at, *std::move(cell)});
}

}  // namespace tidemark::web::aws
