#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alarm/rule.h"
#include "model/metric_query.h"
#include "web/own/context.h"

namespace tidemark::web::own {

/// Reads the members of a request's body, remembering the first that is wrong.
class Form {
 public:
  explicit Form(const json& body) : body_(body) {}

  [[nodiscard]] bool has(const char* field) const { return body_.contains(field); }
  std::string text(const char* field);
  std::string text_or(const char* field, const std::string& fallback) {
    return has(field) ? text(field) : fallback;
  }
  double number(const char* field, double least, double most);
  int whole(const char* field, int least, int most);
  std::vector<std::string> texts(const char* field, std::size_t most);
  void refuse_field(const std::string& field, const std::string& why);
  /// The same where the message names what is wrong by itself.
  void refuse_saying(const std::string& field, const std::string& message);
  [[nodiscard]] const std::optional<ApiError>& error() const { return error_; }

 private:
  const json* find(const char* field);

  const json& body_;
  std::optional<ApiError> error_;
};

/// `metric` of a form, which names one as CloudWatch does: it need not have sent anything. Region
/// and account are those of `home` where it leaves them out. nullopt: it is wrong, `form.error()`
/// says how.
std::optional<MetricRef> read_named_metric(const json& body, Form& form, const MetricHome& home);

/// `metric_id`, or `metric` in its place, and `stat` of a form; what is wrong with them is in
/// `form.error()`.
struct Watched {
  MetricRef metric;
  Statistic stat;
};
std::optional<Watched> read_watched(const Context& context, Form& form, const MetricHome& home);

/// The band of that query at width `k`.
std::string band_expression(const std::string& input_id, double k);

/// Refuses `topic_arns` that could never tell anybody: what is no topic of this server, no runbook
/// and no action that the alarm has already by its rule `before`; nullptr: it is new.
void check_topics(const Context& context,
                  Form& form,
                  const alarm::AlarmRule& rule,
                  const alarm::AlarmRule* before);

/// The alarm that a form describes (docs/api.md, POST /alarms); what is wrong with it is in
/// `form.error()`. Of a draft name, description and topics may be missing, of an edit the name.
/// `home`: of metrics that are named without account and region.
enum class FormOf { alarm, edit, draft };
alarm::AlarmRule read_rule(const Context& context, Form& form, FormOf what, const MetricHome& home);

}  // namespace tidemark::web::own
