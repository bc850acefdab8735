#include <algorithm>

#include <fmt/format.h>

#include "query/metric_data.h"
#include "query/selected_metrics.h"
#include "web/aws/actions.h"
#include "web/aws/metric_data_token.h"
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

/// "+0130": hours and minutes east of UTC.
tl::expected<Duration, AwsError> read_timezone(const Document& input) {
  const Document* const label_options = input.find("LabelOptions");
  const auto text = label_options == nullptr ? std::nullopt : label_options->text_at("Timezone");
  if (!text) return Duration(0);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool has_form = text->size() == 5 && (text->front() == '+' || text->front() == '-') &&
                        std::all_of(text->begin() + 1, text->end(), is_digit);
  const auto two_digits = [&text](std::size_t at) {
    return ((*text)[at] - '0') * 10 + (*text)[at + 1] - '0';
  };
  if (!has_form || two_digits(1) > 23 || two_digits(3) > 59) {
    return validation_error(
        fmt::format("The parameter LabelOptions.Timezone must be + or - and four digits, hours (to "
                    "23) and minutes, as in +0130, not {}.",
                    *text));
  }
  const Duration offset = std::chrono::hours(two_digits(1)) + std::chrono::minutes(two_digits(3));
  return text->front() == '-' ? -offset : offset;
}

/// Where NextToken says that the page before ended, if it belongs to this request.
tl::expected<std::optional<MetricDataToken>, AwsError> read_token(const Document& input,
                                                                  std::uint32_t request) {
  const auto text = input.text_at("NextToken");
  if (!text) return std::nullopt;
  auto token = parse_metric_data_token(*text);
  if (!token || token->request != request) {
    return refuse("InvalidNextToken", "The parameter NextToken is invalid.");
  }
  return token;
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
  const auto offset = read_timezone(input);
  if (!offset) return tl::unexpected(offset.error());
  out.utc_offset = *offset;
  return out;
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
  query::set_home({context.account(), context.region()}, &*queries);
  auto options = read_options(input);
  if (!options) return tl::unexpected(options.error());
  const std::uint32_t request =
      request_hash(*queries, *range, options->descending, context.region());
  const auto token = read_token(input, request);
  if (!token) return tl::unexpected(token.error());
  if (*token) options->after = (*token)->after;
  // All pages of an answer have the periods of the first.
  options->asked_at = *token ? (*token)->asked_at : context.services.clock.wall();
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
  if (result->next) out.set("NextToken", to_text({request, *options->asked_at, *result->next}));
  return out;
}

}  // namespace tidemark::web::aws
