#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "model/metric_ref.h"
#include "net/http.h"
#include "web/own_api.h"

namespace tidemark::web::own {

using nlohmann::json;

/// A refusal as docs/api.md lists them.
struct ApiError {
  int status = 400;
  std::string code;
  std::string message;
  std::string field;  ///< "" = no single field is at fault
};
using Answer = tl::expected<json, ApiError>;

inline tl::unexpected<ApiError> refuse(int status,
                                       std::string code,
                                       std::string message,
                                       std::string field = "") {
  return tl::unexpected<ApiError>(
      ApiError{status, std::move(code), std::move(message), std::move(field)});
}
inline tl::unexpected<ApiError> invalid_field(std::string field, std::string message) {
  return refuse(400, "invalid_field", std::move(message), std::move(field));
}
ApiError to_api_error(const Error& error);
ApiError to_api_error(const alarm::AlarmError& error);

#define TM_API_TRY(declaration, expression)                                              \
  auto TM_CONCAT(tm_api_, __LINE__) = (expression);                                      \
  if (!TM_CONCAT(tm_api_, __LINE__)) {                                                   \
    return tl::unexpected<ApiError>(to_api_error(TM_CONCAT(tm_api_, __LINE__).error())); \
  }                                                                                      \
  declaration = *std::move(TM_CONCAT(tm_api_, __LINE__))

/// All a handler is given.
struct Context {
  const OwnServices& services;
  const OwnOptions& options;
  const net::QueryParams& params;
  const std::string& name;        ///< the name or id of the path, decoded; "" where there is none
  const json& body;               ///< of a write; null else
  const std::atomic<bool>& stop;  ///< what takes seconds asks it now and then

  [[nodiscard]] std::string param(std::string_view key) const {
    return std::string(net::find_param(params, key).value_or(""));
  }
  /// A whole number of the query, `fallback` when absent, refused outside [least, most].
  [[nodiscard]] tl::expected<std::size_t, ApiError> number(std::string_view key,
                                                           std::size_t fallback,
                                                           std::size_t least,
                                                           std::size_t most) const;
};

// Forms that several pages share. -----------------------------------------------------------------
std::string time_text(Timestamp at);
json time_or_null(const std::optional<Timestamp>& at);
json dimensions_json(const std::vector<Label>& dimensions);
/// "glue.driver.aggregate.recordsRead · JobName=flights".
std::string metric_title(const MetricRef& metric);
/// True if every word of `search` occurs in `text`, whatever its case.
bool has_words(std::string_view text, std::string_view search);

/// A metric's id: "s" and the number of its first series.
std::optional<std::string> metric_id(const store::Reader& reader, const MetricRef& metric);
/// nullopt: there is no such metric.
std::optional<MetricRef> metric_of(const store::Reader& reader, const std::string& id);

/// What a detector watches, in the words of pages: of metric math a title in place of a metric.
struct Subject {
  MetricRef metric;  ///< of metric math its name is the title, all else is empty
  json id;           ///< null: no metric, or it has no series any more
  std::string title;
  std::string stat;  ///< "" of metric math
};
Subject subject_of(const Context& context, const judge::DetectorTarget& target);

/// How often the metric reports, as its newest samples show; a minute while that is not known.
Duration learned_period(const store::Reader& reader, const MetricRef& metric);

/// The alarm of that name, in whatever account and region, or of that ARN. 404 where there is none;
/// 409 `ambiguous` where several have the name.
tl::expected<alarm::AlarmView, ApiError> find_alarm(const Context& context, const std::string& ref);
/// What names the alarm and no other, in a path too: its name; its ARN where others have the name,
/// or no path can hold it.
std::string alarm_ref(const alarm::AlarmView& view);
/// Every alarm that the filter passes, whatever pages it takes.
alarm::Outcome<std::vector<alarm::AlarmView>> all_alarms(const Context& context,
                                                         alarm::AlarmFilter filter);

json alarm_json(const Context& context, const alarm::AlarmView& view);
/// The width of the alarm's band; null: it has a fixed limit.
json band_k(const alarm::AlarmRule& rule);

// Handlers. -----------------------------------------------------------------------------------
Answer get_status(const Context& context);
Answer get_now(const Context& context);
Answer get_metrics(const Context& context);
Answer get_chart(const Context& context);
Answer get_alarms(const Context& context);
Answer get_alarm(const Context& context);
Answer get_alarm_history(const Context& context);
Answer get_alarm_deliveries(const Context& context);
Answer get_topics(const Context& context);
Answer post_alarm(const Context& context);
Answer put_alarm(const Context& context);
Answer post_backtest(const Context& context);
Answer post_team_backtest(const Context& context);
Answer get_mutes(const Context& context);
Answer put_mute(const Context& context);
Answer delete_mute(const Context& context);
Answer delete_alarm(const Context& context);
Answer post_alarm_actions(const Context& context);
Answer put_alarm_width(const Context& context);
Answer get_detectors(const Context& context);
Answer post_detector(const Context& context);
Answer get_detector(const Context& context);
Answer put_detector(const Context& context);
Answer delete_detector(const Context& context);
Answer post_missed(const Context& context);
Answer get_calendars(const Context& context);
Answer get_calendar(const Context& context);
Answer put_calendar(const Context& context);
Answer delete_calendar(const Context& context);
Answer get_findings(const Context& context);
Answer get_finding(const Context& context);
Answer get_finding_why(const Context& context);
Answer post_verdict(const Context& context);
Answer delete_verdict(const Context& context);

/// Counts of /status and /now.
json counts_json(const Context& context);

}  // namespace tidemark::web::own
