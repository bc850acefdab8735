#include "web/own/detector_form.h"

#include <algorithm>

#include "base/duration.h"
#include "judge/math_target.h"
#include "model/metric_query_json.h"
#include "query/metric_data.h"

namespace tidemark::web::own {
namespace {

bool is_needed(const BandIdentity& identity, const std::string& id) {
  return std::any_of(identity.queries.begin(),
                     identity.queries.end(),
                     [&](const MetricQuery& query) { return query.id == id; });
}

}  // namespace

tl::expected<judge::DetectorTarget, ApiError> read_detector_target(const Context& context,
                                                                   Form& form) {
  if (!form.has("math")) {
    const auto watched = read_watched(context, form, {context.options.account_id});
    if (form.error()) return tl::unexpected(*form.error());
    return judge::DetectorTarget{watched->metric, watched->stat, {}};
  }
  for (const char* other : {"metric_id", "stat"}) {
    if (!form.has(other)) continue;
    return invalid_field(other, std::string(other) + " and math say two targets; give one of them");
  }
  auto made = judge::math_target(context.body["math"], {context.options.account_id});
  if (!made) return invalid_field("math", made.error().what);
  return *std::move(made);
}

json detector_form(const Context& context, const judge::DetectorTarget& target, Duration period) {
  if (!target.metric) return {{"math", to_json(target.math)}};
  const auto id = metric_id(context.services.reader, *target.metric);
  if (target.metric->metric_namespace.empty() || !id) return {};
  return {{"metric_id", *id}, {"stat", target.stat.name}, {"periods_s", {whole_seconds(period)}}};
}

std::optional<judge::DetectorTarget> detector_target(const alarm::AlarmRule& rule) {
  const std::string watched = alarm::watched_id_of(rule);
  const auto queries = alarm::queries_of(rule);
  const auto identity = query::band_identity_of(queries, watched);
  if (!identity) return std::nullopt;
  judge::DetectorTarget out;
  for (const MetricQuery& query : queries) {
    if (query.id == watched && query.metric_stat) {
      return judge::DetectorTarget{query.metric_stat->metric, query.metric_stat->stat, {}};
    }
    // Of its own queries, not of the identity's, which have no labels.
    if (!is_needed(*identity, query.id)) continue;
    out.math.push_back(query);
    out.math.back().return_data = query.id == watched;
  }
  return out;
}

}  // namespace tidemark::web::own
